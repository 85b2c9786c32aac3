"""`help-clip results`: the settled words."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.config.settings import read_settings
from bot.rules.requests.spans import format_span
from storage.records import Result
from storage.store import Store


def results(
    limit: Annotated[int, typer.Option(help="How many, newest last.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """List the settled words with how they were settled."""
    store = Store(read_settings().database_url)
    with store.read() as tx:
        found = tx.results.newest(limit)
    store.close()
    if as_json:
        for result in found:
            typer.echo(json.dumps(asdict(result), default=str, ensure_ascii=False))
    else:
        Console().print(_table(found))


def _table(found: list[Result]) -> Table:
    table = Table()
    for name in ("result", "clip", "span", "answer", "text", "how", "agree", "settled"):
        table.add_column(name)
    for r in found:
        table.add_row(
            r.id,
            r.clip_id,
            format_span(r.span),
            r.answer,
            r.text or "",
            r.how,
            f"{r.agreeing}/{r.proposals}",
            r.settled_at.isoformat(timespec="seconds"),
        )
    return table
