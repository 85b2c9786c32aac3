"""What one person heard of a clip and its speaker, and which drafts they read."""

from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, and_, bindparam, select, union

from storage.records import Action, Heard, Outcome, Person, Span
from storage.replicas.locks import lock_names, readings_of
from storage.rows import Columns
from storage.tables import events, listens, requests


def _heard() -> CompoundSelect[Any]:
    """Return the query of the spans heard of one clip, and of one speaker."""
    was_granted = and_(
        listens.c.request_id == requests.c.id,
        listens.c.listener_team == bindparam("team_id"),
        listens.c.listener_user == bindparam("user_id"),
    )
    columns = (
        requests.c.clip_id,
        requests.c.start_ms,
        requests.c.end_ms,
        requests.c.context_ms,
    )
    of_clip = (
        select(*columns)
        .join(listens, was_granted)
        .where(requests.c.clip_id == bindparam("clip_id"))
    )
    of_speaker = (
        select(*columns)
        .join(listens, was_granted)
        .where(
            requests.c.speaker == bindparam("speaker"),
            listens.c.granted_at > bindparam("since"),
        )
    )
    return union(of_clip, of_speaker)


HEARD = _heard()


def heard_of(row: Columns) -> Heard:
    """Return a row of `HEARD` as a record: what the snippet plays at most."""
    span = Span(start_ms=row["start_ms"], end_ms=row["end_ms"])
    return Heard(clip_id=row["clip_id"], part=span.widened(row["context_ms"]))


class Exposures:
    """Reads which drafts a person read."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock_readings(self, person: Person) -> None:
        """Let this person's readings be decided one after the other."""
        lock_names(self.connection, readings_of(person))

    def read_by(self, person: Person, since: datetime) -> list[str]:
        """Return the clip of each draft transcript that the person read since."""
        query = select(events.c.clip_id).where(
            events.c.user_id == person.user_id,
            events.c.team_id == person.team_id,
            events.c.action == Action.TRANSCRIPT_VIEWED,
            events.c.outcome == Outcome.ALLOWED,
            events.c.at > since,
        )
        return list(self.connection.execute(query).scalars())
