"""What of a span may be heard where masked words lie in it or touch it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.redaction.masking.claims import claims_of
from bot.redaction.masking.mask import Claim, Doubt, audible_of_span
from bot.redaction.masking.speaking_time import longest_ms
from bot.redaction.masking.word_decisions import WordDecision, decide_words
from bot.redaction.times.place import Place
from storage.records import Span, Word

# Listeners cannot place a shorter sound.
_SHORTEST_MS = 60
# Drafts are late more often than early.
_FARTHEST_BEFORE_MS = 250
_FARTHEST_AFTER_MS = 100


def claims_around(
    words: Sequence[Word],
    decisions: Sequence[WordDecision],
    locale: str,
    *,
    places: Sequence[Place | None] = (),
    unmask: bool = False,
) -> list[Claim]:
    """Return the claim of each word, with those that cut the span marked.

    `places`: where the words lie in the sound, if that was found; one a word, or none
    at all. `unmask` is for elevated listening: no word is masked.
    """
    masked = [decision.masked and not unmask for decision in decisions]
    found = places or (None,) * len(words)
    claims = []
    for word, decision, claim, place, limit_ms in zip(
        words,
        decisions,
        claims_of(words, masked, locale),
        found,
        longest_ms([word.text for word in words], locale),
        strict=True,
    ):
        cuts_span = claim.masked and _cuts_span(word, decision)
        made = replace(claim, cuts_span=cuts_span)
        claims.append(_moved(made, place, limit_ms))
    return claims


def _moved(
    claim: Claim,
    place: Place | None,
    limit_ms: int,
) -> Claim:
    """Return the claim at the word's place in the sound.

    A harmless word keeps nothing audible far from its times in the draft, nor where it
    cannot take so long: sound that the draft lacks might be there.
    """
    if place is None:
        return claim
    doubt = Doubt(
        before_ms=place.before_ms,
        after_ms=place.after_ms,
        inside_before_ms=place.likely_before_ms,
        inside_after_ms=place.likely_after_ms,
    )
    start_ms, end_ms = place.start_ms, place.end_ms
    if not claim.masked:
        start_ms = max(start_ms, claim.start_ms - _FARTHEST_BEFORE_MS)
        end_ms = min(end_ms, claim.end_ms + _FARTHEST_AFTER_MS)
    covers = claim.covers and end_ms - start_ms <= limit_ms
    return replace(
        claim,
        start_ms=start_ms,
        end_ms=end_ms,
        covers=covers,
        doubt=doubt,
    )


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
    return not is_span_audible(span, claims_around(words, decisions, locale))


def is_span_audible(span: Span, claims: Sequence[Claim]) -> bool:
    """Return whether enough of the span is audible to place a sound."""
    parts = audible_of_span(span, claims)
    longest_ms = max((end - start for start, end in parts), default=0)
    return longest_ms >= min(_SHORTEST_MS, span.length_ms)
