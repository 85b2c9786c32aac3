"""files.*: the three-step upload, and reading and deleting files."""

from __future__ import annotations

from typing import Any

from bot.sandbox.activity.file_sharing import file_object, new_file, share_files
from bot.sandbox.activity.message_content import checked_blocks
from bot.sandbox.activity.messages import announce_change, find_message
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import may_delete, postable_channel
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.files import File
from bot.sandbox.workspace.threads import find_parent_ts

MAX_FILE_BYTES = 50_000_000
_MAX_ALT_CHARS = 1000


def _file(call: Call) -> File:
    """Return the file of the call, which the caller can see."""
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    if not _is_visible(call, file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


def _is_visible(call: Call, file: File) -> bool:
    """Return whether a file is the caller's, or in a channel the caller can read."""
    if file.user == call.user_id:
        return True
    for channel_id in file.shares:
        if call.workspace.visible_channel(channel_id, call.user_id) is not None:
            return True
    return False


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(call: Call) -> Json:
    """Return the address for an upload: its first step."""
    name = call.needed("filename")
    length = call.integer("length", -1, -1, 2**40)
    if length <= 0:
        raise invalid_arguments("length must be more than 0 [json-pointer:/length]")
    if length > MAX_FILE_BYTES:
        raise SlackError("file_upload_size_restricted")
    alt_text = call.text("alt_txt")
    if len(alt_text) > _MAX_ALT_CHARS:
        raise SlackError("alt_txt_too_large")
    file = new_file(call.sandbox, name, length, call.user_id)
    file.alt_text = alt_text
    return {
        "upload_url": f"{call.sandbox.base_url}/upload/v1/{file.id}",
        "file_id": file.id,
    }


@method("files.completeUploadExternal", "files:write")
def complete_upload(call: Call) -> Json:
    """Finish uploads, and share them in channels: the third step."""
    files = _uploaded(call)
    blocks = checked_blocks(call.structured("blocks", "invalid_blocks"))
    # All channels are checked before the first gets a message.
    channels = [postable_channel(call, value) for value in _channel_values(call)]
    for file in files:
        file.complete = True
    for channel in channels:
        _share(call, channel, files, blocks)
    call.sandbox.mark_changed()
    return {"files": [file_object(call.sandbox, file) for file in files]}


def _channel_values(call: Call) -> list[str]:
    channels = call.listing("channels")
    if channels or call.is_absent("channel_id"):
        return channels
    return [call.text("channel_id")]


def _share(
    call: Call,
    channel: Channel,
    files: list[File],
    blocks: list[Json] | None,
) -> None:
    share_files(
        call.sandbox,
        channel,
        files,
        call.user_id,
        call.text("initial_comment"),
        find_parent_ts(channel, call.text("thread_ts")),
        blocks,
    )


def _uploaded(call: Call) -> list[File]:
    """Return the files in `files`, which the caller uploaded, with their titles."""
    listed: Any = call.structured("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise invalid_arguments("missing required field: files")
    files = []
    for entry in listed:
        if not isinstance(entry, dict):
            raise invalid_arguments("must be an object [json-pointer:/files]")
        file = _uploaded_file(call, str(entry.get("id")))
        file.title = str(entry.get("title") or file.name)
        files.append(file)
    return files


def _uploaded_file(call: Call, file_id: str) -> File:
    file = call.workspace.files.get(file_id)
    if file is None:
        raise SlackError("file_not_found")
    if file.user != call.user_id or not file.uploaded:
        raise SlackError("file_not_found")
    return file


@method("files.info", "files:read")
def info(call: Call) -> Json:
    """Return one file; comments on files are retired."""
    return {
        "file": file_object(call.sandbox, _file(call)),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


@method("files.list", "files:read")
def list_files(call: Call) -> Json:
    """Return the files that the caller can see, by `channel` and `user`."""
    chosen = _visible_files(call)
    channel_id = call.text("channel")
    if channel_id:
        chosen = [file for file in chosen if channel_id in file.shares]
    user_id = call.text("user")
    if user_id:
        chosen = [file for file in chosen if file.user == user_id]
    count = call.integer("count", 100, 1, 1000)
    page = call.integer("page", 1, 1, 100)
    start = (page - 1) * count
    shown = chosen[start : start + count]
    return {
        "files": [file_object(call.sandbox, file) for file in shown],
        "paging": {
            "count": count,
            "total": len(chosen),
            "page": page,
            # Rounded up: the last page may be short.
            "pages": -(-len(chosen) // count),
        },
    }


def _visible_files(call: Call) -> list[File]:
    channels = call.workspace.channels_of(call.user_id)
    own_channels = {channel.id for channel in channels}
    visible = []
    for file in call.workspace.files.values():
        if not file.is_available:
            continue
        if file.user == call.user_id or own_channels.intersection(file.shares):
            visible.append(file)
    return visible


@method("files.delete", "files:write")
def delete(call: Call) -> Json:
    """Delete one's own file, or as an administrator any; messages keep a tombstone."""
    file = _file(call)
    if not may_delete(call, file.user):
        raise SlackError("cant_delete_file")
    file.deleted = True
    file.content = b""
    for channel_id, stamps in file.shares.items():
        channel = call.workspace.channels[channel_id]
        for ts in stamps:
            _leave_tombstone(call.sandbox, channel, ts, file)
    call.sandbox.mark_changed()
    publish(call.sandbox, new_event(call.sandbox, "file_deleted", file_id=file.id))
    return {}


def _leave_tombstone(
    sandbox: Sandbox,
    channel: Channel,
    ts: str,
    file: File,
) -> None:
    message = find_message(channel, ts)
    if message is None:
        return
    before = dict(message)
    others = [known for known in message.get("files", []) if known["id"] != file.id]
    message["files"] = [
        *others,
        {
            "id": file.id,
            "mode": "tombstone",
        },
    ]
    announce_change(sandbox, channel, message, before)


@method("files.sharedPublicURL", "files:write", tokens=("user",))
def share_public_url(call: Call) -> Json:
    """Refuse: public links are switched off in this workspace."""
    _file(call)
    raise SlackError("not_allowed")


@method("files.revokePublicURL", "files:write", tokens=("user",))
def revoke_public_url(call: Call) -> Json:
    """Return the file, which never has a public link."""
    return {"file": file_object(call.sandbox, _file(call))}
