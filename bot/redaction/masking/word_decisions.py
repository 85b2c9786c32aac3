"""Decide about every word of a draft transcript, with the muddled word held out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.redaction.words import explain_words
from storage.records import Span, Word

MUDDLED = "<?>"
# Below this confidence half of a recogniser's words are wrong.
LOW_CONFIDENCE = 0.6


@dataclass(frozen=True)
class WordDecision:
    """The decision on one word.

    `masked`: not audible outside the span. `shown`: the text of the word may be read.
    """

    masked: bool
    shown: bool
    why: str


def decide_words(
    words: Sequence[Word],
    span: Span,
    locale: str,
    *,
    strict: bool = False,
) -> list[WordDecision]:
    """Return one decision a word, in the order of `words`.

    The transcript's own reading of the muddled word is neither used nor shown: it may
    be wrong, and peers answer blind.
    """
    in_order = sorted(
        range(len(words)), key=lambda i: (words[i].start_ms, words[i].end_ms)
    )
    texts = [_for_context(words[i], span) for i in in_order]
    decisions: list[WordDecision | None] = [None] * len(words)
    everything = explain_words(texts, locale, strict=strict)
    for i, explained in zip(in_order, everything, strict=True):
        if _is_muddled(words[i], span):
            decisions[i] = _decide_muddled(words[i], locale, strict=strict)
        elif _is_uncertain(words[i]):
            decisions[i] = _decide_alone(words[i], locale, strict=strict)
        else:
            decisions[i] = WordDecision(
                explained.masked, not explained.masked, explained.why
            )
    return [decision for decision in decisions if decision is not None]


def _decide_muddled(
    word: Word,
    locale: str,
    *,
    strict: bool,
) -> WordDecision:
    """Return the decision on the word in question, which the span makes audible.

    A word with estimated times may lie elsewhere and is judged by its reading.
    """
    is_masked = False
    if word.within is not None:
        is_masked = _decide_alone(word, locale, strict=strict).masked
    return WordDecision(is_masked, False, "the muddled word")


def _for_context(word: Word, span: Span) -> str:
    return MUDDLED if _is_muddled(word, span) or _is_uncertain(word) else word.text


def _is_muddled(word: Word, span: Span) -> bool:
    """Return whether half of the word or more lies inside the span."""
    overlap = min(word.end_ms, span.end_ms) - max(word.start_ms, span.start_ms)
    return overlap > 0 and 2 * overlap >= word.end_ms - word.start_ms


def _is_uncertain(word: Word) -> bool:
    return word.confidence is not None and not word.confidence >= LOW_CONFIDENCE


def _decide_alone(
    word: Word,
    locale: str,
    *,
    strict: bool,
) -> WordDecision:
    """Return the decision on a word that may be misread: harmless anywhere, or masked."""
    (explained,) = explain_words([word.text], locale, strict=strict)
    why = explained.why
    if explained.masked:
        why = "low confidence"
    return WordDecision(explained.masked, not explained.masked, why)
