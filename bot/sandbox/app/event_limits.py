"""How many events an app may get, and when Slack stops sending them.

Sources: the pages "Rate limits", "app_rate_limited event" and "The Events API" (its
failure limits).
"""

from collections import deque
from dataclasses import dataclass, field

HOUR_S = 3600.0
MINUTE_S = 60
LEAST_SUCCESS = 0.05
"""The share of deliveries that must succeed for events to stay on."""


@dataclass
class EventLimits:
    """The last hour's events and attempts to deliver them."""

    per_hour: int
    exempt_below: int
    """With fewer events an hour than this, failures switch nothing off."""
    enabled: bool = True
    _events: deque[float] = field(default_factory=deque)
    _attempts: deque[tuple[float, bool]] = field(default_factory=deque)
    _announced_minute: int | None = None

    def admit(self, now: float) -> bool:
        """Count an event and return True, or return False when it is over the limit."""
        while self._events and now - self._events[0] >= HOUR_S:
            self._events.popleft()
        if len(self._events) >= self.per_hour:
            return False
        self._events.append(now)
        return True

    def minute_to_announce(self, now: float) -> int | None:
        """Return the minute for app_rate_limited, once for each that loses events."""
        minute = int(now) // MINUTE_S * MINUTE_S
        if minute == self._announced_minute:
            return None
        self._announced_minute = minute
        return minute

    def record_attempt(self, now: float, ok: bool) -> None:
        """Count an attempt; too few successes in the last hour switch events off."""
        self._attempts.append((now, ok))
        while now - self._attempts[0][0] >= HOUR_S:
            self._attempts.popleft()
        # Slack judges no app that has few events.
        if len(self._events) < self.exempt_below:
            return
        succeeded = sum(succeeded for _, succeeded in self._attempts)
        if succeeded < LEAST_SUCCESS * len(self._attempts):
            self.enabled = False

    def enable(self) -> None:
        """Switch events on again, as in the app's settings, and forget the failures."""
        self.enabled = True
        self._attempts.clear()
