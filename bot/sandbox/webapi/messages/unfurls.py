"""chat.unfurl."""

from __future__ import annotations

from bot.sandbox.activity import messages
from bot.sandbox.activity.message_content import checked_blocks
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method


@method("chat.unfurl", "links:write")
def unfurl(call: Call) -> Json:
    """Attach previews to the links of a message that a person posted."""
    channel_id, ts = _target(call)
    channel = call.workspace.joined_channel(channel_id, call.user_id)
    if channel is None:
        raise SlackError("cannot_find_channel")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("cannot_find_message")
    attachments = list(message.get("attachments", []))
    for url, preview in _previews(call).items():
        number = len(attachments) + 1
        attachments.append(_attachment(message, url, preview, number))
    if attachments:
        messages.update(call.sandbox, channel, message, {"attachments": attachments})
    return {}


def _target(call: Call) -> tuple[str, str]:
    """Return channel and ts, of `unfurl_id` or of `channel` and `ts`."""
    if call.text("unfurl_id"):
        return _split_unfurl_id(call.text("unfurl_id"))
    if not call.text("channel"):
        raise SlackError("missing_channel")
    if not call.text("ts"):
        raise SlackError("missing_ts")
    return call.text("channel"), call.text("ts")


def _split_unfurl_id(unfurl_id: str) -> tuple[str, str]:
    """Return channel and ts of `C.<ts>.<channel>`; the ts has a point of its own."""
    parts = unfurl_id.split(".", 1)
    ts, _, channel_id = parts[-1].rpartition(".")
    if not ts:
        raise SlackError("invalid_unfurl_id")
    return channel_id, ts


def _previews(call: Call) -> Json:
    """Return the previews by url; asking the person to sign in needs none."""
    previews = call.structured("unfurls", "invalid_unfurls_format")
    if previews is None:
        if call.flag("user_auth_required"):
            return {}
        raise SlackError("missing_unfurls")
    if not isinstance(previews, dict):
        raise SlackError("invalid_unfurls_format")
    return previews


def _attachment(
    message: Json,
    url: str,
    preview: object,
    number: int,
) -> Json:
    escaped = url.replace("&", "&amp;")
    if url not in message["text"] and escaped not in message["text"]:
        raise SlackError("cannot_unfurl_url")
    if not isinstance(preview, dict):
        raise SlackError("invalid_unfurls_format")
    fields = dict(preview)
    if "blocks" in fields:
        fields["blocks"] = checked_blocks(fields["blocks"], "cannot_parse_attachment")
    return {
        "id": number,
        "from_url": url,
        "fallback": "",
        "is_app_unfurl": True,
        "app_unfurl_url": url,
        **fields,
    }
