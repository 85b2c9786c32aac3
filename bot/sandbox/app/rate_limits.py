"""Slack's rate limits, as a switch: off, real, or real with bursts (title: "Rate
limits").
"""

from collections import defaultdict, deque

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
_BURST_S = 10
_TIERS = {
    2: "conversations.list conversations.create conversations.archive conversations.unarchive "
    "conversations.close conversations.rename conversations.setTopic conversations.setPurpose "
    "users.list usergroups.list usergroups.users.list usergroups.create usergroups.update "
    "usergroups.disable usergroups.enable usergroups.users.update pins.add pins.list "
    "pins.remove bookmarks.add bookmarks.edit bookmarks.remove reactions.remove reactions.list "
    "emoji.list users.setActive users.setPresence auth.teams.list "
    "users.setPhoto users.deletePhoto files.remote.add "
    "files.remote.info files.remote.list files.remote.remove files.remote.share "
    "files.remote.update",
    4: "chat.postEphemeral views.open views.push views.update views.publish "
    "conversations.members users.info users.profile.get files.info "
    "files.getUploadURLExternal files.completeUploadExternal openid.connect.token api.test",
}
_SPECIAL = {"chat.getPermalink": 600, "auth.test": 600, "chat.postMessage": 300}
_TIER_OF = {method: tier for tier, names in _TIERS.items() for method in names.split()}


def per_minute(method: str) -> int:
    """How many calls a minute Slack promises for a method (tier 3 unless listed)."""
    return _SPECIAL.get(method) or PER_MINUTE[_TIER_OF.get(method, 3)]


class RateLimits:
    """Counts calls per method (one app, one workspace) and posts per channel."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait_s(self, method: str, channel: str | None, now: float) -> int:
        """0 when the call may pass (and is counted), else the seconds of
        Retry-After.
        """
        if self.mode == "off":
            return 0
        rules = [(method, per_minute(method), 60.0)]
        if method == "chat.postMessage" and channel:
            burst = _BURST_S if self.mode == "bursts" else 1
            rules.append((f"post:{channel}", burst, float(burst)))
        wait = max(
            self._wait(key, allowed, window, now) for key, allowed, window in rules
        )
        if wait == 0:
            for key, _, _ in rules:
                self._calls[key].append(now)
        return wait

    def _wait(self, key: str, allowed: int, window: float, now: float) -> int:
        calls = self._calls[key]
        while calls and now - calls[0] >= window:
            calls.popleft()
        return 0 if len(calls) < allowed else max(1, int(window - (now - calls[0])) + 1)
