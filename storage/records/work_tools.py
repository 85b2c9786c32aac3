"""Work tools that call the API, and the requests that came through them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class WorkTool:
    """A program with a token of its own, which acts on behalf of people of `desks`.

    `token_hash` is a keyed hash; the token is stored nowhere. `minute_from` is when the
    minute began in which `minute_calls` are counted. `secret` signs callbacks; it is
    wrapped by SNIPPET_KEY. `former_secret` signs them too until `former_until`.
    """

    id: int
    name: str
    desks: frozenset[str]
    token_hash: str
    made_at: datetime
    expires_at: datetime
    calls_per_minute: int
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    minute_from: datetime | None = None
    minute_calls: int = 0


@dataclass(frozen=True, kw_only=True)
class ToolRequest:
    """A question that a work tool asked.

    `key_hash` and `digest` are keyed hashes of the Idempotency-Key and of the question.
    """

    id: int
    tool_id: int
    key_hash: str
    digest: str
    request_id: int
    asked_at: datetime
