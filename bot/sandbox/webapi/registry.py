"""The table of Web API methods, and one call with its arguments."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.app.tokens import Token
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.organisation import TEAMS_WITH_APP
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.workspace import Workspace

TEAM_METHODS = frozenset(
    """
    conversations.create conversations.list files.list reactions.list
    usergroups.create usergroups.disable usergroups.enable usergroups.list
    usergroups.update usergroups.users.list usergroups.users.update
    users.conversations users.list
    """.split()
)
"""The methods to which a token for a whole organisation must name a workspace."""
_TRUE = {"true", "1", "yes", "on"}
_CURSOR_WORD = "next"


@dataclass
class Call:
    """One call: its arguments, unchecked strings or JSON values, and its token."""

    sandbox: Sandbox
    method: str
    args: Json
    token: Token
    http_verb: str = "POST"
    basic_auth: tuple[str, str] | None = None

    @property
    def user_id(self) -> str:
        """Return the id of the token's user."""
        return self.token.user_id

    @property
    def caller(self) -> Person:
        """Return the token's user."""
        return self.workspace.people[self.token.user_id]

    @property
    def workspace(self) -> Workspace:
        """Return the workspace that the call is about."""
        return self.sandbox.workspace

    @property
    def team_id(self) -> str:
        """Return the workspace that the call acts on, or the organisation for none.

        A token of one workspace acts on it; an argument `team_id` is ignored.
        """
        if not self.token.is_org_wide:
            return self.token.team_id
        if not self.is_absent("team_id"):
            return self.text("team_id")
        channel = self.workspace.channels.get(self.text("channel"))
        if channel is not None:
            return channel.team_id
        for name in ("channel", "user", "user_id"):
            person = self.workspace.people.get(self.text(name))
            if person is not None:
                return person.team_id
        return self.token.team_id

    def is_absent(self, name: str) -> bool:
        """Return whether an argument was left out or is empty."""
        return self.args.get(name) in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.args.get(name)
        if value is None:
            return default
        return str(value)

    def optional_text(self, name: str) -> str | None:
        """Return an argument as text, None if absent or empty."""
        if self.is_absent(name):
            return None
        return str(self.args[name])

    def needed(self, name: str) -> str:
        """Return a required text argument. Raises invalid_arguments naming it."""
        if self.is_absent(name):
            raise invalid_arguments(f"missing required field: {name}")
        return str(self.args[name])

    def flag(self, name: str) -> bool:
        """Return whether an argument is true; false if absent."""
        return self.text(name).lower() in _TRUE

    def integer(
        self,
        name: str,
        default: int,
        lowest: int,
        highest: int,
    ) -> int:
        """Return a number, moved inside its bounds. Raises invalid_arguments."""
        if self.is_absent(name):
            return default
        try:
            number = int(str(self.args[name]))
        except ValueError:
            pointer = f"[json-pointer:/{name}]"
            raise invalid_arguments(f"must be an integer {pointer}") from None
        return max(lowest, min(highest, number))

    def structured(self, name: str, error: str) -> Any:
        """Return an argument given as JSON or as a string of JSON, None if absent.

        Raises `error` for a string that is not JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def listing(self, name: str) -> list[str]:
        """Return an argument given as a JSON list or as a comma-separated text."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        if not value:
            return []
        parts = [part.strip() for part in str(value).split(",")]
        return [part for part in parts if part]


Handler = Callable[[Call], Json | Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """One method of the Web API."""

    name: str
    handler: Handler
    scopes: tuple[str, ...]
    """Any one of them is enough."""
    tokens: tuple[str, ...]
    """The kinds of token that may call it; empty: it is called without one."""
    post_only: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *scopes: str,
    tokens: tuple[str, ...] = ("bot", "user"),
    post_only: bool = False,
) -> Callable[[Handler], Handler]:
    """Return a decorator that registers a function as a Web API method."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(
            name,
            handler,
            scopes,
            tokens,
            post_only,
        )
        return handler

    return register


def require_team(call: Call) -> None:
    """Raise an error unless a token for an organisation names a workspace it may use."""
    if not call.token.is_org_wide or call.method not in TEAM_METHODS:
        return
    if call.is_absent("team_id"):
        raise SlackError("missing_argument")
    if call.text("team_id") not in TEAMS_WITH_APP:
        raise SlackError("team_access_not_granted")


def require_scope(call: Call, *scopes: str) -> None:
    """Raise missing_scope unless the token has one of `scopes`."""
    if not scopes or call.token.scopes.intersection(scopes):
        return
    provided = ",".join(sorted(call.token.scopes))
    raise SlackError("missing_scope", needed=scopes[0], provided=provided)


def page_of(
    items: list[Any],
    call: Call,
    default: int,
    highest: int,
) -> tuple[list[Any], Json]:
    """Return one page by `limit` and `cursor`, and the next one's response_metadata."""
    limit = call.integer("limit", default, 1, highest)
    start = _decode_cursor(call.text("cursor"))
    if start > len(items):
        raise SlackError("invalid_cursor")
    end = start + limit
    cursor = ""
    if end < len(items):
        cursor = base64.b64encode(f"{_CURSOR_WORD}:{end}".encode()).decode()
    return items[start:end], {"next_cursor": cursor}


def _decode_cursor(cursor: str) -> int:
    """Return the position a cursor stands for. Raises invalid_cursor."""
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        word, _, number = text.partition(":")
        # int() would also take the digits of other scripts.
        if word != _CURSOR_WORD or not number.isascii():
            raise ValueError(cursor)
        return max(0, int(number))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
