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


@method("team.info", "team:read")
def info(call: Call) -> Json:
    if call.text("team", TEAM_ID) != TEAM_ID:
        raise SlackError("team_not_found")
    base_url = call.sandbox.base_url
    icon = {
        f"image_{n}": f"{base_url}/avatar/{TEAM_ID}-{n}.svg"
        for n in (34, 44, 68, 88, 102)
    }
    team = {
        "id": TEAM_ID,
        "name": TEAM_NAME,
        "url": f"{base_url}/",
        "domain": TEAM_DOMAIN,
        "email_domain": "sandbox.example",
        "icon": {**icon, "image_default": True},
        "avatar_base_url": f"{base_url}/avatar/",
        "is_verified": False,
    }
    return {"team": team}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Json:
    if call.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = call.sandbox.workspace.people[BOT_USER_ID]
    icons = {
        f"image_{n}": avatar_url(call.sandbox.base_url, bot, n) for n in (36, 48, 72)
    }
    return {
        "bot": {
            "id": BOT_ID,
            "deleted": False,
            "name": bot.real_name,
            "updated": bot.updated,
            "app_id": APP_ID,
            "user_id": BOT_USER_ID,
            "icons": icons,
        }
    }


@method("emoji.list", "emoji:read")
def emoji_list(call: Call) -> Json:
    return {"emoji": {}, "cache_ts": str(call.sandbox.clock.now())}
