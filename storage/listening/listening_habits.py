"""How much one person has listened lately, in one indexed query."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    exists,
    func,
    not_,
    or_,
    select,
    type_coerce,
)

from storage.combined import CombinedQuery
from storage.listening.exposures import HEARD, heard_of
from storage.records import Habit, Heard, Person
from storage.tables import adjudications, declines, listens, proposals, requests

TIME_TO_ANSWER = timedelta(minutes=10)


_NAMES = ("locale", "n_presses", "n_clips", "n_requests", "n_unanswered")


def _had_time() -> ColumnElement[bool]:
    """Return whether the request stayed open long enough to answer it."""
    microseconds = TIME_TO_ANSWER // timedelta(microseconds=1)
    by_then = type_coerce(listens.c.granted_at, BigInteger) + microseconds
    closed_at = type_coerce(requests.c.closed_at, BigInteger)
    return or_(requests.c.closed_at.is_(None), closed_at > by_then)


def _has_responded() -> ColumnElement[bool]:
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
                team == bindparam("team_id"),
                user == bindparam("user_id"),
            )
            for table, team, user in responses
        )
    )


def _habits() -> Select[Any]:
    """Return the query of the totals of one person's listens, a row a language."""
    lately = listens.c.granted_at > bindparam("hour_ago")
    unanswered = and_(
        listens.c.granted_at <= bindparam("could_answer"),
        _had_time(),
        not_(_has_responded()),
    )
    totals = (
        requests.c.locale,
        func.count(case((lately, listens.c.id))),
        func.count(distinct(case((lately, requests.c.clip_id)))),
        func.count(distinct(listens.c.request_id)),
        func.count(distinct(case((unanswered, listens.c.request_id)))),
    )
    columns = [total.label(name) for total, name in zip(totals, _NAMES, strict=True)]
    return (
        select(*columns)
        .join(requests, requests.c.id == listens.c.request_id)
        .where(
            listens.c.listener_team == bindparam("team_id"),
            listens.c.listener_user == bindparam("user_id"),
            listens.c.granted_at > bindparam("day_ago"),
        )
        .group_by(requests.c.locale)
    )


_HABITS = _habits()
_HABITS_AND_HEARD = CombinedQuery(
    habit=_HABITS,
    heard=HEARD,
)


class ListeningHabits:
    """Reads listening totals for the listening budget."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of_listener(self, person: Person, now: datetime) -> list[Habit]:
        """Return totals of this person's listens in the last day, one for each language."""
        found = self.connection.execute(_HABITS, _parameters(person, now))
        return [Habit(**row) for row in found.mappings()]

    def with_heard(
        self,
        person: Person,
        now: datetime,
        *,
        clip_id: str,
        speaker: str | None,
        since: datetime,
    ) -> tuple[list[Habit], list[Heard]]:
        """Return the totals, and what the person heard of a clip and its speaker.

        Clips of the speaker count since a time. It is one statement.
        """
        of_clip = {
            "clip_id": clip_id,
            "speaker": speaker,
            "since": since,
        }
        found = _HABITS_AND_HEARD.run(
            self.connection, _parameters(person, now) | of_clip
        )
        habits = [Habit(**row) for row in found["habit"]]
        return habits, [heard_of(row) for row in found["heard"]]


def _parameters(person: Person, now: datetime) -> dict[str, object]:
    return {
        "team_id": person.team_id,
        "user_id": person.user_id,
        "hour_ago": now - timedelta(hours=1),
        "could_answer": now - TIME_TO_ANSWER,
        "day_ago": now - timedelta(days=1),
    }
