"""Calls for a peer talk until two people are together, and counts of what was typed
there by mistake.
"""

import json
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    delete,
    insert,
    or_,
    select,
    update,
)

from storage.records import Person, Slip, Talk, Task
from storage.rows import row_with
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

    def add(self, key: str, caller: Person, now: datetime) -> None:
        """Remember who called."""
        self.connection.execute(
            insert(talks).values(
                key=key,
                caller_team=caller.team_id,
                caller_user=caller.user_id,
                called_at=now,
            )
        )

    def by_key(self, key: str, *, lock: bool = False) -> Talk | None:
        """The call with this unguessable key."""
        row = row_with(self.connection, talks.c.key, key, lock=lock)
        return None if row is None else _talk(row)

    def take(self, talk_id: int, person: Person) -> None:
        """Somebody has time."""
        self.connection.execute(
            update(talks)
            .where(talks.c.id == talk_id)
            .values(taken_team=person.team_id, taken_user=person.user_id)
        )

    def forget(self, key: str) -> None:
        """The two are together: nothing says any more who they are, or who was
        asked.
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
        """Calls nobody had time for."""
        query = select(talks.c.key).where(talks.c.called_at < before)
        for key in self.connection.execute(query).scalars().all():
            self.forget(key)

    def forget_person(self, person: Person) -> None:
        """Calls that somebody made or took."""
        mine = [
            (talks.c[f"{how}_team"] == person.team_id)
            & (talks.c[f"{how}_user"] == person.user_id)
            for how in ("caller", "taken")
        ]
        query = select(talks.c.key).where(or_(*mine))
        for key in self.connection.execute(query).scalars().all():
            self.forget(key)

    def words_shown_to(self, person: Person, since: datetime) -> list[list[str]]:
        """What somebody was shown of recordings since then, masked words left out, and
        typed.
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
        scalars = self.connection.scalars
        windows = [
            [word["text"] for word in json.loads(words)] for words in scalars(shown)
        ]
        met = [[text for text in window if text] for window in windows]
        return met + [text.split() for text in scalars(typed)]

    def count_slip(self, kind: Slip) -> None:
        """Something was said in a chat that should not be."""
        counted = "ON CONFLICT (kind) DO UPDATE SET noticed = slips.noticed + 1"
        insert_many(
            self.connection, slips, [{"kind": str(kind), "noticed": 1}], counted
        )

    def slips(self) -> dict[Slip, int]:
        """How often each kind was noticed."""
        rows = self.connection.execute(select(slips.c.kind, slips.c.noticed))
        counted = dict(rows.all())
        return {kind: counted.get(kind, 0) for kind in Slip}


def _talk(row: RowMapping) -> Talk:
    taken = row["taken_user"]
    return Talk(
        id=row["id"],
        key=row["key"],
        caller=Person(team_id=row["caller_team"], user_id=row["caller_user"]),
        called_at=row["called_at"],
        taken_by=Person(team_id=row["taken_team"], user_id=taken) if taken else None,
    )
