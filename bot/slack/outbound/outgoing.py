"""What a message to Slack can be, before it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.slack.blocks import Block
from bot.usecases.requests.notice import Telling, telling
from bot.usecases.services import Services
from storage.records import OutboxRow
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Post:
    """A new message. `channel` may be a person's id: Slack then opens their direct
    messages.

    Ids of several people, with commas between, are a conversation of them and
    help-clip.

    `then` runs in the transaction that finishes the row, with the message's channel and
    ts.
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


@dataclass(frozen=True, kw_only=True)
class Hold:
    """It may not be said now: the channel is not fit. What mends it also hurries the
    row.
    """

    look_again: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Instead:
    """It cannot be said there, so something else is asked for, in the same
    transaction.
    """

    ask_for: Callable[[Transaction], None]


# None: there is nothing to say any more
Message = Post | Update | CannotTell | Hold | Instead | None
Compose = Callable[[Services, OutboxRow, datetime], Message]
ComposeAbout = Callable[[Services, OutboxRow, Telling, datetime], Message]


def about(compose: ComposeAbout) -> Compose:
    """A message about a request; nothing is said about one that is gone."""

    def composed(services: Services, row: OutboxRow, now: datetime) -> Message:
        told = telling(services, row.request_id) if row.request_id is not None else None
        return None if told is None else compose(services, row, told, now)

    return composed


def three(row: OutboxRow) -> tuple[str, str, str]:
    """What the row's argument names. The use case that asked for the row wrote it
    so.
    """
    assert row.argument is not None
    first, second, third = row.argument.split(" ")
    return first, second, third
