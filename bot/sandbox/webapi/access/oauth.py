"""oauth.v2.access: installing the app."""

from __future__ import annotations

import secrets

from bot.sandbox.app.tokens import Token
from bot.sandbox.config import APP_ID, BOT_TOKEN, BOT_USER_ID, TEAM_ID, TEAM_NAME
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.access.openid import authenticate_client, redeem_code
from bot.sandbox.webapi.registry import Call, method


@method("oauth.v2.access", tokens=())
def access(call: Call) -> Json:
    authenticate_client(call)
    if call.text("grant_type", "authorization_code") != "authorization_code":
        raise SlackError("invalid_grant_type")
    code = redeem_code(call, "install")
    bot = call.sandbox.tokens[BOT_TOKEN]
    bot.revoked = False
    call.sandbox.changed()
    user: Json = {"id": code.user_id}
    if code.scopes:
        token = Token(
            f"xoxp-{secrets.token_hex(24)}", "user", code.user_id, code.scopes
        )
        call.sandbox.tokens[token.value] = token
        scope = ",".join(sorted(code.scopes))
        user |= {"scope": scope, "access_token": token.value, "token_type": "user"}
    return {
        "access_token": BOT_TOKEN,
        "token_type": "bot",
        "scope": ",".join(sorted(bot.scopes)),
        "bot_user_id": BOT_USER_ID,
        "app_id": APP_ID,
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "enterprise": None,
        "authed_user": user,
        "is_enterprise_install": False,
    }


@method("oauth.v2.exchange", tokens=())
def exchange(call: Call) -> Json:
    """Tokens of this workspace do not rotate."""
    authenticate_client(call)
    raise SlackError("token_rotation_not_enabled")
