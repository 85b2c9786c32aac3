"""files.remote.*: files that live elsewhere and are only shown in Slack."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.sandbox.activity.file_uploads import file_object, new_file, share
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import postable_channel
from bot.sandbox.webapi.registry import Call, method, page_of
from bot.sandbox.workspace.files import File

_MAX_ID_CHARS = 255


def _remote_files(call: Call) -> list[File]:
    return [
        f
        for f in call.sandbox.workspace.files.values()
        if f.external_id and not f.deleted
    ]


def _file(call: Call) -> File:
    """By `file` or `external_id`, not both. Raises too_many_ids, invalid_args,
    file_not_found.
    """
    by_id, external_id = call.text("file"), call.text("external_id")
    if by_id and external_id:
        raise SlackError("too_many_ids")
    if not by_id and not external_id:
        raise SlackError("invalid_args")
    for file in _remote_files(call):
        if by_id == file.id or external_id == file.external_id:
            return file
    raise SlackError("file_not_found")


def _url(call: Call, error: str) -> str:
    url = call.text("external_url")
    if urlsplit(url).scheme not in ("http", "https"):
        raise SlackError(error)
    return url


@method("files.remote.add", "remote_files:write", tokens=("bot",))
def add(call: Call) -> Json:
    external_id, title = call.text("external_id"), call.text("title")
    known = any(f.external_id == external_id for f in _remote_files(call))
    if known or not 0 < len(external_id) <= _MAX_ID_CHARS:
        raise SlackError("invalid_external_id")
    if not title:
        raise SlackError("bad_title")
    url = _url(call, "invalid_arguments")
    file = new_file(call.sandbox, title, 0, call.token.user_id)
    file.title, file.external_id, file.external_url, file.complete = (
        title,
        external_id,
        url,
        True,
    )
    call.sandbox.changed()
    return {"file": file_object(call.sandbox, file)}


@method("files.remote.info", "remote_files:read")
def info(call: Call) -> Json:
    return {"file": file_object(call.sandbox, _file(call))}


@method("files.remote.list", "remote_files:read")
def list_remote(call: Call) -> Json:
    wanted = call.text("channel")
    chosen = [f for f in _remote_files(call) if not wanted or wanted in f.shares]
    page, metadata = page_of(chosen, call, 100, 1000)
    shown = [file_object(call.sandbox, f) for f in page]
    return {"files": shown, "response_metadata": metadata}


@method("files.remote.share", "remote_files:share")
def share_remote(call: Call) -> Json:
    if call.text("file") and call.text("external_id"):
        raise SlackError("invalid_args")
    file = _file(call)
    channels = [postable_channel(call, c) for c in call.listing("channels")]
    if not channels:
        raise SlackError("channel_not_found")
    for channel in channels:
        share(call.sandbox, channel, [file], call.token.user_id)
    return {"file": file_object(call.sandbox, file)}


@method("files.remote.update", "remote_files:write", tokens=("bot",))
def update(call: Call) -> Json:
    if call.text("file") and call.text("external_id"):
        raise SlackError("invalid_arguments")
    if not call.text("file") and not call.text("external_id"):
        raise SlackError("file_not_found")
    file = _file(call)
    if "external_url" in call.args:
        file.external_url = _url(call, "invalid_url")
    if "title" in call.args:
        if not call.text("title"):
            raise SlackError("invalid_title")
        file.title = file.name = call.text("title")
    call.sandbox.changed()
    return {"file": file_object(call.sandbox, file)}


@method("files.remote.remove", "remote_files:write", tokens=("bot",))
def remove(call: Call) -> Json:
    _file(call).deleted = True
    call.sandbox.changed()
    return {}
