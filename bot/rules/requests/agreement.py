"""The outcome of a set of blind proposals."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.requests.spelling import reading
from storage.records import Answer, Proposal, Request, RequestState

_STATE_OF_AGREED = {
    Answer.WORDS: RequestState.AGREED,
    Answer.NOT_SPEECH: RequestState.AGREED,
    Answer.CANT_TELL: RequestState.UNCLEAR,
    Answer.NOT_FOR_ASSISTANT: RequestState.ACCIDENTAL,
    Answer.SHOULD_NOT_HAVE_BEEN_RECORDED: RequestState.ACCIDENTAL,
}


# The lowest confidence of an answer.
UNSURE = 1


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome. `state` is OPEN while more answers are needed.

    `text` is the settled spelling.
    """

    state: RequestState
    answer: Answer | None = None
    text: str | None = None
    agreeing: int = 0


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One distinct answer, as a lead sees it: under a letter, without an author.

    `confidences` are those of its proposals, the surest first.
    """

    letter: str
    answer: Answer
    text: str | None
    confidences: tuple[int, ...] = ()


def verdict(
    proposals: Sequence[Proposal],
    quorum: int,
    locale: str,
    *,
    spare_seats: int = 0,
) -> Verdict:
    """Return the outcome of the proposals.

    The order is: a quorum of CANT_TELL, dissent, a quorum of one reading. Each dissent
    from the most frequent reading takes one of the `spare_seats`; one dissent more is a
    dispute. CANT_TELL is no dissent, but a quorum of it beside a reading is a dispute,
    because a lead should weigh that reading. A report of personal information is no
    proposal: see `personal_reports`.
    """
    firm = [each for each in proposals if each.answer is not Answer.CANT_TELL]
    n_cant_tell = len(proposals) - len(firm)
    if n_cant_tell >= quorum:
        return _cannot_tell(firm, n_cant_tell)
    if not firm:
        return Verdict(state=RequestState.OPEN)
    best = _most_frequent(firm, locale)
    n_dissenting = len(firm) - len(best)
    if n_dissenting > _dissent_allowed(firm, spare_seats):
        return Verdict(state=RequestState.DISPUTED)
    if not _is_agreement(best, quorum):
        return Verdict(state=RequestState.OPEN)
    answer = best[0].answer
    return Verdict(
        state=_STATE_OF_AGREED[answer],
        answer=answer,
        text=_spelling(best),
        agreeing=len(best),
    )


def is_for_lead_when_due(proposals: Sequence[Proposal], quorum: int) -> bool:
    """Return whether an open request goes to a lead when its time is up.

    As many answers as the quorum are worth a ruling; a request with fewer expires.
    """
    return len(proposals) >= quorum


def _cannot_tell(firm: Sequence[Proposal], n_cant_tell: int) -> Verdict:
    if firm:
        return Verdict(state=RequestState.DISPUTED)
    return Verdict(
        state=RequestState.UNCLEAR,
        answer=Answer.CANT_TELL,
        agreeing=n_cant_tell,
    )


def _most_frequent(firm: Sequence[Proposal], locale: str) -> list[Proposal]:
    """Return the proposals of the most frequent reading, the first of equals."""
    by_reading: dict[tuple[Answer, str], list[Proposal]] = {}
    for proposal in firm:
        by_reading.setdefault(proposal_key(proposal, locale), []).append(proposal)
    return min(by_reading.items(), key=lambda item: (-len(item[1]), item[0]))[1]


def _dissent_allowed(firm: Sequence[Proposal], spare_seats: int) -> int:
    """Return how many may dissent before a lead is asked.

    None where an answer concerns the recording itself: a further listener would hear
    what perhaps should not be heard.
    """
    if any(_is_about_recording(each.answer) for each in firm):
        return 0
    return spare_seats


def _is_agreement(same: Sequence[Proposal], quorum: int) -> bool:
    """Return whether these proposals of one reading are enough of them.

    Where all of them are unsure, one more is needed; not for an answer about the
    recording itself.
    """
    if len(same) != quorum:
        return len(same) > quorum
    if _is_about_recording(same[0].answer):
        return True
    return any(each.confidence > UNSURE for each in same)


def _is_about_recording(answer: Answer) -> bool:
    return _STATE_OF_AGREED[answer] is RequestState.ACCIDENTAL


def state_after_ruling(answer: Answer) -> RequestState:
    """Return the state after a lead's ruling."""
    if _STATE_OF_AGREED.get(answer) is RequestState.ACCIDENTAL:
        return RequestState.ACCIDENTAL
    return RequestState.ADJUDICATED


def readings(proposals: Sequence[Proposal], locale: str) -> list[Reading]:
    """Return the distinct answers under the letters A, B, C, ordered by their text.

    The order does not depend on the time of an answer.
    """
    distinct: dict[tuple[Answer, str], list[Proposal]] = {}
    for proposal in proposals:
        distinct.setdefault(proposal_key(proposal, locale), []).append(proposal)
    found = []
    for position, key in enumerate(sorted(distinct)):
        letter = chr(ord("A") + position)
        answer, _ = key
        found.append(
            Reading(
                letter=letter,
                answer=answer,
                text=_spelling(distinct[key]),
                confidences=_confidences(distinct[key]),
            )
        )
    return found


def agrees(
    proposal: Proposal,
    answer: Answer,
    text: str | None,
    locale: str,
) -> bool:
    """Return whether a proposal has the settled reading."""
    settled = reading_key(answer, text, locale)
    return proposal_key(proposal, locale) == settled


def is_settled_word(guess: str | None, request: Request) -> bool:
    """Return whether an asker's guess is the word that the request was settled with."""
    if guess is None or request.settled_text is None:
        return False
    settled = reading(request.settled_text, request.locale)
    return reading(guess, request.locale) == settled


def is_forgotten(answer: Answer | None, text: str | None) -> bool:
    """Return whether an answer in words has lost them: they are no longer kept."""
    return answer is Answer.WORDS and text is None


def proposal_key(proposal: Proposal, locale: str) -> tuple[Answer, str]:
    """Return the reading of a proposal; equal keys are the same answer."""
    return reading_key(proposal.answer, proposal.text, locale)


def reading_key(
    answer: Answer,
    text: str | None,
    locale: str,
) -> tuple[Answer, str]:
    """Return the reading of an answer; equal keys are the same answer."""
    if text is None:
        return answer, reading("", locale)
    return answer, reading(text, locale)


def _confidences(same: Sequence[Proposal]) -> tuple[int, ...]:
    return tuple(sorted((each.confidence for each in same), reverse=True))


def _spelling(same: Sequence[Proposal]) -> str | None:
    """Return the most frequent spelling, among equals the one with the fewest marks."""
    spellings = Counter(" ".join(each.text.split()) for each in same if each.text)
    if not spellings:
        return None
    return min(spellings, key=lambda text: (-spellings[text], _marks(text), text))


def _marks(text: str) -> int:
    """Return the number of punctuation marks around the words."""
    return sum(unicodedata.category(mark)[0] == "P" for mark in (text[0], text[-1]))
