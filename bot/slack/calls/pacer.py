"""The pacer in front of every call to Slack, shared by all replicas by the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from bot.backoff import RetryLater
from bot.rules.slack_calls.limits import (
    POST_EVERY,
    UNPACED,
    Urgency,
    free_after_call,
    limit_of,
    wait_until,
)
from storage.store import Store, Transaction

_POST = "chat.postMessage"
_urgency: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.PERSON)


class CallPostponed(RetryLater):
    """A call must wait for the pace of its method or channel; nothing was sent."""

    def __init__(self, after: timedelta, paced: str) -> None:
        super().__init__(after, "paced", tried=False, waits_for=paced)


@contextmanager
def set_urgency(urgency: Urgency) -> Iterator[None]:
    """Give the calls of this thread in the `with` block this urgency."""
    token = _urgency.set(urgency)
    try:
        yield
    finally:
        _urgency.reset(token)


class Pacer:
    """Admits calls within the limits of their methods and channels.

    Slack counts a method for each workspace: `workspace` is its id where an
    installation serves several.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        workspace: str = "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._workspace = workspace
        # What this process knows needs no transaction.
        self._blocked_until: dict[str, datetime] = {}

    def admit(self, method: str, channel: str | None) -> None:
        """Take a turn for a call, or raise `CallPostponed`."""
        now = self._clock()
        blocked_until = self._blocked_until.get(method)
        if blocked_until is not None:
            if now < blocked_until:
                raise CallPostponed(blocked_until - now, method)
            del self._blocked_until[method]
        if method in UNPACED:
            return
        # An exception gives back the turn of the channel too.
        with self._store.begin() as tx:
            if method == _POST and channel is not None:
                _take_channel(tx, channel, now)
            self._take_method(tx, method, now)

    def block(self, method: str, pause: timedelta) -> None:
        """Let no replica call the method during this pause, which Slack asked for."""
        until = self._clock() + pause
        self._blocked_until[method] = until
        with self._store.begin() as tx:
            paced = self._paced(method)
            free_at = tx.paces.free_at(paced)
            if free_at is None or free_at < until:
                tx.paces.set_free_at(paced, until)

    def _paced(self, method: str) -> str:
        """Return the name of a method's pace in this workspace."""
        return f"{self._workspace} {method}".lstrip()

    def _take_method(
        self,
        tx: Transaction,
        method: str,
        now: datetime,
    ) -> None:
        limit = limit_of(method)
        paced = self._paced(method)
        free_at = tx.paces.free_at(paced)
        if free_at is not None:
            allowed_at = wait_until(limit, _urgency.get(), free_at)
            if allowed_at > now:
                raise CallPostponed(allowed_at - now, method)
        tx.paces.set_free_at(paced, free_after_call(limit, free_at, now))


def _take_channel(
    tx: Transaction,
    channel: str,
    now: datetime,
) -> None:
    free_at = tx.paces.free_at(channel)
    if free_at is not None and free_at > now:
        raise CallPostponed(free_at - now, channel)
    tx.paces.set_free_at(channel, now + POST_EVERY)
