"""Calls for a peer talk, and counts of slips in such talks.

A call is kept until two people talk.
"""

import json
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from storage.records import Person, Slip, Talk, Task
from storage.rows import person_of, row_with
from storage.tables import (
    listens,
    outbox,
    proposals,
    requests,
    slips,
    snippets,
    talks,
)
from storage.upsert import insert_many


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

    def words_shown_to(self, person: Person, since: datetime) -> list[list[str]]:
        """Return the words a person was shown or typed since `since`.

        Each list holds the words of one snippet or of one typed text, in order. Masked
        words are left out.
        """
        heard = select(listens.c.request_id).where(
            listens.c.listener_team == person.team_id,
            listens.c.listener_user == person.user_id,
            listens.c.granted_at >= since,
        )
        mine = (
            requests.c.asker_team == person.team_id,
            requests.c.asker_user == person.user_id,
        )
        asked = select(requests.c.id).where(*mine, requests.c.asked_at >= since)
        shown = select(snippets.c.words).where(
            snippets.c.request_id.in_(heard.union(asked))
        )
        typed = (
            select(proposals.c.text)
            .where(
                proposals.c.proposer_team == person.team_id,
                proposals.c.proposer_user == person.user_id,
                proposals.c.made_at >= since,
                proposals.c.text.is_not(None),
            )
            .union(
                select(requests.c.guess).where(
                    *mine, requests.c.asked_at >= since, requests.c.guess.is_not(None)
                )
            )
        )
        found = [_shown_words(words) for words in self.connection.scalars(shown)]
        found += [text.split() for text in self.connection.scalars(typed)]
        return found

    def count_slip(self, kind: Slip) -> None:
        """Count one slip: content of a recording that was typed in a peer talk."""
        counted = "ON CONFLICT (kind) DO UPDATE SET noticed = slips.noticed + 1"
        insert_many(
            self.connection,
            slips,
            [
                {
                    "kind": str(kind),
                    "noticed": 1,
                }
            ],
            counted,
        )

    def slips(self) -> dict[Slip, int]:
        """Return how often each kind of slip was noticed."""
        rows = self.connection.execute(select(slips.c.kind, slips.c.noticed))
        counted = dict(rows.all())
        return {kind: counted.get(kind, 0) for kind in Slip}


def _shown_words(words_json: str) -> list[str]:
    texts = [word["text"] for word in json.loads(words_json)]
    return [text for text in texts if text]


def _talk(row: RowMapping) -> Talk:
    return Talk(
        id=row["id"],
        key=row["key"],
        caller=Person(team_id=row["caller_team"], user_id=row["caller_user"]),
        called_at=row["called_at"],
        taken_by=person_of(row["taken_team"], row["taken_user"]),
    )
