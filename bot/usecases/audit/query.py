"""Querying the access log. The query itself is on the log first.

The answer begins with that event.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.errors import Invalid
from bot.rules.people import permission
from bot.text import text
from bot.usecases.audit.parse_query import as_filters
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import roles_of_act
from bot.usecases.services import Services
from storage.audit.query.search import Page, Question, answer, every
from storage.errors import StorageError
from storage.records import Action, RecordedEvent, Role

MAX_REASON = 300


@dataclass(
    frozen=True,
    kw_only=True,
)
class AuditAnswer:
    """A page of the log, and the id of the event that recorded the query."""

    asked_as: int
    page: Page


def query_audit(
    services: Services,
    act: Act,
    question: Question,
    reason: str | None = None,
) -> AuditAnswer:
    """Return one page of the log.

    Auditors may query everything, but one person's acts only with a `reason`; each
    person may query their own record. Raises `Refused` (and records it), `Invalid`.
    """
    asked_as = record_query(
        services,
        act,
        question,
        reason,
        Action.LOG_QUERIED,
    )
    try:
        with services.store.read() as tx:
            return AuditAnswer(
                asked_as=asked_as,
                page=answer(tx.log, question),
            )
    except StorageError as error:
        raise Invalid(str(error)) from None


def stream_audit(
    services: Services,
    act: Act,
    question: Question,
    reason: str | None = None,
) -> tuple[int, Iterator[RecordedEvent]]:
    """Return the id of the event `log.exported`, and all events that match a query.

    Raises the errors of `query_audit`.
    """
    asked_as = record_query(
        services,
        act,
        question,
        reason,
        Action.LOG_EXPORTED,
    )

    def events() -> Iterator[RecordedEvent]:
        with services.store.read() as tx:
            yield from every(tx.log, question)

    return asked_as, events()


def record_query(
    services: Services,
    act: Act,
    question: Question,
    reason: str | None,
    action: Action,
) -> int:
    """Check the roles of the actor, and commit the query; return its event's id.

    Raises `Refused`, `Invalid`.
    """
    is_own = False
    if act.person is not None:
        is_own = question.person == act.person
    _check_reason(question, reason, is_own=is_own)
    with services.store.begin() as tx:
        roles = roles_of_act(
            services,
            tx,
            act,
            Role.AUDITOR,
        )
        refusal = permission.may_query_log(roles, only_self=is_own)
        role = None
        if Role.AUDITOR in roles:
            role = Role.AUDITOR
        event = act.event(
            action,
            refusal=refusal,
            clip_id=question.clip_id,
            desk=question.desk,
            role=role,
        )
        event = replace(
            event,
            request=question.request,
            subject=question.person,
        )
        asked_as = tx.log.record_with(event, detail=_detail(question, reason))
    raise_refusal(refusal)
    return asked_as


def _check_reason(
    question: Question,
    reason: str | None,
    *,
    is_own: bool,
) -> None:
    """Raise `Invalid` if the reason is too long, or missing where it is required."""
    reason = reason or ""
    if len(reason) > MAX_REASON:
        sentence = text("audit.query.reason_too_long", limit=MAX_REASON)
        raise Invalid(sentence, field="reason")
    if question.person is None:
        return
    if is_own:
        return
    if not reason.strip():
        raise Invalid(text("audit.query.reason_missing"), field="reason")


def _detail(question: Question, reason: str | None) -> str:
    # The salt keeps a short reason from being guessed by its digest, which is exported.
    detail = {
        "filters": as_filters(question),
        "reason": reason,
        "salt": secrets.token_hex(16),
    }
    return json.dumps(
        detail,
        ensure_ascii=False,
        sort_keys=True,
    )
