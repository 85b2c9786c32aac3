"""Proving the log: verification, export with proofs, and receipts, all on record."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.errors import Invalid, NotFound, Unavailable
from bot.rules.people import permission
from bot.text import text
from bot.usecases.audit.query import record_query
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import roles_of_act
from bot.usecases.services import Services
from storage.audit.checks.database import Checked, check
from storage.audit.checks.state import StateChecked, check_state
from storage.audit.checks.walk import Fault
from storage.audit.proofs.anchors import read_kept
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.export import receipt, write_bundle
from storage.audit.proofs.note import BadNote
from storage.audit.proofs.restores import Restore
from storage.audit.proofs.witness import read_witnesses
from storage.audit.query.search import Question, every
from storage.blobs import Blobs
from storage.errors import Missing, StorageError
from storage.records import Action, Outcome, Role

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """The log is genuine; `state` is None unless the state was compared with it."""

    log: Checked
    state: StateChecked | None
    # From where the log went on after a restore, and what is lost.
    restores: tuple[Restore, ...] = ()


def read_keys(signing_key: str | None, witnesses: str | None = None) -> Keys:
    """Return the log's keys from AUDIT_SIGNING_KEY, and those of AUDIT_WITNESSES.

    Raises `Invalid`.
    """
    if not signing_key:
        raise Invalid(text("audit.keys.signing_key_missing"))
    try:
        cosigners = tuple(each.key for each in read_witnesses(witnesses or ""))
    except StorageError as error:
        raise Invalid(text("audit.keys.witnesses_malformed", problem=error)) from None
    try:
        return replace(Keys.read(signing_key), witnesses=cosigners)
    except StorageError as error:
        raise Invalid(text("audit.keys.signing_key_malformed", problem=error)) from None


def verify_audit(
    services: Services,
    act: Act,
    keys: Keys,
    anchors: Blobs | None = None,
    progress: Progress | None = None,
    known: Sequence[str] = (),
    *,
    against_state: bool = False,
) -> Verified:
    """Verify the whole log as stored; the verification and its outcome go on record.

    `known` are checkpoints kept elsewhere, which the log must continue. With
    `against_state` the rows of requests, listens, answers, rulings, results, stops,
    holds and erasures are compared with the events too. Raises `Refused`, and
    `storage.audit.checks.walk.Fault` with the first bad entry.
    """
    _allow(services, act)
    outside = [*known]
    restores: list[Restore] = []
    state = None
    try:
        if anchors is not None:
            kept, restores = _read_kept(anchors, keys)
            outside = [*kept, *known]
        found = check(
            services.store,
            keys.verifiers,
            outside,
            progress,
        )
        if against_state:
            state = check_state(services.store, progress)
    except Fault as fault:
        rule = fault.kind.replace(" ", "_")
        _record(
            services,
            act,
            Outcome.FAILED,
            rule=rule,
        )
        raise
    numbers = {"size": found.size}
    if state is not None:
        numbers["rows"] = state.rows
    _record(
        services,
        act,
        Outcome.ALLOWED,
        numbers=numbers,
    )
    return Verified(
        log=found,
        state=state,
        restores=tuple(restores),
    )


def export_proof(
    services: Services,
    act: Act,
    keys: Keys,
    question: Question,
    reason: str | None = None,
    progress: Progress | None = None,
) -> tuple[int, Iterator[bytes]]:
    """Return the id of the event `log.exported`, and a bundle of the matching events.

    Without filters it is the whole log. Raises `Refused`, `Invalid`, and while
    streaming `Unavailable` when some events are not signed yet.
    """
    asked_as = record_query(
        services,
        act,
        question,
        reason,
        Action.LOG_EXPORTED,
    )

    def pieces() -> Iterator[bytes]:
        chosen: list[int] | None = None
        with services.store.read() as tx:
            if question != Question():
                # The event of the export itself is too new to be signed.
                found = every(tx.log, question)
                chosen = [event.id for event in found if event.id < asked_as]
            try:
                yield from write_bundle(
                    tx.log,
                    keys.verifiers,
                    chosen,
                    progress,
                )
            except Fault:
                raise
            except StorageError as error:
                raise Unavailable(str(error)) from None

    return asked_as, pieces()


def export_receipt(
    services: Services,
    act: Act,
    keys: Keys,
    event_id: int,
) -> str:
    """Return a receipt (c2sp.org/tlog-proof) for one event.

    Raises `Refused`, `NotFound`.
    """
    record_query(
        services,
        act,
        Question(),
        None,
        Action.LOG_EXPORTED,
    )
    with services.store.read() as tx:
        try:
            return str(receipt(tx.log, keys.verifiers, event_id))
        except Missing as error:
            raise NotFound(str(error)) from None


def _read_kept(anchors: Blobs, keys: Keys) -> tuple[list[str], list[Restore]]:
    try:
        return read_kept(anchors, keys.verifiers)
    except BadNote as error:
        problem = text("audit.keys.anchor_forged", problem=error)
        raise Fault("forged", problem) from error


def _allow(services: Services, act: Act) -> None:
    with services.store.begin() as tx:
        roles = roles_of_act(
            services,
            tx,
            act,
            Role.AUDITOR,
        )
        refusal = permission.may_query_log(roles, only_self=False)
        if refusal is not None:
            tx.log.record(act.event(Action.LOG_VERIFIED, refusal=refusal))
    raise_refusal(refusal)


def _record(
    services: Services,
    act: Act,
    outcome: Outcome,
    *,
    rule: str | None = None,
    numbers: Mapping[str, int] | None = None,
) -> None:
    event = act.event(
        Action.LOG_VERIFIED,
        outcome=outcome,
        rule=rule,
        role=Role.AUDITOR,
        numbers=numbers,
    )
    with services.store.begin() as tx:
        tx.log.record(event)
