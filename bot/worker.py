"""Threads that perform the tasks of the outbox, and the work that is due by time."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import OperationalError

from bot.backoff import RetryLater, pause_after
from bot.errors import HelpClipError, Invalid, Unavailable
from bot.rules.slack_calls.urgency import most_urgent_first
from bot.task_handlers import TaskHandlers
from bot.text.sentence import Sentence
from bot.usecases.context import Act, act_without_person
from bot.usecases.distress import drill
from bot.usecases.erasure import consent, holds, places, purge, waiting
from bot.usecases.people import weekly
from bot.usecases.requests import deliver, expire, render
from bot.usecases.requests.clocks.chase import chase
from bot.usecases.requests.clocks.digest import post_digests
from bot.usecases.requests.clocks.hand_over import hand_over
from bot.usecases.services import Services
from storage.errors import StorageError
from storage.records import Origin, OutboxRow
from storage.records.outbox import (
    DeliverResult,
    EraseAccidental,
    ErasePlace,
    RenderSnippet,
)

log = logging.getLogger(__name__)

# A row of another replica is noticed this late; a row of our own wakes us at once.
POLL_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 15.0
# Eight attempts take about two minutes: 1 s, 2 s, 4 s, ... apart.
MOST_DEFECTS = 8
_NEVER_ENDED = "never_ended"
_RENDER_TRIES = 6
# In characters, as the database keeps it.
_LONGEST_REASON = 80


class OutboxWorker(threading.Thread):
    """A thread that claims and performs rows of some tasks until it is stopped."""

    def __init__(
        self,
        name: str,
        services: Services,
        handlers: TaskHandlers,
        clock: Callable[[], datetime],
        lease: timedelta,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._services = services
        self._lease = lease
        self.tasks = most_urgent_first(handlers.tasks)
        self._handlers = handlers
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = False
        services.store.on_enqueue(self._wake.set)

    def run(self) -> None:
        """Work until stopped.

        This is the outermost loop: a defect costs one try, not the thread.
        """
        while not self._stopping:
            self._wake.clear()
            try:
                idle_s = self._work()
            except Exception as error:  # noqa: BLE001
                log.error("%s: %s; trying again", self.name, type(error).__name__)
                idle_s = POLL_SECONDS
            if idle_s:
                self._wake.wait(idle_s)

    def _work(self) -> float:
        """Perform a row that is due. Return the seconds to wait afterwards."""
        # Looking takes no write lock.
        with self._services.store.read() as tx:
            due = tx.outbox.next_due(self.tasks)
        if due is None:
            return POLL_SECONDS
        wait = due - self._clock()
        wait_s = wait.total_seconds()
        if wait_s > 0:
            return min(wait_s, POLL_SECONDS)
        if self.work_once():
            return 0.0
        # Another replica has claimed it meanwhile.
        return POLL_SECONDS

    def stop(self) -> None:
        """End after the current row."""
        self._stopping = True
        self._wake.set()

    def work_once(self) -> bool:
        """Perform one row that is due now. Return False if there was none."""
        with self._services.store.begin() as tx:
            # One at a time: a row that waits behind a slow one would outlive its lease,
            # and another replica would do it as well.
            rows = tx.outbox.claim(
                self.tasks,
                now=self._clock(),
                lease=self._lease,
                limit=1,
            )
        for row in rows:
            self._try(row)
        return bool(rows)

    def _try(self, row: OutboxRow) -> None:
        """Perform a row, postpone it, or give it up after too many defects in a row."""
        if row.defects > MOST_DEFECTS:
            # Each of these attempts ended with its process, or outlived its lease.
            self._give_up(row, row.failure or _NEVER_ENDED)
            return
        try:
            self._handlers.perform(row)
        except RetryLater as later:
            # Pacing is no trouble.
            level = logging.DEBUG
            if later.tried:
                level = logging.WARNING
            log.log(level, "%s: %s; trying again", self.name, later.reason)
            self._postpone(row, later)
        except OperationalError as error:
            # The database is away or busy, which is no fault of the row.
            log.error("%s: database: %s", self.name, type(error).__name__)
            self._postpone(row, RetryLater(pause_after(row), type(error).__name__))
        except Exception as error:  # noqa: BLE001
            kind = type(error).__name__
            log.error("%s: a task failed: %s", self.name, kind)
            if row.defects >= MOST_DEFECTS:
                self._give_up(row, kind)
            else:
                self._postpone(row, RetryLater(pause_after(row), kind), is_defect=True)

    def _give_up(self, row: OutboxRow, failure: str) -> None:
        """Give a row up, so that a person can retry or drop it."""
        log.error("%s: task %d was given up: %s", self.name, row.id, failure)
        try:
            self._handlers.give_up(row)
        except Exception as error:  # noqa: BLE001
            log.error("%s: giving up failed: %s", self.name, type(error).__name__)
        with self._services.store.begin() as tx:
            tx.outbox.finish(row.id, self._clock(), failure=failure, is_defect=True)

    def _postpone(
        self,
        row: OutboxRow,
        later: RetryLater,
        *,
        is_defect: bool = False,
    ) -> None:
        with self._services.store.begin() as tx:
            tx.outbox.postpone(
                row,
                self._clock() + later.after,
                failure=later.reason,
                tried=later.tried,
                waits_for=later.waits_for,
                is_defect=is_defect,
            )


# A fault in one of them must not keep the others from their work.
_CHORES: tuple[Callable[[Services, Act], object], ...] = (
    drill.start_monthly_drill,
    weekly.notify_weekly,
    expire.expire,
    chase,
    post_digests,
    hand_over,
    holds.expire_holds,
    waiting.erase_due,
    purge.purge,
    expire.forget,
)


def _do_chore(chore: Callable[[], object]) -> None:
    try:
        chore()
    except Exception as error:  # noqa: BLE001
        log.error("housekeeping: %s; trying again", type(error).__name__)


class Housekeeper(threading.Thread):
    """A thread that expires, purges and forgets.

    It also runs other chores, such as refreshing user groups.
    """

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        chores: Sequence[Callable[[], None]] = (),
    ) -> None:
        super().__init__(name="housekeeper", daemon=True)
        self._services = services
        self._clock = clock
        self._chores = chores
        self._stopped = threading.Event()

    def run(self) -> None:
        """Do the rounds until stopped; one failing chore does not stop the others."""
        while not self._stopped.wait(HOUSEKEEPING_SECONDS):
            self.keep_house()
            for chore in self._chores:
                _do_chore(chore)

    def keep_house(self) -> None:
        """Do one round of what a house needs."""
        act = _act(self._clock())
        for chore in _CHORES:
            _do_chore(partial(chore, self._services, act))

    def stop(self) -> None:
        """End after the current round."""
        self._stopped.set()


def render_handlers(services: Services, clock: Callable[[], datetime]) -> TaskHandlers:
    """Return the handler that makes snippets."""

    def render_snippet(row: OutboxRow, payload: RenderSnippet) -> None:
        act = _act(clock())
        try:
            render.render(services, act, payload.request_id)
        except (Unavailable, StorageError) as error:
            if row.attempts < _RENDER_TRIES:
                raise RetryLater(pause_after(row), type(error).__name__) from error
            render.give_up(services, act, payload.request_id)
        _finish(services, row, clock())

    def close_request(payload: RenderSnippet) -> None:
        render.give_up(services, _act(clock()), payload.request_id)

    handlers = TaskHandlers()
    handlers.add(RenderSnippet, render_snippet, on_give_up=close_request)
    return handlers


def delivery_handlers(
    services: Services, clock: Callable[[], datetime]
) -> TaskHandlers:
    """Return the handler that hands results to the sink."""

    def deliver_result(row: OutboxRow, payload: DeliverResult) -> None:
        act = _act(clock())
        try:
            deliver.deliver(services, act, payload.request_id, payload.result_id)
        except HelpClipError as error:
            # Also after a refusal: a person may mend the address or the receiver.
            raise RetryLater(pause_after(row), _reason_of(error)) from error
        else:
            _finish(services, row, clock())

    handlers = TaskHandlers()
    handlers.add(DeliverResult, deliver_result)
    return handlers


def erasure_handlers(services: Services, clock: Callable[[], datetime]) -> TaskHandlers:
    """Return the handlers that erase.

    A place that a legal hold keeps is enqueued again when the hold ends.
    """

    def erase_place(row: OutboxRow, payload: ErasePlace) -> None:
        act = _act(clock())
        try:
            places.clean(services, act, payload.receipt_id)
        except (Invalid, Unavailable, StorageError) as error:
            # Also after a refusal: a person may mend the place.
            raise RetryLater(pause_after(row), _reason_of(error)) from error
        else:
            _finish(services, row, clock())

    def erase_accidental(row: OutboxRow, payload: EraseAccidental) -> None:
        act = _act(clock())
        try:
            waiting.close_accidental(services, act, payload.request_id)
        except (Unavailable, StorageError) as error:
            raise RetryLater(pause_after(row), type(error).__name__) from error
        _finish(services, row, clock())

    handlers = TaskHandlers()
    handlers.add(ErasePlace, erase_place)
    handlers.add(EraseAccidental, erase_accidental)
    return handlers


class ConsentRefresh:
    """Asks the clip source about clips with live requests, fifty a round.

    After the last clip it begins anew.
    """

    def __init__(self, services: Services, clock: Callable[[], datetime]) -> None:
        self._services = services
        self._clock = clock
        self._after = 0

    def __call__(self) -> None:
        act = _act(self._clock())
        self._after = consent.refresh(self._services, act, after=self._after).last


def _reason_of(error: Exception) -> str:
    """Return why an attempt failed, for `help-clip tasks`: a key and a status."""
    reason = type(error).__name__
    sentence = error.args[0]
    if not isinstance(sentence, Sentence):
        return reason
    reason = f"{reason} {sentence.key}"
    if "status" in sentence.values:
        reason = f"{reason} {sentence.values['status']}"
    return reason[:_LONGEST_REASON]


def _finish(
    services: Services,
    row: OutboxRow,
    now: datetime,
    failure: str | None = None,
) -> None:
    with services.store.begin() as tx:
        tx.outbox.finish(row.id, now, failure=failure)


def _act(now: datetime) -> Act:
    """Return the context of work that no person asked for."""
    return act_without_person(Origin.WORKER, now)
