"""`help-clip withdraw-consent`: a speaker takes back consent."""

from typing import Annotated

import typer

from bot.cli.audit.filters import open_program
from bot.errors import Invalid
from bot.usecases.erasure import consent
from bot.usecases.erasure.places import clean_at_once
from bot.usecases.requests.find_clip import checked_speaker, clip_of


def withdraw_consent(
    clip: Annotated[str, typer.Option(help="For this clip.")] = "",
    speaker: Annotated[str, typer.Option(help="For all clips of this pseudonym.")] = "",
) -> None:
    """Close a clip, or all of a speaker's, for good: players stop, snippets and keys
    go.
    """
    if bool(clip) == bool(speaker):
        raise Invalid("Say whose consent: --clip ID or --speaker PSEUDONYM.")
    with open_program() as (services, act):
        if speaker:
            closed = consent.withdraw_speaker(services, act, checked_speaker(speaker))
        else:
            closed = [
                consent.withdraw_clip(services, act, clip_of(services, clip=clip))
            ]
        for erasure in closed:
            clean_at_once(services, act, erasure)
    clips = "1 clip" if len(closed) == 1 else f"{len(closed)} clips"
    typer.echo(f"Closed for good: {clips}. Receipts: help-clip erase --status")
