"""Spans as people write them, and their limits."""

import re
from collections.abc import Sequence

from bot.errors import Invalid
from storage.records import Span, Word

MIN_MS = 60  # shorter than any phone a listener could place
MAX_MS = 3_000  # docs/design.md, promise 3

_QUOTES = "\"'`“”„‘’«»"  # people quote what they paste

_SPAN = re.compile(
    r"(?P<start>\d+(?:[.,]\d+)?)\s*(?P<u1>ms|s)?\s*(?:-|–|—|to|\.\.)\s*"
    r"(?P<end>\d+(?:[.,]\d+)?)\s*(?P<u2>ms|s)?"
)


def parse_span(text: str) -> Span:
    """Read `1.2-1.9` (seconds), `1200-1900ms` and the like. Raises `Invalid`."""
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None:
        raise Invalid(
            "Write the span as two times in seconds, such as 1.2-1.9.", field="span"
        )
    unit = match["u2"] or match["u1"] or "s"
    start = _ms(match["start"], match["u1"] or unit)
    end = _ms(match["end"], unit)
    return check_span(Span(start_ms=start, end_ms=end))


def check_span(span: Span, clip_ms: int | None = None) -> Span:
    """Return `span` if it may be asked about. Raises `Invalid`."""
    if span.end_ms <= span.start_ms:
        raise Invalid(
            "The span ends before it starts: give the earlier time first.", field="span"
        )
    if span.length_ms < MIN_MS:
        raise Invalid(
            "The span is too short to hear: mark at least 0.06 s.", field="span"
        )
    if span.length_ms > MAX_MS:
        raise Invalid(
            "The span is longer than 3 s: mark only the muddled word.", field="span"
        )
    if clip_ms is not None and span.start_ms >= clip_ms:
        raise Invalid("The span lies behind the end of the recording.", field="span")
    return span


def format_span(span: Span) -> str:
    """`1.2-1.9`, in seconds; reads back to the same span."""
    return f"{_seconds(span.start_ms)}-{_seconds(span.end_ms)}"


def parse_command(text: str) -> tuple[str | None, Span | None]:
    """Split the text behind `/help-clip`: `[clip] [span]`, both optional. Raises
    `Invalid`.
    """
    words = text.split()
    if not words:
        return None, None
    clip_id = words[0].strip(_QUOTES) or words[0]
    return clip_id, parse_span(" ".join(words[1:])) if len(words) > 1 else None


def span_of_words(words: Sequence[Word], first: int, last: int) -> Span:
    """The span from word `first` to word `last` (inclusive). Raises `Invalid`."""
    chosen = words[first : last + 1]
    if not chosen:
        raise Invalid(
            "Choose a word of the transcript, or give the span in seconds.",
            field="span",
        )
    start = min(word.start_ms for word in chosen)
    end = max(word.end_ms for word in chosen)
    if (
        end - start < MIN_MS
    ):  # a word the recogniser squeezed to nothing is widened evenly
        start = max(0, start - MIN_MS // 2)
        end = start + MIN_MS * 2
    return check_span(Span(start_ms=start, end_ms=end))


def least_confident(words: Sequence[Word]) -> list[int]:
    """Indexes of words, those the recogniser doubted most first; ties in order of
    speech.
    """
    return sorted(
        range(len(words)),
        key=lambda i: (1.0 if (c := words[i].confidence) is None else c, i),
    )


def _ms(number: str, unit: str) -> int:
    value = float(number.replace(",", "."))
    return round(value * 1000) if unit == "s" else round(value)


def _seconds(ms: int) -> str:
    return (
        f"{ms / 1000:.3f}".rstrip("0").rstrip(".") if ms % 100 else f"{ms / 1000:.1f}"
    )
