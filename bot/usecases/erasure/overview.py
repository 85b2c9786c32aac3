"""Erasures as an administrator sees them: what one would take with it, and each one's
receipts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import NotFound
from bot.rules.people import permission
from bot.rules.requests import lifecycle
from bot.usecases.context import Act, raise_refusal
from bot.usecases.erasure import erase
from bot.usecases.lookup import roles_of_act
from bot.usecases.requests.find_clip import check_speaker, find_clip_id
from bot.usecases.services import Services
from storage.records import (
    Action,
    Erasure,
    Person,
    Receipt,
    Role,
    request_name,
)
from storage.store import Transaction

_SHOWN = 30


class What(StrEnum):
    """What can be erased."""

    CLIP = "clip"
    SPEAKER = "speaker"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would go. `held_until` is when the last of the holds that stop it ends."""

    what: What
    of: str  # a clip's id, a pseudonym, or a Slack user id
    people: tuple[Person, ...] = ()
    clips: int = 0
    requests: int = 0
    live: int = 0
    snippets: int = 0
    threads: int = 0
    held: int = 0
    held_until: datetime | None = None


class ReceiptState(StrEnum):
    """How a place stands."""

    DONE = "done"
    HELD = "held"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One place of an erasure: since when it is clean, until when held, or when due."""

    receipt: Receipt
    request: str | None
    state: ReceiptState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """An erasure and its places."""

    erasure: Erasure
    lines: tuple[Line, ...]

    @property
    def of(self) -> str:
        """A clip's id, or a Slack user id."""
        person = self.erasure.person
        return self.erasure.clip_id or (person.user_id if person else "")

    @property
    def is_open(self) -> bool:
        return any(line.state is not ReceiptState.DONE for line in self.lines)

    @property
    def can_go_on(self) -> bool:
        """Whether trying again may help: what a hold keeps goes by itself."""
        return any(
            line.state in (ReceiptState.DUE, ReceiptState.OVERDUE)
            for line in self.lines
        )


def preview(services: Services, act: Act, what: What, of: str) -> Preview:
    """What an erasure would take with it. Raises `Refused`, `Invalid`, `NotFound`."""
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
    of = _clip(services, of) if what is What.CLIP else check_speaker(of)
    with services.store.read() as tx:
        return _counted(
            tx,
            what,
            of,
            [of] if what is What.CLIP else tx.requests.clips_of_speaker(of),
        )


def begin(
    services: Services, act: Act, what: What, of: str, *, reason: str
) -> list[Erasure]:
    """Erase it. Raises `Refused` (also without a fresh sign-in), `Invalid`,
    `NotFound`.
    """
    if what is What.CLIP:
        return [erase.erase_clip(services, act, _clip(services, of), reason=reason)]
    if what is What.SPEAKER:
        return erase.erase_speaker(services, act, check_speaker(of), reason=reason)
    return [
        erase.erase_person(services, act, person, reason=reason)
        for person in _people(services, of)
    ]


def known(services: Services, act: Act) -> list[Known]:
    """The newest erasures with their receipts. Raises `Refused`."""
    _look(services, act)
    with services.store.read() as tx:
        return [
            with_receipts(tx, each, act.now)
            for each in tx.erasures.newest(limit=_SHOWN)
        ]


def retry(services: Services, act: Act) -> None:
    """Try every open place again. Raises `Refused`."""
    _look(services, act)
    with services.store.begin() as tx:
        erase.resume(tx, act, tx.receipts.open())


def with_receipts(tx: Transaction, erasure: Erasure, now: datetime) -> Known:
    """How each place of an erasure stands."""
    held = (
        tx.holds.held_until(erasure.clip_id)
        if erasure.clip_id
        else _held_person(tx, erasure)
    )
    return Known(
        erasure=erasure,
        lines=tuple(
            _line(receipt, held, now) for receipt in tx.receipts.of_erasure(erasure.id)
        ),
    )


def _line(receipt: Receipt, held: datetime | None, now: datetime) -> Line:
    name = request_name(receipt.request_id) if receipt.request_id is not None else None
    state, at = ReceiptState.DUE, receipt.due_at
    if receipt.done_at is not None:
        state, at = ReceiptState.DONE, receipt.done_at
    elif held is not None and receipt.place in erase.HELD_BACK:
        state, at = ReceiptState.HELD, held
    elif receipt.due_at < now:
        state = ReceiptState.OVERDUE
    return Line(receipt=receipt, request=name, state=state, at=at)


def _held_person(tx: Transaction, erasure: Erasure) -> datetime | None:
    person = erasure.person
    held = [
        h.expires_at
        for h in tx.holds.standing()
        if person and tx.requests.has_worked_on(person, [h.clip_id])
    ]
    return max(held, default=None)


def _counted(tx: Transaction, what: What, of: str, clips: Sequence[str]) -> Preview:
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
    """People know requests rather than clips: HC-1042 is the clip it is about."""
    if of.strip().upper().startswith("HC-"):
        return find_clip_id(services, request=of)
    return find_clip_id(services, clip=of)


def _people(services: Services, user_id: str) -> tuple[Person, ...]:
    with services.store.read() as tx:
        found = tx.people.with_user_id(user_id.strip())
    if not found:
        raise NotFound(
            "Nothing is kept of that Slack user id; the access log keeps ids."
        )
    return tuple(found)


def _look(services: Services, act: Act) -> None:
    """Put on record who looks. Raises `Refused`."""
    with services.store.begin() as tx:
        roles = roles_of_act(services, tx, act, Role.ADMINISTRATOR)
        refusal = permission.may_erase(roles)
        role = Role.ADMINISTRATOR if act.person and not refusal else None
        tx.log.record(act.event(Action.ERASURES_VIEWED, refusal=refusal, role=role))
    raise_refusal(refusal)
