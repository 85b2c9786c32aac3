"""Tasks that fail or were given up: a person has them performed now, or drops them."""

from datetime import datetime

from bot.errors import Conflict, NotFound
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Action, Event, Task
from storage.records.outbox import GivenUpTask
from storage.store import Transaction

# What is not erased stays: such a task ends only by being performed.
_NEVER_DROPPED = (
    Task.ERASE_PLACE,
    Task.ERASE_ACCIDENTAL,
    Task.CLEAR_REPLY,
    Task.REMOVE_FILE,
)


def retry(
    services: Services,
    act: Act,
    task_id: int,
) -> GivenUpTask:
    """Let a task that fails or was given up be performed now.

    Raises `NotFound`, or `Conflict` while a worker performs it.
    """
    with services.store.begin() as tx:
        task = _ended_or_failing(tx, task_id, act.now)
        tx.given_up_tasks.retry(task_id, act.now)
        tx.log.record(_event(tx, act, task, Action.TASK_RETRIED))
    return task


def drop(
    services: Services,
    act: Act,
    task_id: int,
) -> GivenUpTask:
    """Delete a task that fails or was given up. Raises `NotFound`, `Conflict`."""
    with services.store.begin() as tx:
        task = _ended_or_failing(tx, task_id, act.now)
        if task.task in _NEVER_DROPPED:
            raise Conflict(text("tasks.erasure_stays", number=task_id))
        tx.given_up_tasks.drop(task_id)
        tx.log.record(_event(tx, act, task, Action.TASK_DROPPED))
    return task


def find(services: Services, task_id: int) -> GivenUpTask:
    """Return a task that was given up or that failed and waits. Raises `NotFound`."""
    with services.store.read() as tx:
        task = tx.given_up_tasks.by_id(task_id)
    if task is None:
        raise NotFound(text("tasks.unknown", number=task_id))
    return task


def _ended_or_failing(
    tx: Transaction,
    task_id: int,
    now: datetime,
) -> GivenUpTask:
    task = tx.given_up_tasks.by_id(task_id, lock=True)
    if task is None:
        raise NotFound(text("tasks.unknown", number=task_id))
    held_until = task.claimed_until
    if held_until is not None and held_until > now:
        raise Conflict(text("tasks.at_work", number=task_id))
    return task


def _event(
    tx: Transaction,
    act: Act,
    task: GivenUpTask,
    action: Action,
) -> Event:
    request = None
    if task.request_id is not None:
        request = tx.requests.by_id(task.request_id)
    return act.event(
        action,
        request=request,
        rule=task.task,
        numbers={"task": task.id},
    )
