"""The outcome of delivering one payload to the app."""

from dataclasses import dataclass
from typing import Any

ACK_WITHIN_S = 3.0


@dataclass(frozen=True)
class Outcome:
    """An acknowledgement, or the reason why there is none."""

    error: str | None = None
    """The error a person sees; None when the payload was acknowledged."""
    reason: str | None = None
    """The retry reason that a redelivery carries (http_timeout, ...)."""
    body: Any = None
    """The acknowledgement's payload: an object, a text, or None."""
    no_retry: bool = False
    unacknowledged: str | None = None
    """The envelope_id of an envelope that Socket Mode sent in vain."""

    @property
    def ok(self) -> bool:
        """Return whether the app acknowledged."""
        return self.error is None


TIMED_OUT = Outcome("operation_timeout", "http_timeout")
NOT_CONNECTED = Outcome("dispatch_failed", "connection_failed")
