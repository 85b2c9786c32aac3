"""chat.unfurl."""

from __future__ import annotations

from bot.sandbox.activity import messages
from bot.sandbox.activity.message_content import checked_blocks
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method


@method("chat.unfurl", "links:write")
def unfurl(call: Call) -> Json:
    """Attach previews to the links of a message somebody posted."""
    channel_id, ts = _where(call)
    channel = call.sandbox.workspace.channels.get(channel_id)
    if channel is None or call.token.user_id not in channel.members:
        raise SlackError("cannot_find_channel")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("cannot_find_message")
    unfurls = call.structured("unfurls", "invalid_unfurls_format")
    if unfurls is None and not call.flag("user_auth_required"):
        raise SlackError("missing_unfurls")
    if unfurls is not None and not isinstance(unfurls, dict):
        raise SlackError("invalid_unfurls_format")
    attachments = list(message.get("attachments", []))
    for url, preview in (unfurls or {}).items():
        attachments.append(_attachment(message, url, preview, len(attachments) + 1))
    if attachments:
        messages.update(call.sandbox, channel, message, {"attachments": attachments})
    return {}


def _where(call: Call) -> tuple[str, str]:
    if call.text("unfurl_id"):
        parts = call.text("unfurl_id").split(".", 1)
        ts, _, channel_id = parts[-1].rpartition(".")
        if not ts:
            raise SlackError("invalid_unfurl_id")
        return channel_id, ts
    if not call.text("channel"):
        raise SlackError("missing_channel")
    if not call.text("ts"):
        raise SlackError("missing_ts")
    return call.text("channel"), call.text("ts")


def _attachment(message: Json, url: str, preview: object, number: int) -> Json:
    escaped = url.replace("&", "&amp;")
    if url not in message["text"] and escaped not in message["text"]:
        raise SlackError("cannot_unfurl_url")
    if not isinstance(preview, dict):
        raise SlackError("invalid_unfurls_format")
    fields = dict(preview)
    if "blocks" in fields:
        fields["blocks"] = checked_blocks(fields["blocks"], "cannot_parse_attachment")
    base = {"id": number, "from_url": url, "fallback": "", "is_app_unfurl": True}
    return {**base, "app_unfurl_url": url, **fields}
