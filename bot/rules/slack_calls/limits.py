"""How often help-clip calls each method of Slack, within Slack's published limits.

Slack counts per method, workspace and app, whichever process calls:
https://docs.slack.dev/apis/web-api/rate-limits
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

_MINUTE = timedelta(minutes=1)
_DEFAULT = 50
_CALLS_PER_MINUTE = {
    "apps.connections.open": 50,
    "auth.teams.list": 20,
    "auth.test": 600,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.postMessage": 300,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.members": 100,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.delete": 50,
    "files.info": 100,
    "usergroups.list": 20,
    "usergroups.users.list": 20,
    "users.info": 100,
    "users.list": 20,
    "views.open": 100,
    "views.publish": 100,
    "views.push": 100,
    "views.update": 100,
}
# A person waits for the answer to a press, and its trigger lives for three seconds. No
# other work calls these methods, so that they never wait for the pacer.
UNPACED = {
    "apps.connections.open",
    "auth.test",
    "chat.postEphemeral",
    "views.open",
    "views.push",
    "views.update",
}
# Slack allows about one message a second and channel.
POST_EVERY = timedelta(seconds=1)


class Urgency(IntEnum):
    """Which calls of one method come first, the most urgent with the least number.

    Reading calls methods of its own, so that it takes nothing from the messages.
    """

    PERSON = 0
    SAFETY = 1
    DIRECT_MESSAGE = 2
    POST = 3
    UPDATE = 4


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A bucket of `burst` calls that gains one call after each `interval`.

    In any minute there are at most as many calls as Slack allows: the bucket's content
    and what it gains meanwhile.
    """

    burst: int
    interval: timedelta

    def reserve(self, urgency: Urgency) -> int:
        """Return the calls in the bucket that are kept for more urgent work."""
        return self.burst * urgency // 8


def limit_of(method: str) -> Limit:
    """Return the limit of a method: a quarter of a minute's calls may come at once."""
    per_minute = _CALLS_PER_MINUTE.get(method, _DEFAULT)
    burst = per_minute // 4
    return Limit(burst=burst, interval=_MINUTE / (per_minute - burst))


def calls_per_minute(method: str) -> int:
    """Return how many calls of a method Slack allows in a minute."""
    return _CALLS_PER_MINUTE.get(method, _DEFAULT)


def wait_until(
    limit: Limit,
    urgency: Urgency,
    free_at: datetime,
) -> datetime:
    """Return when a call of this urgency is allowed.

    `free_at` is the time from which on the most urgent call is allowed.
    """
    return free_at + limit.reserve(urgency) * limit.interval


def free_after_call(
    limit: Limit,
    free_at: datetime | None,
    now: datetime,
) -> datetime:
    """Return `free_at` after one more call; None if the method was never called."""
    full_since = now - (limit.burst - 1) * limit.interval
    if free_at is None:
        free_at = full_since
    return max(free_at, full_since) + limit.interval
