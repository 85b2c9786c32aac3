"""The functions that perform outbox rows, by the type of the payload."""

from collections.abc import Callable, Collection
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
        self._on_give_up: dict[type[Payload], Callable[[Any], None]] = {}

    def add(
        self,
        kind: type[P],
        handler: Handler[P],
        *,
        on_give_up: Callable[[P], None] | None = None,
    ) -> None:
        """Perform rows with payloads of this type by `handler`.

        `on_give_up` is called with the payload of a row that is given up for defects.
        """
        self._handlers[kind] = handler
        if on_give_up is not None:
            self._on_give_up[kind] = on_give_up

    def split(self, tasks: Collection[Task]) -> tuple["TaskHandlers", "TaskHandlers"]:
        """Return the handlers of these tasks, and the others."""
        chosen, others = TaskHandlers(), TaskHandlers()
        for kind, handler in self._handlers.items():
            part = others
            if kind.task in tasks:
                part = chosen
            part.add(kind, handler, on_give_up=self._on_give_up.get(kind))
        return chosen, others

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

    def give_up(self, row: OutboxRow) -> None:
        """Do what is due before a row is given up for a defect."""
        on_give_up = self._on_give_up.get(type(row.payload))
        if on_give_up is not None:
            on_give_up(row.payload)
