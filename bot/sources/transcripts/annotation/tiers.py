"""Tiers of labelled intervals, and which of them hold the words.

Praat, ELAN and aligners write words, phones, utterances, speakers and notes in tiers
with free names. So a tier is judged by its contents, and its name only decides between
tiers that are alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bot.errors import Invalid
from bot.redaction.masking.speaking_time import longest_ms
from bot.sources.transcripts.annotation.words_by_time import WordsByTime, tokens_of
from bot.sources.transcripts.loose_words import LooseWord, spread
from bot.sources.transcripts.transcript import (
    Transcript,
    build_transcript,
    is_silence,
)
from bot.text import text
from storage.records import TimingSource

# MFA, WebMAUS (ORT-MAU), SPPAS (TokensAlign) and people use these names.
_WORD_TIER = re.compile(
    r"(?:.*[\W_])?(?:words?|ort(?:-mau)?|tokensalign|tokens?)",
    re.IGNORECASE | re.DOTALL,
)
_PHONE_TIER = re.compile(
    r"(?:.*[\W_])?(?:phones?|phonemes?|segments?|mau|kan(?:-mau)?|mas|phonalign)",
    re.IGNORECASE | re.DOTALL,
)
_ALIGNER_TIER = re.compile(
    r"ORT-MAU|KAN-MAU|MAU|MAS|(?:Tokens|Phon|Syll)Align", re.IGNORECASE
)
_ALIGNER_LABELS = frozenset({"<p:>", "<eps>", "<sil>", "<usb>", "<nib>", "spn"})
# Aligners work in frames of 10 ms; no person hits that many whole frames by hand.
_FRAME_MS = 10
_MIN_FRAMED_TIMES = 8
_ARPABET = re.compile(r"[A-Z]{1,2}[0-2]?")
_MOST = 0.5
_LONGEST_PHONE_LABEL = 3


@dataclass(frozen=True)
class Interval:
    """A labelled stretch; `start_ms` and `end_ms` are not yet rounded to whole ms."""

    start_ms: float
    end_ms: float
    label: str

    @property
    def whole(self) -> tuple[int, int]:
        """Return the interval in whole ms, from the start of the clip on."""
        start_ms = max(round(self.start_ms), 0)
        return start_ms, max(round(self.end_ms), start_ms)


@dataclass(frozen=True)
class Tier:
    """Labelled intervals without the silences, whose labels are in `silences`.

    `has_exact_times` is false where the intervals only share the time of others.
    """

    name: str
    intervals: tuple[Interval, ...]
    silences: frozenset[str] = frozenset()
    has_exact_times: bool = True

    @property
    def labels(self) -> list[str]:
        """Return the labels in the order of the intervals."""
        return [interval.label for interval in self.intervals]


def tier_of(
    name: str,
    intervals: Iterable[Interval],
    *,
    exact: bool = True,
) -> Tier:
    """Return a tier, with its silences apart."""
    every = list(intervals)
    spoken = tuple(part for part in every if not is_silence(part.label))
    silences = frozenset(part.label for part in every if is_silence(part.label))
    return Tier(name, spoken, silences, exact)


def transcript_of_tiers(tiers: Sequence[Tier]) -> Transcript:
    """Return the words of the tiers that hold words, one or one for each speaker.

    A label that only another tier has, at an exact time, becomes part of the words it
    overlaps: a name that is marked anywhere is masked. Raises `Invalid` where no tier
    holds words, or where several might.
    """
    is_aligned = _shows_an_aligner(tiers)
    filled = [tier for tier in tiers if tier.intervals]
    phones = _phone_tiers(filled)
    spoken = [tier for tier in filled if tier not in phones and _is_text(tier)]
    if not spoken:  # Figures alone are words where they are called so.
        spoken = [tier for tier in filled if _WORD_TIER.fullmatch(tier.name)]
    chosen = _chosen(spoken)
    if filled and not chosen:
        raise Invalid(text("sources.transcript.no_word_tier"))
    words = [word for tier in chosen for word in _words(tier)]
    others = [_without_phones(tier) for tier in filled if tier not in chosen]
    words += _said_elsewhere(others, words)
    timing = TimingSource.RECOGNISER if is_aligned else TimingSource.HUMAN
    return build_transcript(words, timing, is_evident=is_aligned)


def _words(tier: Tier) -> list[LooseWord]:
    words = []
    for interval in tier.intervals:
        start_ms, end_ms = interval.whole
        for word in spread(interval.label, start_ms, end_ms):
            within = word.within
            if not tier.has_exact_times:
                within = (start_ms, end_ms)
            words.append(
                LooseWord(
                    text=word.text,
                    start_ms=word.start_ms,
                    end_ms=word.end_ms,
                    within=within,
                )
            )
    return words


def _chosen(spoken: Sequence[Tier]) -> list[Tier]:
    """Return the tiers to read: believable ones first, then those called words.

    Of tiers at the same time the one with the shorter labels is read if both hold the
    same words; otherwise the right one is unknown.
    """
    believable = [tier for tier in spoken if _is_believable(tier)]
    candidates = believable or list(spoken)
    named = [tier for tier in candidates if _WORD_TIER.fullmatch(tier.name)]
    candidates = named or candidates
    coarse: list[Tier] = []
    for one, other in combinations(candidates, 2):
        if one in coarse:
            continue
        if other in coarse:
            continue
        if not _are_at_once(one, other):
            continue
        finer, coarser = sorted((one, other), key=_n_tokens_a_label)
        if not named and not _says_the_same(finer, coarser):
            raise Invalid(text("sources.transcript.several_word_tiers"))
        if not named:
            coarse.append(coarser)
    return [tier for tier in candidates if tier not in coarse]


def _is_text(tier: Tier) -> bool:
    """Return whether most labels hold a word, so that they are no identifiers."""
    times = longest_ms(tier.labels)
    return sum(time_ms > 0 for time_ms in times) >= _MOST * len(times)


def _is_believable(tier: Tier) -> bool:
    """Return whether most labels can take as long as their intervals."""
    believed = [
        interval.end_ms - interval.start_ms <= limit_ms
        for interval, limit_ms in zip(
            tier.intervals, longest_ms(tier.labels), strict=True
        )
    ]
    return sum(believed) >= _MOST * len(believed)


def _phone_tiers(tiers: Sequence[Tier]) -> list[Tier]:
    """Return the tiers of phones: called so, or short labels inside longer ones."""
    return [
        tier
        for tier in tiers
        if _PHONE_TIER.fullmatch(tier.name)
        or (_has_phone_labels(tier) and any(_is_inside(tier, it) for it in tiers))
    ]


def _has_phone_labels(tier: Tier) -> bool:
    labels = [label.strip() for label in tier.labels]
    if not all(_is_phone(label, range(_LONGEST_PHONE_LABEL + 1)) for label in labels):
        return False
    n_single = sum(_is_phone(label, range(1, 2)) for label in labels)
    return n_single >= _MOST * len(labels)


def _is_phone(label: str, lengths: range) -> bool:
    if _ARPABET.fullmatch(label):
        return True
    return len(label) in lengths


def _is_inside(fine: Tier, coarse: Tier) -> bool:
    """Return whether one tier divides the intervals of another."""
    if fine is coarse:
        return False
    if len(fine.intervals) <= len(coarse.intervals):
        return False
    return _overlap_ms(fine, coarse) >= 0.9 * _length_ms(fine)


def _are_at_once(one: Tier, other: Tier) -> bool:
    shorter_ms = min(_length_ms(one), _length_ms(other))
    return _overlap_ms(one, other) > _MOST * shorter_ms


def _overlap_ms(one: Tier, other: Tier) -> float:
    """Return how long both tiers are labelled, with a walk along both."""
    total_ms = 0.0
    first, second = _in_order(one), _in_order(other)
    i = j = 0
    while i < len(first) and j < len(second):
        overlap_ms = min(first[i].end_ms, second[j].end_ms) - max(
            first[i].start_ms, second[j].start_ms
        )
        total_ms += max(overlap_ms, 0.0)
        if first[i].end_ms <= second[j].end_ms:
            i += 1
        else:
            j += 1
    return total_ms


def _in_order(tier: Tier) -> list[Interval]:
    return sorted(tier.intervals, key=lambda interval: interval.start_ms)


def _length_ms(tier: Tier) -> float:
    return sum(part.end_ms - part.start_ms for part in tier.intervals)


def _n_tokens_a_label(tier: Tier) -> float:
    n_tokens = sum(len(label.split()) for label in tier.labels)
    return n_tokens / len(tier.intervals)


def _says_the_same(finer: Tier, coarser: Tier) -> bool:
    return _forms(finer) >= _forms(coarser)


def _forms(tier: Tier) -> set[str]:
    return tokens_of(" ".join(tier.labels))


def _without_phones(tier: Tier) -> Tier:
    """Return the possible words in a tier that was not chosen."""
    if _ALIGNER_TIER.fullmatch(tier.name):
        return replace(tier, intervals=())
    has_phones = _PHONE_TIER.fullmatch(tier.name) or _has_phone_labels(tier)
    if not has_phones:
        return tier
    long = [part for part in tier.intervals if len(part.label) > _LONGEST_PHONE_LABEL]
    return replace(tier, intervals=tuple(long))


def _said_elsewhere(
    tiers: Sequence[Tier], words: Sequence[LooseWord]
) -> list[LooseWord]:
    """Return exact labels of other tiers that no word at that time repeats."""
    known = WordsByTime(words)
    said: list[LooseWord] = []
    for tier in tiers:
        limits = longest_ms(tier.labels)
        for interval, limit_ms in zip(tier.intervals, limits, strict=True):
            start_ms, end_ms = interval.whole
            is_exact = 0 < end_ms - start_ms <= limit_ms
            if is_exact and not known.say(interval.label, start_ms, end_ms):
                said.append(
                    LooseWord(
                        text=interval.label,
                        start_ms=start_ms,
                        end_ms=end_ms,
                    )
                )
    return said


def _shows_an_aligner(tiers: Sequence[Tier]) -> bool:
    """Return whether a program set the times: phones, its labels, or whole frames."""
    for tier in tiers:
        marks = {mark.strip().lower() for mark in (*tier.silences, *tier.labels)}
        if not _ALIGNER_LABELS.isdisjoint(marks):
            return True
    if any(_ALIGNER_TIER.fullmatch(tier.name) for tier in tiers):
        return True
    if any(_PHONE_TIER.fullmatch(tier.name) for tier in tiers):
        return True
    if _phone_tiers([tier for tier in tiers if tier.intervals]):
        return True
    times = {
        time_ms
        for tier in tiers
        for interval in tier.intervals
        for time_ms in (interval.start_ms, interval.end_ms)
    }
    if len(times) < _MIN_FRAMED_TIMES:
        return False
    return all(map(_is_on_frame, times))


def _is_on_frame(time_ms: float) -> bool:
    return abs(time_ms / _FRAME_MS - round(time_ms / _FRAME_MS)) < 1e-6
