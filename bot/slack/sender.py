"""From the outbox to Slack: each row once in effect, in order within a lane.

`chat.postMessage` is never repeated blindly: the row's id travels in the message's
metadata, and a row that was tried before is looked up first. Everything else is
idempotent by itself.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.outbound.outgoing import CannotTell, Hold, Instead, Post, Update
from bot.slack.outbound.registry import MESSAGES
from bot.slack.retry import RetryLater, code_of, later
from bot.usecases.services import Services
from storage.records import OutboxRow

log = logging.getLogger(__name__)

TASKS = tuple(MESSAGES)
EVENT_TYPE = "help_clip_message"
# https://docs.slack.dev/apis/web-api/rate-limits: about one message a second and
# channel
POST_EVERY = timedelta(seconds=1)
# An update of a message somebody deleted, or that fell out of the workspace's edit
# window, can never succeed: https://docs.slack.dev/reference/methods/chat.update#errors
_NEVER = {
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "user_not_found",
}


class Sender:
    """Does one outbox row. Raises `RetryLater`; whatever else it raises is a defect."""

    def __init__(
        self, services: Services, client: WebClient, clock: Callable[[], datetime]
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock

    def perform(self, row: OutboxRow) -> None:
        """Tell Slack what this row asks for, and finish the row."""
        message = MESSAGES[row.task](self._services, row, self._clock())
        try:
            match message:
                case Post():
                    self._post(row, message)
                case Update():
                    self._update(row, message)
                case CannotTell():
                    log.error("there is nobody to tell: %s", message.reason)
                    self._finish(row, failure=message.reason)
                case Hold():
                    raise RetryLater(message.look_again, "held back", tried=False)
                case Instead():
                    with self._services.store.begin() as tx:
                        message.ask_for(tx)
                        tx.outbox.finish(row.id, self._clock())
                case None:
                    self._finish(row)
        except SlackApiError as error:
            self._on_slack_error(row, error)
        except OSError as error:
            raise later(row, error) from error

    def _update(self, row: OutboxRow, message: Update) -> None:
        self._client.chat_update(
            channel=message.channel,
            ts=message.ts,
            text=message.text,
            blocks=message.blocks,
        )
        self._finish(row)

    def _post(self, row: OutboxRow, message: Post) -> None:
        if "," in message.channel:
            message = replace(message, channel=self._conversation(message.channel))
        found = self._earlier_post(row, message) if row.attempts > 1 else None
        if found is None:
            self._wait_for_turn(message.channel)
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

    def _conversation(self, people: str) -> str:
        """The conversation with these people; Slack finds the one there is, or opens
        it.
        """
        return str(self._client.conversations_open(users=people)["channel"]["id"])

    def _wait_for_turn(self, channel: str) -> None:
        now = self._clock()
        with self._services.store.begin() as tx:
            free_at = tx.outbox.take_turn(channel, now, POST_EVERY)
        if free_at > now:
            raise RetryLater(free_at - now, "paced", tried=False)

    def _earlier_post(self, row: OutboxRow, message: Post) -> tuple[str, str] | None:
        """Where an earlier try of this row has posted after all."""
        channel = message.channel
        if channel.startswith("U"):
            channel = self._conversation(channel)
        oldest = f"{(row.due_at - timedelta(hours=24)).timestamp():.6f}"
        wanted: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "limit": 200,
        }
        if message.thread_ts is None:
            found = self._client.conversations_history(**wanted, oldest=oldest)
        else:
            found = self._client.conversations_replies(**wanted, ts=message.thread_ts)
        for earlier in found["messages"]:
            if _row_of(earlier) == str(row.id):
                return channel, str(earlier["ts"])
        return None

    def _on_slack_error(self, row: OutboxRow, error: SlackApiError) -> None:
        if code_of(error) in _NEVER:
            self._finish(row, failure=code_of(error))
            return
        raise later(row, error) from error

    def _finish(self, row: OutboxRow, failure: str | None = None) -> None:
        with self._services.store.begin() as tx:
            tx.outbox.finish(row.id, self._clock(), failure=failure)


def _row_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str(metadata.get("event_payload", {}).get("row"))
