"""The line of `help-clip check` about the rotation of SNIPPET_KEY."""

from bot.cli.checks.result import CheckResult
from bot.text import text
from bot.usecases.erasure.rotate_keys import count_keys
from bot.usecases.services import Services


def key_line(services: Services) -> CheckResult:
    """Return the line about clip keys that the first SNIPPET_KEY does not wrap."""
    counts = count_keys(services)
    n_waiting = counts.of_another
    if services.snippet_key.has_former_keys:
        # Keys of an older release may be wrapped by any of them.
        n_waiting += counts.of_unknown
    if n_waiting:
        problem = text("cli.check.problem.rotation_unfinished", count=n_waiting)
        return CheckResult(text("cli.check.subject.snippet_key"), problem)
    if services.snippet_key.has_former_keys:
        return CheckResult(text("cli.check.subject.snippet_key_former"))
    return CheckResult(text("cli.check.subject.snippet_key"))
