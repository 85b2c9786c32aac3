"""Lists of requests, page by page, with their true totals.

Everything that decides whether a request is on a list is part of the statement, so that
neither a page nor a total is cut short by rows that another rule takes away later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, literal, select

from storage.records import Difficulty, Person, Request, RequestState
from storage.requests.request_rows import request_of
from storage.tables import (
    adjudications,
    appeals,
    cases,
    declines,
    followers,
    late_answers,
    proposals,
    requests,
)


@dataclass(frozen=True, kw_only=True)
class ListQuestion:
    """Which part of a list is wanted.

    `rows` is the number of requests on a page. `after` is the id of the last request
    of the page before. `states` is needed by lists that hold more than one state.
    Requests with an id in `without` are left out; with `only`, all but the one with
    this id.
    """

    desks: frozenset[str]
    rows: int
    after: int | None = None
    states: frozenset[RequestState] = frozenset()
    asked_before: datetime | None = None
    without: frozenset[int] = frozenset()
    only: int | None = None


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One page of a list. `total` counts the whole list.

    `next_after` starts the next page; it is None on the last one.
    """

    requests: tuple[Request, ...]
    total: int
    next_after: int | None

    @property
    def is_whole(self) -> bool:
        """Return whether this page holds the whole list."""
        return len(self.requests) == self.total


NO_REQUESTS = RequestPage(
    requests=(),
    total=0,
    next_after=None,
)


class RequestLists:
    """Reads the lists that people work through."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def to_answer(
        self,
        person: Person,
        question: ListQuestion,
        *,
        without_difficulties: Iterable[Difficulty] = (),
        without_stopped: bool = False,
    ) -> RequestPage:
        """Return the open requests that this person can answer, oldest first.

        Requests of the person and those that the person answered or declined are left
        out, so are those with one of `without_difficulties`, and with `without_stopped`
        those about a recording that was stopped before.
        """
        wanted = _can_be_answered_by(person, without_difficulties, without_stopped)
        return self._oldest_first(question, wanted)

    def first_due(
        self,
        person: Person,
        question: ListQuestion,
        *,
        without_difficulties: Iterable[Difficulty] = (),
        without_stopped: bool = False,
    ) -> list[Request]:
        """Return the requests of `to_answer` that expire first, those first."""
        if not question.desks:
            return []
        wanted = _can_be_answered_by(person, without_difficulties, without_stopped)
        query = (
            select(requests)
            .where(*wanted, *_narrowed(question))
            .order_by(requests.c.expires_at, requests.c.id)
            .limit(question.rows)
        )
        rows = self.connection.execute(query).mappings()
        return [request_of(row) for row in rows]

    def to_rule(
        self,
        lead: Person,
        question: ListQuestion,
        *,
        with_own: bool = False,
    ) -> RequestPage:
        """Return the disputed requests, oldest first.

        Those that the lead asked or answered, or touched before an appeal, are left out
        unless `with_own`.
        """
        wanted = [requests.c.state == RequestState.DISPUTED]
        if not with_own:
            wanted.append(~_is_not_ruled_by(lead))
        return self._oldest_first(question, wanted)

    def to_approve(self, question: ListQuestion) -> RequestPage:
        """Return the requests that wait for a lead's agreement, oldest first."""
        wanted = [requests.c.state == RequestState.WAITING]
        return self._oldest_first(question, wanted)

    def asked_by(
        self,
        asker: Person,
        question: ListQuestion,
    ) -> RequestPage:
        """Return the requests that this person asked or joined, newest first.

        No desks mean all desks.
        """
        joined = select(followers.c.request_id).where(
            followers.c.team_id == asker.team_id,
            followers.c.user_id == asker.user_id,
        )
        own = requests.alias("own")
        asked = select(own.c.id).where(
            own.c.asker_team == asker.team_id,
            own.c.asker_user == asker.user_id,
        )
        # An OR of both would keep PostgreSQL from the indexes of both.
        return self._newest_first(question, requests.c.id.in_(asked.union(joined)))

    def answered_by(
        self,
        person: Person,
        question: ListQuestion,
    ) -> RequestPage:
        """Return the requests that this person answered, newest first.

        A withdrawn answer is none; a late one is. No desks mean all desks.
        """
        answered = select(proposals.c.request_id).where(
            proposals.c.proposer_team == person.team_id,
            proposals.c.proposer_user == person.user_id,
            proposals.c.withdrawn_at.is_(None),
        )
        late = select(late_answers.c.request_id).where(
            late_answers.c.proposer_team == person.team_id,
            late_answers.c.proposer_user == person.user_id,
        )
        # An OR of both would keep PostgreSQL from the indexes of both.
        return self._newest_first(question, requests.c.id.in_(answered.union(late)))

    def joined_guesses(
        self,
        person: Person,
        request_ids: Iterable[int],
    ) -> dict[int, str | None]:
        """Return the guess for each request among these that the person joined."""
        query = select(followers.c.request_id, followers.c.guess).where(
            followers.c.request_id.in_(list(request_ids)),
            followers.c.team_id == person.team_id,
            followers.c.user_id == person.user_id,
        )
        rows = self.connection.execute(query)
        return {row.request_id: row.guess for row in rows}

    def _newest_first(
        self,
        question: ListQuestion,
        condition: ColumnElement[bool],
    ) -> RequestPage:
        wanted = [condition]
        if question.states:
            wanted.append(requests.c.state.in_(list(question.states)))
        return self._page(question, wanted, newest_first=True)

    def answers_per_request(self, request_ids: Iterable[int]) -> dict[int, int]:
        """Return the number of standing answers of each request that has any."""
        query = (
            select(proposals.c.request_id, func.count().label("answers"))
            .where(
                proposals.c.request_id.in_(list(request_ids)),
                proposals.c.withdrawn_at.is_(None),
            )
            .group_by(proposals.c.request_id)
        )
        rows = self.connection.execute(query)
        return {row.request_id: row.answers for row in rows}

    def not_ruled_by(
        self,
        lead: Person,
        request_ids: Iterable[int],
    ) -> set[int]:
        """Return the disputes among these on which another lead has to rule."""
        query = select(requests.c.id).where(
            requests.c.id.in_(list(request_ids)),
            _is_not_ruled_by(lead),
        )
        return set(self.connection.execute(query).scalars())

    def _oldest_first(
        self,
        question: ListQuestion,
        wanted: list[ColumnElement[bool]],
    ) -> RequestPage:
        if not question.desks:
            return NO_REQUESTS
        return self._page(question, wanted)

    def _page(
        self,
        question: ListQuestion,
        wanted: list[ColumnElement[bool]],
        *,
        newest_first: bool = False,
    ) -> RequestPage:
        """Return a page. One row more than asked for shows whether another follows."""
        wanted = wanted + _narrowed(question)
        order = requests.c.id.asc()
        if newest_first:
            order = requests.c.id.desc()
        ordered = select(requests).where(*wanted).order_by(order)
        if question.after is not None:
            is_behind = requests.c.id > question.after
            if newest_first:
                is_behind = requests.c.id < question.after
            ordered = ordered.where(is_behind)
        rows = self.connection.execute(ordered.limit(question.rows + 1)).mappings()
        found = [request_of(row) for row in rows]
        shown = found[: question.rows]
        next_after = None
        if len(found) > question.rows:
            next_after = shown[-1].id
        total = len(found)
        if next_after is not None or question.after is not None:
            counting = select(func.count()).select_from(requests).where(*wanted)
            total = self.connection.execute(counting).scalar_one()
        return RequestPage(
            requests=tuple(shown),
            total=total,
            next_after=next_after,
        )


def _narrowed(question: ListQuestion) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    if question.desks:
        narrowed.append(requests.c.desk.in_(sorted(question.desks)))
    if question.asked_before is not None:
        narrowed.append(requests.c.asked_at <= question.asked_before)
    if question.only is not None:
        narrowed.append(requests.c.id == question.only)
    if question.without:
        narrowed.append(requests.c.id.not_in(sorted(question.without)))
    return narrowed


def _can_be_answered_by(
    person: Person,
    without_difficulties: Iterable[Difficulty],
    without_stopped: bool,
) -> list[ColumnElement[bool]]:
    """Return the conditions of an open request that is offered to this person."""
    wanted = [
        requests.c.state == RequestState.OPEN,
        ~_is_asked_by(person),
        ~_is_answered_by(person),
        ~_is_declined_by(person),
    ]
    wanted += [~_has_difficulty(each) for each in without_difficulties]
    if without_stopped:
        stopped = select(cases.c.clip_id).where(cases.c.is_drill.is_(False))
        wanted.append(requests.c.clip_id.not_in(stopped))
    return wanted


def _is_asked_by(person: Person) -> ColumnElement[bool]:
    return (requests.c.asker_team == person.team_id) & (
        requests.c.asker_user == person.user_id
    )


def _is_answered_by(person: Person) -> ColumnElement[bool]:
    return exists().where(
        proposals.c.request_id == requests.c.id,
        proposals.c.proposer_team == person.team_id,
        proposals.c.proposer_user == person.user_id,
        proposals.c.withdrawn_at.is_(None),
    )


def _is_late_by(person: Person) -> ColumnElement[bool]:
    return exists().where(
        late_answers.c.request_id == requests.c.id,
        late_answers.c.proposer_team == person.team_id,
        late_answers.c.proposer_user == person.user_id,
    )


def _is_not_ruled_by(lead: Person) -> ColumnElement[bool]:
    """Return the condition of a dispute that this lead asked, answered or touched."""
    own = _is_asked_by(lead) | _is_answered_by(lead) | _is_late_by(lead)
    return own | _was_touched_before_appeal(lead)


def _was_touched_before_appeal(lead: Person) -> ColumnElement[bool]:
    """Return the condition of a dispute by appeal that this lead ruled on or joined."""
    is_appealed = exists().where(appeals.c.request_id == requests.c.id)
    is_ruled = exists().where(
        adjudications.c.request_id == requests.c.id,
        adjudications.c.lead_team == lead.team_id,
        adjudications.c.lead_user == lead.user_id,
    )
    return is_appealed & (is_ruled | _is_joined_by(lead))


def _is_joined_by(person: Person) -> ColumnElement[bool]:
    return exists().where(
        followers.c.request_id == requests.c.id,
        followers.c.team_id == person.team_id,
        followers.c.user_id == person.user_id,
    )


def _is_declined_by(person: Person) -> ColumnElement[bool]:
    return exists().where(
        declines.c.request_id == requests.c.id,
        declines.c.team_id == person.team_id,
        declines.c.user_id == person.user_id,
    )


def _has_difficulty(difficulty: Difficulty) -> ColumnElement[bool]:
    """Return whether the space-separated difficulties hold this one."""
    spaced = literal(" ") + requests.c.difficulties + " "
    return spaced.contains(f" {difficulty} ", autoescape=True)
