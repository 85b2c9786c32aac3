"""Choose the span of a word by where the sound has it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.redaction.audio import codec
from bot.redaction.audio.codec import Window
from bot.redaction.audio.opening import Recording
from bot.redaction.audio.signal import RATE_HZ
from bot.redaction.masking.mask import Claim, Interval, audible_of_span, hole_in_span
from bot.redaction.masking.span_words import claims_around
from bot.redaction.masking.word_decisions import decide_placed
from bot.redaction.times.place import Places, at_places, place_words
from bot.rules.requests.spans import padded, padding_ms, span_of_words
from storage.records import Span, TimingSource, Word

STEP_MS = 20
AROUND_MS = 2_000
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

    @property
    def loses_sound(self) -> bool:
        """Return whether a step or more of the words cannot be heard."""
        return max(self.lost_before_ms, self.lost_after_ms) >= STEP_MS


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
    view = _look(
        recording,
        words,
        rough,
        timing,
    )
    exact = span_of_words(view.heard, first, last)
    claims = _claims(view, words, exact, locale)
    before_ms, after_ms = _padding(view.places, first, last, timing)
    walls = [hole_in_span(claim) for claim in claims if claim.masked]
    span = padded(exact, before_ms, after_ms, walls)
    return _choice(view, span, exact, claims)


def look_at_span(
    recording: Recording,
    words: Sequence[Word],
    span: Span,
    *,
    locale: str,
    timing: TimingSource,
) -> SpanChoice:
    """Return a span as it is, with what is lost of it and what is around it.

    Raises Invalid for a span beyond the recording and for an unreadable recording.
    """
    view = _look(
        recording,
        words,
        span,
        timing,
    )
    return _choice(view, span, span, _claims(view, words, span, locale))


@dataclass(frozen=True)
class _View:
    """The sound around a span, and the words where the sound has them."""

    window: Window
    places: Places
    heard: Sequence[Word]


def _look(
    recording: Recording,
    words: Sequence[Word],
    span: Span,
    timing: TimingSource,
) -> _View:
    window = codec.read_window(
        recording, span.start_ms - AROUND_MS, span.end_ms + AROUND_MS
    )
    places = place_words(window, words, timing)
    return _View(window, places, at_places(words, places))


def _claims(
    view: _View,
    words: Sequence[Word],
    span: Span,
    locale: str,
) -> list[Claim]:
    decisions = decide_placed(words, view.heard, span, locale)
    return claims_around(words, decisions, locale, places=view.places.words)


def _choice(
    view: _View,
    span: Span,
    asked: Span,
    claims: Sequence[Claim],
) -> SpanChoice:
    """Return the choice of `span`; the losses are those of the part `asked` for."""
    parts = audible_of_span(asked, claims)
    levels_start_ms = max(view.window.start_ms, span.start_ms - _SHOWN_MS)
    return SpanChoice(
        span=span,
        lost_before_ms=_lost_before_ms(asked, parts),
        lost_after_ms=_lost_after_ms(asked, parts),
        levels_start_ms=levels_start_ms,
        levels=_levels(view.window, levels_start_ms, span.end_ms + _SHOWN_MS),
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
