"""Print tables and texts to a terminal.

Cells may hold what people typed. They are never read as markup, and control characters
in them never reach the terminal, which could take them for commands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
        title=Text(plain(title)) if title else None,
        title_justify="left",
        caption=Text(plain(caption)) if caption else None,
    )
    for each in columns:
        column = each if isinstance(each, Column) else Column(name=each)
        table.add_column(
            Text(column.name),
            justify="right" if column.is_number else "left",
            overflow="fold",
            no_wrap=not column.wraps,
        )
    for each_row in rows:
        row = each_row if isinstance(each_row, Row) else Row(cells=each_row)
        cells = [Text(plain(cell)) for cell in row.cells]
        table.add_row(*cells, style=row.style)
    Console().print(table)


def print_mark(sentence: str, *, passed: bool) -> None:
    """Print a sentence behind a green tick or a red cross."""
    mark = ("✓", "green") if passed else ("✗", "red")
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text.assemble(mark, " ", plain(sentence)))


def plain(typed: str) -> str:
    """Return `typed` with each control character replaced.

    Terminals act on ECMA-48 control functions (C0, C1 and escape sequences).
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" else REPLACEMENT
        for letter in typed
    )
