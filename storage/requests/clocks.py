"""Requests that wait for people: what is chased next, how many are late, the oldest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, false, func, or_, select

from storage.records import Request, RequestState
from storage.requests.request_rows import request_of
from storage.tables import requests

_SINCE = func.coalesce(
    requests.c.waiting_since,
    requests.c.opened_at,
    requests.c.asked_at,
)


@dataclass(frozen=True, kw_only=True)
class LateBefore:
    """Requests of these desks are late if they have waited since before this time."""

    desks: frozenset[str]
    time: datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The requests in one state: their number, the late ones, and the oldest."""

    count: int
    late: int
    oldest: datetime | None


@dataclass(frozen=True, kw_only=True)
class DeskWaiting:
    """The requests of one desk in one state: their number, and the oldest."""

    desk: str
    state: RequestState
    count: int
    oldest: datetime


class Clocks:
    """Reads the clocks of requests."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def to_chase(
        self,
        states: Iterable[RequestState],
        now: datetime,
        *,
        desks: Collection[str],
        limit: int,
    ) -> list[Request]:
        """Return the first requests of these desks whose clock takes a step now.

        A request whose next step was not computed yet is among them.
        """
        is_due = or_(requests.c.chase_at.is_(None), requests.c.chase_at <= now)
        query = (
            select(requests)
            .where(
                requests.c.state.in_(list(states)),
                requests.c.desk.in_(sorted(desks)),
                is_due,
            )
            .order_by(requests.c.id)
            .limit(limit)
        )
        return [request_of(row) for row in self.connection.execute(query).mappings()]

    def newest_disputes(self, before: datetime) -> dict[str, datetime]:
        """Return, by desk, when its newest dispute that waits began, up to `before`."""
        newest = func.max(_SINCE, type_=requests.c.asked_at.type)
        query = (
            select(requests.c.desk, newest.label("newest"))
            .where(requests.c.state == RequestState.DISPUTED, before >= _SINCE)
            .group_by(requests.c.desk)
            .order_by(requests.c.desk)
        )
        return {row.desk: row.newest for row in self.connection.execute(query)}

    def waiting_by_desk(self, states: Iterable[RequestState]) -> list[DeskWaiting]:
        """Return the requests that wait in these states, by desk and state."""
        query = (
            select(
                requests.c.desk,
                requests.c.state,
                func.count().label("n_waiting"),
                func.min(_SINCE, type_=requests.c.asked_at.type).label("oldest"),
            )
            .where(requests.c.state.in_(list(states)))
            .group_by(requests.c.desk, requests.c.state)
            .order_by(requests.c.desk, requests.c.state)
        )
        return [
            DeskWaiting(
                desk=row.desk,
                state=RequestState(row.state),
                count=row.n_waiting,
                oldest=row.oldest,
            )
            for row in self.connection.execute(query)
        ]

    def waiting(
        self,
        state: RequestState,
        late: Iterable[LateBefore],
        desks: Collection[str] | None = None,
    ) -> Waiting:
        """Return how many requests wait in this state; `desks` None means all."""
        limits = [
            and_(requests.c.desk.in_(sorted(each.desks)), each.time >= _SINCE)
            for each in late
        ]
        is_late = or_(false(), *limits)
        query = select(
            func.count().label("n_waiting"),
            func.count().filter(is_late).label("n_late"),
            func.min(_SINCE, type_=requests.c.asked_at.type).label("oldest"),
        ).where(requests.c.state == state)
        if desks is not None:
            query = query.where(requests.c.desk.in_(sorted(desks)))
        row = self.connection.execute(query).one()
        return Waiting(
            count=row.n_waiting,
            late=row.n_late,
            oldest=row.oldest,
        )
