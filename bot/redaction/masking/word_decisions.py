"""Decide about every word of a draft transcript, with the muddled word held out."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from bot.redaction.masking.personal_words import MUDDLED, are_personal, is_uncertain
from bot.redaction.words import explain_words
from bot.redaction.words.reasons import Reason
from storage.records import Side, Span, Word


@dataclass(frozen=True)
class WordDecision:
    """The decision on one word.

    `masked`: not audible outside the span. `shown`: the text of the word may be read.
    `personal`: the draft knows it as a name or number, so it is not audible inside the
    span either. `muddled`: half of the word or more lies inside the span.
    """

    masked: bool
    shown: bool
    why: str
    personal: bool = False
    muddled: bool = False


def decide_words(
    words: Sequence[Word],
    span: Span,
    locale: str,
    *,
    strict: bool = False,
) -> list[WordDecision]:
    """Return one decision a word, in the order of `words`.

    The transcript's own reading of the muddled word is neither shown nor used for the
    words around it: it may be wrong, and peers answer blind. It counts only where it is
    personal.
    """
    return decide_placed(
        words,
        words,
        span,
        locale,
        strict=strict,
    )


def decide_placed(
    draft: Sequence[Word],
    words: Sequence[Word],
    span: Span,
    locale: str,
    *,
    strict: bool = False,
) -> list[WordDecision]:
    """Return one decision a word on `words`, those of the draft at other times.

    The words are read in the draft's order. Figures are not placed in the sound, so by
    the other times they might stand apart from the number that they belong to.
    """
    in_order = order_of_speech(draft)
    texts = [_for_context(words[i], span) for i in in_order]
    decisions: list[WordDecision | None] = [None] * len(words)
    everything = explain_words(texts, locale, strict=strict)
    for i, explained in zip(in_order, everything, strict=True):
        if _is_muddled(words[i], span):
            decisions[i] = _decide_muddled(words[i], locale, strict=strict)
        elif is_uncertain(words[i]):
            decisions[i] = _decide_alone(words[i], locale, strict=strict)
        else:
            decisions[i] = WordDecision(
                explained.masked, not explained.masked, explained.why
            )
    decided = [decision for decision in decisions if decision is not None]
    for i, is_personal in enumerate(are_personal(words, in_order, locale)):
        if is_personal:
            decided[i] = _as_personal(decided[i])
    return decided


def hide_sides(
    decisions: Sequence[WordDecision],
    words: Sequence[Word],
    span: Span,
    hidden_sides: Set[Side],
) -> list[WordDecision]:
    """Return the decisions with every word on a hidden side of the span masked.

    `decisions` are those on `words`, in the same order.
    """
    hidden = []
    for decision, word in zip(decisions, words, strict=True):
        is_before = word.start_ms < span.start_ms and Side.BEFORE in hidden_sides
        is_after = word.end_ms > span.end_ms and Side.AFTER in hidden_sides
        if (is_before or is_after) and not decision.muddled:
            hidden.append(
                replace(decision, masked=True, shown=False, why=Reason.REPORTED)
            )
        else:
            hidden.append(decision)
    return hidden


def order_of_speech(words: Sequence[Word]) -> list[int]:
    """Return the indexes of the words in the order in which they are spoken."""
    return sorted(range(len(words)), key=lambda i: (words[i].start_ms, words[i].end_ms))


def _as_personal(decision: WordDecision) -> WordDecision:
    return replace(
        decision,
        masked=True,
        shown=False,
        personal=True,
    )


def _decide_muddled(
    word: Word,
    locale: str,
    *,
    strict: bool,
) -> WordDecision:
    """Return the decision on the word in question, without regard to its own reading.

    A word with estimated times may lie elsewhere and is judged by its reading.
    """
    is_masked = False
    if word.within is not None:
        is_masked = _decide_alone(word, locale, strict=strict).masked
    return WordDecision(
        is_masked,
        False,
        Reason.MUDDLED_WORD,
        muddled=True,
    )


def _for_context(word: Word, span: Span) -> str:
    if _is_muddled(word, span) or is_uncertain(word):
        return MUDDLED
    return word.text


def _is_muddled(word: Word, span: Span) -> bool:
    """Return whether half of the word or more lies inside the span."""
    overlap = min(word.end_ms, span.end_ms) - max(word.start_ms, span.start_ms)
    return overlap > 0 and 2 * overlap >= word.end_ms - word.start_ms


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
        why = Reason.LOW_CONFIDENCE
    return WordDecision(explained.masked, not explained.masked, why)
