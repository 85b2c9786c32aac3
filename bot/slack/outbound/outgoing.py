"""The kinds of outgoing messages, and the functions that compose them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.slack.blocks import Block
from bot.slack.payloads import is_person
from bot.text.language import ENGLISH, language_for, speaking
from bot.usecases.people.languages import language_of
from bot.usecases.requests.notice import RequestNotice, read_notice
from bot.usecases.services import Services
from storage.records.outbox import Payload, RequestPayload
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Post:
    """A new message.

    `channel` is the id of a channel, or of a person (Slack opens the direct messages).
    `then` runs in the transaction that finishes the row, with the message's channel and
    ts.
    `instead` runs in that transaction if Slack refuses the message for good.
    """

    channel: str
    text: str
    blocks: list[Block] | None = None
    thread_ts: str | None = None
    then: Callable[[Transaction, str, str], None] | None = None
    instead: Callable[[Transaction], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """The present content of a message that was posted before.

    `if_gone` runs in the transaction that finishes the row if the message is deleted.
    """

    channel: str
    ts: str
    text: str
    blocks: list[Block]
    if_gone: Callable[[Transaction], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Publish:
    """The Home of a person."""

    user_id: str
    view: Block


@dataclass(frozen=True, kw_only=True)
class Undeliverable:
    """A message without a recipient; `help-clip check` reports the `reason`."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Postpone:
    """A message that must wait `pause`, because its channel is not fit.

    The row is made due at once when the channel is fit again.
    """

    pause: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class EnqueueInstead:
    """Other rows in place of a message that cannot be posted in its channel.

    `enqueue` runs in the transaction that finishes the row.
    """

    enqueue: Callable[[Transaction], None]


# None: there is nothing left to send.
Message = Post | Update | Publish | Undeliverable | Postpone | EnqueueInstead | None


@dataclass(frozen=True, kw_only=True)
class SendContext:
    """What every composer may need besides the payload."""

    services: Services
    now: datetime


P = TypeVar("P", bound=Payload)
R = TypeVar("R", bound=RequestPayload)
Composer = Callable[[SendContext, P], Message]
RequestComposer = Callable[[SendContext, R, RequestNotice], Message]


class Composers:
    """The function that composes the message of each task, by type of payload."""

    def __init__(self) -> None:
        self._composers: dict[type[Payload], Composer[Any]] = {}

    def add(
        self,
        kind: type[P],
        composer: Composer[P],
    ) -> None:
        """Compose messages of payloads of this type by `composer`."""

        def compose(
            context: SendContext,
            payload: P,
        ) -> Message:
            with speaking(_language_for(context, payload, ENGLISH)):
                return composer(context, payload)

        self._composers[kind] = compose

    def add_for_request(
        self,
        kind: type[R],
        composer: RequestComposer[R],
    ) -> None:
        """Compose messages about a request by `composer`; none if it is gone."""

        def compose(
            context: SendContext,
            payload: R,
        ) -> Message:
            notice = read_notice(context.services, payload.request_id)
            if notice is None:
                return None
            of_desk = language_for(notice.desk.locale)
            with speaking(_language_for(context, payload, of_desk)):
                return composer(context, payload, notice)

        self._composers[kind] = compose

    @property
    def kinds(self) -> tuple[type[Payload], ...]:
        """Return the types of payload that have a message."""
        return tuple(self._composers)

    def compose(
        self,
        context: SendContext,
        payload: Payload,
    ) -> Message:
        """Return the message of a payload, from the state as it is now."""
        return self._composers[type(payload)](context, payload)


# The fields of payloads that name the person who gets the message.
_RECIPIENTS = ("user_id", "asker_id", "recipient_id")


def _language_for(
    context: SendContext,
    payload: Payload,
    of_channel: str,
) -> str:
    """Return the recipient's language, or that of the channel for other messages."""
    fields = vars(payload)
    for name in _RECIPIENTS:
        user_id = fields.get(name)
        if user_id is not None and is_person(user_id):
            return language_of(context.services, user_id) or of_channel
    return of_channel
