"""Calls for a peer talk, kept until two people talk; their marks, and mutes.

A mark is a keyed hash, so that calls can be counted without names.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from storage.records import Person, Talk, Task
from storage.replicas.locks import lock_names
from storage.rows import person_of, row_with
from storage.tables import outbox, talk_marks, talk_mutes, talks
from storage.upsert import upsert


class PeerTalks:
    """Reads and writes calls for a peer talk."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        key: str,
        caller: Person,
        now: datetime,
    ) -> None:
        """Store a call for a peer talk."""
        self.connection.execute(
            insert(talks).values(
                key=key,
                caller_team=caller.team_id,
                caller_user=caller.user_id,
                called_at=now,
            )
        )

    def by_key(self, key: str, *, lock: bool = False) -> Talk | None:
        """Return the call with this unguessable key."""
        row = row_with(self.connection, talks.c.key, key, lock=lock)
        if row is None:
            return None
        return _talk(row)

    def take(self, talk_id: int, person: Person) -> None:
        """Store the colleague who took the call."""
        self.connection.execute(
            update(talks)
            .where(talks.c.id == talk_id)
            .values(taken_team=person.team_id, taken_user=person.user_id)
        )

    def forget(self, key: str) -> None:
        """Delete a call and the messages about it.

        Once two people talk, no record names them or the colleagues who were asked.
        """
        self.connection.execute(delete(talks).where(talks.c.key == key))
        self.connection.execute(
            delete(outbox).where(
                outbox.c.task == Task.ASK_COLLEAGUE,
                # The key is random, so it is in no other talk's payload.
                outbox.c.argument.contains(key, autoescape=True),
            )
        )

    def forget_before(self, before: datetime) -> None:
        """Delete calls made before `before` that no colleague took."""
        query = select(talks.c.key).where(talks.c.called_at < before)
        for key in self.connection.execute(query).scalars().all():
            self.forget(key)

    def forget_person(self, person: Person) -> None:
        """Delete calls that a person made or took."""
        called = and_(
            talks.c.caller_team == person.team_id,
            talks.c.caller_user == person.user_id,
        )
        taken = and_(
            talks.c.taken_team == person.team_id,
            talks.c.taken_user == person.user_id,
        )
        query = select(talks.c.key).where(or_(called, taken))
        for key in self.connection.execute(query).scalars().all():
            self.forget(key)

    def lock_caller(self, mark: str) -> None:
        """Let no other call of this caller be counted until the transaction ends."""
        lock_names(self.connection, mark)

    def count(self, marks: Sequence[str], since: datetime) -> int:
        """Return how many calls left one of these marks since then."""
        query = select(func.count()).where(
            talk_marks.c.mark.in_(marks),
            talk_marks.c.at > since,
        )
        return self.connection.execute(query).scalar_one()

    def leave_mark(self, mark: str, now: datetime) -> None:
        """Store the mark of a call, so that it is counted."""
        self.connection.execute(insert(talk_marks).values(mark=mark, at=now))

    def mute(self, mark: str, until: datetime) -> None:
        """Keep calls with this mark from the colleague until then."""
        row = {
            "mark": mark,
            "until": until,
        }
        upsert(self.connection, talk_mutes, row)

    def is_muted(self, marks: Sequence[str], now: datetime) -> bool:
        """Return whether calls with one of these marks are muted."""
        query = select(talk_mutes.c.mark).where(
            talk_mutes.c.mark.in_(marks),
            talk_mutes.c.until > now,
        )
        return self.connection.execute(query).first() is not None

    def forget_marks(self, before: datetime, now: datetime) -> None:
        """Delete marks made before `before`, and mutes that are over."""
        self.connection.execute(delete(talk_marks).where(talk_marks.c.at < before))
        self.connection.execute(delete(talk_mutes).where(talk_mutes.c.until <= now))


def _talk(row: RowMapping) -> Talk:
    return Talk(
        id=row["id"],
        key=row["key"],
        caller=Person(team_id=row["caller_team"], user_id=row["caller_user"]),
        called_at=row["called_at"],
        taken_by=person_of(row["taken_team"], row["taken_user"]),
    )
