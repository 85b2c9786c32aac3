"""`help-clip check`: the schema has no trigger, rule or column of others."""

from collections.abc import Iterator

from bot.cli.checks.result import CheckResult
from bot.text import text
from bot.usecases.services import Services
from bot.wiring import describe_difference
from storage.schema.differences import schema_differences


def schema_lines(services: Services) -> Iterator[CheckResult]:
    """Yield one line for each difference from the schema of the migrations."""
    subject = text("cli.check.subject.schema")
    try:
        found = schema_differences(services.store.engine)
    except Exception as error:  # noqa: BLE001 - a failing check is a finding, no crash
        kind = type(error).__name__
        yield CheckResult(subject, text("cli.check.problem.schema_unread", kind=kind))
        return
    if not found:
        yield CheckResult(subject)
    for difference in found:
        shown = describe_difference(difference)
        problem = text("cli.check.problem.schema_differs", difference=shown)
        yield CheckResult(subject, problem)
