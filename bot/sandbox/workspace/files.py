"""Uploaded files and their JSON."""

from dataclasses import dataclass, field

from bot.sandbox.config import TEAM_ID
from bot.sandbox.types import Json


@dataclass
class File:
    """A file. `complete` is False between getUploadURLExternal and
    completeUploadExternal.
    """

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
    deleted: bool = False
    external_id: str = ""
    """Not empty for a remote file, which lives at `external_url`."""
    external_url: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)
    """Message timestamps by channel id."""

    @property
    def filetype(self) -> str:
        return self.name.rpartition(".")[2].lower() if "." in self.name else "text"


def file_json(file: File, base_url: str, private_channels: frozenset[str]) -> Json:
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
        "is_public": any(c not in private_channels for c in file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base_url}/files-pri/{TEAM_ID}-{file.id}/{file.name}",
        "url_private_download": f"{base_url}/files-pri/{TEAM_ID}-{file.id}/download/{file.name}",
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{file.name}",
        "comments_count": 0,
        "is_starred": False,
        "shares": {},
        "channels": [
            c for c in file.shares if c not in private_channels and c[0] == "C"
        ],
        "groups": [c for c in file.shares if c in private_channels],
        "ims": [c for c in file.shares if c[0] == "D"],
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if file.external_id:
        answer |= {"mode": "external", "is_external": True, "external_type": "app"}
        answer |= {"external_id": file.external_id, "external_url": file.external_url}
        answer["url_private"] = file.external_url
        del answer["url_private_download"]
    for channel_id, stamps in file.shares.items():
        kind = (
            "private"
            if channel_id in private_channels or channel_id[0] == "D"
            else "public"
        )
        shares = answer["shares"].setdefault(kind, {})
        shares[channel_id] = [_share(stamp) for stamp in stamps]
    return answer


def _share(ts: str) -> Json:
    return {"reply_users": [], "reply_users_count": 0, "reply_count": 0, "ts": ts}
