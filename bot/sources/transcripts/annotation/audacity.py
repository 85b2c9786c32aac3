"""Audacity's label track: start, end and label between tabs, a line each, in seconds.

https://manual.audacityteam.org/man/importing_and_exporting_labels.html: a second line
that begins with a backslash holds frequencies.
"""

import re

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, first_line, transcript_label
from bot.sources.transcripts.annotation.tiers import (
    Interval,
    tier_of,
    transcript_of_tiers,
)
from bot.sources.transcripts.found import kind_found
from bot.sources.transcripts.transcript import Transcript
from bot.sources.transcripts.values import times_in_ms
from bot.text import text

_LABEL = re.compile(r"(-?\d+(?:[.,]\d+)?)\t(-?\d+(?:[.,]\d+)?)(?:\t(.*))?", re.ASCII)


def recognises(data: bytes) -> bool:
    """Return whether the first line is a label; other texts are no label tracks."""
    return _LABEL.fullmatch(first_line(data)) is not None


def parse(data: bytes, _clip_id: str) -> Transcript:
    """Return the words; raise `Invalid` for a text that is no label track."""
    written = decode_text(data, transcript_label())
    intervals = []
    for line in written.splitlines():
        if not line.strip():
            continue
        if line.startswith("\\"):
            continue
        intervals.append(_interval(line, written))
    return transcript_of_tiers([tier_of("words", intervals)])


def _interval(line: str, written: str) -> Interval:
    match = _LABEL.fullmatch(line)
    if match is None:
        found = kind_found(written)
        raise Invalid(text("sources.transcript.not_labels", found=found))
    start, end, label = match.groups(default="")
    start_ms, end_ms = times_in_ms(start.replace(",", "."), end.replace(",", "."))
    return Interval(start_ms, end_ms, label)
