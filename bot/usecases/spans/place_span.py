"""Choose the span of a word by where the sound has it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.redaction.audio import codec
from bot.redaction.audio.codec import Window
from bot.redaction.audio.opening import Recording
from bot.redaction.audio.signal import RATE_HZ
from bot.redaction.masking.mask import Interval, audible_of_span, hole_in_span
from bot.redaction.masking.span_words import claims_around
from bot.redaction.masking.word_decisions import decide_words
from bot.redaction.times.place import Places, at_places, place_words
from bot.rules.requests.spans import padded, padding_ms, span_of_words
from storage.records import Span, TimingSource, Word

STEP_MS = 20
_AROUND_MS = 2_000
_SHOWN_MS = 600
# The span is widened by the doubt about its edges, and not more than listeners need.
_LEAST_PADDING_MS, _MOST_PADDING_MS = 40, 120
# Sound that is quieter than the loudest by this much has no height.
_RANGE_DB = 40.0
_QUIETEST = 1e-9


@dataclass(frozen=True)
class SpanChoice:
    """The span of the chosen words, and what is around it.

    `lost_before_ms` and `lost_after_ms`: so much of the words cannot be heard, because
    a masked word is too close. `levels`: loudness, 0..100, of each 20 ms from
    `levels_start_ms` on the clip.
    """

    span: Span
    lost_before_ms: int
    lost_after_ms: int
    levels_start_ms: int
    levels: tuple[int, ...]


def choose_span(
    recording: Recording,
    words: Sequence[Word],
    first: int,
    last: int,
    *,
    locale: str,
    timing: TimingSource,
) -> SpanChoice:
    """Return the span from word `first` to word `last` of a draft, inclusive.

    It is widened towards pauses and harmless words, and not towards masked ones.
    Raises Invalid for words that no snippet holds and for an unreadable recording.
    """
    rough = span_of_words(words, first, last)
    window = codec.read_window(
        recording, rough.start_ms - _AROUND_MS, rough.end_ms + _AROUND_MS
    )
    places = place_words(window, words, timing)
    heard = at_places(words, places)
    exact = span_of_words(heard, first, last)
    decisions = decide_words(heard, exact, locale)
    claims = claims_around(words, decisions, locale, places=places.words)
    before_ms, after_ms = _padding(places, first, last, timing)
    walls = [hole_in_span(claim) for claim in claims if claim.masked]
    span = padded(exact, before_ms, after_ms, walls)
    parts = audible_of_span(exact, claims)
    levels_start_ms = max(window.start_ms, span.start_ms - _SHOWN_MS)
    return SpanChoice(
        span=span,
        lost_before_ms=_lost_before_ms(exact, parts),
        lost_after_ms=_lost_after_ms(exact, parts),
        levels_start_ms=levels_start_ms,
        levels=_levels(window, levels_start_ms, span.end_ms + _SHOWN_MS),
    )


def _padding(
    places: Places,
    first: int,
    last: int,
    timing: TimingSource,
) -> tuple[int, int]:
    """Return how much the span is widened before and after the words."""
    before_ms, after_ms = padding_ms(timing)
    begin, end = places.words[first], places.words[last]
    if begin is not None:
        before_ms = _limited(begin.before_ms)
    if end is not None:
        after_ms = _limited(end.after_ms)
    return before_ms, after_ms


def _limited(doubt_ms: int) -> int:
    return min(max(doubt_ms, _LEAST_PADDING_MS), _MOST_PADDING_MS)


def _lost_before_ms(span: Span, parts: Sequence[Interval]) -> int:
    first_ms = min((start for start, _ in parts), default=span.end_ms)
    return first_ms - span.start_ms


def _lost_after_ms(span: Span, parts: Sequence[Interval]) -> int:
    last_ms = max((end for _, end in parts), default=span.end_ms)
    return span.end_ms - last_ms


def _levels(
    window: Window,
    start_ms: int,
    end_ms: int,
) -> tuple[int, ...]:
    """Return the loudness of each 20 ms between two times of the clip."""
    per_ms = RATE_HZ // 1000
    first = (start_ms - window.start_ms) * per_ms
    last = (end_ms - window.start_ms) * per_ms
    samples = window.samples[first:last]
    step = STEP_MS * per_ms
    n_steps = len(samples) // step
    if n_steps == 0:
        return ()
    power = np.square(samples[: n_steps * step].reshape(n_steps, step)).mean(axis=1)
    levels_db = 10 * np.log10(power + _QUIETEST)
    heights = (levels_db - levels_db.max()) / _RANGE_DB + 1
    return tuple(np.rint(heights.clip(0, 1) * 100).astype(int).tolist())
