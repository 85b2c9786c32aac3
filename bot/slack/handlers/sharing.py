"""Messages in watched rooms, what is said privately to whoever wrote them, and the
leads' list.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rules.channels.sharing import Attached
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import channels
from bot.slack.handlers.thread import pressed
from bot.slack.retry import error_code, retry_after_error
from bot.task_handlers import TaskHandlers
from bot.text.shared import INCIDENTS, ago
from bot.usecases.channels import incidents, watch_sharing
from bot.usecases.channels.watch_sharing import PostedMessage
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import (
    Incident,
    IncidentKind,
    Origin,
    OutboxRow,
    Person,
    request_name,
)
from storage.records.outbox import RemoveFile

_WRITTEN = {None, "file_share", "thread_broadcast", "me_message"}


def on_message(delivery: SlackDelivery) -> None:
    """Look at what was written, edited or deleted; and at what happened to the
    channel.
    """
    event = delivery.payload["event"]
    subtype = event.get("subtype")
    if subtype == "message_changed":
        _look(delivery, event["channel"], event["message"])
    elif subtype == "message_deleted":
        watch_sharing.record_deletion(
            delivery.services,
            delivery.act,
            event["channel"],
            str(event.get("deleted_ts", "")),
        )
    elif subtype in _WRITTEN:
        _look(delivery, event["channel"], event)
    elif subtype.startswith(
        ("channel_", "group_")
    ):  # such as channel_convert_to_public
        channels.on_changed(delivery)
        return
    delivery.ack()


def _look(delivery: SlackDelivery, channel_id: str, message: dict[str, Any]) -> None:
    author = author_of(delivery, message)
    if author is not None:
        act = replace(delivery.act, person=author)
        watch_sharing.check_message(
            delivery.services, act, said_in(channel_id, message)
        )


def author_of(delivery: SlackDelivery, message: dict[str, Any]) -> Person | None:
    """Who wrote a message; None for an app or Slack itself: there is nobody to tell
    anything.
    """
    author = message.get("user")
    if not author or message.get("bot_id") or message.get("subtype") not in _WRITTEN:
        return None
    team = message.get("user_team") or message.get("team") or delivery.act.actor.team_id
    return Person(team_id=team, user_id=author)


def said_in(channel_id: str, message: dict[str, Any]) -> PostedMessage:
    """A message as the watch wants to know it, forwarded messages included."""
    forwarded = [
        part for part in message.get("attachments") or () if isinstance(part, dict)
    ]
    texts = [message.get("text"), *(part.get("text") for part in forwarded)]
    links = (part.get("from_url") or part.get("title_link") for part in forwarded)
    thread_ts = message.get("thread_ts")
    return PostedMessage(
        channel_id=channel_id,
        ts=str(message["ts"]),
        thread_ts=str(thread_ts) if thread_ts and thread_ts != message["ts"] else None,
        text="\n".join(text for text in [*texts, *links] if text),
        files=tuple(_files(message, *forwarded)),
    )


def _files(*parts: dict[str, Any]) -> Iterator[Attached]:
    for part in parts:
        for file in part.get("files") or ():
            if file.get("mode") != "tombstone":
                yield Attached(
                    id=str(file.get("id", "")),
                    name=str(file.get("name") or ""),
                    mimetype=str(file.get("mimetype") or ""),
                    filetype=str(file.get("filetype") or ""),
                    subtype=str(file.get("subtype") or ""),
                    size=int(file.get("size") or 0),
                    withheld=file.get("file_access") == "check_file_info",
                )


def on_dealt_with(delivery: SlackDelivery) -> None:
    """A lead has talked to somebody, or knows of it: off the list."""
    number = pressed(delivery)
    incidents.close_incident(
        delivery.services, delivery.act, int(number) if number.isdecimal() else 0
    )


def row(incident: Incident, now: datetime) -> Block:
    """One row of the leads' list."""
    where = f" in <#{incident.channel_id}>" if incident.channel_id else ""
    about = f" · {request_name(incident.request_id)}" if incident.request_id else ""
    since = " · gone since" if incident.removed_at else ""
    line = f"<@{incident.person.user_id}> · {INCIDENTS[incident.kind]}{where}"
    return blocks.section(
        f"{line}{about} · {ago(incident.at, now)}{since}",
        blocks.button(
            "Dealt with",
            "incident",
            value=str(incident.id),
            label="Take this off the list: it is dealt with",
        ),
    )


_ASK = "To ask about a word, type `/help-clip`: colleagues hear a short, masked piece of it."
_DELETE = (
    "Please delete your message: hover over it, then *More actions*, *Delete message*."
)
_ADVICE = {
    IncidentKind.RECORDING_DROPPED: "a recording was shared as a file. Recordings were made in "
    "people's homes, and a file can be copied without anybody knowing who heard it.",
    IncidentKind.ARCHIVE_DROPPED: "an archive was shared as a file, and it may hold recordings. "
    "A file can be copied without anybody knowing who heard it.",
    IncidentKind.RECORDING_LINKED: "a link to a recording was shared. Whoever follows it hears "
    "somebody's home, and nothing is on record.",
    IncidentKind.PERSONAL_WORDS: "your message holds something that looks personal, such as a "
    "number, an address or a spelled name. Please leave such details out.",
    IncidentKind.CLIP_ID_PASTED: "your message names a clip. Please leave clip ids out of "
    "messages: people look things up.",
    IncidentKind.PLAYER_LINKED: "a link to a request was shared. It opens only for the desk's "
    "people who sign in, and every try is on record. The request's thread has the same button.",
}


def coaching(incident: Incident) -> tuple[str, list[Block]]:
    """What the person is told, privately. It never quotes what they wrote."""
    where = f"<#{incident.channel_id}>"
    said = f"A word about {where}: {_ADVICE[incident.kind]}"
    if incident.removed_at is not None:
        next_step = "It is removed already; nothing is left to do."
    else:
        next_step = _DELETE
    return "A word from help-clip", [
        blocks.section(said),
        blocks.section(f"{next_step} {_ASK}"),
        blocks.context(
            "Only you see this. Your lead knows that it happened, not what it said."
        ),
    ]


def removal_handlers(
    services: Services, remover: WebClient | None, clock: Callable[[], datetime]
) -> TaskHandlers:
    """Return the handler that removes files with an administrator's token.

    Without such a token no file is removed, since a bot may delete only its own:
    https://docs.slack.dev/reference/methods/files.delete
    """

    def remove_file(row: OutboxRow, payload: RemoveFile) -> None:
        if remover is not None:
            problem = _delete(remover, payload.file_id, row)
            act = Act(person=None, origin=Origin.WORKER, now=clock())
            watch_sharing.record_removal(services, act, payload.incident_id, problem)
        with services.store.begin() as tx:
            tx.outbox.finish(row.id, clock())

    handlers = TaskHandlers()
    handlers.add(RemoveFile, remove_file)
    return handlers


def _delete(remover: WebClient, file_id: str, row: OutboxRow) -> str | None:
    """Return None if the file is gone, or else Slack's code for why it stays.

    "file_not_found" means that it stays: Slack answers so to an administrator who is
    not in the channel. Raises `RetryLater`.
    """
    try:
        remover.files_delete(file=file_id)
    except SlackApiError as error:
        if error_code(error) == "file_deleted":
            return None
        if error.response.status_code in (429, 500, 503):
            raise retry_after_error(row, error) from error
        return error_code(error)
    except OSError as error:
        raise retry_after_error(row, error) from error
    return None
