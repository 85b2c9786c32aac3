"""The functions that perform outbox rows, by the type of the payload."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.backoff import RetryLater, pause_after
from storage.records import OutboxRow, Task
from storage.records.outbox import Payload

P = TypeVar("P", bound=Payload)
Handler = Callable[[OutboxRow, P], None]


class TaskHandlers:
    """One function for each type of payload; the types of the two must agree."""

    def __init__(self) -> None:
        self._handlers: dict[type[Payload], Handler[Any]] = {}

    def add(self, kind: type[P], handler: Handler[P]) -> None:
        """Perform rows with payloads of this type by `handler`."""
        self._handlers[kind] = handler

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return the tasks that have a handler."""
        return tuple(kind.task for kind in self._handlers)

    def perform(self, row: OutboxRow) -> None:
        """Perform a row. Raises `RetryLater`; any other error is a defect."""
        handler = self._handlers.get(type(row.payload))
        if handler is None:
            # A newer release wrote it; a replica of that release can perform it.
            raise RetryLater(pause_after(row), "unreadable payload", tried=False)
        handler(row, row.payload)
