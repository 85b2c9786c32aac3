"""The feed of changes to open chat pages, and the log of calls and deliveries."""

import asyncio
from collections import deque

from bot.sandbox.types import Json

_LOG_LENGTH = 2000
_QUEUE_LENGTH = 1000


class LiveFeed:
    """Changes to any number of pages, each filtered by the person at the page."""

    def __init__(self) -> None:
        self.log: deque[Json] = deque(maxlen=_LOG_LENGTH)
        self._viewers: dict[asyncio.Queue[Json], str] = {}
        self._sequence = 0

    def subscribe(self, user_id: str) -> asyncio.Queue[Json]:
        """Return a queue that receives the changes this person may see."""
        queue: asyncio.Queue[Json] = asyncio.Queue(_QUEUE_LENGTH)
        self._viewers[queue] = user_id
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Json]) -> None:
        """Send no more changes to this queue."""
        self._viewers.pop(queue, None)

    def send(self, change: Json, only: list[str] | None = None) -> None:
        """Send a change to the pages of the people in `only`; None means all pages."""
        for queue, user_id in self._viewers.items():
            if only is not None and user_id not in only:
                continue
            # A page that no longer reads must not hold up the others.
            if not queue.full():
                queue.put_nowait(change)

    def record(self, entry: Json) -> Json:
        """Log a Web API call or a delivery, show it in the drawer, and return it."""
        self._sequence += 1
        numbered = {
            "n": self._sequence,
            **entry,
        }
        self.log.append(numbered)
        # Every persona may see the log: it is for the people who develop the app.
        self.send(
            {
                "type": "log",
                "entry": numbered,
            }
        )
        return numbered
