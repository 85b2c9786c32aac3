"""The summary of a pack: one HTML page for reading, with its style and no script."""

from collections.abc import Iterator
from html import escape

from bot.text import text
from bot.usecases.evidence.tables import COLUMNS, Rows, Tables

# The whole of a longer table is in its CSV file.
MOST_ROWS = 200
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;"
    "padding:0 1rem;color-scheme:light dark}"
    "table{border-collapse:collapse;font-size:13px}"
    "th,td{border-bottom:1px solid #8886;padding:.2rem .6rem;text-align:left;"
    "overflow-wrap:anywhere}.scroll{overflow-x:auto}"
)


def summary_pieces(tables: Tables) -> Iterator[bytes]:
    """Yield the page, one line a piece."""
    scope = tables.scope
    title = text(
        "evidence.summary.title",
        since=f"{scope.since:%Y-%m-%d %H:%M}",
        until=f"{scope.until:%Y-%m-%d %H:%M}",
    )
    desks = text("evidence.summary.all_desks")
    if scope.desks:
        desks = text("evidence.summary.desks", desks=", ".join(scope.desks))
    lines = [
        "<!doctype html>",
        f'<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>{_STYLE}</style>",
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(desks)}</p>",
        f"<p>{escape(text('evidence.summary.events', count=tables.events))}</p>",
        f"<p>{escape(text('evidence.summary.proof'))}</p>",
    ]
    for line in lines:
        yield f"{line}\n".encode()
    for name, rows in tables.rows.items():
        yield from _table(name, rows)


def _table(name: str, rows: Rows) -> Iterator[bytes]:
    title = escape(text(f"evidence.table.{name}"))
    yield f'<h2 id="{name}">{title}</h2>\n'.encode()
    if not rows:
        yield f"<p>{escape(text('evidence.summary.nothing'))}</p>\n".encode()
        return
    head = "".join(_header(column) for column in COLUMNS[name])
    yield f'<div class="scroll"><table><tr>{head}</tr>\n'.encode()
    for row in rows[:MOST_ROWS]:
        cells = "".join(f"<td>{escape(str(cell))}</td>" for cell in row)
        yield f"<tr>{cells}</tr>\n".encode()
    yield b"</table></div>\n"
    if len(rows) > MOST_ROWS:
        more = text("evidence.summary.more", count=len(rows), table=name)
        yield f"<p>{escape(more)}</p>\n".encode()


def _header(column: str) -> str:
    return f'<th scope="col">{escape(column.replace("_", " "))}</th>'
