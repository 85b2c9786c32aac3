"""The audit page: a page of the log and its charts, recorded as one query."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.errors import Invalid, Refused
from bot.rules.people import permission
from bot.text import text
from bot.usecases.audit.parse_query import read_question
from bot.usecases.audit.query import record_query
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import company_roles
from bot.usecases.services import Services
from storage.audit.query.search import Page, Question, answer, first_cursor
from storage.audit.query.summary import Summary, can_summarise, summarise
from storage.errors import StorageError
from storage.records import Action, Event

FEWEST_PEOPLE = 5
CHART_DAYS = 30
MAX_CHART_DAYS = 366
WATCH_LASTS = timedelta(minutes=15)
_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{1,39}")


@dataclass(
    frozen=True,
    kw_only=True,
)
class AuditView:
    """A page of the log and its charts.

    `withheld` is a sentence in place of a summary; `watch` is the cursor from which a
    live table goes on.
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
    """Return a page of the log with charts of the same query.

    Charts over fewer than five people would show the acts of a single person, so they
    need a case number. Raises `Refused`, `Invalid`.
    """
    case_number = _check_case_number(case_number)
    why = _reason_with_case(reason, case_number)
    asked_as = record_query(
        services,
        act,
        question,
        why,
        Action.LOG_QUERIED,
    )
    summary = None
    try:
        with services.store.read() as tx:
            page = answer(tx.log, question)
            if can_summarise(question):
                first, last = chart_days(question, act.now)
                summary = summarise(
                    tx.log,
                    question,
                    first,
                    last,
                )
    except StorageError as error:
        raise Invalid(str(error)) from None
    withheld = None
    if summary is None:
        withheld = text("audit.chart.cannot_count")
    elif not _may_see_charts(
        act,
        question,
        summary,
        case_number,
    ):
        summary = None
        withheld = text("audit.chart.too_few_people", limit=FEWEST_PEOPLE)
    return AuditView(
        asked_as=asked_as,
        page=page,
        summary=summary,
        withheld=withheld,
        watch=first_cursor(page, act.now),
    )


def watch_audit(
    services: Services,
    act: Act,
    asked_as: int,
    cursor: str,
) -> Page:
    """Return the events after `cursor` for a query of the last quarter of an hour.

    It is the same query, so it is not recorded again. Raises `Refused` when the query
    was another person's, was refused, or is older.
    """
    with services.store.read() as tx:
        asked = tx.log.by_id(asked_as)
        detail = tx.log.detail(asked_as)
        if asked is None or detail is None or not _is_watchable(act, asked):
            raise Refused(text("audit.page.watch_ended"), rule="watch_ended")
        is_own = False
        if asked.subject is not None:
            is_own = asked.subject == act.person
        roles = company_roles(services, tx, act.actor)
        raise_refusal(permission.may_query_log(roles, only_self=is_own))
        question = _recorded_query(
            detail,
            services.team_id,
            asked.at,
            cursor,
        )
        try:
            return answer(tx.log, question)
        except StorageError as error:
            raise Invalid(str(error)) from None


def chart_days(question: Question, now: datetime) -> tuple[date, date]:
    """Return the first and the last day of a query's charts.

    They are the query's own times, or the last thirty days.
    """
    last = now.date()
    if question.until is not None:
        last = (question.until - timedelta(microseconds=1)).date()
    first = last - timedelta(days=CHART_DAYS - 1)
    if question.since is not None:
        first = question.since.date()
    earliest = last - timedelta(days=MAX_CHART_DAYS - 1)
    return max(first, earliest), last


def _check_case_number(typed: str | None) -> str | None:
    """Return the case number, or None if none is given. Raises `Invalid`."""
    number = (typed or "").strip()
    if not number:
        return None
    if not _CASE.fullmatch(number):
        raise Invalid(text("audit.page.case_malformed"), field="case")
    return number


def _reason_with_case(reason: str | None, case_number: str | None) -> str | None:
    if not case_number:
        return reason or None
    if not reason:
        return f"case {case_number}"
    return f"{reason} case {case_number}"


def _may_see_charts(
    act: Act,
    question: Question,
    summary: Summary,
    case_number: str | None,
) -> bool:
    """Return whether the charts count enough people, or are allowed in any case.

    Charts of one's own record are allowed, and charts for a case.
    """
    if question.person is not None and question.person == act.person:
        return True
    return bool(case_number) or summary.n_people >= FEWEST_PEOPLE


def _is_watchable(act: Act, asked: Event) -> bool:
    """Return whether this is the actor's own query, allowed and recent."""
    is_own_query = asked.actor == act.person and asked.action is Action.LOG_QUERIED
    is_recent = act.now - asked.at <= WATCH_LASTS
    return is_own_query and is_recent and asked.outcome == "allowed"


def _recorded_query(
    detail: str,
    team_id: str,
    now: datetime,
    cursor: str,
) -> Question:
    """Return the query of an event's detail, to be continued after `cursor`."""
    filters = {
        **json.loads(detail)["filters"],
        "cursor": cursor,
    }
    filters.pop("order", None)
    return read_question(
        filters,
        team_id=team_id,
        now=now,
    )
