"""The table of Web API methods, and what one call knows."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.app.tokens import Token
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_TRUE = {"true", "1", "yes", "on"}


@dataclass
class Call:
    """One call: its arguments as they came (strings, or JSON values), and who makes
    it.
    """

    sandbox: Sandbox
    method: str
    args: Json
    token: Token
    http_verb: str = "POST"
    basic_auth: tuple[str, str] | None = None

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """A required text argument. Raises invalid_arguments naming it."""
        value = self.args.get(name)
        if value is None or value == "":
            raise invalid_arguments(f"missing required field: {name}")
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else str(value).lower() in _TRUE

    def integer(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A number kept inside its bounds. Raises invalid_arguments when it is not
        one.
        """
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(str(value))
        except ValueError:
            raise invalid_arguments(
                f"must be an integer [json-pointer:/{name}]"
            ) from None
        return max(lowest, min(highest, number))

    def structured(self, name: str, error: str) -> Any:
        """An argument that is JSON, given as a value or as a string of JSON; None when
        absent.
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
        """A comma-separated list, or a JSON list."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(v) for v in value]
        return [part.strip() for part in str(value or "").split(",") if part.strip()]


Handler = Callable[[Call], Json | Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """`scopes`: any one of them is enough. `tokens`: the kinds that may call it; empty
    for none.
    """

    name: str
    handler: Handler
    scopes: tuple[str, ...]
    tokens: tuple[str, ...]
    post_only: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *scopes: str,
    tokens: tuple[str, ...] = ("bot", "user"),
    post_only: bool = False,
) -> Callable[[Handler], Handler]:
    """Register a function as a Web API method."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, scopes, tokens, post_only)
        return handler

    return register


def require_scope(call: Call, *scopes: str) -> None:
    """Raises missing_scope unless the token has one of `scopes`."""
    if scopes and not call.token.scopes.intersection(scopes):
        provided = ",".join(sorted(call.token.scopes))
        raise SlackError("missing_scope", needed=scopes[0], provided=provided)


def page_of(
    items: list[Any], call: Call, default: int, highest: int
) -> tuple[list[Any], Json]:
    """One page by `limit` and `cursor`, and the `response_metadata` naming the next
    one.
    """
    limit = call.integer("limit", default, 1, highest)
    start = _decode_cursor(call.text("cursor"))
    if start > len(items):
        raise SlackError("invalid_cursor")
    more = start + limit < len(items)
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return items[start : start + limit], {"next_cursor": cursor}


def _decode_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = (
            base64.b64decode(cursor, validate=True).decode().partition(":")
        )
        if word != "next" or not number.isascii():
            raise ValueError(cursor)
        return max(0, int(number))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
