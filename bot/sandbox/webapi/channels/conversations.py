"""conversations.*: reading channels and their messages, opening direct messages."""

from __future__ import annotations

import re

from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import visible_channel
from bot.sandbox.webapi.registry import Call, method, page_of, require_scope
from bot.sandbox.workspace.channels import Channel, channel_json

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_KINDS = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}
_FAMILY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_TS = re.compile(r"^\d+(\.\d{1,6})?$")


@method("conversations.info", *READ)
def info(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"), "read")
    answer = channel_json(
        channel, call.token.user_id, num_members=call.flag("include_num_members")
    )
    if call.flag("include_locale"):
        answer["locale"] = "en-US"
    return {"channel": answer}


@method("conversations.members", *READ)
def members(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"), "read")
    page, metadata = page_of(channel.members, call, 100, 999)
    return {"members": page, "response_metadata": metadata}


def _listed(call: Call, channels: list[Channel]) -> Json:
    kinds = call.listing("types") or ["public_channel"]
    unknown = [k for k in kinds if k not in _KINDS]
    if unknown:
        raise SlackError("invalid_types")
    wanted = {_KINDS[k] for k in kinds}
    for kind in wanted:
        require_scope(call, f"{_FAMILY[kind]}:read")
    chosen = [
        c
        for c in channels
        if c.kind in wanted and not (c.archived and call.flag("exclude_archived"))
    ]
    page, metadata = page_of(chosen, call, 100, 999)
    viewer = call.token.user_id
    shown = [channel_json(c, viewer, num_members=True) for c in page]
    for channel in shown:
        channel.pop("last_read", None)
    return {"channels": shown, "response_metadata": metadata}


@method("conversations.list", *READ)
def list_conversations(call: Call) -> Json:
    viewer = call.token.user_id
    everything = call.sandbox.workspace.channels.values()
    return _listed(
        call, [c for c in everything if c.kind == "channel" or viewer in c.members]
    )


@method("users.conversations", *READ)
def users_conversations(call: Call) -> Json:
    viewer = call.token.user_id
    user_id = call.text("user", viewer)
    channels = call.sandbox.workspace.channels_of(user_id)
    visible = [c for c in channels if c.kind == "channel" or viewer in c.members]
    answer = _listed(call, visible)
    for channel in answer["channels"]:
        channel.pop("is_member", None)
        channel.pop("num_members", None)
    return answer


@method("conversations.history", *HISTORY)
def history(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"), "history")
    if call.token.user_id not in channel.members:
        raise SlackError("not_in_channel")
    chosen = _between(call, channel.top_level())[::-1]
    page, metadata = page_of(chosen, call, 100, 999)
    answer: Json = {
        "messages": [_seen(call, m) for m in page],
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if metadata["next_cursor"]:
        answer["response_metadata"] = metadata
    return answer


@method("conversations.replies", *HISTORY)
def replies(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"), "history")
    message = channel.messages.get(call.text("ts"))
    if message is None or call.token.user_id not in channel.members:
        raise SlackError("thread_not_found" if message is None else "channel_not_found")
    parent = channel.messages.get(str(message.get("thread_ts")), message)
    chosen = [parent, *_between(call, channel.replies(parent["ts"]))]
    page, metadata = page_of(chosen, call, 1000, 1000)
    answer: Json = {
        "messages": [_seen(call, m) for m in page],
        "has_more": bool(metadata["next_cursor"]),
    }
    if metadata["next_cursor"]:
        answer["response_metadata"] = metadata
    return answer


def _seen(call: Call, message: Json) -> Json:
    hidden = set() if call.flag("include_all_metadata") else {"metadata"}
    return {k: v for k, v in message.items() if k not in hidden}


def _between(call: Call, messages: list[Json]) -> list[Json]:
    oldest, latest = _stamp(call, "oldest"), _stamp(call, "latest")
    edge = call.flag("inclusive")

    def inside(message: Json) -> bool:
        ts = float(message["ts"])
        after = oldest is None or ts > oldest or (edge and ts == oldest)
        before = latest is None or ts < latest or (edge and ts == latest)
        return after and before

    return [m for m in messages if inside(m)]


def _stamp(call: Call, name: str) -> float | None:
    value = call.text(name)
    if not value:
        return None
    if not _TS.match(value):
        raise SlackError(f"invalid_ts_{name}")
    return float(value)


@method(
    "conversations.open", "im:write", "mpim:write", "channels:manage", "groups:write"
)
def open_conversation(call: Call) -> Json:
    workspace, viewer = call.sandbox.workspace, call.token.user_id
    if call.text("channel"):
        channel = visible_channel(call, call.text("channel"))
        if channel.kind not in ("im", "mpim"):
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(call, channel, already=True)
    users = call.listing("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 8:
        raise SlackError("too_many_users")
    for user_id in users:
        person = workspace.people.get(user_id)
        if person is None:
            raise SlackError("user_not_found")
        if person.deleted:
            raise SlackError("user_disabled")
    if len(users) == 1:
        known = workspace.im(viewer, users[0])
        return _opened(
            call,
            known or workspace.open_im(viewer, users[0]),
            already=known is not None,
        )
    return _open_group(call, sorted({viewer, *users}))


def _open_group(call: Call, people: list[str]) -> Json:
    require_scope(call, "mpim:write")
    channels = call.sandbox.workspace.channels
    for channel in channels.values():
        if channel.kind == "mpim" and sorted(channel.members) == people:
            return _opened(call, channel, already=True)
    names = "--".join(call.sandbox.workspace.people[p].name for p in people)
    channel = Channel(
        new_id("C"), f"mpdm-{names}-1", "mpim", people, call.token.user_id
    )
    channels[channel.id] = channel
    return _opened(call, channel, already=False)


def _opened(call: Call, channel: Channel, *, already: bool) -> Json:
    call.sandbox.changed()
    viewer = call.token.user_id
    reopened = viewer in channel.closed_for
    if reopened:
        channel.closed_for.remove(viewer)
    whole = (
        channel_json(channel, viewer) if call.flag("return_im") else {"id": channel.id}
    )
    answer: Json = {"channel": whole}
    if already:
        answer |= {"no_op": not reopened, "already_open": not reopened}
    return answer


def channel_name(value: str) -> str:
    """A valid channel name. Raises invalid_name_* as conversations.create does."""
    if not value:
        raise SlackError("invalid_name_required")
    if len(value) > 80:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[^\W_]", value):
        raise SlackError("invalid_name_punctuation")
    if value != value.lower() or re.search(r"[^\w-]", value):
        raise SlackError("invalid_name_specials")
    return value


def free_name(sandbox: Sandbox, value: str) -> str:
    """A valid channel name nobody uses. Raises invalid_name_* or name_taken."""
    name = channel_name(value)
    if any(c.name == name for c in sandbox.workspace.channels.values()):
        raise SlackError("name_taken")
    return name
