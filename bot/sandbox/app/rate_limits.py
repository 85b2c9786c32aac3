"""Slack's rate limits (page "Rate limits"): off, real, or real with bursts."""

from collections import defaultdict, deque
from dataclasses import dataclass

from bot.sandbox.config import TEAM_ID

CALLS_PER_MINUTE = {
    1: 1,
    2: 20,
    3: 50,
    4: 100,
}
"""Calls a minute by tier."""
_DEFAULT_TIER = 3
_MINUTE_S = 60.0
_BURST_S = 10
_TIER_2 = """
    auth.teams.list
    bookmarks.add bookmarks.edit bookmarks.remove
    conversations.archive conversations.close conversations.create conversations.list
    conversations.rename conversations.setPurpose conversations.setTopic
    conversations.unarchive
    emoji.list
    files.remote.add files.remote.info files.remote.list files.remote.remove
    files.remote.share files.remote.update
    pins.add pins.list pins.remove
    reactions.list reactions.remove
    usergroups.create usergroups.disable usergroups.enable usergroups.list
    usergroups.update usergroups.users.list usergroups.users.update
    users.deletePhoto users.list users.setActive users.setPhoto users.setPresence
"""
_TIER_4 = """
    api.test
    chat.postEphemeral
    conversations.members
    files.completeUploadExternal files.getUploadURLExternal files.info
    openid.connect.token
    users.info users.profile.get
    views.open views.publish views.push views.update
"""
_SPECIAL = {
    "chat.getPermalink": 600,
    "auth.test": 600,
    "chat.postMessage": 300,
}
_TIER_OF = dict.fromkeys(_TIER_2.split(), 2) | dict.fromkeys(_TIER_4.split(), 4)


def per_minute(method: str) -> int:
    """Return how many calls a minute Slack promises (tier 3 for unlisted methods)."""
    if method in _SPECIAL:
        return _SPECIAL[method]
    tier = _TIER_OF.get(method, _DEFAULT_TIER)
    return CALLS_PER_MINUTE[tier]


@dataclass(frozen=True)
class _Limit:
    """At most `calls` in any `window_s` seconds, counted under `key`."""

    key: str
    calls: int
    window_s: float


class RateLimits:
    """Calls of the app counted by method and workspace, and posts by channel."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait_s(
        self,
        method: str,
        channel: str | None,
        now: float,
        team_id: str = TEAM_ID,
    ) -> int:
        """Count a call and return 0, or return the seconds of Retry-After."""
        if self.mode == "off":
            return 0
        limits = [_Limit(f"{team_id} {method}", per_minute(method), _MINUTE_S)]
        if method == "chat.postMessage" and channel:
            limits.append(self._channel_limit(channel))
        wait = max(self._wait_for(limit, now) for limit in limits)
        # A refused call does not count: clients that wait get through.
        if wait == 0:
            for limit in limits:
                self._calls[limit.key].append(now)
        return wait

    def _channel_limit(self, channel: str) -> _Limit:
        """Return one post a second, or as many at once as ten seconds allow."""
        seconds = 1
        if self.mode == "bursts":
            seconds = _BURST_S
        return _Limit(f"post:{channel}", seconds, float(seconds))

    def _wait_for(self, limit: _Limit, now: float) -> int:
        calls = self._calls[limit.key]
        while calls and now - calls[0] >= limit.window_s:
            calls.popleft()
        if len(calls) < limit.calls:
            return 0
        left_s = limit.window_s - (now - calls[0])
        return max(1, int(left_s) + 1)
