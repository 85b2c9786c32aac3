"""The reader: one thread of one replica reads Slack for all replicas."""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from slack_sdk.errors import SlackApiError

from bot.backoff import RetryLater
from bot.slack.retry import TOO_MANY_REQUESTS, error_code, retry_after
from bot.usecases.services import Services

log = logging.getLogger(__name__)

_WORK = "reader"
# Another replica takes over this long after the reader's process has died.
_LEASE = timedelta(seconds=30)
_RENEW_AFTER = timedelta(seconds=10)
# Slack did not answer, or refused to.
_AFTER_ERROR = timedelta(seconds=15)


class Reads(Protocol):
    """One kind of reading, with its own time and limit."""

    def read_due(self) -> timedelta:
        """Read what is due. Return the pause until the next reading.

        Raises `RetryLater`, `SlackApiError` or `OSError`.
        """
        ...


class Reader(threading.Thread):
    """A thread that reads what is due while this process holds the lease."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        readings: Sequence[Reads],
    ) -> None:
        super().__init__(name="reader", daemon=True)
        self._services = services
        self._clock = clock
        self._readings = readings
        self._due_at: dict[Reads, datetime] = {}
        self._holder = secrets.token_hex(8)
        self._leads_until = clock()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Read until stopped. This is the outermost loop: a defect costs one round."""
        while not self._stopping.is_set():
            try:
                pause = self.read_due()
            except Exception as error:  # noqa: BLE001
                log.error("reader: %s; trying again", type(error).__name__)
                pause = _AFTER_ERROR
            self._stopping.wait(pause.total_seconds())

    def read_due(self) -> timedelta:
        """Do one round, if this process leads. Return the pause until the next."""
        if not self._leads():
            return _RENEW_AFTER
        for reading in self._readings:
            if self._due_at.get(reading, self._clock()) <= self._clock():
                pause = self._read(reading)
                self._due_at[reading] = self._clock() + pause
        pause = min(self._due_at.values()) - self._clock()
        return max(pause, timedelta(0))

    def stop(self) -> None:
        """End after the current call, and let another replica lead at once."""
        self._stopping.set()
        with self._services.store.begin() as tx:
            tx.leases.release(_WORK, self._holder)

    def _leads(self) -> bool:
        now = self._clock()
        if now < self._leads_until - _LEASE + _RENEW_AFTER:
            return True
        with self._services.store.begin() as tx:
            leads = tx.leases.take(
                _WORK,
                self._holder,
                now,
                now + _LEASE,
            )
        if leads:
            self._leads_until = now + _LEASE
        return leads

    def _read(self, reading: Reads) -> timedelta:
        try:
            return reading.read_due()
        except RetryLater as later:
            return later.after
        except SlackApiError as error:
            if error.response.status_code == TOO_MANY_REQUESTS:
                return retry_after(error.response.headers)
            log.warning("reader: %s; trying again", error_code(error))
        except OSError as error:
            log.warning("reader: %s; trying again", type(error).__name__)
        return _AFTER_ERROR
