"""Read spans as people write them, and check their limits."""

import re
from collections.abc import Sequence

from bot.errors import Invalid
from bot.rules.numbers import milliseconds
from bot.text import text
from storage.records import Span, TimingSource, Word

# Listeners cannot place a shorter sound.
MIN_MS = 60
# docs/design.md, promise 3.
MAX_MS = 3_000

# With 120 ms more on either side 4 % of a word chosen in a recogniser's draft are lost,
# and 38 % with none (docs/research/redaction.md).
_PADDING_MS = 120
_LATE_START_MS, _LATE_END_MS = 60, 40

# A form shows this many words that the recogniser doubted most, and this many words on
# either side of each.
N_DOUBTED = 3
N_NEIGHBOURS = 2

# Pasted ids often stand in quotation marks.
_QUOTES = "\"'`“”„‘’«»"

_SPAN = re.compile(
    r"(?P<start>\d{1,9}(?:[.,]\d{1,20})?)\s*(?P<u1>ms|s)?\s*(?:-|–|—|to|\.\.)\s*"
    r"(?P<end>\d{1,9}(?:[.,]\d{1,20})?)\s*(?P<u2>ms|s)?"
)


def parse_span(typed: str) -> Span:
    """Return the span of `1.2-1.9` (seconds), `1200-1900ms` and the like.

    Raises `Invalid`.
    """
    match = _SPAN.fullmatch(typed.strip().lower())
    if match is None:
        raise Invalid(text("requests.span.unreadable"), field="span")
    start_unit, end_unit = _units(match["u1"], match["u2"])
    start = _ms(match["start"], start_unit)
    end = _ms(match["end"], end_unit)
    return check_span(Span(start_ms=start, end_ms=end))


def _units(typed_start: str | None, typed_end: str | None) -> tuple[str, str]:
    """Return the units of start and end; one counts for both, without any seconds."""
    if typed_end is None:
        typed_end = typed_start
    if typed_end is None:
        typed_end = "s"
    if typed_start is None:
        typed_start = typed_end
    return typed_start, typed_end


def check_span(span: Span, clip_ms: int | None = None) -> Span:
    """Return `span` if it may be asked about. Raises `Invalid`."""
    if span.end_ms <= span.start_ms:
        raise Invalid(text("requests.span.backwards"), field="span")
    if span.length_ms < MIN_MS:
        raise Invalid(text("requests.span.too_short"), field="span")
    if span.length_ms > MAX_MS:
        raise Invalid(text("requests.span.too_long"), field="span")
    if clip_ms is None:
        return span
    if span.start_ms >= clip_ms:
        raise Invalid(text("requests.span.beyond_end"), field="span")
    return span


def format_span(span: Span) -> str:
    """Return `1.2-1.9`, in seconds; it reads back as the same span."""
    return f"{_seconds(span.start_ms)}-{_seconds(span.end_ms)}"


def parse_command(typed: str) -> tuple[str | None, Span | None]:
    """Return clip id and span of the text after `/help-clip`, both optional.

    Raises `Invalid`.
    """
    words = typed.split()
    if not words:
        return None, None
    clip_id = words[0].strip(_QUOTES)
    if not clip_id:
        clip_id = words[0]
    if len(words) == 1:
        return clip_id, None
    return clip_id, parse_span(" ".join(words[1:]))


def span_of_words(
    words: Sequence[Word],
    first: int,
    last: int,
) -> Span:
    """Return the span from word `first` to word `last`, inclusive. Raises `Invalid`."""
    chosen = words[first : last + 1]
    if not chosen:
        raise Invalid(
            text("requests.span.missing"),
            field="span",
        )
    start = min(word.start_ms for word in chosen)
    end = max(word.end_ms for word in chosen)
    # A recogniser may give a word no length; such a word is widened evenly.
    if end - start < MIN_MS:
        start = max(0, start - MIN_MS // 2)
        end = start + MIN_MS * 2
    return check_span(Span(start_ms=start, end_ms=end))


def padded(
    span: Span,
    before_ms: int,
    after_ms: int,
    walls: Sequence[tuple[int, int]],
) -> Span:
    """Return the span with so much more on either side, up to a wall or `MAX_MS`.

    `walls` are stretches in ms that must not be heard. A span that a wall reaches into
    stays as it is on that side.
    """
    room_ms = max(0, MAX_MS - span.length_ms) // 2
    start_ms = max(0, span.start_ms - min(before_ms, room_ms))
    end_ms = span.end_ms + min(after_ms, room_ms)
    for wall_start_ms, wall_end_ms in walls:
        if wall_start_ms < span.start_ms:
            nearest_ms = min(wall_end_ms, span.start_ms)
            start_ms = max(start_ms, nearest_ms)
        if wall_end_ms > span.end_ms:
            nearest_ms = max(wall_start_ms, span.end_ms)
            end_ms = min(end_ms, nearest_ms)
    return Span(start_ms=start_ms, end_ms=end_ms)


def padding_ms(timing: TimingSource) -> tuple[int, int]:
    """Return how much is added before and after a word chosen in a draft.

    A recogniser's words begin later than the sound, and end a little later.
    """
    if timing is TimingSource.RECOGNISER:
        return _PADDING_MS + _LATE_START_MS, _PADDING_MS - _LATE_END_MS
    return _PADDING_MS, _PADDING_MS


def least_confident(words: Sequence[Word]) -> list[int]:
    """Return indexes of words, those with the least confidence first.

    Words without a confidence count as certain. Equal words stay in order of speech.
    """
    confidences = [_confidence(word) for word in words]
    return sorted(range(len(words)), key=lambda index: confidences[index])


def doubted_words(words: Sequence[Word]) -> list[int]:
    """Return indexes of the most doubted words and of their neighbours.

    They are at most 15, the least confident first.
    """
    ranked = least_confident(words)
    near: set[int] = set()
    for index in ranked[:N_DOUBTED]:
        near.update(range(index - N_NEIGHBOURS, index + N_NEIGHBOURS + 1))
    return [index for index in ranked if index in near]


def _confidence(word: Word) -> float:
    if word.confidence is None:
        return 1.0
    return word.confidence


def read_span(start_s: float, end_s: float) -> Span:
    """Return the span between two times in seconds. Raises `Invalid`."""
    start = milliseconds(start_s)
    end = milliseconds(end_s)
    if start is None or end is None:
        raise Invalid(text("requests.span.unreadable"), field="span")
    return check_span(Span(start_ms=start, end_ms=end))


def _ms(number: str, unit: str) -> int:
    value = float(number.replace(",", "."))
    if unit == "s":
        return round(value * 1000)
    return round(value)


def _seconds(ms: int) -> str:
    if ms % 100 == 0:
        return f"{ms / 1000:.1f}"
    return f"{ms / 1000:.3f}".rstrip("0")
