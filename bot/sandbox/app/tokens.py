"""Tokens and what they may do."""

from dataclasses import dataclass

from bot.sandbox.app.manifest import Manifest
from bot.sandbox.config import (
    ADMIN_TOKEN,
    ADMIN_USER_ID,
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER_ID,
    TEAM_ID,
)


@dataclass
class Token:
    """`kind` is bot, user or app (the app-level token of Socket Mode)."""

    value: str
    kind: str
    user_id: str
    scopes: frozenset[str]
    team_id: str = TEAM_ID
    revoked: bool = False
    expires_at: float | None = None


def default_tokens(manifest: Manifest) -> dict[str, Token]:
    bot = Token(BOT_TOKEN, "bot", BOT_USER_ID, manifest.bot_scopes)
    app = Token(
        APP_TOKEN, "app", "", frozenset({"authorizations:read", "connections:write"})
    )
    admin = Token(ADMIN_TOKEN, "user", ADMIN_USER_ID, frozenset({"files:write"}))
    return {token.value: token for token in (bot, app, admin)}
