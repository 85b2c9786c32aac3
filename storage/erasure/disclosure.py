"""Counts that a company publishes.

They are taken from listens and the access log, never from words.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, distinct, func, null, select
from sqlalchemy.sql.elements import ColumnElement

from storage.records import Action, Outcome, Why
from storage.tables import case_replies, cases, events, listens, requests


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Listening on one desk in a period. `desk` is None for all desks.

    `ears` counts pairs of clip and person.
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
        self,
        since: datetime,
        until: datetime,
        *,
        by_desk: bool,
    ) -> list[Heard]:
        """Return counts of listens granted in the half-open period [since, until)."""
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
        desk: ColumnElement[Any] = null()
        if by_desk:
            desk = pairs.c.desk
        counts = select(
            desk.label("desk"),
            func.count(distinct(pairs.c.clip_id)),
            func.count(distinct(who)),
            func.count(distinct(pairs.c.clip_id + " " + who)),
            func.coalesce(func.sum(pairs.c.played_ms), 0),
        )
        if by_desk:
            counts = counts.group_by(pairs.c.desk)
        rows = self.connection.execute(counts)
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
        """Return the number of clips with an allowed event of this action, by desk.

        The key None holds the number over all desks and events without a desk.
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
        """Return the number of clips erased on request."""
        erased = self.clips_by_desk(Action.CLIP_ERASED, since, until, rule=Why.ASKED)
        return erased[None]

    def answer_times(self, since: datetime, until: datetime) -> list[float | None]:
        """Return the seconds until the first reply of each case opened in the period.

        A case without a reply counts as None.
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
            _seconds_between(opened, replied)
            for opened, replied in self.connection.execute(query)
        ]


def _seconds_between(opened: datetime, replied: datetime | None) -> float | None:
    if replied is None:
        return None
    return (replied - opened).total_seconds()
