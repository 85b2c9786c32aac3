"""oauth.v2.access: install the app."""

from __future__ import annotations

import secrets

from bot.sandbox.app.tokens import Token
from bot.sandbox.config import APP_ID, BOT_TOKEN, BOT_USER_ID, TEAM_ID, TEAM_NAME
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.access.openid import (
    authenticate_client,
    check_grant_type,
    redeem_code,
)
from bot.sandbox.webapi.registry import Call, method


@method("oauth.v2.access", tokens=())
def access(call: Call) -> Json:
    """Exchange a code for the bot's token, and a user token if it has user scopes."""
    authenticate_client(call)
    check_grant_type(call)
    code = redeem_code(call, "install")
    bot = call.sandbox.tokens[BOT_TOKEN]
    # Installing the app again brings its token back.
    bot.revoked = False
    call.sandbox.mark_changed()
    user: Json = {"id": code.user_id}
    if code.scopes:
        user |= _user_token(call, code.user_id, code.scopes)
    return {
        "access_token": BOT_TOKEN,
        "token_type": "bot",
        "scope": ",".join(sorted(bot.scopes)),
        "bot_user_id": BOT_USER_ID,
        "app_id": APP_ID,
        "team": {
            "id": TEAM_ID,
            "name": TEAM_NAME,
        },
        "enterprise": None,
        "authed_user": user,
        "is_enterprise_install": False,
    }


def _user_token(
    call: Call,
    user_id: str,
    scopes: frozenset[str],
) -> Json:
    value = f"xoxp-{secrets.token_hex(24)}"
    call.sandbox.tokens[value] = Token(value, "user", user_id, scopes)
    return {
        "scope": ",".join(sorted(scopes)),
        "access_token": value,
        "token_type": "user",
    }


@method("oauth.v2.exchange", tokens=())
def exchange(call: Call) -> Json:
    """Refuse: tokens of this workspace do not rotate."""
    authenticate_client(call)
    raise SlackError("token_rotation_not_enabled")
