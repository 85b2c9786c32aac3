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
    """One act of a person that lets the app open a modal."""

    user_id: str
    issued_at: float
    view_id: str | None = None
    """The modal the person acted in, None outside one."""
    channel_id: str | None = None
    used: bool = False


class TriggerIds:
    """The trigger_ids of the last hour, in the order they were issued."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Trigger] = {}

    def issue(
        self,
        user_id: str,
        view_id: str | None = None,
        channel_id: str | None = None,
    ) -> str:
        """Return a new trigger_id for something this person did."""
        now = self._clock.now()
        self._forget_before(now - KEPT_S)
        trigger_id = new_trigger_id()
        self._known[trigger_id] = Trigger(user_id, now, view_id, channel_id)
        return trigger_id

    def _forget_before(self, moment: float) -> None:
        """Drop the oldest ids, without which memory would only grow."""
        while self._known:
            oldest = next(iter(self._known))
            if self._known[oldest].issued_at >= moment:
                return
            del self._known[oldest]

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger_id up. Raises invalid_, expired_ or exchanged_trigger_id."""
        trigger = self._known.get(trigger_id)
        if trigger is None or not _FORMAT.match(trigger_id):
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() - trigger.issued_at > LIFE_S:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
