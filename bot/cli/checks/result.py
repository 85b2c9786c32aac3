"""The result of one check."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckResult:
    """What was checked, as a sentence or a name. `problem` names the way to mend it."""

    subject: str
    problem: str | None = None
