"""Add files to the workspace and share them in channels."""

from __future__ import annotations

import mimetypes

from bot.sandbox.activity import messages
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.ids import new_id
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.files import File, file_json

_UNKNOWN_TYPE = "application/octet-stream"


def new_file(
    sandbox: Sandbox,
    name: str,
    size: int,
    user_id: str,
) -> File:
    """Add a file of `size` bytes, whose content is still to come, and return it."""
    media_type, _ = mimetypes.guess_type(name)
    if media_type is None:
        media_type = _UNKNOWN_TYPE
    file = File(
        new_id("F"),
        name,
        size,
        user_id,
        sandbox.clock.seconds(),
        mimetype=media_type,
    )
    sandbox.workspace.files[file.id] = file
    return file


def file_object(sandbox: Sandbox, file: File) -> Json:
    """Return a file's JSON with this workspace's addresses and channels."""
    private_channels = sandbox.workspace.private_channel_ids()
    return file_json(file, sandbox.base_url, private_channels)


def share_files(
    sandbox: Sandbox,
    channel: Channel,
    files: list[File],
    user_id: str,
    text: str = "",
    thread_ts: str | None = None,
    blocks: list[Json] | None = None,
) -> Json:
    """Post files into a channel as one message, publish file_shared for each.

    Returns the message.
    """
    content: Json = {
        "subtype": "file_share",
        "text": text,
        "upload": True,
        "files": [],
        "display_as_bot": False,
    }
    if blocks:
        content["blocks"] = blocks
    # A file's JSON names the message it is shared in, so that the message comes first,
    # and is announced when it has its files.
    message = messages.post(
        sandbox,
        channel,
        user_id,
        content,
        thread_ts=thread_ts,
        quiet=True,
    )
    for file in files:
        file.complete = True
        # One file may be shared in a channel several times.
        file.shares.setdefault(channel.id, []).append(message["ts"])
    message["files"] = [file_object(sandbox, file) for file in files]
    messages.announce(sandbox, channel, message)
    for file in files:
        event = new_event(
            sandbox,
            "file_shared",
            file_id=file.id,
            user_id=user_id,
            file={"id": file.id},
            channel_id=channel.id,
        )
        publish(sandbox, event, channel)
    return message
