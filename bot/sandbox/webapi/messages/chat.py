"""chat.*: post, update and delete messages, ephemeral messages, permalinks."""

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
    may_delete,
    postable_channel,
    visible_channel,
)
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.threads import find_parent_ts

_NOT_SHOWN = {
    "ephemeral_to",
    "is_ephemeral",
    "reply_users",
    "reply_users_count",
    "reply_count",
    "latest_reply",
    "is_locked",
    "subscribed",
    "client_msg_id",
}
"""The fields that answers of chat.* leave out."""


def content_arguments(call: Call) -> ContentArguments:
    """Return the content a call asks for; too long a text is cut."""
    return ContentArguments(
        text=call.text("text"),
        blocks=call.structured("blocks", "invalid_blocks_format"),
        attachments=call.structured("attachments", "invalid_arguments"),
        metadata=call.structured("metadata", "invalid_metadata_format"),
        markdown_text=call.optional_text("markdown_text"),
        max_chars=MAX_POST_CHARS,
    )


@method("chat.postMessage", "chat:write")
def post_message(call: Call) -> Json:
    """Post a message, in a thread with `thread_ts`."""
    channel = postable_channel(call, call.text("channel"))
    content, warnings = message_content(content_arguments(call))
    message = messages.post(
        call.sandbox,
        channel,
        call.user_id,
        content | _customized(call),
        thread_ts=_thread(call, channel),
        broadcast=call.flag("reply_broadcast"),
    )
    answer: Json = {
        "channel": channel.id,
        "ts": message["ts"],
        "message": _posted(message),
    }
    if warnings:
        answer["warning"] = warnings[0]
        answer["response_metadata"] = {"warnings": warnings}
    return answer


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: Call) -> Json:
    """Show a message to one member of a channel."""
    channel = postable_channel(call, call.text("channel"))
    content, _ = message_content(content_arguments(call))
    user_id = call.needed("user")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = messages.post_ephemeral(
        call.sandbox,
        channel,
        user_id,
        content,
        thread_ts=_thread(call, channel),
    )
    return {"message_ts": message["ts"]}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    """Replace the content of one's own message."""
    channel = visible_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("ts"))
    if message.get("user") != call.user_id or "subtype" in message:
        raise SlackError("cant_update_message")
    content, _ = message_content(_update_arguments(call, message))
    # `text` without `blocks` removes the old blocks (page "chat.update").
    content.setdefault("blocks", None)
    content.setdefault("attachments", None)
    messages.update(call.sandbox, channel, message, content)
    answer = shown(message)
    answer.pop("ts")
    answer.pop("thread_ts", None)
    return {
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": answer,
    }


def _update_arguments(call: Call, message: Json) -> ContentArguments:
    """Return the new content; metadata alone leaves text and blocks as they are."""
    arguments = content_arguments(call)
    arguments.max_chars = MAX_UPDATE_CHARS
    arguments.refuse_long = True
    if arguments.text or arguments.blocks:
        return arguments
    if arguments.metadata is not None:
        arguments.text = message["text"]
        arguments.blocks = message.get("blocks")
    return arguments


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    """Delete one's own message, or as an administrator any."""
    channel = visible_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("ts"))
    if not may_delete(call, message.get("user", "")):
        raise SlackError("cant_delete_message")
    messages.delete(call.sandbox, channel, message)
    return {
        "channel": channel.id,
        "ts": call.text("ts"),
    }


@method("chat.getPermalink")
def get_permalink(call: Call) -> Json:
    """Return a message's address, with its thread if it is a reply."""
    channel = visible_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("message_ts"))
    link = permalink(call, channel, message)
    thread_ts = message.get("thread_ts", message["ts"])
    if thread_ts != message["ts"]:
        link += f"?thread_ts={thread_ts}&cid={channel.id}"
    return {
        "channel": channel.id,
        "permalink": link,
    }


def permalink(
    call: Call,
    channel: Channel,
    message: Json,
) -> str:
    """Return the address of a message at the chat page."""
    number = message["ts"].replace(".", "")
    return f"{call.sandbox.base_url}/archives/{channel.id}/p{number}"


@method("chat.meMessage", "chat:write")
def me_message(call: Call) -> Json:
    """Post a message in the third person, as `/me` does."""
    channel = postable_channel(call, call.text("channel"))
    text = call.text("text")
    if not text:
        raise SlackError("no_text")
    content = {
        "text": text,
        "subtype": "me_message",
    }
    message = messages.post(call.sandbox, channel, call.user_id, content)
    return {
        "channel": channel.id,
        "ts": message["ts"],
    }


def _posted(message: Json) -> Json:
    """Return a message as the answer to a post has it.

    This answer, and no other, names the bot's user in `bot_profile`.
    """
    answer = shown(message)
    if "bot_profile" in answer:
        answer["bot_profile"] = answer["bot_profile"] | {"user_id": message["user"]}
    return answer


def shown(message: Json) -> Json:
    """Return a message as chat.* answers it."""
    return {key: value for key, value in message.items() if key not in _NOT_SHOWN}


def _thread(call: Call, channel: Channel) -> str | None:
    if call.is_absent("thread_ts"):
        return None
    parent = find_parent_ts(channel, call.text("thread_ts"))
    if parent is None:
        raise SlackError("cannot_reply_to_message")
    return parent


def _customized(call: Call) -> Json:
    """Return another name or picture, which needs the scope chat:write.customize."""
    if call.user_id != BOT_USER_ID:
        return {}
    if "chat:write.customize" not in call.token.scopes:
        return {}
    extra: Json = {}
    if call.text("username"):
        extra["username"] = call.text("username")
        extra["subtype"] = "bot_message"
        extra["bot_id"] = BOT_ID
    if call.text("icon_emoji"):
        extra["icons"] = {"emoji": call.text("icon_emoji")}
    return extra
