"""bookmarks.*"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.sandbox.config import TEAM_ID
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.ids import new_id
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import visible_channel
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.channels import Channel

_MAX_BOOKMARKS = 100
_MAX_LINK_CHARS = 3000
_LAST_RANK = 25


def _channel(call: Call) -> Channel:
    return visible_channel(call, call.text("channel_id"))


def _link(call: Call) -> str:
    link = call.text("link")
    if len(link) > _MAX_LINK_CHARS:
        raise SlackError("invalid_link")
    if urlsplit(link).scheme not in ("http", "https"):
        raise SlackError("invalid_link")
    return link


def _bookmark(call: Call, channel: Channel) -> Json:
    wanted = call.text("bookmark_id")
    for bookmark in channel.bookmarks:
        if bookmark["id"] == wanted:
            return bookmark
    raise SlackError("not_found")


@method("bookmarks.add", "bookmarks:write")
def add_bookmark(call: Call) -> Json:
    """Add a link to a channel's bar."""
    channel = _channel(call)
    if call.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not call.text("title"):
        raise invalid_arguments("missing required field: title")
    if len(channel.bookmarks) >= _MAX_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark = {
        "id": new_id("Bk"),
        "channel_id": channel.id,
        "title": call.text("title"),
        "link": _link(call),
        "emoji": call.text("emoji"),
        "icon_url": None,
        "entity_id": None,
        "type": "link",
        "date_created": call.sandbox.clock.seconds(),
        "date_updated": 0,
        "rank": _rank(len(channel.bookmarks)),
        "last_updated_by_user_id": call.user_id,
        "last_updated_by_team_id": TEAM_ID,
        "shortcut_id": None,
        "app_id": None,
    }
    channel.bookmarks.append(bookmark)
    call.sandbox.mark_changed()
    return {"bookmark": bookmark}


def _rank(position: int) -> str:
    """Return a letter that sorts a bookmark behind the earlier ones."""
    return chr(ord("a") + min(_LAST_RANK, position))


@method("bookmarks.edit", "bookmarks:write")
def edit_bookmark(call: Call) -> Json:
    """Change link, title or emoji."""
    bookmark = _bookmark(call, _channel(call))
    if call.text("link"):
        bookmark["link"] = _link(call)
    for name in ("title", "emoji"):
        if call.text(name):
            bookmark[name] = call.text(name)
    bookmark["date_updated"] = call.sandbox.clock.seconds()
    call.sandbox.mark_changed()
    return {"bookmark": bookmark}


@method("bookmarks.remove", "bookmarks:write")
def remove_bookmark(call: Call) -> Json:
    """Remove a bookmark."""
    channel = _channel(call)
    channel.bookmarks.remove(_bookmark(call, channel))
    call.sandbox.mark_changed()
    return {}


@method("bookmarks.list", "bookmarks:read")
def list_bookmarks(call: Call) -> Json:
    """Return a channel's bookmarks."""
    return {"bookmarks": list(_channel(call).bookmarks)}
