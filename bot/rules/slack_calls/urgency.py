"""Which message is sent first where not all can be sent at once."""

from collections.abc import Iterable

from bot.rules.slack_calls.limits import Urgency
from storage.records import Task

_URGENCY = {
    Task.NOTIFY_SETUP_RESULT: Urgency.PERSON,
    Task.PAGE_OFFICER: Urgency.SAFETY,
    Task.PAGE_CHANNEL: Urgency.SAFETY,
    Task.PAGE_BUNDLE: Urgency.SAFETY,
    Task.NOTIFY_REPORTER: Urgency.SAFETY,
    Task.ASK_COLLEAGUE: Urgency.SAFETY,
    Task.OPEN_PEER_TALK: Urgency.SAFETY,
    Task.POST_THREAD: Urgency.POST,
    Task.POST_DISPUTED_REPLY: Urgency.POST,
    Task.POST_SETTLED_REPLY: Urgency.POST,
    Task.POST_CHECKPOINT: Urgency.POST,
    Task.POST_DIGEST: Urgency.POST,
    Task.POST_HAND_OVER: Urgency.POST,
    # What replaces an erased word is due as soon as a message.
    Task.CLEAR_REPLY: Urgency.POST,
    Task.UPDATE_THREAD: Urgency.UPDATE,
    Task.PUBLISH_HOME: Urgency.UPDATE,
}
# The messages about cases and their reporters, and what shares a lane with them.
SAFETY_TASKS = frozenset(
    {
        *(task for task, urgency in _URGENCY.items() if urgency is Urgency.SAFETY),
        Task.NOTIFY_DRILL_OVER,
    }
)


def urgency_of(task: Task) -> Urgency:
    """Return the urgency of a task's message; every other one goes to one person."""
    return _URGENCY.get(task, Urgency.DIRECT_MESSAGE)


def most_urgent_first(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return the tasks in the order in which their due rows are performed."""
    return tuple(sorted(tasks, key=urgency_of))
