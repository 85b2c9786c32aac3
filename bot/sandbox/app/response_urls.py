"""response_urls: five posts within thirty minutes."""

import secrets
from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.config import TEAM_ID

MAX_USES = 5
LIFE_S = 30 * 60
KEPT_S = 2 * LIFE_S
"""How long an expired url is still known as expired_url."""


@dataclass
class ResponseUrl:
    """Where posts to the url go; `message_ts` is the message an interaction came
    from.
    """

    channel_id: str
    user_id: str
    issued_at: float
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.known: dict[str, ResponseUrl] = {}

    def issue(
        self,
        base_url: str,
        kind: str,
        channel_id: str,
        user_id: str,
        *,
        message_ts: str | None = None,
        thread_ts: str | None = None,
    ) -> str:
        """A new url; `kind` is commands, actions or app, as in Slack's own paths."""
        key = (
            f"{kind}/{TEAM_ID}/{secrets.randbelow(10**13)}/{secrets.token_urlsafe(18)}"
        )
        now = self._clock.now()
        self._forget_before(now - KEPT_S)
        self.known[key] = ResponseUrl(channel_id, user_id, now, message_ts, thread_ts)
        return f"{base_url}/hooks/{key}"

    def _forget_before(self, moment: float) -> None:
        """Urls are kept in the order they were issued; old ones go, or memory would
        only grow.
        """
        while self.known and next(iter(self.known.values())).issued_at < moment:
            del self.known[next(iter(self.known))]

    def use(self, key: str) -> ResponseUrl | str:
        """The url's target, or Slack's reason for refusing: expired_url, used_url,
        invalid_url.
        """
        known = self.known.get(key)
        if known is None:
            return "invalid_url"
        if self._clock.now() - known.issued_at > LIFE_S:
            return "expired_url"
        if known.uses >= MAX_USES:
            return "used_url"
        known.uses += 1
        return known
