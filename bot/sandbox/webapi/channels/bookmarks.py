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


def _channel(call: Call) -> Channel:
    return visible_channel(call, call.text("channel_id"))


def _link(call: Call) -> str:
    link = call.text("link")
    if urlsplit(link).scheme not in ("http", "https") or len(link) > 3000:
        raise SlackError("invalid_link")
    return link


def _bookmark(call: Call, channel: Channel) -> Json:
    wanted = call.text("bookmark_id")
    known = next((b for b in channel.bookmarks if b["id"] == wanted), None)
    if known is None:
        raise SlackError("not_found")
    return known


@method("bookmarks.add", "bookmarks:write")
def add(call: Call) -> Json:
    channel = _channel(call)
    if call.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not call.text("title"):
        raise invalid_arguments("missing required field: title")
    if len(channel.bookmarks) >= _MAX_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = call.sandbox.clock.seconds()
    bookmark = {
        "id": new_id("Bk"),
        "channel_id": channel.id,
        "title": call.text("title"),
        "link": _link(call),
        "emoji": call.text("emoji"),
        "icon_url": None,
        "entity_id": None,
        "type": "link",
        "date_created": now,
        "date_updated": 0,
        "rank": chr(ord("a") + min(25, len(channel.bookmarks))),
        "last_updated_by_user_id": call.token.user_id,
        "last_updated_by_team_id": TEAM_ID,
        "shortcut_id": None,
        "app_id": None,
    }
    channel.bookmarks.append(bookmark)
    call.sandbox.changed()
    return {"bookmark": bookmark}


@method("bookmarks.edit", "bookmarks:write")
def edit(call: Call) -> Json:
    bookmark = _bookmark(call, _channel(call))
    if call.text("link"):
        bookmark["link"] = _link(call)
    for name in ("title", "emoji"):
        if call.text(name):
            bookmark[name] = call.text(name)
    bookmark["date_updated"] = call.sandbox.clock.seconds()
    call.sandbox.changed()
    return {"bookmark": bookmark}


@method("bookmarks.remove", "bookmarks:write")
def remove(call: Call) -> Json:
    channel = _channel(call)
    channel.bookmarks.remove(_bookmark(call, channel))
    call.sandbox.changed()
    return {}


@method("bookmarks.list", "bookmarks:read")
def list_bookmarks(call: Call) -> Json:
    return {"bookmarks": list(_channel(call).bookmarks)}
