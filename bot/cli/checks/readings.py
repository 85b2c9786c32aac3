"""`help-clip check`: what Slack has not answered yet, and whether its limits suffice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.cli.checks.result import CheckResult
from bot.rules.channels.fitness import channels_to_inspect, check_every, purposes
from bot.text import text
from bot.usecases.services import Services

# As many names as fit into a line of the report.
_NAMED = 5
# A change of a channel without an event of Slack is noticed this late at most.
_TOO_SELDOM = timedelta(minutes=30)


def reading_lines(services: Services, now: datetime) -> Iterator[CheckResult]:
    """Yield what was never read, and how often each channel is inspected."""
    groups = services.desks.groups()
    channels = purposes(services.desks)
    with services.store.read() as tx:
        lists = services.people_lists.values()
        was_started = all(tx.readings.by_list(name) is not None for name in lists)
        unread = sorted(groups - tx.groups.read_at(groups).keys())
        n_unknown = tx.people.count_to_learn()
        known = tx.channels.by_ids(channels)
    every = check_every(channels_to_inspect(services.desks))
    minutes = round(every / timedelta(minutes=1))
    limits = text(
        "cli.check.subject.limits",
        groups=len(groups),
        channels=len(channels),
        count=minutes,
    )
    problem = None
    if every > _TOO_SELDOM:
        problem = text("cli.check.problem.too_many_channels")
    yield CheckResult(limits, problem)
    if not was_started:
        # `help-clip serve` reads Slack, and did not start yet.
        return
    if unread:
        named = ", ".join(unread[:_NAMED])
        yield CheckResult(
            text("cli.check.subject.groups"),
            text("cli.check.problem.unread", count=len(unread), groups=named),
        )
    if n_unknown:
        yield CheckResult(
            text("cli.check.subject.learning"),
            text("cli.check.problem.unknown_people", count=n_unknown),
        )
    late = now - 3 * every
    stale = sorted(each.id for each in known.values() if each.checked_at < late)
    if stale:
        named = ", ".join(stale[:_NAMED])
        yield CheckResult(
            text("cli.check.subject.inspections"),
            text("cli.check.problem.stale", count=len(stale), channels=named),
        )
