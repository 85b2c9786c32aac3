"""Praat's TextGrid in its long and short text forms, and in its binary form.

https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html: everything but
quoted texts, free-standing numbers and flags is decoration, so one reader serves both
forms. Praat writes ASCII, Latin-1, UTF-8 or UTF-16.
"""

import codecs
import re
from collections.abc import Iterator

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text, transcript_label
from bot.sources.clips.timed_words import MAX_TIME_MS
from bot.sources.transcripts.annotation import textgrid_binary
from bot.sources.transcripts.annotation.tiers import (
    Interval,
    Tier,
    tier_of,
    transcript_of_tiers,
)
from bot.sources.transcripts.found import kind_found
from bot.sources.transcripts.transcript import Transcript
from bot.text import text

_TOKEN = re.compile(
    r'"((?:[^"]|"")*)"'
    # The rest of the line is a comment.
    r"|![^\n]*"
    r"|(?<!\S)(-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?!\S)"
    r"|(?<!\S)(<exists>|<absent>)(?!\S)",
    re.ASCII,
)
_MAX_INTERVALS = 1_000_000
_LONGEST_HEAD = 200

_Token = str | float


def parse(data: bytes, _clip_id: str) -> Transcript:
    """Return the words, on the clock of a recording that begins at zero.

    Praat can keep the times of a part that was cut out of a longer recording; the part
    then begins at the TextGrid's own start.
    """
    if data.startswith(textgrid_binary.MAGIC):
        tiers = _tiers(textgrid_binary.tokens_of(data), text("sources.found.other"))
    else:
        written = _decoded(data)
        tiers = _tiers(_tokens(written), kind_found(written[:_LONGEST_HEAD]))
    if tiers == []:
        raise Invalid(text("sources.transcript.no_interval_tier"))
    return transcript_of_tiers(tiers)


def _decoded(data: bytes) -> str:
    """Return the text; Praat writes Latin-1 where it is neither UTF-8 nor UTF-16."""
    has_mark = data.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE))
    try:
        data.decode("utf-8-sig")
    except UnicodeError:
        if not has_mark:
            return decode_text(data.decode("latin-1").encode(), transcript_label())
    return decode_text(data, transcript_label())


def _tokens(written: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(written):
        string, digits, flag = match.groups()
        if string is not None:
            yield string.replace('""', '"')
        elif digits is not None:
            yield float(digits)
        elif flag is not None:
            yield flag


def _tiers(tokens: Iterator[_Token], found: str) -> list[Tier]:
    """Return the interval tiers; those of points are left out.

    `found` names the kind of another file.
    """
    if next(tokens, None) != "ooTextFile" or next(tokens, None) != "TextGrid":
        raise Invalid(text("sources.transcript.not_textgrid", found=found))
    start_s = _number(tokens)
    _number(tokens)
    if next(tokens, None) != "<exists>":
        return []
    found_tiers = [_tier(tokens, start_s) for _ in range(_count(tokens))]
    if next(tokens, None) is not None:
        # A tier has more intervals than it counts, and the rest would be lost.
        raise _broken()
    return [tier for tier in found_tiers if tier is not None]


def _tier(tokens: Iterator[_Token], start_s: float) -> Tier | None:
    """Return a tier, with its times from `start_s` on; None for a tier of points."""
    kind, name = _string(tokens), _string(tokens)
    _number(tokens)
    _number(tokens)
    count = _count(tokens)
    if kind == "TextTier":
        for _ in range(count):
            _number(tokens)
            _string(tokens)
        return None
    if kind != "IntervalTier":
        raise _broken()
    return tier_of(name, [_interval(tokens, start_s) for _ in range(count)])


def _interval(tokens: Iterator[_Token], start_s: float) -> Interval:
    first_s, last_s, label = _number(tokens), _number(tokens), _string(tokens)
    last_s = max(first_s, last_s)
    return Interval(_ms(first_s - start_s), _ms(last_s - start_s), label)


def _string(tokens: Iterator[_Token]) -> str:
    token = next(tokens, None)
    if not isinstance(token, str):
        raise _broken()
    return token


def _number(tokens: Iterator[_Token]) -> float:
    token = next(tokens, None)
    if not isinstance(token, float):
        raise _broken()
    return token


def _count(tokens: Iterator[_Token]) -> int:
    count = _number(tokens)
    if not 0 <= count <= _MAX_INTERVALS:
        raise _broken()
    return int(count)


def _ms(seconds: float) -> float:
    """Return ms; times beyond any clip stay beyond it and finite."""
    return min(max(seconds, -1.0), MAX_TIME_MS) * 1000


def _broken() -> Invalid:
    return Invalid(text("sources.transcript.broken_textgrid"))
