"""Uploaded files and their JSON."""

from dataclasses import dataclass, field

from bot.sandbox.config import TEAM_ID
from bot.sandbox.types import Json

_DIRECT_MESSAGE_PREFIX = "D"


@dataclass
class File:
    """A file of the workspace, or a remote file that the app described."""

    id: str
    name: str
    size: int
    user: str
    created: int
    title: str = ""
    alt_text: str = ""
    mimetype: str = "application/octet-stream"
    content: bytes = b""
    uploaded: bool = False
    complete: bool = False
    """False between getUploadURLExternal and completeUploadExternal."""
    deleted: bool = False
    external_id: str = ""
    """Not empty for a remote file, which lives at `external_url`."""
    external_url: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)
    """Message timestamps by channel id."""

    @property
    def is_available(self) -> bool:
        """Return whether its upload is complete and it was not deleted."""
        return self.complete and not self.deleted

    @property
    def filetype(self) -> str:
        """Return the ending of the name in small letters, `text` without one."""
        _, dot, ending = self.name.rpartition(".")
        if not dot:
            return "text"
        return ending.lower()


def file_json(
    file: File,
    base_url: str,
    private_channels: frozenset[str],
) -> Json:
    """Return the file object of files.* answers and of messages."""
    shared_in = list(file.shares)
    direct = [channel for channel in shared_in if _is_direct(channel)]
    private = [channel for channel in shared_in if channel in private_channels]
    not_private = [channel for channel in shared_in if channel not in private_channels]
    public = [channel for channel in not_private if channel.startswith("C")]
    private_url = f"{base_url}/files-pri/{TEAM_ID}-{file.id}"
    answer: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.upper(),
        "user": file.user,
        "user_team": TEAM_ID,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(not_private),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private_url}/{file.name}",
        "url_private_download": f"{private_url}/download/{file.name}",
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{file.name}",
        "comments_count": 0,
        "is_starred": False,
        "shares": _shares(file, private_channels),
        "channels": public,
        "groups": private,
        "ims": direct,
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if file.external_id:
        answer |= _remote_fields(file)
        del answer["url_private_download"]
    return answer


def _remote_fields(file: File) -> Json:
    """Return the fields in which a remote file differs."""
    return {
        "mode": "external",
        "is_external": True,
        "external_type": "app",
        "external_id": file.external_id,
        "external_url": file.external_url,
        "url_private": file.external_url,
    }


def _shares(file: File, private_channels: frozenset[str]) -> Json:
    """Return the shares by kind of channel, then by channel."""
    shares: Json = {}
    for channel_id, stamps in file.shares.items():
        kind = "public"
        if channel_id in private_channels or _is_direct(channel_id):
            kind = "private"
        by_channel = shares.setdefault(kind, {})
        by_channel[channel_id] = [_share(stamp) for stamp in stamps]
    return shares


def _is_direct(channel_id: str) -> bool:
    return channel_id.startswith(_DIRECT_MESSAGE_PREFIX)


def _share(ts: str) -> Json:
    return {
        "reply_users": [],
        "reply_users_count": 0,
        "reply_count": 0,
        "ts": ts,
    }
