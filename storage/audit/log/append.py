"""Append events to the access log.

An event is written in the transaction of its act; if it cannot be written, the act
fails.
"""

import hashlib
import json
from collections.abc import Mapping
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
        self.recorded: list[Action] = []

    def record(self, event: Event) -> int:
        """Append one event and return its id.

        Raises `StorageError` if the database reports that it wrote no row.
        """
        written = _ROW
        if self.connection.dialect.name == "postgresql":
            written = _ROW_AND_WAIT
        found = self.connection.execute(written, row_of(event)).scalar_one_or_none()
        if found is None:
            raise StorageError("The database wrote no event. Run: help-clip check")
        self.recorded.append(event.action)
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
        if entry is None:
            return None
        return parse(bytes(entry))

    def detail(self, event_id: int) -> str | None:
        """Return the committed detail of an event, or None."""
        query = select(questions.c.body).where(questions.c.event_id == event_id)
        return self.connection.execute(query).scalar_one_or_none()


def row_of(event: Event) -> dict[str, Any]:
    """Return an event as a row of `events`."""
    team_id = None
    user_id = None
    if event.actor is not None:
        team_id = event.actor.team_id
        user_id = event.actor.user_id
    return {
        "at": event.at,
        "action": event.action,
        "outcome": event.outcome,
        "team_id": team_id,
        "user_id": user_id,
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
    if event.action is not Action.SNIPPET_PLAYED:
        return False
    if event.outcome is not Outcome.ALLOWED:
        return False
    if event.numbers.get("loops", 0) > UNUSUAL_LOOPS:
        return True
    return event.numbers.get("played_ms", 0) > UNUSUAL_MS


def canonical(event: Event) -> bytes:
    """Return the RFC 8785 bytes of an event, as stored, hashed and exported.

    The plain values are collected first, then those of actor, role, subject, numbers
    and setting. Empty keys are left out.
    """
    body: dict[str, Any] = {
        "at": _iso(event.at),
        "action": event.action.value,
        "outcome": event.outcome.value,
        "origin": event.origin.value,
        "rule": event.rule,
        "desk": event.desk,
        "request": event.request,
        "clip": event.clip_id,
        "address": event.address,
        "digest": event.digest,
        "tool": event.tool,
    }
    if event.actor is not None:
        body["team"] = event.actor.team_id
        body["user"] = event.actor.user_id
    if event.role is not None:
        body["role"] = event.role.value
    if event.subject is not None:
        body["subject_team"] = event.subject.team_id
        body["subject_user"] = event.subject.user_id
    if event.numbers:
        body["numbers"] = dict(event.numbers)
    if event.setting is not None:
        body["setting"] = event.setting.name
        body["old"] = event.setting.old
        body["new"] = event.setting.new
    filled = {key: value for key, value in body.items() if value is not None}
    return rfc8785.dumps(filled)


def _person(
    body: Mapping[str, Any],
    team_key: str,
    user_key: str,
) -> Person | None:
    user_id = body.get(user_key)
    if not user_id:
        return None
    return Person(team_id=body[team_key], user_id=user_id)


def _role(body: Mapping[str, Any]) -> Role | None:
    role = body.get("role")
    if not role:
        return None
    return Role(role)


def _setting(body: Mapping[str, Any]) -> Setting | None:
    name = body.get("setting")
    if not name:
        return None
    return Setting(
        name=name,
        old=body.get("old"),
        new=body.get("new"),
    )


def parse(entry: bytes) -> Event:
    """Return the event of `canonical` bytes. Raises `StorageError` for other bytes.

    Whether the bytes are those that were signed is decided by verification.
    """
    try:
        body: dict[str, Any] = json.loads(entry)
        return Event(
            at=datetime.fromisoformat(body["at"]),
            action=Action(body["action"]),
            outcome=Outcome(body["outcome"]),
            actor=_person(body, "team", "user"),
            role=_role(body),
            origin=Origin(body["origin"]),
            rule=body.get("rule"),
            desk=body.get("desk"),
            request=body.get("request"),
            clip_id=body.get("clip"),
            address=body.get("address"),
            subject=_person(body, "subject_team", "subject_user"),
            digest=body.get("digest"),
            numbers=body.get("numbers", {}),
            setting=_setting(body),
            tool=body.get("tool"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(
            "An entry of the access log is not an event. Run: help-clip audit verify"
        ) from error


def _iso(moment: datetime) -> str:
    return (
        moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )
