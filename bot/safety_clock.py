"""The thread that escalates the cases of stopped recordings when their time is up."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from bot.usecases.context import act_without_person
from bot.usecases.distress import cases
from bot.usecases.services import Services
from storage.records import Origin

log = logging.getLogger(__name__)

# A round takes milliseconds, so that an alert is enqueued within five seconds.
SAFETY_SECONDS = 1.0


class SafetyClock(threading.Thread):
    """A thread with no other work, so that nothing else delays a case.

    It calls neither Slack nor a store of recordings.
    """

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(name="safety", daemon=True)
        self._services = services
        self._clock = clock
        self._stopped = threading.Event()

    def run(self) -> None:
        """Look every second until stopped; a failing look is repeated."""
        while not self._stopped.wait(SAFETY_SECONDS):
            try:
                self.escalate_due()
            except Exception as error:  # noqa: BLE001
                log.error("safety clock: %s; trying again", type(error).__name__)

    def escalate_due(self) -> None:
        """Enqueue the alerts of the cases that no officer took in time."""
        act = act_without_person(Origin.WORKER, self._clock())
        cases.escalate(self._services, act)

    def stop(self) -> None:
        """End after the current look."""
        self._stopped.set()
