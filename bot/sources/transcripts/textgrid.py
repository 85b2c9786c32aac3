"""Praat's TextGrid in its long and short text forms, in UTF-8 or UTF-16.

https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html: everything but
quoted texts, free-standing numbers and flags is decoration, so one reader serves both
forms.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import Invalid
from bot.sources.clips.reading import decode_text
from bot.sources.clips.timed_words import MAX_TIME_MS, LooseWord, spread
from bot.sources.transcripts.transcript import WHAT, Transcript, is_silence, transcript
from storage.records import TimingSource

_TOKEN = re.compile(
    r'"((?:[^"]|"")*)"'
    r"|![^\n]*"  # a comment
    r"|(?<!\S)(-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?!\S)"
    r"|(?<!\S)(<exists>|<absent>)(?!\S)",
    re.ASCII,
)
_WORD_TIER = re.compile(r"(?:.*[\W_])?words?", re.IGNORECASE | re.DOTALL)
_PHONE_TIER = re.compile(
    r"(?:.*[\W_])?(?:phones?|phonemes?|segments?)", re.IGNORECASE | re.DOTALL
)
_MAX_INTERVALS = 1_000_000

_Token = str | float


@dataclass(frozen=True)
class _Tier:
    name: str
    intervals: list[tuple[float, float, str]]


def parse(data: bytes, _clip_id: str) -> Transcript:
    """A tier of phones beside the words is a forced aligner's work; else a person set
    the times.
    """
    tiers = _tiers(_decoded(data))
    chosen = [tier for tier in tiers if _WORD_TIER.fullmatch(tier.name)] or tiers[:1]
    if not chosen:
        raise Invalid(f"{WHAT} has no interval tier. Add one called words.")
    intervals = [interval for tier in chosen for interval in tier.intervals]
    words: list[LooseWord] = []
    timing = TimingSource.HUMAN
    if any(_PHONE_TIER.fullmatch(tier.name) for tier in tiers):
        timing = TimingSource.RECOGNISER
    for start, end, text in intervals:
        if is_silence(text):
            continue
        if end < start:
            raise _broken()
        placed = spread(text, _ms(start), _ms(end))
        if len(placed) > 1:
            timing = TimingSource.UNKNOWN
        words += placed
    return transcript(words, timing)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            raise Invalid(f"{WHAT} is not valid UTF-16. Save it as UTF-8.") from None
    return decode_text(data, WHAT)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        string, digits, flag = match.groups()
        if string is not None:
            yield string.replace('""', '"')
        elif digits is not None:
            yield float(digits)
        elif flag is not None:
            yield flag


def _tiers(text: str) -> list[_Tier]:
    tokens = _tokens(text)
    if next(tokens, None) != "ooTextFile" or next(tokens, None) != "TextGrid":
        raise Invalid(
            f"{WHAT} is not a TextGrid in text form. Save it as a text file in Praat."
        )
    _number(tokens), _number(tokens)  # from and to
    if next(tokens, None) != "<exists>":
        return []
    found = [_tier(tokens) for _ in range(_count(tokens))]
    return [tier for tier in found if tier is not None]


def _tier(tokens: Iterator[_Token]) -> _Tier | None:
    """None for a tier of points."""
    kind, name = _string(tokens), _string(tokens)
    _number(tokens), _number(tokens)
    count = _count(tokens)
    if kind == "TextTier":
        for _ in range(count):
            _number(tokens), _string(tokens)
        return None
    if kind != "IntervalTier":
        raise _broken()
    return _Tier(
        name,
        [(_number(tokens), _number(tokens), _string(tokens)) for _ in range(count)],
    )


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


def _ms(seconds: float) -> int:
    return round(min(max(seconds, -1.0), MAX_TIME_MS) * 1000)


def _broken() -> Invalid:
    return Invalid(
        f"{WHAT} is a TextGrid that breaks off or is damaged. Save it again in Praat."
    )
