"""Messages in watched channels, coaching of their authors, and the leads' list."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.channels.sharing import Attached
from bot.rules.numbers import whole_number
from bot.slack import blocks
from bot.slack.blocks import Block, Content, mention, mention_channel
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import channels
from bot.slack.payloads import list_in, text_in
from bot.slack.retry import error_code, retry_after_error
from bot.slack.senders import enterprise_of_event
from bot.task_handlers import TaskHandlers
from bot.text import text
from bot.text.times import ago
from bot.usecases.channels import incidents, repost, watch_sharing
from bot.usecases.channels.watch_sharing import PostedMessage
from bot.usecases.context import Act, act_without_person
from bot.usecases.services import Services
from storage.records import (
    Incident,
    Origin,
    OutboxRow,
    Person,
    request_name,
)
from storage.records.outbox import RemoveFile

TOMBSTONE = "tombstone"
_WRITTEN = {None, "file_share", "thread_broadcast", "me_message"}
# Slack may answer these calls later.
_LATER = (429, 500, 503)


def watch_message(delivery: SlackDelivery) -> None:
    """Check a message that was written, edited or deleted, or a changed channel."""
    event = delivery.payload["event"]
    subtype = event.get("subtype")
    if subtype == "message_changed":
        _check_changed(delivery, event["channel"], event["message"])
    elif subtype == "message_deleted":
        _record_deletion(delivery, event["channel"], event.get("deleted_ts"))
    elif subtype in _WRITTEN:
        _check(
            delivery,
            event["channel"],
            event,
            watch_sharing.check_message,
        )
    elif subtype.startswith(("channel_", "group_")):
        # Such as channel_convert_to_public.
        channels.inspect_soon(delivery)
        return
    delivery.ack()


def _check_changed(
    delivery: SlackDelivery,
    channel_id: str,
    message: dict[str, Any],
) -> None:
    if message.get("subtype") == TOMBSTONE:
        # A deleted message with replies stays as a placeholder.
        _record_deletion(delivery, channel_id, message.get("ts"))
        return
    _check(
        delivery,
        channel_id,
        message,
        watch_sharing.check_changed_message,
    )


def _record_deletion(
    delivery: SlackDelivery,
    channel_id: str,
    ts: object,
) -> None:
    """Mark the message as removed on the list, and post its request again."""
    watch_sharing.record_deletion(
        delivery.services,
        delivery.act,
        channel_id,
        str(ts),
    )
    repost.repost_deleted(
        delivery.services,
        delivery.act,
        channel_id,
        str(ts),
    )


def _check(
    delivery: SlackDelivery,
    channel_id: str,
    message: dict[str, Any],
    check: Callable[[Services, Act, PostedMessage], None],
) -> None:
    author = author_of(delivery, message)
    if author is not None:
        act = replace(delivery.act, person=author)
        written = read_message(channel_id, message)
        check(delivery.services, act, written)


def author_of(
    delivery: SlackDelivery,
    message: dict[str, Any],
) -> Person | None:
    """Return the author of a message; None if an app or Slack itself wrote it."""
    return author_in(
        delivery.services,
        message,
        delivery.act.actor.team_id,
        enterprise_of_event(delivery.services, delivery.payload),
    )


def author_in(
    services: Services,
    message: dict[str, Any],
    team_id: str,
    enterprise_id: str | None = None,
) -> Person | None:
    """Return the author of a message; `team_id` is for messages that name no team."""
    author = message.get("user")
    if not author:
        return None
    if message.get("bot_id"):
        return None
    if message.get("subtype") not in _WRITTEN:
        return None
    team = message.get("user_team") or message.get("team")
    return services.person(
        author,
        team_id=team or team_id,
        enterprise_id=enterprise_id,
    )


def read_message(
    channel_id: str,
    message: dict[str, Any],
) -> PostedMessage:
    """Return a message with the texts, links and files of its forwarded messages."""
    forwarded = []
    for part in list_in(message, "attachments"):
        if isinstance(part, dict):
            forwarded.append(part)
    texts = [message.get("text")]
    texts += [part.get("text") for part in forwarded]
    texts += [part.get("from_url") or part.get("title_link") for part in forwarded]
    thread_ts = message.get("thread_ts")
    if thread_ts == message["ts"]:
        # The parent of a thread names itself.
        thread_ts = None
    return PostedMessage(
        channel_id=channel_id,
        ts=str(message["ts"]),
        thread_ts=str(thread_ts) if thread_ts else None,
        text="\n".join(part for part in texts if part),
        files=tuple(_files(message, *forwarded)),
    )


def _files(*parts: dict[str, Any]) -> Iterator[Attached]:
    for part in parts:
        for file in list_in(part, "files"):
            if file.get("mode") != "tombstone":
                yield _attached(file)


def _attached(file: dict[str, Any]) -> Attached:
    return Attached(
        id=text_in(file, "id"),
        name=text_in(file, "name"),
        mimetype=text_in(file, "mimetype"),
        filetype=text_in(file, "filetype"),
        subtype=text_in(file, "subtype"),
        size=whole_number(file.get("size")) or 0,
        withheld=file.get("file_access") == "check_file_info",
    )


def close_incident(delivery: SlackDelivery) -> None:
    """Take an incident off the leads' list once a lead has dealt with it."""
    incident_id = whole_number(delivery.button_value) or 0
    incidents.close_incident(delivery.services, delivery.act, incident_id)


def build_incident(
    incident: Incident,
    now: datetime,
) -> Block:
    """Return one row of the leads' list."""
    kind = text(f"channels.incident_kind.{incident.kind}")
    if incident.channel_id:
        channel = mention_channel(incident.channel_id)
        kind = text("channels.incident_detail.place", incident=kind, channel=channel)
    request = ""
    if incident.request_id:
        request = request_name(incident.request_id)
    removed = ""
    if incident.removed_at:
        removed = text("channels.incident_detail.removed")
    person = mention(incident.person.user_id)
    age = ago(incident.at, now)
    dealt_with = blocks.button(
        text("slack.button.dealt_with"),
        "incident",
        value=str(incident.id),
        label=text("slack.button.dealt_with_means"),
    )
    line = blocks.join_parts(
        person,
        kind,
        request,
        age,
        removed,
    )
    return blocks.section(line, dealt_with)


def build_coaching(incident: Incident) -> Content:
    """Return the private advice to the author of a message, which quotes nothing."""
    assert incident.channel_id is not None
    channel = mention_channel(incident.channel_id)
    advice = text(f"channels.advice.{incident.kind}", channel=channel)
    next_step = "channels.coaching.delete"
    if incident.removed_at is not None:
        next_step = "channels.coaching.removed"
    command = blocks.code("/help-clip")
    return text("slack.coaching.summary"), [
        blocks.section(advice),
        blocks.section(text(next_step, command=command)),
        blocks.context(text("channels.coaching.privacy")),
    ]


def removal_handlers(
    services: Services,
    remover: WebClient | None,
    clock: Callable[[], datetime],
) -> TaskHandlers:
    """Return the handler that removes files with an administrator's token.

    Without such a token no file is removed, since a bot may delete only its own:
    https://docs.slack.dev/reference/methods/files.delete
    """

    def remove_file(
        row: OutboxRow,
        payload: RemoveFile,
    ) -> None:
        if remover is not None:
            problem = _delete(remover, payload.file_id, row)
            act = act_without_person(Origin.WORKER, clock())
            watch_sharing.record_removal(services, act, payload.incident_id, problem)
        with services.store.begin() as tx:
            tx.outbox.finish(row.id, clock())

    handlers = TaskHandlers()
    handlers.add(RemoveFile, remove_file)
    return handlers


def _delete(
    remover: WebClient,
    file_id: str,
    row: OutboxRow,
) -> str | None:
    """Return None if the file is gone, or else Slack's code for why it stays.

    "file_not_found" means that it stays: Slack answers so to an administrator outside
    the channel. Raises `RetryLater`.
    """
    try:
        remover.files_delete(file=file_id)
    except SlackApiError as error:
        if error_code(error) == "file_deleted":
            return None
        if error.response.status_code in _LATER:
            raise retry_after_error(row, error) from error
        return error_code(error)
    except OSError as error:
        raise retry_after_error(row, error) from error
    return None
