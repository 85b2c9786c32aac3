"""`help-clip check`: what waits in the outbox, and what Slack refuses."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.cli.checks.result import CheckResult
from bot.rules.slack_calls.errors import CODES, Course, course_of, remedy_for
from bot.text import text
from bot.usecases.services import Services
from storage.records.outbox import FailureCount

# These rows wait for the channel of their desk, which has a line of its own.
_WAITS_FOR_CHANNEL = ("postponed",)
_TOO_OLD = timedelta(hours=1)


def outbox_lines(services: Services, now: datetime) -> Iterator[CheckResult]:
    """Yield what waits, what waits for too long, and what Slack refuses."""
    with services.store.read() as tx:
        n_waiting = tx.outbox_counts.count_waiting()
        failures = tx.outbox_counts.count_failures()
        oldest = tx.outbox_counts.longest_waiting(_WAITS_FOR_CHANNEL)
    yield CheckResult(text("cli.check.subject.outbox", count=n_waiting))
    subject = text("cli.check.subject.outbox_given_up")
    if oldest is not None and now - oldest > _TOO_OLD:
        since = f"{oldest:%Y-%m-%d %H:%M}"
        yield CheckResult(subject, text("cli.check.problem.outbox_waits", since=since))
    n_given_up = 0
    for failure in failures:
        if failure.failure in CODES:
            if _is_red(failure):
                yield CheckResult(subject, _describe(failure))
        elif failure.given_up:
            n_given_up += failure.count
    if n_given_up:
        problem = text("cli.check.problem.given_up", count=n_given_up)
        yield CheckResult(subject, problem)


def _is_red(failure: FailureCount) -> bool:
    """Return whether a person has to know of this error of Slack."""
    if failure.given_up:
        return True
    return course_of(failure.failure) is Course.WAITS


def _describe(failure: FailureCount) -> str:
    remedy = remedy_for(failure.failure)
    return text(
        f"cli.check.refused.{remedy}",
        code=failure.failure,
        count=failure.count,
    )
