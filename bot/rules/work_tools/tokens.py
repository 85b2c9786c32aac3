"""Tokens of work tools: their form, their names, and how long and often they work."""

import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import Invalid
from bot.rules.refusals import Refusal, refuse
from bot.text import text
from storage.records import WorkTool

# Secret scanners find tokens by it.
TOKEN_PREFIX = "hclip_"
MOST_DAYS = 366
MOST_CALLS = 6_000
CALLS_PER_MINUTE = 120
_MINUTE = timedelta(minutes=1)
_TOKEN = re.compile(rf"{TOKEN_PREFIX}[A-Za-z0-9_-]{{43}}")
# Names are written into the access log and metrics as they are.
_NAME = re.compile(r"[a-z][a-z0-9-]{1,31}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,31}")

UNKNOWN_TOKEN = refuse("unknown_token")
REVOKED_TOKEN = refuse("revoked_token")
EXPIRED_TOKEN = refuse("expired_token")
TOO_MANY_CALLS = refuse("too_many_calls")
NOT_OF_TOOL = refuse("not_of_tool")
NOT_SIGNED_IN = refuse("not_signed_in")
OUTSIDE_TOOL = refuse("outside_tool")
# The rules of a token that opens nothing.
OF_TOKEN = frozenset({UNKNOWN_TOKEN.rule, REVOKED_TOKEN.rule, EXPIRED_TOKEN.rule})


def new_token() -> str:
    """Return a fresh token with 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def is_token(typed: str) -> bool:
    """Return whether the text has the form of a token."""
    return _TOKEN.fullmatch(typed) is not None


def is_user_id(typed: str) -> bool:
    """Return whether the text has the form of a Slack user id."""
    return _USER_ID.fullmatch(typed) is not None


def check_name(typed: str) -> str:
    """Return the name of a work tool. Raises `Invalid`."""
    if _NAME.fullmatch(typed) is None:
        raise Invalid(text("work_tools.make.name"), field="name")
    return typed


def check_days(days: int) -> timedelta:
    """Return for how long a new token works. Raises `Invalid`."""
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(text("work_tools.make.days", most=MOST_DAYS), field="days")
    return timedelta(days=days)


def check_calls(calls_per_minute: int) -> int:
    """Return how many calls a minute a work tool may make. Raises `Invalid`."""
    if not 1 <= calls_per_minute <= MOST_CALLS:
        raise Invalid(text("work_tools.make.calls", most=MOST_CALLS), field="calls")
    return calls_per_minute


def count_call(tool: WorkTool, now: datetime) -> WorkTool:
    """Return the work tool with one more call in the present minute."""
    began = tool.minute_from
    if began is None or not began <= now < began + _MINUTE:
        return replace(tool, minute_from=now, minute_calls=1)
    return replace(tool, minute_calls=tool.minute_calls + 1)


def may_call(tool: WorkTool, now: datetime) -> Refusal | None:
    """Return why a work tool whose call was counted may not make it, if so."""
    if tool.revoked_at is not None:
        return REVOKED_TOKEN
    if now >= tool.expires_at:
        return EXPIRED_TOKEN
    if tool.minute_calls > tool.calls_per_minute:
        return TOO_MANY_CALLS
    return None


def is_first_refused(tool: WorkTool) -> bool:
    """Return whether this call is the first one over the limit in its minute."""
    return tool.minute_calls == tool.calls_per_minute + 1


def seconds_to_wait(tool: WorkTool, now: datetime) -> int:
    """Return after how many whole seconds the present minute is over, at least 1."""
    began = tool.minute_from or now
    left = began + _MINUTE - now
    return max(1, -(-left // timedelta(seconds=1)))
