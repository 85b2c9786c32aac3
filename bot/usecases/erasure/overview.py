"""Erasures for administrators: a preview of each, and the receipts of past ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import NotFound
from bot.rules.people import permission
from bot.rules.requests import lifecycle
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.erasure import erase
from bot.usecases.find_clip import check_speaker, find_clip_id
from bot.usecases.lookup import roles_of_act
from bot.usecases.services import Services
from storage.records import Action, Erasure, Person, Receipt, Role, request_name
from storage.store import Transaction

_SHOWN = 30


class What(StrEnum):
    """The kinds of data that can be erased."""

    CLIP = "clip"
    SPEAKER = "speaker"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The data that an erasure would remove.

    `of` is a clip's id, a pseudonym or a Slack user id. `held_until` is the end of the
    last hold that stops it.
    """

    what: What
    of: str
    people: tuple[Person, ...] = ()
    clips: int = 0
    requests: int = 0
    live: int = 0
    snippets: int = 0
    threads: int = 0
    held: int = 0
    held_until: datetime | None = None


class ReceiptState(StrEnum):
    """The state of one place."""

    DONE = "done"
    HELD = "held"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """One place of an erasure: since when it is clean, until when held, or when due."""

    receipt: Receipt
    request: str | None
    state: ReceiptState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """An erasure and its places."""

    erasure: Erasure
    lines: tuple[ReceiptLine, ...]

    @property
    def of(self) -> str:
        """Return a clip's id, or a Slack user id."""
        person = self.erasure.person
        if self.erasure.clip_id is not None:
            return self.erasure.clip_id
        if person is None:
            return ""
        return person.user_id

    @property
    def is_open(self) -> bool:
        return any(line.state is not ReceiptState.DONE for line in self.lines)

    @property
    def can_go_on(self) -> bool:
        """Return whether a retry may help; held places are cleaned without one."""
        return any(
            line.state in (ReceiptState.DUE, ReceiptState.OVERDUE)
            for line in self.lines
        )


@dataclass(frozen=True, kw_only=True)
class ErasureList:
    """One page of the erasures, newest first. `total` counts them all.

    `can_go_on`: a retry may help a place of this page, or of an older erasure.
    """

    items: tuple[Known, ...]
    total: int
    next_after: int | None
    can_go_on: bool


def preview(
    services: Services,
    act: Act,
    what: What,
    of: str,
) -> Preview:
    """Return the data that an erasure would remove.

    Raises `Refused`, `Invalid`, `NotFound`.
    """
    _look(services, act)
    if what is What.PERSON:
        people = _people(services, of)
        with services.store.read() as tx:
            holds = [
                h
                for h in tx.holds.standing()
                for p in people
                if tx.requests.has_worked_on(p, [h.clip_id])
            ]
        ends = [hold.expires_at for hold in holds]
        return Preview(
            what=what,
            of=people[0].user_id,
            people=people,
            held=len({hold.clip_id for hold in holds}),
            held_until=max(ends, default=None),
        )
    if what is What.CLIP:
        clip_id = _clip(services, of)
        with services.store.read() as tx:
            return _counted(tx, what, clip_id, [clip_id])
    speaker = check_speaker(of)
    with services.store.read() as tx:
        clips = tx.clips.of_speaker(speaker)
        return _counted(tx, what, speaker, clips)


def erase_data(
    services: Services,
    act: Act,
    what: What,
    of: str,
    *,
    reason: str,
) -> list[Erasure]:
    """Erase a clip, a speaker or a person.

    Raises `Refused` (also without a fresh sign-in), `Invalid`, `NotFound`.
    """
    if what is What.CLIP:
        return [erase.erase_clip(services, act, _clip(services, of), reason=reason)]
    if what is What.SPEAKER:
        return erase.erase_speaker(services, act, check_speaker(of), reason=reason)
    return [
        erase.erase_person(services, act, person, reason=reason)
        for person in _people(services, of)
    ]


def list_erasures(
    services: Services,
    act: Act,
    after: int | None = None,
) -> ErasureList:
    """Return a page of the erasures with their receipts. Raises `Refused`.

    `after` is the number of the last erasure of the page before.
    """
    _look(services, act)
    with services.store.read() as tx:
        found = tx.erasures.newest(limit=_SHOWN + 1, after=after)
        shown = [with_receipts(tx, each, act.now) for each in found[:_SHOWN]]
        total = tx.erasures.count()
        can_go_on = any(each.can_go_on for each in shown)
        if total > len(shown):
            can_go_on = can_go_on or bool(tx.receipts.open())
    next_after = None
    if len(found) > _SHOWN:
        next_after = shown[-1].erasure.id
    return ErasureList(
        items=tuple(shown),
        total=total,
        next_after=next_after,
        can_go_on=can_go_on,
    )


def retry(services: Services, act: Act) -> None:
    """Try every open place again. Raises `Refused`."""
    _look(services, act)
    with services.store.begin() as tx:
        erase.resume(tx, act, tx.receipts.open())


def with_receipts(
    tx: Transaction,
    erasure: Erasure,
    now: datetime,
) -> Known:
    """Return an erasure with the state of each place."""
    if erasure.clip_id:
        held = tx.holds.held_until(erasure.clip_id)
    else:
        held = _held_person(tx, erasure)
    return Known(
        erasure=erasure,
        lines=tuple(
            _line(receipt, held, now) for receipt in tx.receipts.of_erasure(erasure.id)
        ),
    )


def _line(
    receipt: Receipt,
    held: datetime | None,
    now: datetime,
) -> ReceiptLine:
    name = None
    if receipt.request_id is not None:
        name = request_name(receipt.request_id)
    state, at = ReceiptState.DUE, receipt.due_at
    if receipt.done_at is not None:
        state, at = ReceiptState.DONE, receipt.done_at
    elif held is not None and receipt.place in erase.HELD_BACK:
        state, at = ReceiptState.HELD, held
    elif receipt.due_at < now:
        state = ReceiptState.OVERDUE
    return ReceiptLine(
        receipt=receipt,
        request=name,
        state=state,
        at=at,
    )


def _held_person(tx: Transaction, erasure: Erasure) -> datetime | None:
    person = erasure.person
    held = [
        h.expires_at
        for h in tx.holds.standing()
        if person and tx.requests.has_worked_on(person, [h.clip_id])
    ]
    return max(held, default=None)


def _counted(
    tx: Transaction,
    what: What,
    of: str,
    clips: Sequence[str],
) -> Preview:
    requests = [
        request for clip_id in clips for request in tx.requests.on_clip(clip_id)
    ]
    holds = [
        until
        for clip_id in clips
        if (until := tx.holds.held_until(clip_id)) is not None
    ]
    return Preview(
        what=what,
        of=of,
        clips=len({request.clip_id for request in requests}),
        requests=len(requests),
        live=sum(request.state in lifecycle.LIVE for request in requests),
        snippets=sum(
            tx.snippets.of_request(request.id) is not None for request in requests
        ),
        threads=sum(request.thread_ts is not None for request in requests),
        held=len(holds),
        held_until=max(holds, default=None),
    )


def _clip(services: Services, of: str) -> str:
    """Return the clip id: HC-1042 stands for the clip of that request."""
    if of.strip().upper().startswith("HC-"):
        return find_clip_id(services, request=of)
    return find_clip_id(services, clip=of)


def _people(services: Services, user_id: str) -> tuple[Person, ...]:
    with services.store.read() as tx:
        found = tx.people.with_user_id(user_id.strip())
    if not found:
        raise NotFound(text("erasure.person.unknown"))
    return tuple(found)


def _look(services: Services, act: Act) -> None:
    """Record that the actor views erasures. Raises `Refused`."""
    with services.store.begin() as tx:
        roles = roles_of_act(services, tx, act, Role.ADMINISTRATOR)
        refusal = permission.may_erase(roles)
        role = None
        if refusal is None and act.person is not None:
            role = Role.ADMINISTRATOR
        tx.log.record(act.event(Action.ERASURES_VIEWED, refusal=refusal, role=role))
    raise_refusal(refusal)
