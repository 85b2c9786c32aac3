"""Counts and times of requests, group by group: by desk, language, difficulty or week.

The unit is the request, in the week in which it was asked. A group in which fewer than
`FEWEST_PEOPLE` took part is withheld: its figures would be about a single person's work.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import median

from bot.rules.requests.agreement import is_forgotten, proposal_key, reading_key
from bot.rules.requests.lifecycle import SETTLED
from storage.records import (
    Adjudication,
    Answer,
    Appeal,
    Person,
    Proposal,
    Request,
    RequestState,
    WorkedRequest,
)

FEWEST_PEOPLE = 5
NO_DIFFICULTY = "none"


class GroupBy(StrEnum):
    """What the requests of a group have in common."""

    DESK = "desk"
    LANGUAGE = "language"
    DIFFICULTY = "difficulty"
    WEEK = "week"


@dataclass(
    frozen=True,
    kw_only=True,
)
class Figures:
    """The figures of one group of requests.

    Times are medians in seconds, None without a case. `third_ear` counts words that
    peers settled with more answers than the quorum. Of the appeals, `changed` and
    `kept` are ruled; the words of others are no longer kept, or they wait.
    """

    asked: int
    settled: int
    disputed: int
    unclear: int
    expired: int
    unmaskable: int
    masking_reports: int
    third_ear: int
    by_peers: int
    appeals: int
    changed: int
    kept: int
    people: int
    first_answer_s: float | None
    settle_s: float | None
    rule_s: float | None

    @property
    def is_withheld(self) -> bool:
        """Return whether too few people took part to show more than the number asked."""
        return self.people < FEWEST_PEOPLE


@dataclass
class _Tally:
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    people: set[Person] = field(default_factory=set)
    first_answer_s: "array[float]" = field(default_factory=lambda: array("d"))
    settle_s: "array[float]" = field(default_factory=lambda: array("d"))
    rule_s: "array[float]" = field(default_factory=lambda: array("d"))


def tally(
    worked: Iterable[WorkedRequest],
    by: GroupBy,
) -> dict[str, Figures]:
    """Return the figures of each group, by its name.

    A request with two difficulties counts in both groups. The requests are read once
    and not kept.
    """
    groups: dict[str, _Tally] = defaultdict(_Tally)
    for each in worked:
        for name in _GROUPS[by](each.request):
            _add(groups[name], each)
    return {name: _figures(groups[name]) for name in sorted(groups)}


def _desk(request: Request) -> list[str]:
    return [request.desk]


def _language(request: Request) -> list[str]:
    return [request.locale]


def difficulty_names(request: Request) -> list[str]:
    """Return the names of the groups of difficulties to which a request belongs."""
    return [str(each) for each in request.difficulties] or [NO_DIFFICULTY]


def _week(request: Request) -> list[str]:
    return [f"{request.asked_at:%G-W%V}"]


_GROUPS: Mapping[GroupBy, Callable[[Request], list[str]]] = {
    GroupBy.DESK: _desk,
    GroupBy.LANGUAGE: _language,
    GroupBy.DIFFICULTY: difficulty_names,
    GroupBy.WEEK: _week,
}


def _add(group: _Tally, worked: WorkedRequest) -> None:
    """Count a request in a group: its people, its state, its answers, rulings, appeals."""
    request = worked.request
    counts = group.counts
    counts["asked"] += 1
    counts["masking_reports"] += worked.masking_reports
    group.people.add(request.asker)
    group.people.update(each.proposer for each in worked.proposals)
    group.people.update(each.lead for each in worked.adjudications)
    _add_state(counts, worked)
    _add_times(group, worked)
    for appeal in worked.appeals:
        counts["appeals"] += 1
        counts[_outcome(worked, appeal)] += 1


def _add_state(counts: dict[str, int], worked: WorkedRequest) -> None:
    state = worked.request.state
    was_disputed = bool(worked.adjudications) or state is RequestState.DISPUTED
    counts["disputed"] += was_disputed
    counts["expired"] += state is RequestState.EXPIRED
    counts["unmaskable"] += state is RequestState.UNMASKABLE
    if state not in SETTLED:
        return
    if worked.request.settled_answer is Answer.CANT_TELL:
        counts["unclear"] += 1
        return
    counts["settled"] += 1
    if not worked.adjudications:
        counts["by_peers"] += 1
        counts["third_ear"] += len(worked.proposals) > worked.request.quorum


def _add_times(group: _Tally, worked: WorkedRequest) -> None:
    opened = worked.request.opened_at
    if opened is None or not worked.proposals:
        return
    first = worked.proposals[0].made_at
    last = worked.proposals[-1].made_at
    group.first_answer_s.append(_seconds(opened, first))
    if worked.adjudications:
        ruled = worked.adjudications[0].made_at
        group.rule_s.append(_seconds(last, ruled))
        last = ruled
    if worked.request.state in SETTLED:
        group.settle_s.append(_seconds(opened, last))


def _seconds(since: datetime, until: datetime) -> float:
    """Return the seconds between two times, 0 where an edit moved the earlier one."""
    return max((until - since).total_seconds(), 0.0)


def _outcome(worked: WorkedRequest, appeal: Appeal) -> str:
    """Return whether the ruling after an appeal `changed` the word or was `kept`.

    `unknown` without a ruling, and where the words are no longer kept.
    """
    later = [each for each in worked.adjudications if each.made_at > appeal.made_at]
    before = _before(worked, appeal)
    if not later or before is None or _is_forgotten(later[0]):
        return "unknown"
    after = reading_key(later[0].answer, later[0].text, worked.request.locale)
    if after == before:
        return "kept"
    return "changed"


def _before(
    worked: WorkedRequest,
    appeal: Appeal,
) -> tuple[Answer, str] | None:
    """Return the reading against which an appeal went, None if it is not kept."""
    locale = worked.request.locale
    earlier = [each for each in worked.adjudications if each.made_at <= appeal.made_at]
    if earlier:
        if _is_forgotten(earlier[-1]):
            return None
        return reading_key(earlier[-1].answer, earlier[-1].text, locale)
    answers = [each for each in worked.proposals if each.made_at <= appeal.made_at]
    if not answers or any(_is_forgotten(each) for each in answers):
        return None
    keys = [proposal_key(each, locale) for each in answers]
    return max(sorted(set(keys)), key=keys.count)


def _is_forgotten(decided: Adjudication | Proposal) -> bool:
    return is_forgotten(decided.answer, decided.text)


def _figures(group: _Tally) -> Figures:
    counts = group.counts
    return Figures(
        asked=counts["asked"],
        settled=counts["settled"],
        disputed=counts["disputed"],
        unclear=counts["unclear"],
        expired=counts["expired"],
        unmaskable=counts["unmaskable"],
        masking_reports=counts["masking_reports"],
        third_ear=counts["third_ear"],
        by_peers=counts["by_peers"],
        appeals=counts["appeals"],
        changed=counts["changed"],
        kept=counts["kept"],
        people=len(group.people),
        first_answer_s=_median(group.first_answer_s),
        settle_s=_median(group.settle_s),
        rule_s=_median(group.rule_s),
    )


def _median(seconds: Sequence[float]) -> float | None:
    if not seconds:
        return None
    return float(median(seconds))
