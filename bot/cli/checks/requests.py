"""`help-clip check`: how long requests wait for answers and rulings."""

from collections.abc import Iterator
from datetime import datetime

from bot.cli.checks.result import CheckResult
from bot.text import text
from bot.text.times import describe_duration
from bot.usecases.requests.clocks.ages import read_waiting
from bot.usecases.services import Services
from storage.records import RequestState


def request_lines(services: Services, now: datetime) -> Iterator[CheckResult]:
    """Yield the numbers and ages of open and disputed requests.

    A late dispute is red, because only a lead can end it; a late question has its
    clock, and ends by itself.
    """
    for state, found in read_waiting(services, now).items():
        if found.oldest is None:
            yield CheckResult(text(f"cli.check.subject.requests_{state}_none"))
            continue
        oldest = describe_duration(now - found.oldest)
        subject = text(
            f"cli.check.subject.requests_{state}",
            count=found.count,
            late=found.late,
            oldest=oldest,
        )
        problem = None
        if state is RequestState.DISPUTED and found.late:
            problem = text("cli.check.problem.disputes_late", count=found.late)
        yield CheckResult(subject, problem)
