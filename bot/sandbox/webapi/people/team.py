"""team.info, bots.info and emoji.list."""

from bot.sandbox.config import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
)
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.people import avatar_url

_TEAM_IMAGE_SIZES = (34, 44, 68, 88, 102)
_BOT_IMAGE_SIZES = (36, 48, 72)


@method("team.info", "team:read")
def team_info(call: Call) -> Json:
    """Return the workspace itself."""
    if call.text("team", TEAM_ID) != TEAM_ID:
        raise SlackError("team_not_found")
    base_url = call.sandbox.base_url
    icon: Json = {"image_default": True}
    for size in _TEAM_IMAGE_SIZES:
        icon[f"image_{size}"] = f"{base_url}/avatar/{TEAM_ID}-{size}.svg"
    team = {
        "id": TEAM_ID,
        "name": TEAM_NAME,
        "url": f"{base_url}/",
        "domain": TEAM_DOMAIN,
        "email_domain": "sandbox.example",
        "icon": icon,
        "avatar_base_url": f"{base_url}/avatar/",
        "is_verified": False,
    }
    return {"team": team}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Json:
    """Return the app's bot."""
    if call.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = call.workspace.people[BOT_USER_ID]
    icons = {}
    for size in _BOT_IMAGE_SIZES:
        icons[f"image_{size}"] = avatar_url(call.sandbox.base_url, bot, size)
    shown = {
        "id": BOT_ID,
        "deleted": False,
        "name": bot.real_name,
        "updated": bot.updated,
        "app_id": APP_ID,
        "user_id": BOT_USER_ID,
        "icons": icons,
    }
    return {"bot": shown}


@method("emoji.list", "emoji:read")
def list_emoji(call: Call) -> Json:
    """Return the custom emoji: this workspace has none."""
    return {
        "emoji": {},
        "cache_ts": str(call.sandbox.clock.now()),
    }
