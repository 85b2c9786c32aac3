"""Counts of refused visitors whose person is unknown: in memory, and only by rule."""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

EVENT_EVERY = timedelta(minutes=1)


class RefusedVisitors:
    """Counts refusals for the metrics. Threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total: Counter[str] = Counter()
        self._since_event: Counter[str] = Counter()
        self._event_at: dict[str, datetime] = {}

    def count(self, rule: str, now: datetime) -> int:
        """Count one refusal.

        Return 0, or, once a minute and rule, the number of refusals to put on record.
        """
        with self._lock:
            self._total[rule] += 1
            self._since_event[rule] += 1
            last = self._event_at.get(rule)
            if last is not None and now - last < EVENT_EVERY:
                return 0
            self._event_at[rule] = now
            return self._since_event.pop(rule)

    def totals(self) -> Mapping[str, int]:
        """Return the number of refusals by rule since the start of this process."""
        with self._lock:
            return dict(self._total)
