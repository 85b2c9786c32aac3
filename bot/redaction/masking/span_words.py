"""What of a span may be heard where masked words lie in it or touch it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.redaction.masking.claims import claims_of
from bot.redaction.masking.mask import Claim, audible_of_span
from bot.redaction.masking.word_decisions import WordDecision, decide_words
from storage.records import Span, Word

# Listeners cannot place a shorter sound.
_SHORTEST_MS = 60


def claims_around(
    words: Sequence[Word],
    decisions: Sequence[WordDecision],
    locale: str,
    *,
    unmask: bool = False,
) -> list[Claim]:
    """Return the claim of each word, with those that cut the span marked.

    `unmask` is for elevated listening: no word is masked.
    """
    masked = [decision.masked and not unmask for decision in decisions]
    claims = []
    for word, decision, claim in zip(
        words,
        decisions,
        claims_of(words, masked, locale),
        strict=True,
    ):
        cuts_span = claim.masked and _cuts_span(word, decision)
        claims.append(replace(claim, cuts_span=cuts_span))
    return claims


def _cuts_span(word: Word, decision: WordDecision) -> bool:
    """Return whether a masked word is not audible inside the span either.

    Personal words are never audible. A masked neighbour that the span touches is cut
    off, unless its times are only a guess.
    """
    if decision.personal:
        return True
    if decision.muddled:
        return False
    return word.within is None


def is_on_personal_words(
    words: Sequence[Word],
    span: Span,
    locale: str,
) -> bool:
    """Return whether a span asks for words that the draft knows to be personal.

    It does where most of such a word lies inside the span, and where too little of the
    span would be audible.
    """
    decisions = decide_words(words, span, locale)
    if any(decision.personal and decision.muddled for decision in decisions):
        return True
    parts = audible_of_span(span, claims_around(words, decisions, locale))
    longest_ms = max((end - start for start, end in parts), default=0)
    return longest_ms < _SHORTEST_MS
