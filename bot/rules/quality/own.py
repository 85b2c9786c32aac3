"""A person's own figures: how often the own answer was the settled word."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules.quality.figures import NO_DIFFICULTY
from bot.rules.requests.agreement import agrees
from bot.rules.requests.lifecycle import SETTLED
from storage.records import Answer, Proposal, Request


@dataclass(
    frozen=True,
    kw_only=True,
)
class OwnFigures:
    """Own answers to settled requests; `same` of them had the settled reading.

    `difficulty` is empty for the line of all answers.
    """

    difficulty: str
    answered: int
    same: int


def own_figures(answered: Iterable[tuple[Request, Proposal]]) -> list[OwnFigures]:
    """Return the line of all settled answers, then one a difficulty.

    Answers whose words are no longer kept cannot be compared and do not count.
    """
    total = 0
    total_same = 0
    answers: dict[str, int] = defaultdict(int)
    same: dict[str, int] = defaultdict(int)
    for request, proposal in answered:
        if not _can_be_compared(request, proposal):
            continue
        is_same = _is_same(request, proposal)
        total += 1
        total_same += is_same
        for name in [str(each) for each in request.difficulties] or [NO_DIFFICULTY]:
            answers[name] += 1
            same[name] += is_same
    lines = [OwnFigures(difficulty="", answered=total, same=total_same)]
    for name in sorted(answers):
        line = OwnFigures(
            difficulty=name,
            answered=answers[name],
            same=same[name],
        )
        lines.append(line)
    return lines


def _can_be_compared(request: Request, proposal: Proposal) -> bool:
    if request.state not in SETTLED or request.settled_answer is None:
        return False
    return not (_is_forgotten(request) or _is_lost(proposal))


def _is_forgotten(request: Request) -> bool:
    return request.settled_answer is Answer.WORDS and request.settled_text is None


def _is_lost(proposal: Proposal) -> bool:
    return proposal.answer is Answer.WORDS and proposal.text is None


def _is_same(request: Request, proposal: Proposal) -> bool:
    if request.settled_answer is None:
        return False
    return agrees(
        proposal,
        request.settled_answer,
        request.settled_text,
        request.locale,
    )
