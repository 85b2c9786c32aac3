"""trigger_ids: three seconds, one use."""

import re
from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_trigger_id

LIFE_S = 3.0
KEPT_S = 3600.0
"""How long a dead trigger_id is still known as expired or exchanged."""
_FORMAT = re.compile(r"^\d+\.\d+\.[0-9a-f]+$")


@dataclass
class Trigger:
    """What a trigger_id stands for: who did something, and in which modal (None outside
    one).
    """

    user_id: str
    issued_at: float
    view_id: str | None = None
    channel_id: str | None = None
    used: bool = False


class Triggers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Trigger] = {}

    def issue(
        self, user_id: str, view_id: str | None = None, channel_id: str | None = None
    ) -> str:
        trigger_id = new_trigger_id()
        now = self._clock.now()
        while self._known and next(iter(self._known.values())).issued_at < now - KEPT_S:
            del self._known[next(iter(self._known))]
        self._known[trigger_id] = Trigger(user_id, now, view_id, channel_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger up. Raises invalid_, expired_ or exchanged_trigger_id."""
        trigger = self._known.get(trigger_id)
        if not _FORMAT.match(trigger_id) or trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() - trigger.issued_at > LIFE_S:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
