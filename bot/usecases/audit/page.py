"""The audit page: a page of the log and its charts, asked and recorded as one
question.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.errors import Invalid, Refused
from bot.rules.people import permission
from bot.usecases.audit.parse_query import read_question
from bot.usecases.audit.query import record_question
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import company_roles
from bot.usecases.services import Services
from storage.audit.query.search import Page, Question, answer, first_cursor
from storage.audit.query.summary import Summary, can_summarise, summarise
from storage.errors import StorageError
from storage.records import Action

FEWEST_PEOPLE = 5
CHART_DAYS = 30
MAX_CHART_DAYS = 366
WATCH_LASTS = timedelta(minutes=15)
_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{1,39}")


@dataclass(frozen=True, kw_only=True)
class AuditView:
    """`withheld` is a sentence in place of a summary; `watch` is where a live table
    goes on.
    """

    asked_as: int
    page: Page
    summary: Summary | None
    withheld: str | None
    watch: str


def view_audit(
    services: Services,
    act: Act,
    question: Question,
    reason: str | None = None,
    case_number: str | None = None,
) -> AuditView:
    """A page of the log with charts of the same question. Raises `Refused`, `Invalid`.

    Charts over fewer than five people would tell what a single person did; they need a
    case number.
    """
    case_number = _case(case_number)
    said = " ".join(
        filter(None, (reason, f"case {case_number}" if case_number else None))
    )
    asked_as = record_question(
        services, act, question, said or None, Action.LOG_QUERIED
    )
    try:
        with services.store.read() as tx:
            page = answer(tx.log, question)
            summary, withheld = None, None
            if not can_summarise(question):
                withheld = "Charts count by person, desk, action and outcome only."
            else:
                first, last = chart_days(question, act.now)
                summary = summarise(tx.log, question, first, last)
    except StorageError as error:
        raise Invalid(str(error)) from None
    own = question.person is not None and question.person == act.person
    if (
        summary is not None
        and not own
        and not case_number
        and summary.n_people < FEWEST_PEOPLE
    ):
        summary = None
        withheld = (
            f"Charts over fewer than {FEWEST_PEOPLE} people would single somebody out. "
            "Give a case number to see them."
        )
    return AuditView(
        asked_as=asked_as,
        page=page,
        summary=summary,
        withheld=withheld,
        watch=first_cursor(page, act.now),
    )


def watch_audit(services: Services, act: Act, asked_as: int, cursor: str) -> Page:
    """What came after `cursor` for a question asked not long ago, which goes on being
    answered.

    Looking on is the same question, so it is not recorded again. Raises `Refused` when
    the question was somebody else's, was refused, or is older than a quarter of an
    hour.
    """
    with services.store.read() as tx:
        asked = tx.log.by_id(asked_as)
        beside = tx.log.detail(asked_as)
        if (
            asked is None
            or beside is None
            or asked.actor != act.person
            or asked.action is not Action.LOG_QUERIED
            or asked.outcome != "allowed"
            or act.now - asked.at > WATCH_LASTS
        ):
            raise Refused(
                "This question has ended. Ask it again to go on.", rule="watch_ended"
            )
        own = asked.subject is not None and asked.subject == act.person
        roles = company_roles(services, tx, act.actor)
        raise_refusal(permission.may_query_log(roles, only_self=own))
        question = again(beside, services.team_id, asked.at, cursor)
        try:
            return answer(tx.log, question)
        except StorageError as error:
            raise Invalid(str(error)) from None


def again(beside: str, team_id: str, now: datetime, cursor: str) -> Question:
    """The recorded question, from another place on."""
    filters = {**json.loads(beside)["filters"], "cursor": cursor}
    filters.pop("order", None)
    return read_question(filters, team_id=team_id, now=now)


def chart_days(question: Question, now: datetime) -> tuple[date, date]:
    """The whole days a question's charts cover: its own times, or the last thirty
    days.
    """
    last = (
        question.until - timedelta(microseconds=1) if question.until else now
    ).date()
    first = (
        question.since.date()
        if question.since
        else last - timedelta(days=CHART_DAYS - 1)
    )
    return max(first, last - timedelta(days=MAX_CHART_DAYS - 1)), last


def _case(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    if not _CASE.fullmatch(text.strip()):
        raise Invalid(
            "A case number is letters, digits and dashes, such as IR-2026-17.",
            field="case",
        )
    return text.strip()
