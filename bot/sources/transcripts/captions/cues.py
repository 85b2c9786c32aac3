"""Common parts of WebVTT and SRT: cues, rolling display and speakers' names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise

from bot.errors import Invalid
from bot.sources.transcripts.loose_words import LooseWord, spread
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import clock_ms
from bot.text import text
from storage.records import TimingSource

ARROW = "-->"
# Rolling captions go on without a pause; a line repeated after a pause is another line.
_ROLLING_PAUSE_MS = 200
_MIN_REPEATS = 2
_MOST = 0.6
_TAG = re.compile(r"<([^<>]*)>")
# A tag like {\an8} places a cue on the screen.
_STYLE = re.compile(r"\{\\[^{}]*\}")
_BRACKETS = r"\[[^\[\]\n]{1,60}\]|\([^()\n]{1,60}\)|\uff08[^\uff08\uff09\n]{1,60}\uff09"
# Parts of a name begin with a capital or a letter that has none, except these.
_SMALL_PARTS = r"(?:[dl]e|de[lnr]|d[aiou]|la|v[ao]n|bin|al|el|y|zu)"
_NAME = (
    r"[^\W\d_a-z][\w.'\u2019-]*"
    rf"(?: (?:{_SMALL_PARTS}(?= )|(?:[^\W_a-z]|\d)[\w.'\u2019-]*)){{0,5}}"
)
_ROLE = (
    r"(?i:speaker|agent|caller|customer|client|operator|host|guest|interviewe[er]"
    r"|user|assistant|moderator|participant|spk)[ _-]?\w{0,3}"
)
_SPEAKER = re.compile(
    r"\s*(?:>>|[-\u2013\u2014])?\s*"
    rf"(?:{_BRACKETS}|(?:{_NAME}|{_ROLE})(?:\s?(?:{_BRACKETS}))?)"
    r"\s*(?::(?:\s+|\Z)|\uff1a\s*)"
)
_LOOSE_TIME = re.compile(
    r"\s*(?:(\d{1,4})\s*:\s*)?([0-5]?\d)\s*:\s*([0-5]?\d|60)"
    r"(?:\s*[.,:]\s*(\d{1,3}))?(?=\s|\Z)",
    re.ASCII,
)
# Small letters above others give their sound, and are not spoken besides.
_RUBY = re.compile(r"<rt>[^<]*(?:</rt>)?")


@dataclass(frozen=True)
class Cue:
    """A cue: its times in ms and its lines, with their tags."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def cues_of(lines: Sequence[str]) -> Iterator[Cue]:
    """Yield the cues: a line with an arrow, and the lines up to an empty line.

    Everything else is a header, a note, a style or the number of a cue. Raises
    `Invalid` for impossible times.
    """
    at = 0
    while at < len(lines):
        if ARROW not in lines[at]:
            at += 1
            continue
        start_ms, end_ms = _times(lines[at])
        first = at + 1
        at = _end_of_cue(lines, first)
        yield Cue(start_ms, end_ms, tuple(lines[first:at]))


def transcript_of_cues(cues: Iterable[Cue]) -> Transcript:
    """Return the words of cues, each line of a rolling display once.

    Words of a cue without times of their own share its time, and so their timing is
    unknown.
    """
    shown = [cue for cue in cues if _plain(cue.lines)]
    if _is_rolling(shown):
        repeated = [_without_repeats(cue, before) for before, cue in pairwise(shown)]
        shown = [*shown[:1], *repeated]
    words: list[LooseWord] = []
    for cue in shown:
        for start_ms, end_ms, piece in _pieces(cue):
            words += spread(piece, start_ms, end_ms)
    return build_transcript(words, TimingSource.RECOGNISER)


def _is_rolling(cues: Sequence[Cue]) -> bool:
    """Return whether lines are shown again with new ones, cue after cue.

    One repetition proves nothing: people do repeat themselves. A rolling display
    repeats most cues without a pause, and some of them go on with new words.
    """
    pairs = [
        (before, cue)
        for before, cue in pairwise(cues)
        if cue.start_ms <= before.end_ms + _ROLLING_PAUSE_MS
    ]
    repeats = [(b, cue) for b, cue in pairs if _without_repeats(cue, b) != cue]
    if len(repeats) < max(_MIN_REPEATS, _MOST * len(pairs)):
        return False
    return any(_without_repeats(cue, before).lines for before, cue in repeats)


def _end_of_cue(lines: Sequence[str], first: int) -> int:
    """Return the index after the last line of a cue's text.

    A cue may follow without an empty line; its number is then no text.
    """
    at = first
    while at < len(lines) and lines[at] and ARROW not in lines[at]:
        at += 1
    is_next_cue = at < len(lines) and ARROW in lines[at]
    if is_next_cue and at > first and lines[at - 1].strip().isdigit():
        return at - 1
    return at


def _times(line: str) -> tuple[int, int]:
    before, _, after = line.partition(ARROW)
    start_ms, end_ms = _time_at(before), _time_at(after)
    if start_ms is None or end_ms is None:
        raise Invalid(text("sources.transcript.cue_times"))
    return start_ms, max(start_ms, end_ms)


def _time_at(side: str) -> int | None:
    """Return the time beside an arrow, as converters write it too.

    They put spaces into it, write its fraction behind a colon, leave the fraction out,
    or count to the sixtieth second.
    """
    match = _LOOSE_TIME.match(side)
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups(default="0")
    whole_s = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole_s * 1000 + int(fraction.ljust(3, "0"))


def _without_repeats(cue: Cue, before: Cue) -> Cue:
    """Return the cue without the lines that a rolling display shows again."""
    if cue.start_ms > before.end_ms + _ROLLING_PAUSE_MS:
        return cue
    shown, shown_before = _plain(cue.lines), _plain(before.lines)
    for n_lines in range(min(len(shown), len(shown_before)), 0, -1):
        if shown[:n_lines] == shown_before[-n_lines:]:
            kept = [line for line in cue.lines if _plain([line])]
            return replace(cue, lines=tuple(kept[n_lines:]))
    return _without_beginning(cue, " ".join(shown_before))


def _without_beginning(cue: Cue, said: str) -> Cue:
    """Return the new part of a cue that repeats the one before and goes on."""
    joined = " ".join(cue.lines)
    has_tags = _TAG.search(joined) is not None
    if has_tags or not said or not joined.startswith(f"{said} "):
        return cue
    return replace(cue, lines=(joined.removeprefix(said),))


def _plain(lines: Sequence[str]) -> list[str]:
    """Return the lines that show text, without tags and odd spaces."""
    bare = [" ".join(unescape(_TAG.sub("", line)).split()) for line in lines]
    return [line for line in bare if line]


def _pieces(cue: Cue) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of each piece of a cue that has its own time."""
    lines = [
        _without_speaker(_RUBY.sub("", _STYLE.sub("", line))) for line in cue.lines
    ]
    # Even parts are text, and odd ones are the insides of tags.
    parts = _TAG.split("\n".join(lines))
    at_ms, held = cue.start_ms, ""
    for index, part in enumerate(parts):
        if index % 2 == 0:
            held += unescape(part)
            continue
        time_ms = clock_ms(part)
        if time_ms is None:
            continue
        # A time out of order is that of its neighbour: the words become one.
        time_ms = min(max(time_ms, at_ms), cue.end_ms)
        yield at_ms, time_ms, held
        at_ms, held = time_ms, ""
    yield at_ms, cue.end_ms, held


def _without_speaker(line: str) -> str:
    """Return a line without the name of its speaker, which is not spoken."""
    if not _SPEAKER.match(line):
        return line
    return _SPEAKER.sub("", line, count=1)
