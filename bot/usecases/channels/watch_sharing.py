"""Watching the items shared in the desks' rooms: the person is coached, leads get a list.

A message is checked in memory and dropped: kept are the person, the channel, the time
and the kind.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from bot.redaction.masking.personal_patterns import looks_personal
from bot.rules.channels.sharing import (
    Attached,
    gravest,
    is_discussion,
    kind_of_file,
    kinds_in_text,
    possible_clip_ids,
)
from bot.rules.desks import Desk, Desks
from bot.usecases.context import Act
from bot.usecases.find_clip import is_clip_id
from bot.usecases.services import Services
from storage.records import Action, IncidentKind, Outcome, RequestState
from storage.records.outbox import CoachPerson, RemoveFile, UpdateThread
from storage.store import Transaction

# The same advice twice in an hour is of no use.
COACH_EVERY = timedelta(hours=1)


@dataclass(
    frozen=True,
    kw_only=True,
)
class PostedMessage:
    """A message that a person posted. `thread_ts` is None outside threads."""

    channel_id: str
    ts: str
    thread_ts: str | None
    text: str
    files: tuple[Attached, ...]


def desk_watching(desks: Desks, channel_id: str) -> Desk | None:
    """Return the desk of a room: its own channel, or one that it watches."""
    for desk in desks.desks.values():
        if desk.channel_id == channel_id:
            return desk
    for desk in desks.desks.values():
        if channel_id in desk.watched:
            return desk
    return None


def check_message(
    services: Services,
    act: Act,
    message: PostedMessage,
) -> None:
    """Check one message of a watched room. A second check changes nothing."""
    desk = desk_watching(services.desks, message.channel_id)
    if desk is None:
        return
    kind = gravest(_kinds(services, desk, message))
    discusses = False
    if message.thread_ts is not None:
        discusses = is_discussion(message.text)
    if kind is None and not discusses:
        return
    with services.store.begin() as tx:
        listed = tx.incidents.of_message(message.channel_id, message.ts)
        if kind is not None and listed is None:
            _put_on_list(
                tx,
                act,
                desk,
                message,
                kind,
            )
        if discusses:
            _unblind(tx, act, message)


def check_changed_message(
    services: Services,
    act: Act,
    message: PostedMessage,
) -> None:
    """Check an edited message: its flagged file or words may be gone, or new."""
    desk = desk_watching(services.desks, message.channel_id)
    if desk is None:
        return
    if _kinds(services, desk, message):
        check_message(services, act, message)
    else:
        record_deletion(
            services,
            act,
            message.channel_id,
            message.ts,
        )


def record_deletion(
    services: Services,
    act: Act,
    channel_id: str,
    ts: str,
) -> None:
    """Mark the entry of a message as removed, which has nothing flagged any more."""
    with services.store.read() as tx:
        listed = tx.incidents.of_message(channel_id, ts)
    if listed is None or listed.removed_at is not None:
        # Most messages are on no list, and reading takes no lock.
        return
    with services.store.begin() as tx:
        incident = tx.incidents.by_id(listed.id, lock=True)
        if incident is not None and incident.removed_at is None:
            tx.incidents.mark_removed(incident.id, act.now)
            event = act.event(
                Action.SHARING_REMOVED,
                rule=incident.kind,
                desk=incident.desk,
            )
            # The event has no actor: Slack does not report the author of the deletion.
            tx.log.record(
                replace(
                    event,
                    actor=None,
                    subject=incident.person,
                )
            )


def record_removal(
    services: Services,
    act: Act,
    incident_id: int,
    problem: str | None,
) -> None:
    """Record that the bot removed a dropped file, or could not.

    `problem` is Slack's error code, or None if the file is gone.
    """
    with services.store.begin() as tx:
        incident = tx.incidents.by_id(incident_id, lock=True)
        if incident is None:
            return
        if problem is None and incident.removed_at is not None:
            # Slack's event about the change came first.
            return
        outcome = Outcome.FAILED
        if problem is None:
            outcome = Outcome.ALLOWED
            tx.incidents.mark_removed(incident.id, act.now)
        event = act.event(
            Action.SHARING_REMOVED,
            outcome=outcome,
            rule=problem or incident.kind,
            desk=incident.desk,
        )
        tx.log.record(replace(event, subject=incident.person))


def _kinds(
    services: Services,
    desk: Desk,
    message: PostedMessage,
) -> set[IncidentKind]:
    kinds = set(kinds_in_text(message.text, services.public_url))
    for file in message.files:
        kind = kind_of_file(file)
        if kind is not None:
            kinds.add(kind)
    if looks_personal(message.text, desk.locale):
        kinds.add(IncidentKind.PERSONAL_WORDS)
    words = possible_clip_ids(message.text)
    if any(is_clip_id(services, word) for word in words):
        kinds.add(IncidentKind.CLIP_ID_PASTED)
    return kinds


def _put_on_list(
    tx: Transaction,
    act: Act,
    desk: Desk,
    message: PostedMessage,
    kind: IncidentKind,
) -> None:
    since = act.now - COACH_EVERY
    coached = tx.incidents.unseen_of(
        kind,
        act.actor,
        desk.id,
        since,
    )
    thread_ts = message.thread_ts or message.ts
    request = tx.requests.in_thread(message.channel_id, thread_ts)
    incident = tx.incidents.add(
        kind,
        act.actor,
        desk=desk.id,
        now=act.now,
        channel_id=message.channel_id,
        message_ts=message.ts,
        request_id=request.id if request else None,
    )
    dropped = [file for file in message.files if kind_of_file(file) is not None]
    event = act.event(
        Action.SHARING_SEEN,
        rule=kind,
        desk=desk.id,
        numbers={"files": len(dropped)},
    )
    tx.log.record(replace(event, digest=_digest(dropped)))
    # The file is removed first; then its owner is notified that it was.
    for file in dropped:
        removal = RemoveFile(
            incident_id=incident.id,
            file_id=file.id,
        )
        tx.outbox.enqueue(removal, now=act.now)
    if coached is None:
        tx.outbox.enqueue(CoachPerson(incident_id=incident.id), now=act.now)


def _digest(files: Sequence[Attached]) -> str | None:
    """Return a digest of dropped files, or None if there are none.

    It shows later whether two drops were the same files, without keeping their names.
    """
    if not files:
        return None
    facts = json.dumps([asdict(file) for file in files], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()


def _unblind(
    tx: Transaction,
    act: Act,
    message: PostedMessage,
) -> None:
    """Raise the quorum by one, once a request: readers of the thread may be swayed."""
    assert message.thread_ts is not None
    request = tx.requests.in_thread(message.channel_id, message.thread_ts, lock=True)
    if request is None:
        return
    if request.state is not RequestState.OPEN:
        return
    if not request.blind:
        return
    request = request.evolve(
        discussed_at=act.now,
        quorum=request.quorum + 1,
    )
    tx.requests.save(request)
    numbers = {"quorum": request.quorum}
    event = act.event(
        Action.REQUEST_DISCUSSED,
        request=request,
        numbers=numbers,
    )
    tx.log.record(event)
    tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
