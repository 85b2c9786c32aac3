"""How many events an app may get, and when Slack stops sending them.

Numbers: titles "Rate limits", "app_rate_limited event" and "The Events API" (failure
limits).
"""

from collections import deque
from dataclasses import dataclass, field

HOUR_S = 3600.0
LEAST_SUCCESS = 0.05


@dataclass
class Subscription:
    """The last hour's deliveries. With fewer than `exempt_below` events nothing is
    switched off.
    """

    per_hour: int
    exempt_below: int
    enabled: bool = True
    _events: deque[float] = field(default_factory=deque)
    _attempts: deque[tuple[float, bool]] = field(default_factory=deque)
    _told_minute: int | None = None

    def admits(self, now: float) -> bool:
        """Count an event; False when it is over the limit and lost."""
        while self._events and now - self._events[0] >= HOUR_S:
            self._events.popleft()
        if len(self._events) >= self.per_hour:
            return False
        self._events.append(now)
        return True

    def minute_to_tell(self, now: float) -> int | None:
        """The minute to name in app_rate_limited, once for each minute that loses
        events.
        """
        minute = int(now) // 60 * 60
        if minute == self._told_minute:
            return None
        self._told_minute = minute
        return minute

    def note(self, now: float, ok: bool) -> None:
        """Count an attempt; switches off when fewer than 5 % of the last hour's
        succeeded.
        """
        self._attempts.append((now, ok))
        while now - self._attempts[0][0] >= HOUR_S:
            self._attempts.popleft()
        succeeded = sum(fine for _, fine in self._attempts)
        enough = len(self._events) >= self.exempt_below
        if enough and succeeded < LEAST_SUCCESS * len(self._attempts):
            self.enabled = False

    def enable(self) -> None:
        """Switched on again, as in the app's settings: what failed before no longer
        counts.
        """
        self.enabled = True
        self._attempts.clear()
