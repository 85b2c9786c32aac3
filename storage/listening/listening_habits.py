"""How much one person has listened lately, in one indexed query."""

from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    distinct,
    exists,
    func,
    not_,
    or_,
    select,
    type_coerce,
)

from storage.records import Habit, Person
from storage.tables import adjudications, declines, listens, proposals, requests

TIME_TO_ANSWER = timedelta(minutes=10)


class ListeningHabits:
    """Reads listening totals for the listening budget."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of_listener(self, person: Person, now: datetime) -> list[Habit]:
        """Return totals of this person's listens in the last day, one for each language."""
        lately = listens.c.granted_at > now - timedelta(hours=1)
        unanswered = and_(
            listens.c.granted_at <= now - TIME_TO_ANSWER,
            _had_time(),
            not_(_has_responded(person)),
        )
        query = (
            select(
                requests.c.locale,
                func.count(case((lately, listens.c.id))),
                func.count(distinct(case((lately, requests.c.clip_id)))),
                func.count(distinct(listens.c.request_id)),
                func.count(distinct(case((unanswered, listens.c.request_id)))),
            )
            .join(requests, requests.c.id == listens.c.request_id)
            .where(
                listens.c.listener_team == person.team_id,
                listens.c.listener_user == person.user_id,
                listens.c.granted_at > now - timedelta(days=1),
            )
            .group_by(requests.c.locale)
        )
        names = ("locale", "n_presses", "n_clips", "n_requests", "n_unanswered")
        return [
            Habit(**dict(zip(names, row, strict=True)))
            for row in self.connection.execute(query)
        ]


def _had_time() -> ColumnElement[bool]:
    """Return whether the request stayed open long enough to answer it."""
    microseconds = TIME_TO_ANSWER // timedelta(microseconds=1)
    by_then = type_coerce(listens.c.granted_at, BigInteger) + microseconds
    closed_at = type_coerce(requests.c.closed_at, BigInteger)
    return or_(requests.c.closed_at.is_(None), closed_at > by_then)


def _has_responded(person: Person) -> ColumnElement[bool]:
    """Return whether this person answered, declined or ruled on a listen's request."""
    responses = (
        (proposals, proposals.c.proposer_team, proposals.c.proposer_user),
        (declines, declines.c.team_id, declines.c.user_id),
        (adjudications, adjudications.c.lead_team, adjudications.c.lead_user),
    )
    return or_(
        *(
            exists().where(
                table.c.request_id == listens.c.request_id,
                team == person.team_id,
                user == person.user_id,
            )
            for table, team, user in responses
        )
    )
