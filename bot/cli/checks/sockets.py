"""`help-clip check`: the Socket Mode connections of all replicas, and Slack's count."""

from collections.abc import Iterator
from datetime import datetime

from bot.cli.checks.result import CheckResult
from bot.rules.slack_calls.sockets import MOST_HELD, add_up
from bot.text import text
from bot.usecases.services import Services


def socket_lines(services: Services, now: datetime) -> Iterator[CheckResult]:
    """Yield the connections that are held; nothing while no replica runs with them."""
    with services.store.read() as tx:
        totals = add_up(tx.socket_shares.live(now))
    if not totals.processes:
        return
    subject = text(
        "cli.check.subject.sockets",
        held=totals.held,
        counted=totals.counted or 0,
        count=totals.processes,
    )
    yield CheckResult(subject)
    if totals.without:
        without = text(
            "cli.check.problem.sockets_without",
            count=totals.without,
            most=MOST_HELD,
        )
        yield CheckResult(text("cli.check.subject.sockets_problem"), without)
    if totals.foreign:
        foreign = text("cli.check.problem.sockets_foreign", count=totals.foreign)
        yield CheckResult(text("cli.check.subject.sockets_problem"), foreign)
