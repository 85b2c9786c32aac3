"""Append events to the access log.

An event is written in the transaction of its act; if it cannot be written, the act
fails.
"""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import Connection, bindparam, exists, insert, select

from storage.errors import StorageError
from storage.records import Action, Event, Origin, Outcome, Person, Role, Setting
from storage.tables import events, listens, questions, unsequenced

# A player reports how much of the span was played. The snippet is at most 10 s long, so
# more than this is worth an auditor's attention.
UNUSUAL_LOOPS = 20
UNUSUAL_MS = 120_000
_CLOSER = {Action.SNIPPET_HEARD_CLOSER, Action.SNIPPET_HEARD_UNMASKED}
UNUSUAL_ACTIONS = _CLOSER | {Action.SNIPPET_PLAYED}
# The statements are built once, because building one costs three times as much as
# running it.
_ROW = insert(events).returning(events.c.id)
_WRITTEN = (
    insert(events)
    .values({c.name: bindparam(c.name) for c in events.columns if c.name != "id"})
    .returning(events.c.id)
    .cte("written")
)
_ROW_AND_WAIT = (
    insert(unsequenced)
    .from_select(["event_id"], select(_WRITTEN.c.id))
    .returning(unsequenced.c.event_id)
)


class Log:
    """Appends events to the access log and reads single ones."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def record(self, event: Event) -> int:
        """Append one event and return its id.

        Raises `StorageError` if the database reports that it wrote no row.
        """
        written = (
            _ROW_AND_WAIT if self.connection.dialect.name == "postgresql" else _ROW
        )
        found = self.connection.execute(written, row_of(event)).scalar_one_or_none()
        if found is None:
            raise StorageError("The database wrote no event. Run: help-clip check")
        return int(found)

    def record_with(self, event: Event, detail: str) -> int:
        """Append an event with only the SHA-256 of `detail`, kept next to the log.

        The detail holds text that an event may not hold, such as an auditor's reason.
        """
        digest = hashlib.sha256(detail.encode()).hexdigest()
        number = self.record(replace(event, digest=digest))
        self.connection.execute(insert(questions).values(event_id=number, body=detail))
        return number

    def is_kept(
        self,
        event_id: int,
        event: Event,
        *,
        listen_id: str | None = None,
    ) -> bool:
        """Return whether the database kept an event as this transaction recorded it.

        With `listen_id`, whether it kept the row of that listen too. On PostgreSQL the
        event must also wait to be signed, or no proof would hold it.
        """
        query = select(events.c.canonical).where(events.c.id == event_id)
        if self.connection.dialect.name == "postgresql":
            query = query.join(unsequenced, unsequenced.c.event_id == events.c.id)
        if listen_id is not None:
            query = query.where(exists().where(listens.c.id == listen_id))
        entry = self.connection.execute(query).scalar_one_or_none()
        return entry == canonical(event)

    def by_id(self, event_id: int) -> Event | None:
        """Return one event, parsed from its canonical bytes."""
        query = select(events.c.canonical).where(events.c.id == event_id)
        entry = self.connection.execute(query).scalar_one_or_none()
        return None if entry is None else parse(bytes(entry))

    def detail(self, event_id: int) -> str | None:
        """Return the committed detail of an event, or None."""
        query = select(questions.c.body).where(questions.c.event_id == event_id)
        return self.connection.execute(query).scalar_one_or_none()


def row_of(event: Event) -> dict[str, Any]:
    """Return an event as a row of `events`."""
    actor = event.actor
    return {
        "at": event.at,
        "action": event.action,
        "outcome": event.outcome,
        "team_id": actor.team_id if actor else None,
        "user_id": actor.user_id if actor else None,
        "role": event.role,
        "origin": event.origin,
        "rule": event.rule,
        "desk": event.desk,
        "request": event.request,
        "clip_id": event.clip_id,
        "unusual": is_unusual(event),
        "canonical": canonical(event),
    }


def is_unusual(event: Event) -> bool:
    """Return whether a play was elevated, or longer or more often than answers need."""
    if event.action in _CLOSER:
        return event.outcome is Outcome.ALLOWED
    numbers = event.numbers
    much = (
        numbers.get("loops", 0) > UNUSUAL_LOOPS
        or numbers.get("played_ms", 0) > UNUSUAL_MS
    )
    return (
        much
        and event.action is Action.SNIPPET_PLAYED
        and event.outcome is Outcome.ALLOWED
    )


def canonical(event: Event) -> bytes:
    """Return the RFC 8785 bytes of an event, as stored, hashed and exported.

    Empty keys are left out.
    """
    body: dict[str, Any] = {
        "at": _iso(event.at),
        "action": event.action.value,
        "outcome": event.outcome.value,
        "origin": event.origin.value,
        "team": event.actor.team_id if event.actor else None,
        "user": event.actor.user_id if event.actor else None,
        "role": event.role.value if event.role else None,
        "rule": event.rule,
        "desk": event.desk,
        "request": event.request,
        "clip": event.clip_id,
        "address": event.address,
        "subject_team": event.subject.team_id if event.subject else None,
        "subject_user": event.subject.user_id if event.subject else None,
        "digest": event.digest,
        "numbers": dict(event.numbers) or None,
        "setting": event.setting.name if event.setting else None,
        "old": event.setting.old if event.setting else None,
        "new": event.setting.new if event.setting else None,
    }
    return rfc8785.dumps(
        {key: value for key, value in body.items() if value is not None}
    )


def parse(entry: bytes) -> Event:
    """Return the event of `canonical` bytes. Raises `StorageError` for other bytes.

    Whether the bytes are those that were signed is decided by verification.
    """
    try:
        body: dict[str, Any] = json.loads(entry)
        role, user, subject = (
            body.get("role"),
            body.get("user"),
            body.get("subject_user"),
        )
        setting = body.get("setting")
        return Event(
            at=datetime.fromisoformat(body["at"]),
            action=Action(body["action"]),
            outcome=Outcome(body["outcome"]),
            actor=Person(team_id=body["team"], user_id=user) if user else None,
            role=Role(role) if role else None,
            origin=Origin(body["origin"]),
            rule=body.get("rule"),
            desk=body.get("desk"),
            request=body.get("request"),
            clip_id=body.get("clip"),
            address=body.get("address"),
            subject=Person(team_id=body["subject_team"], user_id=subject)
            if subject
            else None,
            digest=body.get("digest"),
            numbers=body.get("numbers", {}),
            setting=Setting(
                name=setting,
                old=body.get("old"),
                new=body.get("new"),
            )
            if setting
            else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(
            "An entry of the access log is not an event. Run: help-clip audit verify"
        ) from error


def _iso(moment: datetime) -> str:
    return (
        moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )
