"""Tokens and their scopes."""

from dataclasses import dataclass

from bot.sandbox.app.manifest import Manifest
from bot.sandbox.config import (
    ADMIN_TOKEN,
    ADMIN_USER_ID,
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER_ID,
    ENTERPRISE_ID,
    TEAM_ID,
    WEST_TEAM_ID,
    WEST_TOKEN,
)

_APP_SCOPES = frozenset({"authorizations:read", "connections:write"})
_ADMIN_SCOPES = frozenset({"files:write"})


@dataclass
class Token:
    """`kind` is bot, user or app (the app-level token of Socket Mode).

    `team_id` is a workspace, or the organisation of a token for all of it.
    """

    value: str
    kind: str
    user_id: str
    scopes: frozenset[str]
    team_id: str = TEAM_ID
    revoked: bool = False
    expires_at: float | None = None

    @property
    def is_org_wide(self) -> bool:
        """Return whether the token stands for a whole organisation."""
        return self.team_id == ENTERPRISE_ID


def default_tokens(manifest: Manifest, organisation: str) -> dict[str, Token]:
    """Return the tokens every workspace starts with, by value.

    `organisation` is the mode: off, workspaces or org-wide.
    """
    bot = Token(BOT_TOKEN, "bot", BOT_USER_ID, manifest.bot_scopes)
    # The app-level token belongs to no person.
    app = Token(APP_TOKEN, "app", "", _APP_SCOPES)
    admin = Token(ADMIN_TOKEN, "user", ADMIN_USER_ID, _ADMIN_SCOPES)
    tokens = [bot, app, admin]
    if organisation == "org-wide":
        bot.team_id = ENTERPRISE_ID
    elif organisation == "workspaces":
        west = Token(WEST_TOKEN, "bot", BOT_USER_ID, manifest.bot_scopes, WEST_TEAM_ID)
        tokens.append(west)
    return {token.value: token for token in tokens}
