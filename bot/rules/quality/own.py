"""A person's own figures: how often the own answer was the settled word."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules.quality.figures import difficulty_names
from bot.rules.requests.agreement import agrees, is_forgotten
from bot.rules.requests.lifecycle import SETTLED
from storage.records import Proposal, Request

# The line of all answers; it sorts before those of the difficulties.
ALL_ANSWERS = ""


@dataclass(
    frozen=True,
    kw_only=True,
)
class OwnFigures:
    """Own answers to settled requests; `same` of them had the settled reading.

    `difficulty` is `ALL_ANSWERS` for the line of all.
    """

    difficulty: str
    answered: int
    same: int


def own_figures(answered: Iterable[tuple[Request, Proposal]]) -> list[OwnFigures]:
    """Return the line of all settled answers, then one a difficulty.

    Answers whose words are no longer kept cannot be compared and do not count.
    """
    answers = Counter({ALL_ANSWERS: 0})
    same: Counter[str] = Counter()
    for request, proposal in answered:
        is_same = _is_same(request, proposal)
        if is_same is None:
            continue
        for name in (ALL_ANSWERS, *difficulty_names(request)):
            answers[name] += 1
            same[name] += is_same
    return [
        OwnFigures(difficulty=name, answered=answers[name], same=same[name])
        for name in sorted(answers)
    ]


def _is_same(request: Request, proposal: Proposal) -> bool | None:
    """Return whether a proposal has the settled reading, None if none can be told."""
    answer = request.settled_answer
    if request.state not in SETTLED or answer is None:
        return None
    if is_forgotten(answer, request.settled_text):
        return None
    if is_forgotten(proposal.answer, proposal.text):
        return None
    return agrees(
        proposal,
        answer,
        request.settled_text,
        request.locale,
    )
