"""From the outbox to Slack: each row once in effect, in order within a thread.

`chat.postMessage` is never repeated blindly: the row's id travels in the message's metadata, and
a row that was tried before is looked up first. Everything else is idempotent by itself.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack import quarantine, thread
from bot.slack.blocks import Block
from bot.usecases.services import Act, Services
from bot.usecases.tell import Telling, posted, telling
from storage.records import Origin, OutboxRow, RequestState, Task

log = logging.getLogger(__name__)

TASKS = (
    Task.POST_THREAD,
    Task.UPDATE_THREAD,
    Task.REPLY_DISPUTED,
    Task.REPLY_SETTLED,
    Task.TELL_ASKER,
    Task.PAGE_SAFETY,
)
EVENT_TYPE = "help_clip_message"
# https://docs.slack.dev/apis/web-api/rate-limits: about one message a second and channel
POST_EVERY = timedelta(seconds=1)
# An update of a message somebody deleted, or that fell out of the workspace's edit window, can
# never succeed: https://docs.slack.dev/reference/methods/chat.update#errors
_NEVER = {"message_not_found", "cant_update_message", "edit_window_closed", "user_not_found"}


class RetryLater(Exception):
    """Slack asked to be left alone for `after`, or did not answer.

    `tried` False: nothing can have reached Slack, so there is nothing to look for next time.
    """

    def __init__(self, after: timedelta, reason: str, *, tried: bool = True) -> None:
        super().__init__(reason)
        self.after = after
        self.reason = reason
        self.tried = tried


class Sender:
    """Does one outbox row. Raises `RetryLater`; whatever else it raises is a defect."""

    def __init__(
        self, services: Services, client: WebClient, clock: Callable[[], datetime]
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock
        self._tasks: dict[Task, Callable[[OutboxRow, Telling], None]] = {
            Task.POST_THREAD: self._post_thread,
            Task.UPDATE_THREAD: self._update_thread,
            Task.REPLY_DISPUTED: self._reply_disputed,
            Task.REPLY_SETTLED: self._reply_settled,
            Task.TELL_ASKER: self._tell_asker,
            Task.PAGE_SAFETY: self._page_safety,
        }

    def perform(self, row: OutboxRow) -> None:
        """Tell Slack what this row asks for, and finish the row."""
        told = telling(self._services, row.request_id) if row.request_id is not None else None
        if told is None:
            self._finish(row)
            return
        try:
            self._tasks[row.task](row, told)
        except SlackApiError as error:
            self._on_slack_error(row, error)
        except OSError as error:  # URLError, timeouts and resets: Slack may or may not have acted
            raise RetryLater(backoff(row), type(error).__name__) from error

    def _post_thread(self, row: OutboxRow, told: Telling) -> None:
        request = told.request
        if request.thread_ts is not None:
            self._finish(row)
            return
        blocks = thread.parent(request, told.desk, self._services.public_url, self._clock())
        self._post(row, told.desk.channel_id, thread.text(request), blocks)

    def _update_thread(self, row: OutboxRow, told: Telling) -> None:
        request = told.request
        if request.channel_id is None or request.thread_ts is None:
            self._finish(row)  # never posted: nothing to update
            return
        self._client.chat_update(
            channel=request.channel_id,
            ts=request.thread_ts,
            text=thread.text(request),
            blocks=thread.parent(request, told.desk, self._services.public_url, self._clock()),
        )
        self._finish(row)

    def _reply_disputed(self, row: OutboxRow, told: Telling) -> None:
        if told.request.state is not RequestState.DISPUTED:
            self._finish(row)  # ruled before anybody was called
            return
        self._reply(row, told, *thread.disputed_reply(told.request, told.desk))

    def _reply_settled(self, row: OutboxRow, told: Telling) -> None:
        self._reply(row, told, *thread.settled_reply(told.request, told.tell, told.reason))

    def _reply(self, row: OutboxRow, told: Telling, text: str, blocks: list[Block]) -> None:
        request = told.request
        if request.channel_id is None or request.thread_ts is None:
            self._finish(row)
            return
        self._post(row, request.channel_id, text, blocks, thread_ts=request.thread_ts)

    def _tell_asker(self, row: OutboxRow, told: Telling) -> None:
        assert row.argument is not None
        self._post(row, row.argument, thread.asker_notice(told.request), None)

    def _page_safety(self, row: OutboxRow, told: Telling) -> None:
        channel = self._services.desks.safety_channel_id
        if channel is None:
            log.error("a clip was stopped, and desks.toml names no safety_channel to tell")
            self._finish(row, failure="no_safety_channel")
            return
        self._post(row, channel, *quarantine.page(told.request))

    def _post(
        self,
        row: OutboxRow,
        channel: str,
        text: str,
        blocks: list[Block] | None,
        *,
        thread_ts: str | None = None,
    ) -> None:
        found = self._earlier_post(row, channel, thread_ts) if row.attempts > 1 else None
        if found is None:
            self._wait_for_turn(channel)
            answer = self._client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"row": str(row.id)}},
                unfurl_links=False,
                unfurl_media=False,
            )
            found = (str(answer["channel"]), str(answer["ts"]))
        if row.task is Task.POST_THREAD:
            posted(self._services, self._act(), row, *found)
        else:
            self._finish(row)

    def _wait_for_turn(self, channel: str) -> None:
        now = self._clock()
        with self._services.store.begin() as tx:
            free_at = tx.take_turn(channel, now, POST_EVERY)
        if free_at > now:
            raise RetryLater(free_at - now, "paced", tried=False)

    def _earlier_post(
        self, row: OutboxRow, channel: str, thread_ts: str | None
    ) -> tuple[str, str] | None:
        """Where an earlier try of this row has posted after all."""
        if channel.startswith("U"):
            channel = str(self._client.conversations_open(users=channel)["channel"]["id"])
        oldest = f"{(row.due_at - timedelta(hours=24)).timestamp():.6f}"
        wanted: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": 200}
        if thread_ts is None:
            found = self._client.conversations_history(**wanted, oldest=oldest)
        else:
            found = self._client.conversations_replies(**wanted, ts=thread_ts)
        for message in found["messages"]:
            if _row_of(message) == str(row.id):
                return channel, str(message["ts"])
        return None

    def _on_slack_error(self, row: OutboxRow, error: SlackApiError) -> None:
        code = str(error.response.get("error") or error.response.status_code)
        if error.response.status_code == 429:
            seconds = int(error.response.headers.get("Retry-After", 1))
            raise RetryLater(timedelta(seconds=seconds), "ratelimited", tried=False) from error
        if code in _NEVER:
            self._finish(row, failure=code)
            return
        raise RetryLater(backoff(row), code) from error

    def _finish(self, row: OutboxRow, failure: str | None = None) -> None:
        with self._services.store.begin() as tx:
            tx.finish(row.id, self._clock(), failure=failure)

    def _act(self) -> Act:
        return Act(person=None, origin=Origin.WORKER, now=self._clock())


def _row_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str(metadata.get("event_payload", {}).get("row"))


def backoff(row: OutboxRow) -> timedelta:
    """1 s, 2 s, 4 s ... at most 5 minutes."""
    return timedelta(seconds=min(2 ** min(row.attempts - 1, 9), 300))
