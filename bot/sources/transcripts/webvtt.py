"""WebVTT, https://www.w3.org/TR/webvtt1/: cues, with a time before each word in the
best case.
"""

import re
from collections.abc import Iterator
from html import unescape

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text
from bot.sources.clips.timed_words import LooseWord, spread
from bot.sources.transcripts.transcript import WHAT, Transcript, clock_ms, transcript
from storage.records import TimingSource

_TAG = re.compile(r"<([^<>]*)>")
_ARROW = "-->"


def parse(data: bytes, _clip_id: str) -> Transcript:
    """Where a cue's words have no times of their own they are spread over it: timing
    unknown.
    """
    text = re.sub(r"\r\n?", "\n", decode_text(data, WHAT))
    if re.match(r"WEBVTT(?:[ \t\n]|\Z)", text) is None:
        raise Invalid(f"{WHAT} is not WebVTT: its first line must start with WEBVTT.")
    words: list[LooseWord] = []
    each_timed = True
    for block in re.split(r"\n{2,}", text)[1:]:
        for start_ms, end_ms, piece in _pieces(block):
            placed = spread(piece, start_ms, end_ms)
            each_timed = each_timed and len(placed) < 2
            words += placed
    return transcript(
        words, TimingSource.RECOGNISER if each_timed else TimingSource.UNKNOWN
    )


def _pieces(block: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of what a cue times together; nothing for notes, styles and
    regions.
    """
    lines = block.strip("\n").split("\n")
    timing = next((i for i, line in enumerate(lines[:2]) if _ARROW in line), None)
    if timing is None:
        return
    start_ms, end_ms = _cue_times(lines[timing])
    # Even parts are text, odd ones the insides of tags.
    parts = _TAG.split("\n".join(lines[timing + 1 :]))
    at, held = start_ms, ""
    for index, part in enumerate(parts):
        if index % 2 == 0:
            held += unescape(part)
        elif (time := clock_ms(part)) is not None:
            if not at <= time <= end_ms:
                raise Invalid(f"{WHAT} has a cue whose words' times are out of order.")
            yield at, time, held
            at, held = time, ""
    yield at, end_ms, held


def _cue_times(line: str) -> tuple[int, int]:
    before, _, after = line.partition(_ARROW)
    start_ms = clock_ms(before.strip())
    end_ms = clock_ms((after.split() or [""])[0])
    if start_ms is None or end_ms is None or end_ms < start_ms:
        raise Invalid(
            f"{WHAT} has a cue with impossible times. They look like 00:01.000."
        )
    return start_ms, end_ms
