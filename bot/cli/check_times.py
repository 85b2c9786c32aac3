"""`help-clip check-times`: compare the times of drafts with the sound of a sample."""

from collections import defaultdict
from statistics import median
from typing import Annotated

import typer

from bot.cli.output import Column, print_table
from bot.errors import Invalid, NotFound
from bot.rules.numbers import MAX_STORED
from bot.sources import ClipSource, open_clip_source
from bot.text import text
from storage.records import Clip, TimingSource

_WINDOW_MS = 10_000


def check_times(
    source: Annotated[
        str,
        typer.Argument(envvar="CLIP_SOURCE", help="Folder or address of the clips."),
    ],
    sample: Annotated[
        int, typer.Option(min=1, max=MAX_STORED, help="How many clips to look at.")
    ] = 50,
) -> None:
    """Report by how much draft times are late, for each kind of timing."""
    clips = open_clip_source(source)
    offsets: defaultdict[TimingSource, list[int]] = defaultdict(list)
    ids = clips.clip_ids(sample)
    for clip_id in ids:
        measured = _measure(clips, clip_id)
        if measured is not None:
            timing, offset_ms = measured
            offsets[timing].append(offset_ms)
    if not offsets:
        typer.echo(text("cli.check_times.nothing", count=len(ids)))
        return
    _print(offsets)


def _measure(clips: ClipSource, clip_id: str) -> tuple[TimingSource, int] | None:
    """Return who timed a clip and its offset; None where it cannot be measured."""
    # Imported here because NumPy and SciPy slow the start of every other command.
    from bot.redaction.audio.codec import read_window
    from bot.redaction.audio.draft_offset import draft_offset_ms

    try:
        clip = clips.clip(clip_id)
        start_ms = _first_ms(clip)
        with clips.audio(clip_id) as recording:
            window = read_window(recording, start_ms, start_ms + _WINDOW_MS)
    except (Invalid, NotFound):
        return None
    offset_ms = draft_offset_ms(window, clip.words)
    if offset_ms is None:
        return None
    return clip.timing, offset_ms


def _first_ms(clip: Clip) -> int:
    """Return where to begin: a second before the first word."""
    first_ms = min((word.start_ms for word in clip.words), default=0)
    return max(first_ms - 1000, 0)


def _print(offsets: dict[TimingSource, list[int]]) -> None:
    rows = [
        (str(timing), str(len(found)), str(round(median(found))))
        for timing, found in sorted(offsets.items())
    ]
    columns = (
        Column(name=text("cli.check_times.timing")),
        Column(name=text("cli.check_times.clips"), is_number=True),
        Column(name=text("cli.check_times.late"), is_number=True),
    )
    print_table(columns, rows)
    recognised = offsets.get(TimingSource.RECOGNISER)
    if recognised:
        late_ms = round(median(recognised))
        typer.echo(text("cli.check_times.how_to_correct", late=late_ms))
