"""Counts that a company publishes, from listens and the access log, never from
words.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, distinct, func, null, select

from storage.records import Action, Outcome, Why
from storage.tables import case_replies, cases, events, listens, requests


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was heard on one desk (or on all: desk is None) in a time. `ears`: clip and
    person.
    """

    desk: str | None
    clips: int
    people: int
    ears: int
    played_ms: int


class DisclosureCounts:
    """Counts listens, clips and answer times."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def listens(
        self, since: datetime, until: datetime, *, by_desk: bool
    ) -> list[Heard]:
        """Of listens granted from `since` up to but not including `until`."""
        person = (listens.c.listener_team, listens.c.listener_user)
        played = func.sum(listens.c.played_ms).label("played_ms")
        pairs = (
            select(requests.c.desk, requests.c.clip_id, *person, played)
            .join(listens, listens.c.request_id == requests.c.id)
            .where(listens.c.granted_at >= since, listens.c.granted_at < until)
            .group_by(requests.c.desk, requests.c.clip_id, *person)
            .subquery()
        )
        who = pairs.c.listener_team + "/" + pairs.c.listener_user
        desk = pairs.c.desk if by_desk else null()
        counts = select(
            desk.label("desk"),
            func.count(distinct(pairs.c.clip_id)),
            func.count(distinct(who)),
            func.count(distinct(pairs.c.clip_id + " " + who)),
            func.coalesce(func.sum(pairs.c.played_ms), 0),
        )
        rows = self.connection.execute(
            counts.group_by(pairs.c.desk) if by_desk else counts
        )
        return [
            Heard(
                desk=desk,
                clips=clips,
                people=people,
                ears=ears,
                played_ms=int(played_ms),
            )
            for desk, clips, people, ears, played_ms in rows
        ]

    def clips_by_desk(
        self,
        action: Action,
        since: datetime,
        until: datetime,
        *,
        rule: str | None = None,
    ) -> dict[str | None, int]:
        """How many clips an allowed act was on, by desk; under None on any desk or
        none.
        """
        where = [
            events.c.action == action,
            events.c.outcome == Outcome.ALLOWED,
            events.c.at >= since,
            events.c.at < until,
        ]
        if rule is not None:
            where.append(events.c.rule == rule)
        count = func.count(distinct(events.c.clip_id))
        by_desk = select(events.c.desk, count).where(*where).group_by(events.c.desk)
        found: dict[str | None, int] = {
            row[0]: row[1]
            for row in self.connection.execute(by_desk)
            if row[0] is not None
        }
        found[None] = self.connection.execute(select(count).where(*where)).scalar_one()
        return found

    def clips_erased(self, since: datetime, until: datetime) -> int:
        """How many clips somebody's wish erased."""
        return self.clips_by_desk(Action.CLIP_ERASED, since, until, rule=Why.ASKED)[
            None
        ]

    def answer_times(self, since: datetime, until: datetime) -> list[float | None]:
        """Of each case opened: seconds until its first reply; None while there is
        none.
        """
        first = (
            select(
                case_replies.c.case_id,
                func.min(case_replies.c.sent_at).label("sent_at"),
            )
            .group_by(case_replies.c.case_id)
            .subquery()
        )
        query = (
            select(cases.c.opened_at, first.c.sent_at.cast(cases.c.opened_at.type))
            .outerjoin(first, first.c.case_id == cases.c.id)
            .where(
                cases.c.opened_at >= since, cases.c.opened_at < until, ~cases.c.is_drill
            )
            .order_by(cases.c.id)
        )
        return [
            None if sent is None else (sent - opened).total_seconds()
            for opened, sent in self.connection.execute(query)
        ]
