"""What `help-clip check` says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing that was looked at; `problem` says what to do."""

    what: str
    problem: str | None = None
