"""Proving the log: verifying it, exporting it with proofs, and receipts. Each is on
record.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.errors import Invalid, NotFound, Unavailable
from bot.rules.people import permission
from bot.usecases.audit.query import record_question
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import roles_of_act
from bot.usecases.services import Services
from storage.audit.checks.database import Checked, check
from storage.audit.checks.walk import Fault
from storage.audit.proofs.anchors import anchored
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.export import receipt, write_bundle
from storage.audit.proofs.witness import read_witnesses
from storage.audit.query.search import Question, every
from storage.blobs import Blobs
from storage.errors import Missing, StorageError
from storage.records import Action, Outcome, Role

Progress = Callable[[int, int], None]


def read_keys(text: str | None, witnesses: str | None = None) -> Keys:
    """The log's keys from AUDIT_SIGNING_KEY, and its witnesses' from AUDIT_WITNESSES.

    Raises `Invalid`.
    """
    if not text:
        raise Invalid(
            "AUDIT_SIGNING_KEY is not set; make one with: help-clip audit key NAME"
        )
    try:
        cosigners = tuple(each.key for each in read_witnesses(witnesses or ""))
    except StorageError as error:
        raise Invalid(f"AUDIT_WITNESSES: {error}") from None
    try:
        return replace(Keys.read(text), witnesses=cosigners)
    except StorageError as error:
        raise Invalid(f"AUDIT_SIGNING_KEY: {error}") from None


def verify_audit(
    services: Services,
    act: Act,
    keys: Keys,
    anchors: Blobs | None = None,
    progress: Progress | None = None,
    known: Sequence[str] = (),
) -> Checked:
    """Verify the whole log where it is; that it was done, and how it ended, goes on
    record.

    `known` are checkpoints somebody kept elsewhere, which the log must continue. Raises
    `Refused`, and `storage.audit.checks.walk.Fault` naming the first bad entry.
    """
    _allow(services, act)
    outside = [*(anchored(anchors) if anchors else ()), *known]
    try:
        found = check(services.store, keys.verifiers, outside, progress)
    except Fault as fault:
        _record(
            services, act, Outcome.FAILED, rule=fault.kind.replace(" ", "_"), size=None
        )
        raise
    _record(services, act, Outcome.ALLOWED, rule=None, size=found.size)
    return found


def export_proof(
    services: Services,
    act: Act,
    keys: Keys,
    question: Question,
    reason: str | None = None,
    progress: Progress | None = None,
) -> tuple[int, Iterator[bytes]]:
    """A bundle of what a question asks about, behind the id of the event
    `log.exported`.

    The whole log when the question asks about nothing in particular. Raises `Refused`,
    `Invalid`, and while streaming `Unavailable` when some events are not signed yet.
    """
    asked_as = record_question(services, act, question, reason, Action.LOG_EXPORTED)

    def pieces() -> Iterator[bytes]:
        everything = question == Question()
        with services.store.read() as tx:
            # Its own event is too new to be signed.
            chosen = (
                None
                if everything
                else [e.id for e in every(tx.log, question) if e.id < asked_as]
            )
            try:
                yield from write_bundle(tx.log, keys.verifiers, chosen, progress)
            except Fault:
                raise
            except StorageError as error:
                raise Unavailable(str(error)) from None

    return asked_as, pieces()


def receipt_of(services: Services, act: Act, keys: Keys, event_id: int) -> str:
    """A receipt (c2sp.org/tlog-proof) for one event. Raises `Refused`, `NotFound`."""
    record_question(services, act, Question(), None, Action.LOG_EXPORTED)
    with services.store.read() as tx:
        try:
            return str(receipt(tx.log, keys.verifiers, event_id))
        except Missing as error:
            raise NotFound(str(error)) from None


def _allow(services: Services, act: Act) -> None:
    with services.store.begin() as tx:
        roles = roles_of_act(services, tx, act, Role.AUDITOR)
        refusal = permission.may_query_log(roles, only_self=False)
        if refusal is not None:
            tx.log.record(act.event(Action.LOG_VERIFIED, refusal=refusal))
    raise_refusal(refusal)


def _record(
    services: Services,
    act: Act,
    outcome: Outcome,
    *,
    rule: str | None,
    size: int | None,
) -> None:
    event = act.event(
        Action.LOG_VERIFIED, outcome=outcome, rule=rule, role=Role.AUDITOR
    )
    with services.store.begin() as tx:
        tx.log.record(replace(event, numbers={} if size is None else {"size": size}))
