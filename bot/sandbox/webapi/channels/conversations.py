"""conversations.*: read channels and their messages, open direct messages."""

from __future__ import annotations

import re

from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import SCOPE_FAMILIES, is_in_reach, visible_channel
from bot.sandbox.webapi.registry import Call, method, page_of, require_scope
from bot.sandbox.workspace.channels import Channel, channel_json

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_OPEN = ("im:write", "mpim:write", "channels:manage", "groups:write")
_KINDS = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}
_TS = re.compile(r"^\d+(\.\d{1,6})?$")
_MAX_OPENED_WITH = 8


@method("conversations.info", *READ)
def info(call: Call) -> Json:
    """Return one channel."""
    channel = visible_channel(call, call.text("channel"), "read")
    with_number = call.flag("include_num_members")
    shown = channel_json(channel, call.user_id, num_members=with_number)
    if call.flag("include_locale"):
        shown["locale"] = "en-US"
    return {"channel": shown}


@method("conversations.members", *READ)
def list_members(call: Call) -> Json:
    """Return the ids of a channel's members."""
    channel = visible_channel(call, call.text("channel"), "read")
    page, metadata = page_of(channel.members, call, 100, 999)
    return {
        "members": page,
        "response_metadata": metadata,
    }


def _listed(call: Call, channels: list[Channel]) -> Json:
    """Return one page of the channels that the caller can see, by `types`."""
    kinds = _wanted_kinds(call)
    chosen = [channel for channel in channels if channel.kind in kinds]
    chosen = [channel for channel in chosen if channel.is_open_to(call.user_id)]
    chosen = [channel for channel in chosen if call.team_id in channel.own_team_ids]
    if call.flag("exclude_archived"):
        chosen = [channel for channel in chosen if not channel.archived]
    page, metadata = page_of(chosen, call, 100, 999)
    shown = [channel_json(channel, call.user_id, num_members=True) for channel in page]
    # Slack returns last_read for one channel only.
    for channel in shown:
        channel.pop("last_read", None)
    return {
        "channels": shown,
        "response_metadata": metadata,
    }


def _wanted_kinds(call: Call) -> set[str]:
    """Return the kinds in `types`. Raises invalid_types or missing_scope."""
    types = call.listing("types") or ["public_channel"]
    if not set(types).issubset(_KINDS):
        raise SlackError("invalid_types")
    kinds = {_KINDS[name] for name in types}
    for kind in kinds:
        require_scope(call, f"{SCOPE_FAMILIES[kind]}:read")
    return kinds


@method("conversations.list", *READ)
def list_conversations(call: Call) -> Json:
    """Return the channels that the caller can see."""
    return _listed(call, list(call.workspace.channels.values()))


@method("users.conversations", *READ)
def list_user_conversations(call: Call) -> Json:
    """Return the channels a person is in, as far as the caller can see them."""
    user_id = call.text("user", call.user_id)
    answer = _listed(call, call.workspace.channels_of(user_id))
    for channel in answer["channels"]:
        channel.pop("is_member", None)
        channel.pop("num_members", None)
    return answer


@method("conversations.history", *HISTORY)
def history(call: Call) -> Json:
    """Return a channel's messages outside threads, newest first.

    The pages begin with the newest, or in the older order with those closest to
    `oldest` where no `latest` is given.
    """
    channel = visible_channel(call, call.text("channel"), "history")
    if call.user_id not in channel.members:
        raise SlackError("not_in_channel")
    chosen = _between(call, channel.top_level())
    begins_with_oldest = _begins_with_oldest(call)
    if not begins_with_oldest:
        chosen.reverse()
    answer = _message_page(call, chosen, 100, 999)
    if begins_with_oldest:
        answer["messages"].reverse()
    return answer | {
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }


def _begins_with_oldest(call: Call) -> bool:
    if call.sandbox.history_order != "oldest":
        return False
    return not call.is_absent("oldest") and call.is_absent("latest")


@method("conversations.replies", *HISTORY)
def replies(call: Call) -> Json:
    """Return a thread, oldest first, with its parent; a reply's ts will do."""
    channel = visible_channel(call, call.text("channel"), "history")
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise SlackError("thread_not_found")
    if call.user_id not in channel.members:
        raise SlackError("channel_not_found")
    parent = channel.messages.get(message.get("thread_ts", ""), message)
    chosen = [parent, *_between(call, channel.replies(parent["ts"]))]
    return _message_page(call, chosen, 1000, 1000)


def _message_page(
    call: Call,
    messages: list[Json],
    default: int,
    highest: int,
) -> Json:
    page, metadata = page_of(messages, call, default, highest)
    answer: Json = {
        "messages": [_shown(call, message) for message in page],
        "has_more": bool(metadata["next_cursor"]),
    }
    # Slack leaves the metadata out of the last page.
    if metadata["next_cursor"]:
        answer["response_metadata"] = metadata
    return answer


def _shown(call: Call, message: Json) -> Json:
    shown = dict(message)
    if not call.flag("include_all_metadata"):
        shown.pop("metadata", None)
    return shown


def _between(call: Call, messages: list[Json]) -> list[Json]:
    """Return the messages between `oldest` and `latest`, edges with `inclusive`."""
    oldest = _time_argument(call, "oldest", "-inf")
    latest = _time_argument(call, "latest", "inf")
    inside = [
        message for message in messages if oldest <= float(message["ts"]) <= latest
    ]
    if call.flag("inclusive"):
        return inside
    edges = (oldest, latest)
    return [message for message in inside if float(message["ts"]) not in edges]


def _time_argument(
    call: Call,
    name: str,
    default: str,
) -> float:
    value = call.text(name)
    if not value:
        return float(default)
    if not _TS.match(value):
        raise SlackError(f"invalid_ts_{name}")
    return float(value)


@method("conversations.open", *_OPEN)
def open_conversation(call: Call) -> Json:
    """Open a direct message with one person or several, or one known by its id."""
    if call.text("channel"):
        channel = visible_channel(call, call.text("channel"))
        if not channel.is_direct:
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(call, channel, already=True)
    users = call.listing("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > _MAX_OPENED_WITH:
        raise SlackError("too_many_users")
    for user_id in users:
        _check_partner(call, user_id)
    if len(users) == 1:
        return _open_with(call, users[0])
    return _open_group(call, sorted({call.user_id, *users}))


def _check_partner(call: Call, user_id: str) -> None:
    person = call.sandbox.person(user_id)
    if person is None or not is_in_reach(call, person):
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")


def _open_with(call: Call, user_id: str) -> Json:
    known = call.workspace.find_im(call.user_id, user_id)
    if known is not None:
        return _opened(call, known, already=True)
    channel = call.workspace.open_im(call.user_id, user_id)
    return _opened(call, channel, already=False)


def _open_group(call: Call, people: list[str]) -> Json:
    require_scope(call, "mpim:write")
    channels = call.workspace.channels
    for channel in channels.values():
        if channel.kind == "mpim" and sorted(channel.members) == people:
            return _opened(call, channel, already=True)
    names = "--".join(call.workspace.people[user_id].name for user_id in people)
    channel = Channel(
        new_id("C"),
        f"mpdm-{names}-1",
        "mpim",
        people,
        call.user_id,
    )
    channels[channel.id] = channel
    return _opened(call, channel, already=False)


def _opened(
    call: Call,
    channel: Channel,
    *,
    already: bool,
) -> Json:
    """Show a direct message in the caller's sidebar, and return the answer."""
    call.sandbox.mark_changed()
    reopened = call.user_id in channel.closed_for
    if reopened:
        channel.closed_for.remove(call.user_id)
    shown: Json = {"id": channel.id}
    if call.flag("return_im"):
        shown = channel_json(channel, call.user_id)
    answer: Json = {"channel": shown}
    if already:
        answer["no_op"] = not reopened
        answer["already_open"] = not reopened
    return answer
