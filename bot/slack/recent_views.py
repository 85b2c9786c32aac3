"""The Home views that were published lately: an equal one needs no call to Slack."""

import hashlib
import json
import threading
from datetime import datetime, timedelta

from bot.slack.blocks import Block

# Another replica may have published another view since; after this time Slack is called.
_KEPT_FOR = timedelta(minutes=1)
_MOST = 10_000


class RecentViews:
    """Digests of the views of the last minute, by person. Threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: dict[str, tuple[bytes, datetime]] = {}

    def is_shown(
        self,
        user_id: str,
        view: Block,
        now: datetime,
    ) -> bool:
        """Return whether an equal view was published for the person within a minute."""
        with self._lock:
            digest, shown_at = self._shown.get(user_id, (b"", now))
        return digest == _digest(view) and now - shown_at < _KEPT_FOR

    def note(
        self,
        user_id: str,
        view: Block,
        now: datetime,
    ) -> None:
        """Store that a view was published."""
        with self._lock:
            if len(self._shown) >= _MOST:
                self._shown.clear()
            self._shown[user_id] = (_digest(view), now)


def _digest(view: Block) -> bytes:
    return hashlib.sha256(json.dumps(view).encode()).digest()
