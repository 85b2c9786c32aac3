"""Reading messages of rooms and threads again, after Slack left out events."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.rules.slack_calls.errors import Course, course_of
from bot.slack.handlers.sharing import TOMBSTONE, author_in, read_message
from bot.slack.payloads import pages
from bot.slack.retry import error_code, retry_after_error
from bot.task_handlers import TaskHandlers
from bot.usecases.channels import repost, watch_sharing
from bot.usecases.context import act_without_person
from bot.usecases.services import Services
from storage.records import Origin, OutboxRow
from storage.records.outbox import ReadMissed

log = logging.getLogger(__name__)

_PAGE = 200
_GONE = "thread_not_found"


def missed_handlers(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
) -> TaskHandlers:
    """Return the handler that reads what Slack left out. It may read twice."""

    def read_missed(
        row: OutboxRow,
        payload: ReadMissed,
    ) -> None:
        try:
            for message in _read(client, payload, clock()):
                _check(services, payload, message, clock())
        except SlackApiError as error:
            code = error_code(error)
            if code == _GONE:
                _record_deletion(services, payload, clock())
            elif course_of(code) is Course.PASSES:
                raise retry_after_error(row, error) from error
            else:
                # The inspection of the channel reports what is wrong with it.
                log.warning("missed messages not read: %s", code)
        except OSError as error:
            raise retry_after_error(row, error) from error
        with services.store.begin() as tx:
            tx.outbox.finish(row.id, clock())

    handlers = TaskHandlers()
    handlers.add(ReadMissed, read_missed)
    return handlers


def _read(
    client: WebClient,
    payload: ReadMissed,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    wanted: dict[str, Any] = {
        "channel": payload.channel_id,
        "oldest": str(payload.since_s),
        "latest": str(int((now + timedelta(minutes=1)).timestamp())),
        "limit": _PAGE,
    }

    def read_page(cursor: str | None) -> SlackResponse:
        if payload.thread_ts is None:
            return client.conversations_history(**wanted, cursor=cursor)
        return client.conversations_replies(
            **wanted,
            ts=payload.thread_ts,
            cursor=cursor,
        )

    for page in pages(read_page):
        yield from page["messages"]


def _check(
    services: Services,
    payload: ReadMissed,
    message: dict[str, Any],
    now: datetime,
) -> None:
    if message.get("subtype") == TOMBSTONE:
        if message["ts"] == payload.thread_ts:
            _record_deletion(services, payload, now)
        return
    of_channel = services.desks.team_of_channel(payload.channel_id)
    author = author_in(services, message, of_channel or services.team_id)
    if author is None:
        return
    act = replace(act_without_person(Origin.SLACK, now), person=author)
    written = read_message(payload.channel_id, message)
    watch_sharing.check_message(services, act, written)


def _record_deletion(
    services: Services,
    payload: ReadMissed,
    now: datetime,
) -> None:
    """Post the request of the thread again, which is gone."""
    if payload.thread_ts is None:
        return
    repost.repost_deleted(
        services,
        act_without_person(Origin.SLACK, now),
        payload.channel_id,
        payload.thread_ts,
    )
