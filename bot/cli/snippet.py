"""`help-clip snippet`: cut and redact one snippet offline, and say what was masked and
why.
"""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.demo import DEMO_CLIPS
from bot.rules.requests.spans import check_span
from bot.sources import open_clip_source
from storage.records import Span

if TYPE_CHECKING:
    from bot.redaction.pipeline import Snippet


def snippet(
    clip: Annotated[str, typer.Argument(help="The clip's id.")],
    start: Annotated[float, typer.Option(help="Start of the span, in seconds.")],
    end: Annotated[float, typer.Option(help="End of the span, in seconds.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The WAV file to write.")
    ],
    source: Annotated[
        str, typer.Option(envvar="CLIP_SOURCE", help="Folder or address of the clips.")
    ] = str(DEMO_CLIPS),
    report: Annotated[bool, typer.Option(help="Say what was masked and why.")] = False,
) -> None:
    """Cut and redact one snippet, as peers would hear it."""
    from bot.redaction.pipeline import make_snippet

    clips = open_clip_source(source)
    span = check_span(Span(start_ms=round(start * 1000), end_ms=round(end * 1000)))
    found = clips.clip(clip)
    with clips.audio(clip) as path:
        cut = make_snippet(
            path,
            span=span,
            words=found.words,
            locale=found.locale,
            timing=found.timing,
            key=secrets.token_bytes(32),
        )
    output.write_bytes(cut.wav)
    typer.echo(f"{output}: {(cut.end_ms - cut.start_ms) / 1000:.2f} s")
    if report:
        Console().print(_table(cut))


def _table(cut: "Snippet") -> Table:
    table = Table(title="Masked", caption=_totals(cut))
    table.add_column("from", justify="right")
    table.add_column("to", justify="right")
    table.add_column("why")
    for part in cut.report.masked:
        table.add_row(
            f"{part.start_ms / 1000:.2f}", f"{part.end_ms / 1000:.2f}", part.reason
        )
    return table


def _totals(cut: "Snippet") -> str:
    report = cut.report
    return (
        f"{report.audible_ms / 1000:.2f} s audible, {report.masked_ms / 1000:.2f} s masked; "
        f"{report.words_shown} words shown, {report.words_masked} masked"
    )
