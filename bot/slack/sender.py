"""Send each row of the outbox to Slack once, in order within a lane.

`chat.postMessage` is never repeated blindly: the metadata of a message holds the id of
its row, and before a second attempt the sender searches for it. All other calls are
idempotent.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.backoff import RetryLater
from bot.rules.slack_calls.errors import Course, course_of
from bot.rules.slack_calls.urgency import urgency_of
from bot.slack.calls.pacer import set_urgency
from bot.slack.outbound.outgoing import (
    EnqueueInstead,
    Message,
    Post,
    Postpone,
    Publish,
    SendContext,
    Undeliverable,
    Update,
)
from bot.slack.outbound.registry import COMPOSERS
from bot.slack.payloads import is_person, object_in, pages
from bot.slack.retry import error_code, retry_after_error
from bot.task_handlers import TaskHandlers
from bot.usecases.services import Services
from storage.records import OutboxRow
from storage.records.outbox import Payload
from storage.store import Transaction

log = logging.getLogger(__name__)

EVENT_TYPE = "help_clip_message"
_PAGE = 200


class Sender:
    """Sends the messages that outbox rows ask for."""

    def __init__(
        self,
        services: Services,
        client: WebClient,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock

    def handlers(self) -> TaskHandlers:
        """Return the handler of every task that has a message."""
        handlers = TaskHandlers()
        for kind in COMPOSERS.kinds:
            handlers.add(kind, self.send)
        return handlers

    def send(
        self,
        row: OutboxRow,
        payload: Payload,
    ) -> None:
        """Send the message of a row and finish the row. Raises `RetryLater`."""
        context = SendContext(services=self._services, now=self._clock())
        message = COMPOSERS.compose(context, payload)
        try:
            with set_urgency(urgency_of(payload.task)):
                self._send(row, message)
        except SlackApiError as error:
            code = error_code(error)
            if _course(code, message) is not Course.FINAL:
                raise retry_after_error(row, error) from error
            log.warning("%s: given up: %s", payload.task, code)
            self._give_up(row, message, code)
        except OSError as error:
            raise retry_after_error(row, error) from error

    def _send(
        self,
        row: OutboxRow,
        message: Message,
    ) -> None:
        match message:
            case Post():
                self._post(row, message)
            case Update():
                self._update(row, message)
            case Publish():
                self._client.views_publish(user_id=message.user_id, view=message.view)
                self._finish(row)
            case Undeliverable():
                log.error("a message has no recipient: %s", message.reason)
                self._finish(row, failure=message.reason)
            case Postpone():
                raise RetryLater(message.pause, "postponed", tried=False)
            case EnqueueInstead():
                with self._services.store.begin() as tx:
                    message.enqueue(tx)
                    tx.outbox.finish(row.id, self._clock())
            case None:
                self._finish(row)

    def _give_up(
        self,
        row: OutboxRow,
        message: Message,
        code: str,
    ) -> None:
        """Finish a row that never succeeds, and enqueue what replaces its message."""
        with self._services.store.begin() as tx:
            tx.outbox.finish(row.id, self._clock(), failure=code)
            then = _instead_of(message, code)
            if then is not None:
                then(tx)

    def _update(
        self,
        row: OutboxRow,
        message: Update,
    ) -> None:
        self._client.chat_update(
            channel=message.channel,
            ts=message.ts,
            text=message.text,
            blocks=message.blocks,
        )
        self._finish(row)

    def _post(
        self,
        row: OutboxRow,
        message: Post,
    ) -> None:
        found = None
        if row.attempts > 1:
            found = self._earlier_post(row, message)
        if found is None:
            answer = self._client.chat_postMessage(
                channel=message.channel,
                text=message.text,
                blocks=message.blocks,
                thread_ts=message.thread_ts,
                metadata={
                    "event_type": EVENT_TYPE,
                    "event_payload": {"row": str(row.id)},
                },
                unfurl_links=False,
                unfurl_media=False,
            )
            found = (str(answer["channel"]), str(answer["ts"]))
        with self._services.store.begin() as tx:
            if message.then is not None:
                message.then(tx, *found)
            tx.outbox.finish(row.id, self._clock())

    def _earlier_post(
        self,
        row: OutboxRow,
        message: Post,
    ) -> tuple[str, str] | None:
        """Return channel and ts of the message that an earlier attempt posted."""
        channel = message.channel
        if is_person(channel):
            opened = self._client.conversations_open(users=channel)
            channel = str(opened["channel"]["id"])
        wanted: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "limit": _PAGE,
            # Without `latest` some releases of Slack begin with the oldest messages:
            # https://docs.slack.dev/reference/methods/conversations.history
            "oldest": _timestamp(row.due_at - timedelta(hours=24)),
            "latest": _timestamp(self._clock() + timedelta(hours=1)),
        }

        def read_page(cursor: str | None) -> SlackResponse:
            return self._read_page(message.thread_ts, {**wanted, "cursor": cursor})

        for page in pages(read_page):
            for earlier in page["messages"]:
                if _row_of(earlier) == str(row.id):
                    return channel, str(earlier["ts"])
        return None

    def _read_page(
        self,
        thread_ts: str | None,
        wanted: dict[str, Any],
    ) -> SlackResponse:
        if thread_ts is None:
            return self._client.conversations_history(**wanted)
        return self._client.conversations_replies(**wanted, ts=thread_ts)

    def _finish(
        self,
        row: OutboxRow,
        failure: str | None = None,
    ) -> None:
        with self._services.store.begin() as tx:
            tx.outbox.finish(row.id, self._clock(), failure=failure)


def _timestamp(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _instead_of(
    message: Message,
    code: str,
) -> Callable[[Transaction], None] | None:
    """Return what is done in place of a message that never succeeds."""
    if isinstance(message, Post):
        return message.instead
    if isinstance(message, Update) and code == "message_not_found":
        return message.if_gone
    return None


def _course(code: str, message: Message) -> Course:
    to_person = isinstance(message, Post) and is_person(message.channel)
    return course_of(code, to_person=to_person)


def _row_of(message: dict[str, Any]) -> str | None:
    metadata = object_in(message, "metadata")
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str(metadata.get("event_payload", {}).get("row"))
