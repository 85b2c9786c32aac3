"""files.remote.*: files that live elsewhere and are only shown in Slack."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.sandbox.activity.file_sharing import file_object, new_file, share_files
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import postable_channel
from bot.sandbox.webapi.registry import Call, method, page_of
from bot.sandbox.workspace.files import File

_MAX_ID_CHARS = 255


def _remote_files(call: Call) -> list[File]:
    files = call.workspace.files.values()
    remote = [file for file in files if file.external_id]
    return [file for file in remote if not file.deleted]


def _file(call: Call) -> File:
    """Return the file named by `file` or `external_id`, but not by both.

    Raises too_many_ids, invalid_args or file_not_found.
    """
    if _number_of_ids(call) == 2:
        raise SlackError("too_many_ids")
    if _number_of_ids(call) == 0:
        raise SlackError("invalid_args")
    file_id = call.text("file")
    external_id = call.text("external_id")
    # A removed file is not found by either id.
    for file in _remote_files(call):
        if file_id == file.id or external_id == file.external_id:
            return file
    raise SlackError("file_not_found")


def _number_of_ids(call: Call) -> int:
    """Return how many of the two ids the call has."""
    return sum(not call.is_absent(name) for name in ("file", "external_id"))


def _url(call: Call, error: str) -> str:
    url = call.text("external_url")
    if urlsplit(url).scheme not in ("http", "https"):
        raise SlackError(error)
    return url


def _check_new_id(call: Call, external_id: str) -> None:
    if not 0 < len(external_id) <= _MAX_ID_CHARS:
        raise SlackError("invalid_external_id")
    for file in _remote_files(call):
        if file.external_id == external_id:
            raise SlackError("invalid_external_id")


def _answer(call: Call, file: File) -> Json:
    return {"file": file_object(call.sandbox, file)}


@method("files.remote.add", "remote_files:write", tokens=("bot",))
def add(call: Call) -> Json:
    """Describe a file that lives at `external_url`."""
    external_id = call.text("external_id")
    title = call.text("title")
    _check_new_id(call, external_id)
    if not title:
        raise SlackError("bad_title")
    url = _url(call, "invalid_arguments")
    file = new_file(call.sandbox, title, 0, call.user_id)
    file.title = title
    file.external_id = external_id
    file.external_url = url
    file.complete = True
    call.sandbox.mark_changed()
    return _answer(call, file)


@method("files.remote.info", "remote_files:read")
def info(call: Call) -> Json:
    """Return one remote file."""
    return _answer(call, _file(call))


@method("files.remote.list", "remote_files:read")
def list_remote(call: Call) -> Json:
    """Return the remote files, with `channel` those shared in it."""
    chosen = _remote_files(call)
    channel_id = call.text("channel")
    if channel_id:
        chosen = [file for file in chosen if channel_id in file.shares]
    page, metadata = page_of(chosen, call, 100, 1000)
    shown = [file_object(call.sandbox, file) for file in page]
    return {
        "files": shown,
        "response_metadata": metadata,
    }


@method("files.remote.share", "remote_files:share")
def share_remote(call: Call) -> Json:
    """Share a remote file in channels."""
    if _number_of_ids(call) == 2:
        raise SlackError("invalid_args")
    file = _file(call)
    channels = [postable_channel(call, value) for value in call.listing("channels")]
    if not channels:
        raise SlackError("channel_not_found")
    for channel in channels:
        share_files(call.sandbox, channel, [file], call.user_id)
    return _answer(call, file)


@method("files.remote.update", "remote_files:write", tokens=("bot",))
def update(call: Call) -> Json:
    """Change address or title of a remote file."""
    # Its error codes are not those of the other methods.
    if _number_of_ids(call) == 2:
        raise SlackError("invalid_arguments")
    if _number_of_ids(call) == 0:
        raise SlackError("file_not_found")
    file = _file(call)
    if "external_url" in call.args:
        file.external_url = _url(call, "invalid_url")
    if "title" in call.args:
        title = call.text("title")
        if not title:
            raise SlackError("invalid_title")
        file.title = title
        file.name = title
    call.sandbox.mark_changed()
    return _answer(call, file)


@method("files.remote.remove", "remote_files:write", tokens=("bot",))
def remove(call: Call) -> Json:
    """Remove a remote file from Slack; the file itself stays where it lives."""
    _file(call).deleted = True
    call.sandbox.mark_changed()
    return {}
