"""Print tables and texts to a terminal.

Cells may hold what people typed. They are never read as markup, and control characters
in them never reach the terminal, which could take them for commands.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a printed table. Numbers stand at the right, ids do not wrap."""

    name: str
    is_number: bool = False
    wraps: bool = True


@dataclass(frozen=True, kw_only=True)
class Row:
    """The cells of one row, and a Rich style such as `red` for all of them."""

    cells: Sequence[str]
    style: str = ""


def print_table(
    columns: Iterable[str | Column],
    rows: Iterable[Sequence[str] | Row],
    *,
    title: str = "",
    caption: str = "",
) -> None:
    """Print a table. `rows` hold one plain text for each column."""
    table = Table(
        title=_title(title),
        title_justify="left",
        caption=_title(caption),
    )
    for each in columns:
        column = _as_column(each)
        table.add_column(
            Text(column.name),
            justify=_justify(column),
            overflow="fold",
            no_wrap=not column.wraps,
        )
    for each_row in rows:
        row = _as_row(each_row)
        cells = [Text(plain(cell)) for cell in row.cells]
        table.add_row(*cells, style=row.style)
    Console().print(table)


def _title(typed: str) -> Text | None:
    if not typed:
        return None
    return Text(plain(typed))


def _as_column(column: str | Column) -> Column:
    if isinstance(column, Column):
        return column
    return Column(name=column)


def _justify(column: Column) -> Literal["left", "right"]:
    if column.is_number:
        return "right"
    return "left"


def _as_row(row: Sequence[str] | Row) -> Row:
    if isinstance(row, Row):
        return row
    return Row(cells=row)


def print_mark(sentence: str, *, passed: bool) -> None:
    """Print a sentence behind a green tick or a red cross."""
    mark = ("✗", "red")
    if passed:
        mark = ("✓", "green")
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text.assemble(mark, " ", plain(sentence)))


def json_text(document: object) -> str:
    """Return a JSON document in one line, each control character of it as an escape."""
    written = json.dumps(document, default=str, ensure_ascii=False)
    return "".join(map(_escaped, written))


def _escaped(letter: str) -> str:
    if letter.isprintable():
        return letter
    return json.dumps(letter)[1:-1]


def plain(typed: str) -> str:
    """Return `typed` with each control character replaced.

    Terminals act on ECMA-48 control functions (C0, C1 and escape sequences).
    """
    return "".join(map(_printable, typed))


def _printable(letter: str) -> str:
    if letter == "\n":
        return letter
    if letter.isprintable():
        return letter
    return REPLACEMENT
