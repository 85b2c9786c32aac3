"""Make the snippet that colleagues hear from a recording and one span of it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from bot.errors import Invalid
from bot.redaction import voice
from bot.redaction.audio import codec, loudness
from bot.redaction.audio.opening import Recording
from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.audio.wav import encode_wav
from bot.redaction.belonging import check_belonging
from bot.redaction.masking import mask
from bot.redaction.masking.span_words import claims_around, is_span_audible
from bot.redaction.masking.word_decisions import WordDecision, decide_placed, hide_sides
from bot.redaction.times.place import at_places, place_words
from bot.redaction.voice import Strength
from bot.redaction.voice.randomness import generator
from bot.redaction.words.reasons import Reason
from bot.text import text
from storage.records import ShownWord, Side, Span, TimingSource, Word

MAX_SPAN_MS = 3_000
MAX_CONTEXT_MS = 2_000
N_PEAKS = 240
_QUIET_START_MS = 150


@dataclass(frozen=True)
class MaskedPart:
    """A stretch of the snippet, in ms, that is not audible, and why: one or more."""

    start_ms: int
    end_ms: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class MaskingReport:
    """The figures of the masked and shown parts; it holds no word."""

    masked: tuple[MaskedPart, ...]
    masked_ms: int
    audible_ms: int
    words_shown: int
    words_masked: int


@dataclass(frozen=True)
class Snippet:
    """The redacted sound of a span and its surroundings.

    `start_ms` and `end_ms` are on the clip; all other times count from the snippet's
    beginning. `peaks`: overview of the redacted sound, at most 240 values, 0..100.
    """

    wav: bytes = field(repr=False)
    start_ms: int
    end_ms: int
    span_in_snippet_ms: tuple[int, int]
    words: tuple[ShownWord, ...] = field(repr=False)
    peaks: tuple[int, ...]
    report: MaskingReport


def make_snippet(
    recording: Recording,
    *,
    span: Span,
    words: Sequence[Word],
    locale: str,
    timing: TimingSource,
    key: bytes,
    filler: str = "tone",
    context_ms: int = 2000,
    strength: Strength | str = Strength.FULL,
    unmask: bool = False,
    strict: bool = False,
    hidden_sides: Set[Side] = frozenset(),
    align: bool = False,
) -> Snippet:
    """Return the redacted sound of `span` and at most `context_ms` around it.

    The same `key` gives the same bytes. `words` are the whole clip's draft transcript;
    without them only the span stays audible. Words that the draft knows to be names or
    numbers are not audible inside the span either. `strength` "less" disguises the span, and
    nothing else, one step less. `unmask` makes masked words audible; they stay hidden
    in the text. Both are for listening after a step-up only. `strict` masks more words
    of special categories (docs/words.md). On `hidden_sides` of the span nothing is
    audible or shown, even with `unmask`, because a listener heard personal information
    there. `align` places the words where the sound has them, and not at the draft's
    times. Raises Invalid for a span or file that cannot be used, and for a span of which
    nothing may be heard.
    """
    _check(span, context_ms, filler, strength)
    window = codec.read_window(
        recording, span.start_ms - context_ms, span.end_ms + context_ms
    )
    end_ms = window.start_ms + len(window.samples) * 1000 // RATE_HZ
    if end_ms <= span.start_ms:
        raise Invalid(text("redaction.span.beyond_the_end"), field="span")
    check_belonging(recording, window, words)
    span = Span(start_ms=span.start_ms, end_ms=min(span.end_ms, end_ms))
    places = place_words(
        window,
        words,
        timing,
        align=align,
    )
    heard = at_places(words, places)
    decided = decide_placed(words, heard, span, locale, strict=strict)
    decisions = hide_sides(decided, heard, span, hidden_sides)
    claims = claims_around(
        words,
        decisions,
        locale,
        places=places.words,
        unmask=unmask,
    )
    if not is_span_audible(span, claims):
        raise Invalid(text("redaction.span.personal"), field="span")
    audible = mask.keep_intervals(
        (window.start_ms, end_ms),
        span,
        claims,
        timing,
        places.pauses,
    )
    keep = mask.remove_sides(audible, span, hidden_sides)
    relative = [(start - window.start_ms, end - window.start_ms) for start, end in keep]
    clearer = _clearer(span, window.start_ms, strength)
    redacted = _render(
        window.samples,
        relative,
        key,
        filler,
        clearer,
    )
    shown = _shown(heard, decisions, window.start_ms, end_ms)
    return Snippet(
        wav=encode_wav(redacted),
        start_ms=window.start_ms,
        end_ms=end_ms,
        span_in_snippet_ms=(
            span.start_ms - window.start_ms,
            span.end_ms - window.start_ms,
        ),
        words=shown,
        peaks=overview(redacted),
        report=_report(
            relative,
            end_ms - window.start_ms,
            claims,
            decisions,
            window.start_ms,
        ),
    )


def overview(samples: Samples) -> tuple[int, ...]:
    """Return the highest absolute value of each of 240 stretches, 100 for full scale."""
    if len(samples) == 0:
        return ()
    n_peaks = min(N_PEAKS, len(samples))
    starts = np.arange(n_peaks) * len(samples) // n_peaks
    highest = np.maximum.reduceat(np.abs(samples), starts)
    return tuple(np.rint(highest * 100).clip(max=100).astype(int).tolist())


def _check(
    span: Span,
    context_ms: int,
    filler: str,
    strength: str,
) -> None:
    if span.start_ms < 0 or span.length_ms <= 0:
        raise Invalid(text("redaction.span.backwards"), field="span")
    if span.length_ms > MAX_SPAN_MS:
        raise Invalid(text("redaction.span.too_long"), field="span")
    if not 0 <= context_ms <= MAX_CONTEXT_MS:
        raise Invalid(text("redaction.span.too_much_context"))
    if filler not in ("tone", "noise"):
        raise Invalid(text("redaction.span.unknown_filler"))
    if strength not in list(Strength):
        raise Invalid(text("redaction.span.unknown_strength"))


def _clearer(
    span: Span,
    start_ms: int,
    strength: str,
) -> list[mask.Interval]:
    """Return the intervals disguised one step less, in ms from the snippet's start."""
    if strength == Strength.FULL:
        return []
    return [(span.start_ms - start_ms, span.end_ms - start_ms)]


def _render(
    samples: Samples,
    keep: Sequence[mask.Interval],
    key: bytes,
    filler: str,
    clearer: Sequence[mask.Interval],
) -> Samples:
    """Return the sound masked, disguised, levelled and filled, in this order.

    Masking comes first, so that no later step gets sound that is masked.
    """
    offset = _audible(samples, keep).mean()
    bare = mask.silence_outside(samples - offset, RATE_HZ, keep)
    disguised = voice.disguise(bare, RATE_HZ, generator(key, "voice"))
    if clearer:
        # This voice is drawn apart, so that it reveals no random choice of the context.
        less = voice.disguise(
            bare, RATE_HZ, generator(key, "voice less"), Strength.LESS
        )
        disguised = mask.exchange_inside(disguised, less, RATE_HZ, clearer)
    gain = loudness.gain_to_target(_audible(disguised, keep), RATE_HZ)
    levelled = disguised * np.float32(gain)
    filled = mask.replace_outside(
        levelled,
        RATE_HZ,
        keep,
        generator(key, "filler"),
        filler,
    )
    return _quiet_start(loudness.limit(filled, RATE_HZ), keep[0][0])


def _audible(samples: Samples, keep: Sequence[mask.Interval]) -> Samples:
    per_ms = RATE_HZ // 1000
    parts = [samples[start * per_ms : end * per_ms] for start, end in keep]
    return np.concatenate(parts)


def _quiet_start(samples: Samples, first_audible_ms: int) -> Samples:
    """Return the sound with a rise from silence before the first audible part."""
    n_frames = min(_QUIET_START_MS, max(first_audible_ms, 3)) * RATE_HZ // 1000
    n_frames = min(n_frames, len(samples))
    ramp = np.ones(len(samples), dtype=np.float32)
    ramp[:n_frames] = 0.5 - 0.5 * np.cos(np.pi * np.arange(n_frames) / max(n_frames, 1))
    return samples * ramp


def _shown(
    words: Sequence[Word],
    decisions: Sequence[WordDecision],
    start_ms: int,
    end_ms: int,
) -> tuple[ShownWord, ...]:
    return tuple(
        ShownWord(
            text=word.text if decision.shown else None,
            start_ms=max(word.start_ms, start_ms) - start_ms,
            end_ms=min(word.end_ms, end_ms) - start_ms,
        )
        for word, decision in sorted(
            zip(words, decisions, strict=True), key=lambda pair: pair[0].start_ms
        )
        if max(word.start_ms, start_ms) < min(word.end_ms, end_ms)
    )


def _report(
    keep: Sequence[mask.Interval],
    length_ms: int,
    claims: Sequence[mask.Claim],
    decisions: Sequence[WordDecision],
    start_ms: int,
) -> MaskingReport:
    """Return the parts of the window that are masked, and how many words are shown.

    `keep` holds the audible parts, in ms of the window. The masked parts are the gaps
    between them. Each has the reason of the words inside it.
    """
    edges = [0, *(edge for part in keep for edge in part), length_ms]
    gaps = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    inside = [
        (claim, decision)
        for claim, decision in zip(claims, decisions, strict=True)
        if claim.end_ms > start_ms and claim.start_ms < start_ms + length_ms
    ]
    masked_ms = sum(b - a for a, b in gaps)
    return MaskingReport(
        masked=tuple(
            MaskedPart(a, b, _reasons(a + start_ms, b + start_ms, inside))
            for a, b in gaps
        ),
        masked_ms=masked_ms,
        audible_ms=length_ms - masked_ms,
        words_shown=sum(decision.shown for _, decision in inside),
        words_masked=sum(decision.masked for _, decision in inside),
    )


def _reasons(
    start_ms: int,
    end_ms: int,
    words: Sequence[tuple[mask.Claim, WordDecision]],
) -> tuple[Reason, ...]:
    """Return why `[start_ms, end_ms)` of the clip is not audible."""
    over = [pair for pair in words if _overlaps(pair[0], start_ms, end_ms)]
    reasons = sorted({Reason(decision.why) for _, decision in over if decision.masked})
    if reasons:
        return tuple(reasons)
    if not over:
        return (Reason.NOTHING_TRANSCRIBED,)
    if any(claim.covers for claim, _ in over):
        return (Reason.NEAR_A_WORD,)
    return (Reason.LONGER_THAN_WORDS,)


def _overlaps(
    claim: mask.Claim,
    start_ms: int,
    end_ms: int,
) -> bool:
    return claim.start_ms < end_ms and claim.end_ms > start_ms
