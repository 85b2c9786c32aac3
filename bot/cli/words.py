"""`help-clip words`: which words would be masked, and why."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.redaction.words import explain_words


def words(
    text: Annotated[str, typer.Argument(help="Words as a recogniser writes them.")],
    locale: Annotated[str, typer.Option(help="BCP 47, such as en-US.")] = "en-US",
) -> None:
    """Explain which words of a transcript are masked."""
    table = Table()
    table.add_column("word")
    table.add_column("")
    table.add_column("why")
    for decision in explain_words(text.split(), locale):
        table.add_row(
            decision.word, "masked" if decision.masked else "kept", decision.why
        )
    Console().print(table)
