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
    """The place that posts to the url go to."""

    channel_id: str
    user_id: str
    issued_at: float
    message_ts: str | None = None
    """The message that an interaction came from."""
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """The response_urls of the last hour, in the order they were issued."""

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
        """Return a new url; `kind` is commands, actions or app, as in Slack's paths."""
        number = secrets.randbelow(10**13)
        key = f"{kind}/{TEAM_ID}/{number}/{secrets.token_urlsafe(18)}"
        now = self._clock.now()
        # Expired urls are forgotten here, so that no timer is needed.
        self._forget_before(now - KEPT_S)
        self.known[key] = ResponseUrl(
            channel_id,
            user_id,
            now,
            message_ts,
            thread_ts,
        )
        return f"{base_url}/hooks/{key}"

    def _forget_before(self, moment: float) -> None:
        """Drop the oldest urls, without which memory would only grow."""
        while self.known:
            oldest = next(iter(self.known))
            if self.known[oldest].issued_at >= moment:
                return
            del self.known[oldest]

    def use(self, key: str) -> ResponseUrl | str:
        """Count a post and return the url's place, or return Slack's error code.

        The codes are expired_url, used_url and invalid_url.
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
