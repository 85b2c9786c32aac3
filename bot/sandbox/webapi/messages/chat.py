"""chat.*: post, update, delete, ephemeral, permalinks, scheduled messages."""

from __future__ import annotations

from bot.sandbox.activity import messages
from bot.sandbox.activity.message_content import (
    MAX_POST_CHARS,
    MAX_UPDATE_CHARS,
    ContentArguments,
    message_content,
)
from bot.sandbox.config import BOT_ID, BOT_USER_ID
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import (
    existing_message,
    postable_channel,
    thread_parent,
    visible_channel,
)
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.channels import Channel


def content_arguments(call: Call, *, max_chars: int | None = None) -> ContentArguments:
    """What the call wants said. `max_chars`: refuse longer text instead of cutting
    it.
    """
    return ContentArguments(
        text=call.text("text"),
        blocks=call.structured("blocks", "invalid_blocks_format"),
        attachments=call.structured("attachments", "invalid_arguments"),
        metadata=call.structured("metadata", "invalid_metadata_format"),
        markdown_text=call.text("markdown_text") or None,
        max_chars=max_chars or MAX_POST_CHARS,
        refuse_long=max_chars is not None,
    )


@method("chat.postMessage", "chat:write")
def post_message(call: Call) -> Json:
    channel = postable_channel(call, call.text("channel"))
    content, warnings = message_content(content_arguments(call))
    message = messages.post(
        call.sandbox,
        channel,
        call.token.user_id,
        content | _flourishes(call),
        thread_ts=_thread(call, channel),
        broadcast=call.flag("reply_broadcast"),
    )
    answer: Json = {
        "channel": channel.id,
        "ts": message["ts"],
        "message": _posted(message),
    }
    if warnings:
        answer |= {"warning": warnings[0], "response_metadata": {"warnings": warnings}}
    return answer


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: Call) -> Json:
    channel = postable_channel(call, call.text("channel"))
    content, _ = message_content(content_arguments(call))
    user_id = call.needed("user")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = messages.post_ephemeral(
        call.sandbox, channel, user_id, content, thread_ts=_thread(call, channel)
    )
    return {"message_ts": message["ts"]}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("ts"))
    if message.get("user") != call.token.user_id or "subtype" in message:
        raise SlackError("cant_update_message")
    parsed = content_arguments(call, max_chars=MAX_UPDATE_CHARS)
    if parsed.metadata is not None and not (parsed.text or parsed.blocks):
        parsed.text, parsed.blocks = message["text"], message.get("blocks")
    content, _ = message_content(parsed)
    # `text` without `blocks` removes the old blocks (title "chat.update").
    content.setdefault("blocks", None)
    content.setdefault("attachments", None)
    messages.update(call.sandbox, channel, message, content)
    return {
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": {
            k: v for k, v in shown(message).items() if k not in ("ts", "thread_ts")
        },
    }


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("ts"))
    person = call.sandbox.workspace.people[call.token.user_id]
    if message.get("user") != person.id and not (
        call.token.kind == "user" and person.is_admin
    ):
        raise SlackError("cant_delete_message")
    messages.delete(call.sandbox, channel, message)
    return {"channel": channel.id, "ts": call.text("ts")}


@method("chat.getPermalink")
def get_permalink(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("message_ts"))
    link = f"{call.sandbox.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


@method("chat.meMessage", "chat:write")
def me_message(call: Call) -> Json:
    channel = postable_channel(call, call.text("channel"))
    if not call.text("text"):
        raise SlackError("no_text")
    content = {"text": call.text("text"), "subtype": "me_message"}
    message = messages.post(call.sandbox, channel, call.token.user_id, content)
    return {"channel": channel.id, "ts": message["ts"]}


def _posted(message: Json) -> Json:
    """The answer to a post, and no other, names the bot's user in `bot_profile`."""
    answer = shown(message)
    if "bot_profile" in answer:
        answer["bot_profile"] = answer["bot_profile"] | {"user_id": message["user"]}
    return answer


def shown(message: Json) -> Json:
    """A message as chat.* answers it."""
    bookkeeping = {"ephemeral_to", "is_ephemeral", "reply_users", "reply_users_count"}
    bookkeeping |= {
        "reply_count",
        "latest_reply",
        "is_locked",
        "subscribed",
        "client_msg_id",
    }
    return {k: v for k, v in message.items() if k not in bookkeeping}


def _thread(call: Call, channel: Channel) -> str | None:
    wanted = call.text("thread_ts")
    if not wanted:
        return None
    parent = thread_parent(channel, wanted)
    if parent is None:
        raise SlackError("cannot_reply_to_message")
    return parent


def _flourishes(call: Call) -> Json:
    """Another name or picture, which needs its own scope (chat:write.customize)."""
    if (
        call.token.user_id != BOT_USER_ID
        or "chat:write.customize" not in call.token.scopes
    ):
        return {}
    extra: Json = {}
    if call.text("username"):
        extra |= {
            "username": call.text("username"),
            "subtype": "bot_message",
            "bot_id": BOT_ID,
        }
    if call.text("icon_emoji"):
        extra["icons"] = {"emoji": call.text("icon_emoji")}
    return extra
