"""files.*: the three-step upload, and looking at and deleting files."""

from __future__ import annotations

from typing import Any

from bot.sandbox.activity.file_uploads import (
    MAX_FILE_BYTES,
    file_object,
    new_file,
    share,
)
from bot.sandbox.activity.message_content import checked_blocks
from bot.sandbox.activity.messages import find_message
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import postable_channel, thread_parent
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.files import File


def _file(call: Call) -> File:
    file = call.sandbox.workspace.files.get(call.text("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    channels = call.sandbox.workspace.channels
    seen = any(
        call.token.user_id in channels[c].members or channels[c].kind == "channel"
        for c in file.shares
        if c in channels
    )
    if not seen and file.user != call.token.user_id:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(call: Call) -> Json:
    name = call.needed("filename")
    length = call.integer("length", -1, -1, 2**40)
    if length <= 0:
        raise invalid_arguments("length must be more than 0 [json-pointer:/length]")
    if length > MAX_FILE_BYTES:
        raise SlackError("file_upload_size_restricted")
    if len(call.text("alt_txt")) > 1000:
        raise SlackError("alt_txt_too_large")
    file = new_file(call.sandbox, name, length, call.token.user_id)
    file.alt_text = call.text("alt_txt")
    return {
        "upload_url": f"{call.sandbox.base_url}/upload/v1/{file.id}",
        "file_id": file.id,
    }


@method("files.completeUploadExternal", "files:write")
def complete_upload(call: Call) -> Json:
    files = _uploaded(call)
    blocks = checked_blocks(call.structured("blocks", "invalid_blocks"))
    ids = call.listing("channels") or [c for c in [call.text("channel_id")] if c]
    channels = [postable_channel(call, c) for c in ids]
    for file in files:
        file.complete = True
    for channel in channels:
        wanted = call.text("thread_ts")
        thread_ts = thread_parent(channel, wanted) if wanted else None
        text = call.text("initial_comment")
        share(call.sandbox, channel, files, call.token.user_id, text, thread_ts, blocks)
    call.sandbox.changed()
    return {"files": [file_object(call.sandbox, f) for f in files]}


def _uploaded(call: Call) -> list[File]:
    listed: Any = call.structured("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise invalid_arguments("missing required field: files")
    files = []
    for entry in listed:
        if not isinstance(entry, dict):
            raise invalid_arguments("must be an object [json-pointer:/files]")
        known = call.sandbox.workspace.files.get(str(entry.get("id")))
        if known is None or not known.uploaded or known.user != call.token.user_id:
            raise SlackError("file_not_found")
        known.title = str(entry.get("title") or known.name)
        files.append(known)
    return files


@method("files.info", "files:read")
def info(call: Call) -> Json:
    answer = {"file": file_object(call.sandbox, _file(call)), "comments": []}
    return answer | {"response_metadata": {"next_cursor": ""}}


@method("files.list", "files:read")
def list_files(call: Call) -> Json:
    wanted_channel, wanted_user = call.text("channel"), call.text("user")
    visible = {c.id for c in call.sandbox.workspace.channels_of(call.token.user_id)}
    chosen = [
        f
        for f in call.sandbox.workspace.files.values()
        if f.complete
        and not f.deleted
        and (visible.intersection(f.shares) or f.user == call.token.user_id)
        and (not wanted_channel or wanted_channel in f.shares)
        and (not wanted_user or f.user == wanted_user)
    ]
    count = call.integer("count", 100, 1, 1000)
    page = call.integer("page", 1, 1, 100)
    shown = chosen[(page - 1) * count : page * count]
    pages = -(-len(chosen) // count)
    paging = {"count": count, "total": len(chosen), "page": page, "pages": pages}
    return {"files": [file_object(call.sandbox, f) for f in shown], "paging": paging}


@method("files.delete", "files:write")
def delete(call: Call) -> Json:
    """A bot deletes only its own files; an administrator's user token deletes
    anybody's.
    """
    file = _file(call)
    person = call.sandbox.workspace.people[call.token.user_id]
    if file.user != person.id and not (call.token.kind == "user" and person.is_admin):
        raise SlackError("cant_delete_file")
    file.deleted, file.content = True, b""
    for channel_id, stamps in file.shares.items():
        channel = call.sandbox.workspace.channels[channel_id]
        for ts in stamps:
            message = find_message(channel, ts)
            if message is not None:
                tombstone = {"id": file.id, "mode": "tombstone"}
                kept = [f for f in message.get("files", []) if f["id"] != file.id]
                message["files"] = [*kept, tombstone]
    call.sandbox.changed()
    return {}


@method("files.sharedPublicURL", "files:write", tokens=("user",))
def shared_public_url(call: Call) -> Json:
    _file(call)
    raise SlackError("not_allowed")


@method("files.revokePublicURL", "files:write", tokens=("user",))
def revoke_public_url(call: Call) -> Json:
    return {"file": file_object(call.sandbox, _file(call))}
