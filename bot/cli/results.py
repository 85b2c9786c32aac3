"""`help-clip results`: the settled words."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.output import json_text, print_table
from bot.config.settings import read_settings
from bot.rules.numbers import MAX_STORED
from bot.rules.requests.spans import format_span
from bot.text import text
from storage.records import Result
from storage.store import Store

_COLUMNS = ("result", "clip", "span", "answer", "text", "how", "agree", "settled")


def results(
    limit: Annotated[
        int, typer.Option(min=0, max=MAX_STORED, help="How many, newest last.")
    ] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """List the settled words with how they were settled."""
    store = Store(read_settings().database_url)
    with store.read() as tx:
        found = tx.results.newest(limit)
        total = tx.results.count()
    store.close()
    if as_json:
        for result in found:
            typer.echo(json_text(asdict(result)))
        return
    print_table(
        [text(f"cli.results.{name}") for name in _COLUMNS],
        [_cells(result) for result in found],
    )
    if len(found) < total:
        typer.echo(text("cli.results.more", shown=len(found), total=f"{total:,}"))


def _cells(result: Result) -> list[str]:
    return [
        result.id,
        result.clip_id,
        format_span(result.span),
        result.answer,
        result.text or "",
        result.how,
        f"{result.agreeing}/{result.proposals}",
        result.settled_at.isoformat(timespec="seconds"),
    ]
