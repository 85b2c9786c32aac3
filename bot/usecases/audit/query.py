"""Asking the access log. Whoever asks is on the log first; the answer begins with that
event.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.errors import Invalid
from bot.rules.people import permission
from bot.usecases.audit.parse_query import as_filters
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import roles_of_act
from bot.usecases.services import Services
from storage.audit.query.search import Page, Question, answer, every
from storage.errors import StorageError
from storage.records import Action, RecordedEvent, Role

MAX_REASON = 300


@dataclass(frozen=True, kw_only=True)
class AuditAnswer:
    """`asked_as` is the id of the event that recorded the question."""

    asked_as: int
    page: Page


def query_audit(
    services: Services, act: Act, question: Question, reason: str | None = None
) -> AuditAnswer:
    """One page of the log.

    Auditors ask anything, but what one person did only with a `reason`; everybody may
    ask for their own record. Raises `Refused` (and records it), `Invalid`.
    """
    asked_as = record_question(services, act, question, reason, Action.LOG_QUERIED)
    try:
        with services.store.read() as tx:
            return AuditAnswer(asked_as=asked_as, page=answer(tx.log, question))
    except StorageError as error:
        raise Invalid(str(error)) from None


def stream_audit(
    services: Services, act: Act, question: Question, reason: str | None = None
) -> tuple[int, Iterator[RecordedEvent]]:
    """Everything a question asks about, for an export, behind the id of the event
    `log.exported`.

    Raises what `query_audit` raises.
    """
    asked_as = record_question(services, act, question, reason, Action.LOG_EXPORTED)

    def events() -> Iterator[RecordedEvent]:
        with services.store.read() as tx:
            yield from every(tx.log, question)

    return asked_as, events()


def record_question(
    services: Services, act: Act, question: Question, reason: str | None, action: Action
) -> int:
    """Check who asks, and commit that they asked. Raises `Refused`, `Invalid`."""
    if reason and len(reason) > MAX_REASON:
        raise Invalid(f"Say why in at most {MAX_REASON} characters.", field="reason")
    own = act.person is not None and question.person == act.person
    if question.person is not None and not own and not (reason or "").strip():
        raise Invalid(
            "Say in a few words why you ask what one person did.", field="reason"
        )
    with services.store.begin() as tx:
        roles = roles_of_act(services, tx, act, Role.AUDITOR)
        refusal = permission.may_query_log(roles, only_self=own)
        event = act.event(
            action,
            refusal=refusal,
            clip_id=question.clip_id,
            desk=question.desk,
            role=_role(roles),
        )
        event = replace(event, request=question.request, subject=question.person)
        asked_as = tx.log.record_with(event, _beside(question, reason))
    raise_refusal(refusal)
    return asked_as


def _role(roles: frozenset[Role]) -> Role | None:
    return Role.AUDITOR if Role.AUDITOR in roles else None


def _beside(question: Question, reason: str | None) -> str:
    # The salt keeps a short reason from being guessed by its digest, which is exported.
    said = {
        "filters": as_filters(question),
        "reason": reason,
        "salt": secrets.token_hex(16),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)
