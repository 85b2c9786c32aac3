"""What came of delivering one payload to the app."""

from dataclasses import dataclass
from typing import Any

ACK_WITHIN_S = 3.0


@dataclass(frozen=True)
class Outcome:
    """`error` is None when acknowledged; `reason` is what a redelivery tells
    (http_timeout, ...).

    `body` is the acknowledgement's payload: an object, a text, or None.
    """

    error: str | None = None
    reason: str | None = None
    body: Any = None
    no_retry: bool = False
    unacknowledged: str | None = None
    """The envelope_id, when it was sent over Socket Mode and nobody acknowledged it."""

    @property
    def ok(self) -> bool:
        return self.error is None


TIMED_OUT = Outcome("operation_timeout", "http_timeout")
NOBODY_THERE = Outcome("dispatch_failed", "connection_failed")
