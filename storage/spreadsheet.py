"""Tables that a spreadsheet may open."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# A spreadsheet runs text that begins like a formula, also in full-width forms (OWASP,
# CSV Injection).
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)


def harmless_cell(cell: str) -> str:
    """Return the text with an apostrophe before it if it begins like a formula."""
    if cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield rows as RFC 4180 lines with harmless cells, one line a row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([harmless_cell(str(cell)) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
