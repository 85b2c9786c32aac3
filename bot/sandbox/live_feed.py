"""Tells open chat pages what changed, and keeps the record the drawer and tests
read.
"""

import asyncio
from collections import deque

from bot.sandbox.types import Json

_LOG_LENGTH = 2000
_QUEUE_LENGTH = 1000


class Hub:
    """Server-sent events to any number of pages, each filtered by the person
    looking.
    """

    def __init__(self) -> None:
        self.log: deque[Json] = deque(maxlen=_LOG_LENGTH)
        self._listeners: dict[asyncio.Queue[Json], str] = {}
        self._sequence = 0

    def subscribe(self, user_id: str) -> asyncio.Queue[Json]:
        queue: asyncio.Queue[Json] = asyncio.Queue(_QUEUE_LENGTH)
        self._listeners[queue] = user_id
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Json]) -> None:
        self._listeners.pop(queue, None)

    def tell(self, change: Json, only: list[str] | None = None) -> None:
        """Send a change to the pages of `only` (everybody's when None)."""
        for queue, user_id in self._listeners.items():
            if (only is None or user_id in only) and not queue.full():
                queue.put_nowait(change)

    def record(self, entry: Json) -> Json:
        """Keep an entry of the log (a Web API call or a delivery) and show it in the
        drawer.
        """
        self._sequence += 1
        entry = {"n": self._sequence, **entry}
        self.log.append(entry)
        self.tell({"type": "log", "entry": entry})
        return entry
