"""`help-clip trace`: find the listen that a leaked recording was taken from."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.audit.progress import show_progress
from bot.cli.output import Column, print_table
from bot.cli.program import open_program
from bot.config.settings import read_settings
from bot.text import text
from bot.usecases.audit.parse_query import read_moment
from bot.usecases.listening.trace import Traced
from bot.usecases.listening.trace import trace as trace_leak
from bot.usecases.listening.trace_candidates import Scope
from storage.seal import MasterKey, read_master_keys


def trace(
    leaked: Annotated[
        Path, typer.Argument(help="The recording: WAV, MP3, M4A, Ogg, ...")
    ],
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the access log.")],
    request: Annotated[
        str, typer.Option(help="Only listens to this request: HC-1042")
    ] = "",
    desk: Annotated[str, typer.Option(help="Only listens on this desk.")] = "",
    since: Annotated[
        str, typer.Option(help="Only listens since: 2026-03-31 or 7d")
    ] = "",
    until: Annotated[str, typer.Option(help="Only listens before: as --since")] = "",
    render_again: Annotated[
        bool,
        typer.Option(
            "--render-again",
            help="Render again what is not kept: old snippets, elevated listens.",
        ),
    ] = False,
    scores: Annotated[
        Path | None,
        typer.Option(help="Keep the scores in this file; go on from it if it exists."),
    ] = None,
) -> None:
    """Name the listen a leaked recording was taken from, with its odds of error.

    For auditors. The question is on record first. Exit status 2 when no listen can be
    named.
    """
    # Imported here because NumPy and SciPy slow the start of every other command.
    from bot.redaction.watermark.mark import SECRET_SEED

    keys = read_master_keys(read_settings().snippet_key.get_secret_value())
    secrets = [MasterKey([key]).derive(SECRET_SEED) for key in keys]
    progress_name = text("cli.trace.comparing")
    with open_program() as (services, act), show_progress(progress_name) as progress:
        scope = Scope(
            request=request.strip().upper() or None,
            desk=desk.strip() or None,
            since=_moment("since", since, act.now),
            until=_moment("until", until, act.now),
        )
        traced = trace_leak(
            services,
            act,
            leaked,
            scope,
            reason=reason,
            secrets=secrets,
            render_again=render_again,
            saved=scores,
            progress=progress,
        )
    _print_traced(traced)
    if not traced.named:
        raise typer.Exit(2)


def _print_traced(traced: Traced) -> None:
    typer.echo(text("cli.audit.this_question_sentence", event=traced.asked_as))
    typer.echo(_compared(traced))
    if not traced.named:
        best = _odds(traced.best_odds)
        typer.echo(text("cli.trace.none_named", odds=best))
        return
    print_table(
        [
            Column(name=text("cli.trace.request"), wraps=False),
            Column(name=text("cli.trace.listener"), wraps=False),
            Column(name=text("cli.trace.time"), wraps=False),
            Column(name=text("cli.trace.odds"), wraps=False),
            text("cli.trace.basis"),
        ],
        [
            [
                each.request,
                each.listener.user_id,
                each.granted_at.strftime("%Y-%m-%d %H:%M:%S"),
                _odds(each.odds),
                text(f"listening.trace_basis.{each.basis}"),
            ]
            for each in traced.named
        ],
        title=text("cli.trace.title"),
    )


def _compared(traced: Traced) -> str:
    listens, requests = traced.candidates, traced.requests
    if traced.blind_requests:
        return text(
            "cli.trace.compared_partly_blind",
            listens=listens,
            requests=requests,
            blind=traced.blind_requests,
        )
    return text("cli.trace.compared", listens=listens, requests=requests)


def _odds(odds: float) -> str:
    if odds < 1e-99:
        return "below 1e-99"
    if odds < 0.01:
        return f"{odds:.0e}"
    return f"{odds:.2f}"


def _moment(
    field: str,
    typed: str,
    now: datetime,
) -> datetime | None:
    if not typed:
        return None
    return read_moment(field, typed, now)
