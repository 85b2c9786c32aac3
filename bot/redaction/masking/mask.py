"""Choose the parts of a window that stay audible, and fill the rest with sound."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from bot.redaction.audio.signal import Samples
from storage.records import Side, Span, TimingSource

Interval = tuple[int, int]

# Measured against forced alignment, 95 % of recogniser times are within 250 ms of the
# truth, and 95 % of hand-made times within 100 ms. For other sources the error is
# unknown.
UNCERTAINTY_MS = {
    TimingSource.HUMAN: 100,
    TimingSource.RECOGNISER: 250,
    TimingSource.UNKNOWN: 400,
}
# The gap is the closure of a stop consonant and has no room for another word.
_BRIDGED_GAP_MS = 60
# A longer pause may hold sound that the model takes for none.
_LONGEST_BRIDGE_MS = 500
# The edges of pauses and of words are found apart, each in steps of 10 ms.
_TOUCHING_MS = 60
_FADE_MS = 8
# The original fades inside the kept side, so that no click is heard.
_EDGE_MS = 3
_TONE_LEVEL = 0.03
_NOISE_LEVEL = 0.02


@dataclass(frozen=True)
class Doubt:
    """How far a word that was found in the sound may reach beyond its times, in ms.

    `before_ms` and `after_ms` count where a masked word stands outside the span. The
    shorter `inside_before_ms` and `inside_after_ms` count within the span, and for a
    harmless word beside sound of which no word is known.
    """

    before_ms: int
    after_ms: int
    inside_before_ms: int
    inside_after_ms: int


@dataclass(frozen=True)
class Claim:
    """The statement of a transcript about a stretch of sound, in ms on the clip.

    `masked`: the words there must not be heard. `covers`: the words can take this long,
    so the stretch may be heard unless it is masked. `cuts_span`: the words must not be
    heard inside the span either. `doubt` is None where only the transcript has the
    times.
    """

    start_ms: int
    end_ms: int
    masked: bool
    covers: bool
    cuts_span: bool = False
    doubt: Doubt | None = None


def keep_intervals(
    window: Interval,
    span: Span,
    claims: Sequence[Claim],
    timing: TimingSource,
    pauses: Sequence[Interval] = (),
) -> list[Interval]:
    """Return the parts of `window` known to be harmless, sorted and disjoint, in ms.

    They are the span, and runs of harmless words. A run is shortened at both ends by
    the doubt about its times, but not where one of the `pauses` follows, and keeps that
    distance from every masked word. Sound without a word, or under a word that cannot
    take so long, is not kept, except for a pause between two harmless words. The span
    is cut at the words that must not be heard there either.
    """
    margin = UNCERTAINTY_MS[timing]
    harmless = [claim for claim in claims if claim.covers and not claim.masked]
    words = [(claim.start_ms, claim.end_ms) for claim in harmless]
    hidden = [_hidden(claim, margin) for claim in claims if claim.masked]
    spoken = [*words, (span.start_ms, span.end_ms)]
    bridges = [pause for pause in pauses if _joins(pause, spoken)]
    runs = _union([*spoken, *bridges], _BRIDGED_GAP_MS)
    shrunk = [_shrunk(run, harmless, pauses, margin) for run in runs]
    kept = _union([*subtract(shrunk, hidden), *audible_of_span(span, claims)])
    return _within(kept, window)


def audible_of_span(span: Span, claims: Sequence[Claim]) -> list[Interval]:
    """Return the parts of the span that stay audible, in ms on the clip.

    Without a doubt measured in the sound there is no margin at the edges: it would take
    most of a short muddled word.
    """
    holes = [hole_in_span(claim) for claim in claims if claim.cuts_span]
    return subtract([(span.start_ms, span.end_ms)], holes)


def _hidden(claim: Claim, margin_ms: int) -> Interval:
    """Return the part around a masked word that is not audible outside the span."""
    first, last = sorted((claim.start_ms, claim.end_ms))
    if claim.doubt is None:
        return first - margin_ms, last + margin_ms
    return first - claim.doubt.before_ms, last + claim.doubt.after_ms


def hole_in_span(claim: Claim) -> Interval:
    """Return what a masked word that cuts the span takes from it."""
    first, last = sorted((claim.start_ms, claim.end_ms))
    if claim.doubt is None:
        return first, last
    return first - claim.doubt.inside_before_ms, last + claim.doubt.inside_after_ms


def _joins(pause: Interval, spoken: Sequence[Interval]) -> bool:
    """Return whether a short pause lies between two of the spoken intervals."""
    start, end = pause
    if end - start > _LONGEST_BRIDGE_MS:
        return False
    follows = any(abs(last - start) <= _TOUCHING_MS for _, last in spoken)
    return follows and any(abs(first - end) <= _TOUCHING_MS for first, _ in spoken)


def _shrunk(
    run: Interval,
    harmless: Sequence[Claim],
    pauses: Sequence[Interval],
    margin_ms: int,
) -> Interval:
    """Return the run without the doubt about its ends.

    Nothing is taken at an end where a pause begins: no other word is near it.
    """
    start, end = run
    before = [
        _less_before(each, margin_ms) for each in harmless if each.start_ms == start
    ]
    after = [_less_after(each, margin_ms) for each in harmless if each.end_ms == end]
    start_margin = max(before, default=margin_ms)
    end_margin = max(after, default=margin_ms)
    if any(abs(last - start) <= _TOUCHING_MS for _, last in pauses):
        start_margin = 0
    if any(abs(first - end) <= _TOUCHING_MS for first, _ in pauses):
        end_margin = 0
    return start + start_margin, end - end_margin


def _less_before(claim: Claim, margin_ms: int) -> int:
    """Return how much a harmless word loses at its start, where no word is known."""
    if claim.doubt is None:
        return margin_ms
    return claim.doubt.inside_before_ms


def _less_after(claim: Claim, margin_ms: int) -> int:
    if claim.doubt is None:
        return margin_ms
    return claim.doubt.inside_after_ms


def remove_sides(
    keep: Sequence[Interval],
    span: Span,
    hidden_sides: Set[Side],
) -> list[Interval]:
    """Return the intervals without what lies on hidden sides of the span."""
    holes: list[Interval] = []
    if Side.BEFORE in hidden_sides:
        holes.append((min(0, span.start_ms), span.start_ms))
    if Side.AFTER in hidden_sides:
        last_ms = max(end for _, end in keep)
        holes.append((span.end_ms, max(last_ms, span.end_ms)))
    return subtract(keep, holes)


def replace_outside(
    samples: Samples,
    rate_hz: int,
    keep: Sequence[Interval],
    rng: np.random.Generator,
    filler: str = "tone",
) -> Samples:
    """Return the samples inside `keep`, and generated sound elsewhere.

    `samples` are float32 of shape (frames,); `keep` is in ms from the first sample. The
    filler is a soft `tone` or speech-shaped `noise`. Outside `keep` nothing of the
    original is left, not even faded: filler and original each fade on their own side.
    """
    open_gate = _gate(len(samples), rate_hz, keep, _EDGE_MS)
    shut_gate = 1 - _gate(
        len(samples),
        rate_hz,
        keep,
        _FADE_MS,
        outwards=True,
    )
    make = _noise if filler == "noise" else _tone
    generated = make(len(samples), rate_hz, rng)
    return (samples * open_gate + generated * shut_gate).astype(np.float32)


def silence_outside(
    samples: Samples,
    rate_hz: int,
    keep: Sequence[Interval],
) -> Samples:
    """Return the samples inside `keep`, and silence elsewhere, with the same fades."""
    return (samples * _gate(len(samples), rate_hz, keep, _EDGE_MS)).astype(np.float32)


def exchange_inside(
    samples: Samples,
    others: Samples,
    rate_hz: int,
    parts: Sequence[Interval],
) -> Samples:
    """Return `others` inside `parts` (in ms) and `samples` elsewhere; both are as long."""
    gate = _gate(len(samples), rate_hz, parts, _EDGE_MS)
    return (samples * (1 - gate) + others * gate).astype(np.float32)


def _union(intervals: Sequence[Interval], gap: int = 0) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(
        interval for interval in intervals if interval[0] < interval[1]
    ):
        if merged and start <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def subtract(
    intervals: Sequence[Interval], holes: Sequence[Interval]
) -> list[Interval]:
    """Return the intervals without the parts that lie in a hole."""
    left = list(intervals)
    for hole_start, hole_end in holes:
        left = [
            part
            for start, end in left
            for part in ((start, min(end, hole_start)), (max(start, hole_end), end))
            if part[0] < part[1]
        ]
    return left


def _within(intervals: Sequence[Interval], window: Interval) -> list[Interval]:
    clipped = ((max(start, window[0]), min(end, window[1])) for start, end in intervals)
    return [(start, end) for start, end in clipped if start < end]


def _gate(
    n_frames: int,
    rate_hz: int,
    keep: Sequence[Interval],
    fade_ms: int,
    *,
    outwards: bool = False,
) -> Samples:
    """Return 1 in `keep` and 0 elsewhere, with raised-cosine slopes.

    The slopes lie inside `keep`, or outside it if `outwards` is set.
    """
    gate = np.zeros(n_frames, dtype=np.float32)
    fade = fade_ms * rate_hz // 1000
    for start_ms, end_ms in keep:
        start, end = start_ms * rate_hz // 1000, end_ms * rate_hz // 1000
        if outwards:
            start, end = start - fade, end + fade
        slope = min(fade, (end - start) // 2)
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(slope) + 0.5) / max(slope, 1))
        piece = np.ones(end - start, dtype=np.float32)
        piece[:slope] = ramp
        piece[len(piece) - slope :] = ramp[::-1]
        first, last = max(start, 0), min(end, n_frames)
        if first < last:
            gate[first:last] = np.maximum(
                gate[first:last], piece[first - start : last - start]
            )
    return gate


def _tone(
    n_frames: int,
    rate_hz: int,
    rng: np.random.Generator,
) -> Samples:
    """Return a tone near 1 kHz, where speech has little that could match it."""
    frequency_hz, phase = rng.uniform(950, 1050), rng.uniform()
    # A turn is 2**32, so whole turns overflow and no error grows with time.
    turns = np.arange(n_frames, dtype=np.uint32) * np.uint32(
        frequency_hz / rate_hz * 2**32
    )
    turns += np.uint32(phase * 2**32)
    wave: Samples = np.sin(turns.astype(np.float32) * np.float32(2 * np.pi / 2**32))
    return wave * np.float32(_TONE_LEVEL * np.sqrt(2))


def _noise(
    n_frames: int,
    rate_hz: int,
    rng: np.random.Generator,
) -> Samples:
    """Return white noise with a slope of -6 dB per octave from 500 Hz, as speech has."""
    if n_frames == 0:
        return np.zeros(0, dtype=np.float32)
    spectrum = np.fft.rfft(rng.standard_normal(n_frames))
    frequencies_hz = np.fft.rfftfreq(n_frames, 1 / rate_hz)
    shaped = np.fft.irfft(spectrum / np.hypot(1, frequencies_hz / 500), n_frames)
    level = np.sqrt(np.square(shaped).mean())
    return np.asarray(_NOISE_LEVEL * shaped / level, dtype=np.float32)
