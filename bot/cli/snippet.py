"""`help-clip snippet`: cut and redact one snippet offline, and report the masking."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import Column, print_table
from bot.demo import DEMO_CLIPS
from bot.errors import Invalid
from bot.rules.numbers import MAX_STORED
from bot.rules.requests.spans import format_span, read_span, span_of_words
from bot.sources import ClipSource, open_clip_source
from bot.text import text
from storage.records import Span

if TYPE_CHECKING:
    from bot.redaction.pipeline import MaskedPart, Snippet


_AROUND_MS = 2_000


def snippet(
    clip: Annotated[str, typer.Argument(help="The clip's id.")],
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            help="The file to write: .wav, .mp3, .ogg, .opus or .flac.",
        ),
    ],
    start: Annotated[
        float | None, typer.Option(help="Start of the span, in seconds.")
    ] = None,
    end: Annotated[
        float | None, typer.Option(help="End of the span, in seconds.")
    ] = None,
    word: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MAX_STORED,
            help="The muddled word of the draft, the first is 0, in place of the span.",
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(envvar="CLIP_SOURCE", help="Folder or address of the clips.")
    ] = str(DEMO_CLIPS),
    late_ms: Annotated[
        int,
        typer.Option(
            envvar="RECOGNISER_LATE_MS",
            min=-500,
            max=500,
            help="By how many milliseconds a recogniser's times are late.",
        ),
    ] = 0,
    report: Annotated[bool, typer.Option(help="List what was masked and why.")] = False,
) -> None:
    """Cut and redact one snippet, as peers would hear it."""
    # Imported here because NumPy and SciPy slow the start of every other command.
    from bot.cli.sound_files import write_sound
    from bot.redaction.pipeline import MAX_CONTEXT_MS, make_snippet

    clips = open_clip_source(source, late_ms=late_ms)
    if word is None:
        span = _typed_span(start, end)
    else:
        span = _span_of_word(clips, clip, word)
        typer.echo(text("cli.snippet.span", span=format_span(span)))
    found = clips.clip(clip)
    with clips.audio(clip, span.widened(MAX_CONTEXT_MS)) as recording:
        cut = make_snippet(
            recording,
            span=span,
            words=found.words,
            locale=found.locale,
            timing=found.timing,
            key=secrets.token_bytes(32),
            align=True,
        )
    write_sound(output, cut.wav)
    length = _seconds(cut.end_ms - cut.start_ms)
    typer.echo(text("cli.snippet.written", path=output, seconds=length))
    if report:
        _print_report(cut)


def _typed_span(start: float | None, end: float | None) -> Span:
    if start is None or end is None:
        raise Invalid(text("cli.snippet.no_span"), field="span")
    return read_span(start, end)


def _span_of_word(
    clips: ClipSource,
    clip_id: str,
    index: int,
) -> Span:
    """Return the span of one word of the draft, as the ask page chooses it."""
    from bot.usecases.spans.place_span import choose_span

    clip = clips.clip(clip_id)
    if index >= len(clip.words):
        raise Invalid(text("cli.snippet.no_word", count=len(clip.words)))
    part = span_of_words(clip.words, index, index).widened(_AROUND_MS)
    with clips.audio(clip_id, part) as recording:
        choice = choose_span(
            recording,
            clip.words,
            index,
            index,
            locale=clip.locale,
            timing=clip.timing,
        )
    return choice.span


def _print_report(cut: "Snippet") -> None:
    report = cut.report
    totals = text(
        "cli.snippet.totals",
        audible=_seconds(report.audible_ms),
        masked=_seconds(report.masked_ms),
        words_shown=report.words_shown,
        words_masked=report.words_masked,
    )
    print_table(
        [
            Column(name=text("cli.snippet.from"), is_number=True),
            Column(name=text("cli.snippet.to"), is_number=True),
            text("cli.snippet.why"),
        ],
        [
            [_seconds(part.start_ms), _seconds(part.end_ms), _reasons(part)]
            for part in report.masked
        ],
        title=text("cli.snippet.masked"),
        caption=totals,
    )


def _reasons(part: "MaskedPart") -> str:
    return "; ".join(text(f"redaction.reason.{each}") for each in part.reasons)


def _seconds(length_ms: int) -> str:
    return f"{length_ms / 1000:.2f}"
