"""What each outbox task says to Slack, from the state as it is when the row is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.channels import AUDIT, NOT_SEEN_YET, SAFETY, purposes
from bot.rules.matrix import Refusal
from bot.slack import audit, care, cases, channels, sharing, thread
from bot.slack.blocks import Block
from bot.usecases.cases import NOWHERE, case_to_tell, reply_to_tell
from bot.usecases.pause_desks import LIVE
from bot.usecases.services import Act, Services
from bot.usecases.talk import talk_to_tell
from bot.usecases.tell import Telling, remember_thread, tell_askers, telling
from storage.audit.announced import mark_announced, to_announce
from storage.records import ChannelProblem, Origin, OutboxRow, RequestState, Task
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Post:
    """A new message. `channel` may be a person's id: Slack then opens their direct messages.

    `then` runs in the transaction that finishes the row, with the message's channel and ts.
    """

    channel: str
    text: str
    blocks: list[Block] | None = None
    thread_ts: str | None = None
    then: Callable[[Transaction, str, str], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """A message that is there already, as it should look now."""

    channel: str
    ts: str
    text: str
    blocks: list[Block]


@dataclass(frozen=True, kw_only=True)
class CannotTell:
    """There is nobody to tell; `reason` is kept for `help-clip check`."""

    reason: str


TORN = (
    "Somebody is an auditor and in a desk's user group as well. Nobody checks their own listening, "
    "so they hear nothing until you take one of the two away. `help-clip check` says who."
)


@dataclass(frozen=True, kw_only=True)
class Hold:
    """It may not be said now: the channel is not fit. What mends it also hurries the row."""

    look_again: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Instead:
    """It cannot be said there, so something else is asked for, in the same transaction."""

    ask_for: Callable[[Transaction], None]


# None: there is nothing to say any more
Message = Post | Update | CannotTell | Hold | Instead | None
Compose = Callable[[Services, OutboxRow, datetime], Message]
ComposeAbout = Callable[[Services, OutboxRow, Telling, datetime], Message]


# Slack takes no update there either.
_UNREACHABLE = {
    ChannelProblem.DELETED,
    ChannelProblem.BOT_REMOVED,
    ChannelProblem.UNREACHABLE,
    ChannelProblem.ARCHIVED,
}


def _about(compose: ComposeAbout) -> Compose:
    """A message about a request; nothing is said about one that is gone."""

    def composed(services: Services, row: OutboxRow, now: datetime) -> Message:
        told = telling(services, row.request_id) if row.request_id is not None else None
        return None if told is None else compose(services, row, told, now)

    return composed


def _thread(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    request = told.request
    if request.thread_ts is not None:
        return None
    if told.paused is not None:
        return _held(told.paused)
    return Post(
        channel=told.desk.channel_id,
        text=thread.text(request),
        blocks=thread.parent(request, told.desk, services.public_url, now),
        then=lambda tx, channel, ts: remember_thread(tx, row, channel, ts),
    )


def _thread_now(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del row
    request = told.request
    if request.channel_id is None or request.thread_ts is None:
        return None  # never posted: nothing to update
    if told.paused is not None and told.paused.rule in _UNREACHABLE:
        return None  # asked for again when it is back
    if told.paused is not None and request.state in LIVE:
        return Update(
            channel=request.channel_id,
            ts=request.thread_ts,
            text=f"{request.name}: paused",
            blocks=thread.paused(request, told.desk),
        )
    return Update(
        channel=request.channel_id,
        ts=request.thread_ts,
        text=thread.text(request),
        blocks=thread.parent(request, told.desk, services.public_url, now),
    )


def _disputed(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, row, now
    if told.request.state is not RequestState.DISPUTED:
        return None  # ruled before anybody was called
    if told.paused is not None:
        return _held(told.paused)
    return _reply(told, *thread.disputed_reply(told.request, told.desk))


def _settled(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, row
    if told.paused is not None and told.paused.rule == NOT_SEEN_YET:
        return _held(told.paused)
    if told.paused is not None:
        # Whoever asked has waited for this: no channel is needed to tell them.
        act = Act(person=None, origin=Origin.WORKER, now=now)
        return Instead(ask_for=lambda tx: tell_askers(tx, act, told.request))
    return _reply(told, *thread.settled_reply(told.request, told.tell, told.reason))


def _held(paused: Refusal) -> Hold:
    # The first look comes within seconds of the start; an unfit channel takes a person to mend.
    return Hold(look_again=timedelta(seconds=1)) if paused.rule == NOT_SEEN_YET else Hold()


def _reply(told: Telling, text: str, blocks: list[Block]) -> Message:
    request = told.request
    if request.channel_id is None or request.thread_ts is None:
        return None
    return Post(
        channel=request.channel_id,
        text=text,
        blocks=blocks,
        thread_ts=request.thread_ts,
        then=lambda tx, channel, ts: tx.add_thread_reply(request.id, channel, ts),
    )


def _clear_reply(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    channel, ts = row.argument.split()
    text, blocks = thread.cleared(told.request)
    return Update(channel=channel, ts=ts, text=text, blocks=blocks)


def _asker(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=thread.asker_notice(told.request))


def _waiting(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    if told.paused is None or told.request.state not in LIVE:
        return None  # it goes on already
    if told.paused.rule == NOT_SEEN_YET:
        return _held(told.paused)
    return Post(channel=row.argument, text=thread.waiting_notice(told.request))


def _administrator(services: Services, row: OutboxRow, now: datetime) -> Message:
    del now
    assert row.argument is not None
    user_id, _, channel_id = row.argument.partition(" ")
    with services.store.read() as tx:
        channel = tx.channel(channel_id)
    if channel is None:
        return None
    serves = _serves(services, channel_id)
    text, shown = channels.administrator_notice(channel, serves)
    return Post(channel=user_id, text=text, blocks=shown)


def _serves(services: Services, channel_id: str) -> list[str]:
    """Whom a channel is for, in the words people use."""
    desks = services.desks.desks
    uses = purposes(services.desks).get(channel_id, ())
    return [desks[use].name if use in desks else _HOUSE_USES[use] for use in uses]


_HOUSE_USES = {SAFETY: "the safety officers", AUDIT: "the auditors"}


def _coach(services: Services, row: OutboxRow, now: datetime) -> Message:
    del now
    assert row.argument is not None
    with services.store.read() as tx:
        incident = tx.incident(int(row.argument))
    if incident is None:
        return None
    text, shown = sharing.coaching(incident)
    return Post(channel=incident.person.user_id, text=text, blocks=shown)


def _setup(services: Services, row: OutboxRow, now: datetime) -> Message:
    del now
    assert row.argument is not None
    user_id, _, channel_id = row.argument.partition(" ")
    with services.store.read() as tx:
        channel = tx.channel(channel_id)
    if channel is None:
        return Hold(look_again=timedelta(seconds=1))
    text, shown = channels.setup_answer(channel, _serves(services, channel_id))
    return Post(channel=user_id, text=text, blocks=shown)


def _officer(services: Services, row: OutboxRow, now: datetime) -> Message:
    """The argument is `<case> <person or channel> <stage at which they were called>`."""
    number, where, stage = _three(row)
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
    reply_id, number, user_id = _three(row)
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


def _three(row: OutboxRow) -> tuple[str, str, str]:
    assert row.argument is not None
    first, second, third = row.argument.split(" ")
    return first, second, third


def _checkpoint(services: Services, row: OutboxRow, now: datetime) -> Message:
    del row
    channel = services.desks.audit_channel_id
    with services.store.read() as tx:
        found = to_announce(tx)
    if channel is None or found is None:
        return None
    text, blocks = audit.checkpoint(found)
    return Post(
        channel=channel,
        text=text,
        blocks=blocks,
        then=lambda tx, _channel, _ts: mark_announced(tx, found.size, now),
    )


def _link_tried(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=thread.link_tried_notice(told.request))


def _closer(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del now
    assert row.argument is not None
    text = (
        f"{told.request.name}: somebody asks to hear it less disguised. A second person has to "
        f"agree within half an hour: <{services.public_url}/closer|Decide>"
    )
    return Post(channel=row.argument, text=text)


def _torn(services: Services, row: OutboxRow, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=TORN)


MESSAGES: dict[Task, Compose] = {
    Task.POST_THREAD: _about(_thread),
    Task.UPDATE_THREAD: _about(_thread_now),
    Task.REPLY_DISPUTED: _about(_disputed),
    Task.REPLY_SETTLED: _about(_settled),
    Task.CLEAR_REPLY: _about(_clear_reply),
    Task.TELL_ASKER: _about(_asker),
    Task.PAGE_OFFICER: _officer,
    Task.PAGE_CHANNEL: _officer,
    Task.TELL_REPORTER: _reporter,
    Task.CALL_COLLEAGUE: _colleague,
    Task.TELL_TALK: _talk,
    Task.TELL_WEEKLY: _weekly,
    Task.POST_CHECKPOINT: _checkpoint,
    Task.TELL_LINK_TRIED: _about(_link_tried),
    Task.TELL_CLOSER: _about(_closer),
    Task.TELL_TORN: _torn,
    Task.TELL_WAITING: _about(_waiting),
    Task.TELL_ADMINISTRATOR: _administrator,
    Task.TELL_SETUP: _setup,
    Task.COACH: _coach,
}
