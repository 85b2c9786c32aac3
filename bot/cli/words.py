"""`help-clip words`: explain which words of a transcript would be masked."""

from typing import Annotated

import typer

from bot.cli.output import print_table
from bot.redaction.words import explain_words
from bot.text import text


def words(
    transcript: Annotated[
        str, typer.Argument(metavar="TEXT", help="Words as a recogniser writes them.")
    ],
    locale: Annotated[str, typer.Option(help="BCP 47, such as en-US.")] = "en-US",
) -> None:
    """Explain which words of a transcript are masked."""
    fates = {
        True: text("cli.words.masked"),
        False: text("cli.words.kept"),
    }
    print_table(
        [text("cli.words.word"), text("cli.words.fate"), text("cli.words.why")],
        [
            [
                decision.word,
                fates[decision.masked],
                text(f"redaction.reason.{decision.why}"),
            ]
            for decision in explain_words(transcript.split(), locale)
        ],
    )
