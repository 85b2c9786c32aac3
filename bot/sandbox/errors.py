"""The error that a Web API method answers with."""

from typing import Any


class SlackError(Exception):
    """A platform error: HTTP 200 with `{"ok": false, "error": code, **extra}`."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


def invalid_arguments(*messages: str) -> SlackError:
    """Return `invalid_arguments` with one `[ERROR] ...` line a message, as Slack."""
    lines = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": lines})
