"""What is said about a case and in care of people; nothing of a recording."""

from datetime import datetime

from bot.slack import care, cases
from bot.slack.message import CannotTell, Compose, Message, Post, three
from bot.usecases.cases import NOWHERE, case_to_tell, reply_to_tell
from bot.usecases.services import Services
from bot.usecases.talk import talk_to_tell
from storage.records import OutboxRow, Task


def _officer(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<case> <person or channel> <stage at which they were called>`."""
    number, where, stage = three(row)
    case = case_to_tell(services, int(number), where, stage=int(stage))
    if case is None:
        return None
    if where == NOWHERE:
        return CannotTell(reason="no_safety_channel")
    text, blocks = cases.officer_call(case, services.public_url, now)
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
    text, blocks = care.colleague_call(found)
    return Post(channel=user_id, text=text, blocks=blocks)


def _talk(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<call> <person>`."""
    del now
    assert row.argument is not None
    key, user_id = row.argument.split(" ")
    found = talk_to_tell(services, key)
    if found is None or found.taken_by is None:
        return None
    other = found.taken_by if found.caller.user_id == user_id else found.caller
    text, blocks = care.put_in_touch(other)
    return Post(channel=user_id, text=text, blocks=blocks)


def _weekly(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<person> <words>`."""
    del services, now
    assert row.argument is not None
    user_id, words = row.argument.split(" ")
    return Post(channel=user_id, text=care.weekly_line(int(words)))


MESSAGES: dict[Task, Compose] = {
    Task.PAGE_OFFICER: _officer,
    Task.PAGE_CHANNEL: _officer,
    Task.TELL_REPORTER: _reporter,
    Task.CALL_COLLEAGUE: _colleague,
    Task.TELL_TALK: _talk,
    Task.TELL_WEEKLY: _weekly,
}
