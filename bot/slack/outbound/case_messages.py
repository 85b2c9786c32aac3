"""What is said about a case and in care of people; nothing of a recording."""

from datetime import datetime

from bot.slack.handlers import care, cases, peer_support
from bot.slack.outbound.outgoing import CannotTell, Compose, Message, Post, three
from bot.usecases.distress.cases import (
    NOWHERE,
    case_to_tell,
    drill_to_tell,
    reply_to_tell,
)
from bot.usecases.distress.peer_support import talk_to_tell
from bot.usecases.services import Services
from storage.records import OutboxRow, Task
from storage.store import Transaction


def _officer(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<case> <person or channel> <stage at which they were
    called>`.
    """
    number, where, stage = three(row)
    case = case_to_tell(services, int(number), where, stage=int(stage))
    if case is None:
        return None
    if where == NOWHERE:
        return CannotTell(reason="no_safety_channel")
    text, blocks = cases.officer_call(case, services.public_url, now)
    return Post(channel=where, text=text, blocks=blocks)


def _drill(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is as that of `_officer`."""
    del now
    number, where, _ = three(row)
    case = drill_to_tell(services, int(number))
    if case is None:
        return None
    text, blocks = cases.drill_over(case)
    return Post(channel=where, text=text, blocks=blocks)


def _reporter(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<reply> <case> <person>`."""
    del now
    reply_id, number, user_id = three(row)
    found = reply_to_tell(services, int(number), int(reply_id))
    if found is None:
        return None
    text, blocks = cases.reply_message(*found)
    return Post(channel=user_id, text=text, blocks=blocks)


def _colleague(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<call> <person>`."""
    del now
    assert row.argument is not None
    key, user_id = row.argument.split(" ")
    found = talk_to_tell(services, key)
    if found is None or found.taken_by is not None:
        return None  # somebody had time already
    text, blocks = peer_support.colleague_call(found)
    return Post(channel=user_id, text=text, blocks=blocks)


def _talk(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is the call's key."""
    del now
    key = row.argument or ""
    found = talk_to_tell(services, key)
    if found is None or found.taken_by is None:
        return None
    text, blocks = peer_support.opening(found.caller, found.taken_by)

    def together(tx: Transaction, channel_id: str, ts: str) -> None:
        del channel_id, ts
        tx.peer_talks.forget(key)

    people = f"{found.caller.user_id},{found.taken_by.user_id}"
    return Post(channel=people, text=text, blocks=blocks, then=together)


def _weekly(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<person> <words>`."""
    del services, now
    assert row.argument is not None
    user_id, words = row.argument.split(" ")
    return Post(channel=user_id, text=care.weekly_line(int(words)))


MESSAGES: dict[Task, Compose] = {
    Task.PAGE_OFFICER: _officer,
    Task.PAGE_CHANNEL: _officer,
    Task.TELL_DRILL: _drill,
    Task.TELL_REPORTER: _reporter,
    Task.CALL_COLLEAGUE: _colleague,
    Task.OPEN_TALK: _talk,
    Task.TELL_WEEKLY: _weekly,
}
