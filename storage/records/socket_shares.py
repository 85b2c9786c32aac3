"""The Socket Mode connections that one process holds for the app."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SocketShare:
    """The connections that a process has open or is about to open.

    `since` is when the process started. `counted` is the number of connections of the
    whole app in Slack's newest hello to the process, at `counted_at`; `expected` is the
    number that all processes held then. They are None before the first hello.
    """

    process: str
    since: datetime
    held: int
    held_until: datetime
    counted: int | None = None
    counted_at: datetime | None = None
    expected: int | None = None
