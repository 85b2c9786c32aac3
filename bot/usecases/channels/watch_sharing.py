"""Watching what is passed around in the desks' rooms: coached kindly, listed for the
leads.

A message is looked at in memory and let go: what is kept is who, where, when and what
kind.
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
from bot.usecases.requests.find_clip import is_clip
from bot.usecases.services import Services
from storage.records import Action, IncidentKind, Outcome, RequestState
from storage.records.outbox import CoachPerson, RemoveFile, UpdateThread
from storage.store import Transaction

COACH_EVERY = timedelta(hours=1)  # the same advice twice in an hour helps nobody


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message somebody wrote. `thread_ts` is None outside threads."""

    channel_id: str
    ts: str
    thread_ts: str | None
    text: str
    files: tuple[Attached, ...]


def desk_watching(desks: Desks, channel_id: str) -> Desk | None:
    """The desk whose room this is: its own channel, or one it watches."""
    everywhere = desks.desks.values()
    own = next((desk for desk in everywhere if desk.channel_id == channel_id), None)
    return own or next(
        (desk for desk in everywhere if channel_id in desk.watched), None
    )


def saw(services: Services, act: Act, said: Said) -> None:
    """Look at one message of a watched room. Seeing it again changes nothing."""
    desk = desk_watching(services.desks, said.channel_id)
    if desk is None:
        return
    kind = gravest(_kinds(services, desk, said))
    discusses = said.thread_ts is not None and is_discussion(said.text)
    if kind is None and not discusses:
        return
    with services.store.begin() as tx:
        if (
            kind is not None
            and tx.incidents.of_message(said.channel_id, said.ts) is None
        ):
            _put_on_list(tx, act, desk, said, kind)
        if discusses:
            _unblind(tx, act, said)


def gone(services: Services, act: Act, channel_id: str, ts: str) -> None:
    """A message was deleted: what was flagged about it is over."""
    with services.store.begin() as tx:
        incident = tx.incidents.of_message(channel_id, ts)
        if incident is not None and incident.removed_at is None:
            tx.incidents.mark_removed(incident.id, act.now)
            removed = act.event(
                Action.SHARING_REMOVED, rule=incident.kind, desk=incident.desk
            )
            # Slack does not say who deleted it.
            tx.log.record(replace(removed, actor=None, subject=incident.person))


def removed(
    services: Services, act: Act, incident_id: int, problem: str | None
) -> None:
    """The bot has taken a dropped file away, or could not: `problem` is Slack's word
    for why.
    """
    with services.store.begin() as tx:
        incident = tx.incidents.by_id(incident_id, lock=True)
        if incident is None:
            return
        if problem is None:
            tx.incidents.mark_removed(incident.id, act.now)
        event = act.event(
            Action.SHARING_REMOVED,
            outcome=Outcome.FAILED if problem else Outcome.ALLOWED,
            rule=problem or incident.kind,
            desk=incident.desk,
        )
        tx.log.record(replace(event, subject=incident.person))


def _kinds(services: Services, desk: Desk, said: Said) -> set[IncidentKind]:
    kinds = {kind for file in said.files if (kind := kind_of_file(file)) is not None}
    kinds |= kinds_in_text(said.text, services.public_url)
    if looks_personal(said.text, desk.locale):
        kinds.add(IncidentKind.PERSONAL_WORDS)
    if any(is_clip(services, word) for word in possible_clip_ids(said.text)):
        kinds.add(IncidentKind.CLIP_ID_PASTED)
    return kinds


def _put_on_list(
    tx: Transaction, act: Act, desk: Desk, said: Said, kind: IncidentKind
) -> None:
    told = (
        tx.incidents.unseen_of(kind, act.actor, desk.id, act.now - COACH_EVERY)
        is not None
    )
    thread = said.thread_ts or said.ts
    request = tx.requests.in_thread(said.channel_id, thread)
    incident = tx.incidents.add(
        kind,
        act.actor,
        desk=desk.id,
        now=act.now,
        channel_id=said.channel_id,
        message_ts=said.ts,
        request_id=request.id if request else None,
    )
    dropped = [file for file in said.files if kind_of_file(file) is not None]
    seen = act.event(
        Action.SHARING_SEEN, rule=kind, desk=desk.id, numbers={"files": len(dropped)}
    )
    tx.log.record(replace(seen, digest=_digest(dropped) if dropped else None))
    # The file is removed first; then its owner is notified that it was.
    for file in dropped:
        removal = RemoveFile(incident_id=incident.id, file_id=file.id)
        tx.outbox.enqueue(removal, now=act.now)
    if not told:
        tx.outbox.enqueue(CoachPerson(incident_id=incident.id), now=act.now)


def _digest(files: Sequence[Attached]) -> str:
    """Tells later whether two drops were the same files, without keeping their
    names.
    """
    facts = json.dumps([asdict(file) for file in files], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()


def _unblind(tx: Transaction, act: Act, said: Said) -> None:
    """Who reads the thread may be swayed by now, so one more has to agree; once a
    request.
    """
    assert said.thread_ts is not None
    request = tx.requests.in_thread(said.channel_id, said.thread_ts, lock=True)
    if request is None or request.state is not RequestState.OPEN or not request.blind:
        return
    request = request.evolve(discussed_at=act.now, quorum=request.quorum + 1)
    tx.requests.save(request)
    tx.log.record(
        act.event(
            Action.REQUEST_DISCUSSED,
            request=request,
            numbers={"quorum": request.quorum},
        )
    )
    tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
