"""Cells of tables that a spreadsheet may open."""

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
