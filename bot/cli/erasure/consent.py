"""`help-clip withdraw-consent`: a speaker takes back consent."""

from typing import Annotated

import typer

from bot.cli.program import open_program
from bot.errors import Invalid
from bot.text import text
from bot.usecases.erasure import consent
from bot.usecases.erasure.places import clean_at_once
from bot.usecases.find_clip import check_speaker, find_clip_id


def withdraw_consent(
    clip: Annotated[str, typer.Option(help="For this clip.")] = "",
    speaker: Annotated[str, typer.Option(help="For all clips of this pseudonym.")] = "",
) -> None:
    """Close a clip, or all clips of a speaker, for good.

    Players stop; snippets and keys are deleted.
    """
    if bool(clip) == bool(speaker):
        raise Invalid(text("cli.consent.missing_option"))
    with open_program() as (services, act):
        if speaker:
            closed = consent.withdraw_speaker(services, act, check_speaker(speaker))
        else:
            clip_id = find_clip_id(services, clip=clip)
            closed = [consent.withdraw_clip(services, act, clip_id)]
        for erasure in closed:
            clean_at_once(services, act, erasure)
    typer.echo(text("cli.consent.closed", count=len(closed)))
