"""`help-clip trace`: from a leaked recording to the listen it was taken from."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.audit.filters import open_program
from bot.config.settings import read_settings
from bot.usecases.audit.parse_query import read_moment
from bot.usecases.listening.trace import Scope, Traced
from bot.usecases.listening.trace import trace as trace_leak
from storage.seal import MasterKey, read_master_keys


def trace(
    leaked: Annotated[
        Path, typer.Argument(help="The recording: WAV, MP3, M4A, Ogg, ...")
    ],
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the access log.")],
    request: Annotated[
        str, typer.Option(help="Only listens to this request: HC-1042")
    ] = "",
    since: Annotated[
        str, typer.Option(help="Only listens since: 2026-03-31 or 7d")
    ] = "",
    until: Annotated[str, typer.Option(help="Only listens before: as --since")] = "",
    render_again: Annotated[
        bool,
        typer.Option(
            "--render-again",
            help="Make anew what is not kept: old snippets, closer listens.",
        ),
    ] = False,
) -> None:
    """Name the listen a leaked recording was taken from, with its odds of error.

    For auditors. The question is on record first. Exit status 2 when nobody can be
    named.
    """
    from bot.redaction.watermark.mark import SECRET_SEED

    text = read_settings().snippet_key.get_secret_value()
    secrets = [MasterKey([key]).derive(SECRET_SEED) for key in read_master_keys(text)]
    with open_program() as (services, act):
        scope = Scope(
            request=request.strip().upper() or None,
            since=read_moment("since", since, act.now) if since else None,
            until=read_moment("until", until, act.now) if until else None,
        )
        traced = trace_leak(
            services,
            act,
            leaked,
            scope,
            reason=reason,
            secrets=secrets,
            render_again=render_again,
        )
    _show(traced)
    if not traced.named:
        raise typer.Exit(2)


def _show(traced: Traced) -> None:
    heard = f"{traced.candidates} listens to {traced.requests} requests were compared"
    if traced.blind_requests:
        heard += f", {traced.blind_requests} of them without the snippet, which is no longer kept"
    typer.echo(f"This question is event {traced.asked_as}. {heard}.")
    if not traced.named:
        typer.echo(
            "No listen can be named with odds of error below one in a million; "
            f"the best of them reaches {_odds(traced.best_odds)}."
        )
        return
    table = Table(title="Carries the mark of", title_justify="left")
    table.add_column("request", no_wrap=True)
    table.add_column("listener", no_wrap=True)
    table.add_column("time (UTC)", no_wrap=True)
    table.add_column("odds of error", no_wrap=True)
    table.add_column("by")
    for each in traced.named:
        table.add_row(
            each.request,
            each.listener.user_id,
            each.granted_at.strftime("%Y-%m-%d %H:%M:%S"),
            _odds(each.odds),
            each.basis,
        )
    Console().print(table)


def _odds(odds: float) -> str:
    if odds < 1e-99:
        return "below 1e-99"
    return f"{odds:.0e}" if odds < 0.01 else f"{odds:.2f}"
