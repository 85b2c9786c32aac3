"""Tokens and their scopes."""

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

_APP_SCOPES = frozenset({"authorizations:read", "connections:write"})
_ADMIN_SCOPES = frozenset({"files:write"})


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
    """Return the tokens every workspace starts with, by value."""
    bot = Token(BOT_TOKEN, "bot", BOT_USER_ID, manifest.bot_scopes)
    # The app-level token belongs to no person.
    app = Token(APP_TOKEN, "app", "", _APP_SCOPES)
    admin = Token(ADMIN_TOKEN, "user", ADMIN_USER_ID, _ADMIN_SCOPES)
    return {token.value: token for token in (bot, app, admin)}
