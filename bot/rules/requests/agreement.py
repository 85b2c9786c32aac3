"""What a set of blind proposals adds up to."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.requests.spelling import reading
from storage.records import Answer, Proposal, RequestState

_STATE_OF_AGREED = {
    Answer.WORDS: RequestState.AGREED,
    Answer.NOT_SPEECH: RequestState.AGREED,
    Answer.CANT_TELL: RequestState.UNCLEAR,
    Answer.NOT_FOR_ASSISTANT: RequestState.ACCIDENTAL,
    Answer.SHOULD_NOT_HAVE_BEEN_RECORDED: RequestState.ACCIDENTAL,
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`state` is `open` while more answers are needed; `text` is the settled
    spelling.
    """

    state: RequestState
    answer: Answer | None = None
    text: str | None = None
    agreeing: int = 0


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One distinct answer, as a lead sees it: a letter, never an author."""

    letter: str
    answer: Answer
    text: str | None


def verdict(proposals: Sequence[Proposal], quorum: int, locale: str) -> Verdict:
    """Quorum of one reading and no dissent agrees; any dissent at all is disputed.

    "Can't tell" dissents from nothing, but a quorum of it beside somebody's words is a
    dispute: those words are evidence a lead should weigh. One "I heard personal
    information" ends the request at once, because then the masking has failed.
    """
    if any(p.answer is Answer.HEARD_PERSONAL for p in proposals):
        return Verdict(state=RequestState.UNMASKABLE, answer=Answer.HEARD_PERSONAL)
    unsure = [p for p in proposals if p.answer is Answer.CANT_TELL]
    firm = Counter(
        _key(p, locale) for p in proposals if p.answer is not Answer.CANT_TELL
    )
    if len(firm) > 1 or (firm and len(unsure) >= quorum):
        return Verdict(state=RequestState.DISPUTED)
    if len(unsure) >= quorum:
        return Verdict(
            state=RequestState.UNCLEAR, answer=Answer.CANT_TELL, agreeing=len(unsure)
        )
    if not firm or firm.total() < quorum:
        return Verdict(state=RequestState.OPEN)
    agreed = [p for p in proposals if p.answer is not Answer.CANT_TELL]
    return Verdict(
        state=_STATE_OF_AGREED[agreed[0].answer],
        answer=agreed[0].answer,
        text=_spelling(agreed),
        agreeing=len(agreed),
    )


def state_after_ruling(answer: Answer) -> RequestState:
    """A lead's ruling that it should not have been recorded counts like everybody's."""
    accidental = _STATE_OF_AGREED.get(answer) is RequestState.ACCIDENTAL
    return RequestState.ACCIDENTAL if accidental else RequestState.ADJUDICATED


def readings(proposals: Sequence[Proposal], locale: str) -> list[Reading]:
    """The distinct answers under letters A, B, C, ordered by their text, so by nobody's
    speed.
    """
    distinct: dict[tuple[Answer, str], list[Proposal]] = {}
    for proposal in proposals:
        distinct.setdefault(_key(proposal, locale), []).append(proposal)
    return [
        Reading(letter=chr(ord("A") + i), answer=key[0], text=_spelling(distinct[key]))
        for i, key in enumerate(sorted(distinct))
    ]


def agrees(proposal: Proposal, answer: Answer, text: str | None, locale: str) -> bool:
    """Whether a proposal says what was settled."""
    return _key(proposal, locale) == (answer, reading(text or "", locale))


def _key(proposal: Proposal, locale: str) -> tuple[Answer, str]:
    return proposal.answer, reading(proposal.text or "", locale)


def _spelling(same: Sequence[Proposal]) -> str | None:
    """The commonest spelling of one reading; among equals the one with the least
    punctuation.
    """
    texts = Counter(" ".join(p.text.split()) for p in same if p.text)
    return (
        min(texts, key=lambda text: (-texts[text], _marks(text), text))
        if texts
        else None
    )


def _marks(text: str) -> int:
    """How many marks stand around the words: people end an answer like a sentence."""
    return sum(unicodedata.category(mark)[0] == "P" for mark in (text[0], text[-1]))
