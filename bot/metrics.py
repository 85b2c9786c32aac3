"""Metrics for Prometheus: counts and ages, never a word, an id or a name."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.rules.requests import lifecycle
from bot.rules.slack_calls.sockets import add_up
from bot.usecases.erasure import waiting
from bot.usecases.erasure.places import receipts_overdue
from bot.usecases.requests.clocks.ages import read_waiting
from bot.usecases.services import Services
from storage.audit.keeper import Keeper
from storage.audit.log.backlog import backlog
from storage.records import RequestState
from storage.store import Transaction

CLOSED_COUNTED_EVERY = timedelta(minutes=10)


class _FromStore(Collector):
    """Reads every figure from the store at the time of a scrape."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        keeper: Keeper | None,
    ) -> None:
        self._services = services
        self._clock = clock
        self._keeper = keeper
        self._closed: dict[RequestState, int] = {}
        self._closed_at: datetime | None = None

    def collect(self) -> Iterator[Metric]:
        yield from self._request_metrics()
        yield from self._clock_metrics()
        yield from self._desk_metrics()
        yield from self._log_metrics()
        yield self._visitor_metric()
        yield from self._task_metrics()
        yield GaugeMetricFamily(
            "help_clip_erasures_overdue",
            "Places that should be clean by now",
            value=receipts_overdue(self._services, self._clock()),
        )
        yield from self._waiting_metrics()
        yield from self._socket_metrics()

    def _socket_metrics(self) -> Iterator[Metric]:
        with self._services.store.read() as tx:
            totals = add_up(tx.socket_shares.live(self._clock()))
        yield GaugeMetricFamily(
            "help_clip_sockets_held",
            "Socket Mode connections of all replicas",
            value=totals.held,
        )
        yield GaugeMetricFamily(
            "help_clip_sockets_counted",
            "The same by Slack's newest count, which includes lost ones",
            value=totals.counted or 0,
        )
        yield GaugeMetricFamily(
            "help_clip_sockets_replicas_without",
            "Replicas without a connection, since others hold them all",
            value=totals.without,
        )

    def _waiting_metrics(self) -> Iterator[Metric]:
        with self._services.store.read() as tx:
            n_waiting = tx.waiting_erasures.count()
        yield GaugeMetricFamily(
            "help_clip_erasures_waiting",
            "Erasures after answers that a lead can still stop",
            value=n_waiting,
        )
        yield GaugeMetricFamily(
            "help_clip_erasures_waiting_overdue",
            "Of them, those that should have begun",
            value=waiting.count_overdue(self._services, self._clock()),
        )

    def _request_metrics(self) -> Iterator[Metric]:
        with self._services.store.read() as tx:
            counts = self._request_counts(tx)
            waiting = tx.outbox_counts.count_waiting()
            given_up = tx.outbox_counts.count_given_up()
            oldest = tx.outbox_counts.oldest_waiting()
            open_cases, overdue_cases = tx.cases.counts(self._clock())
        states = GaugeMetricFamily(
            "help_clip_requests", "Requests by state", labels=["state"]
        )
        for state, count in counts.items():
            states.add_metric([state], count)
        yield states
        yield GaugeMetricFamily(
            "help_clip_outbox_waiting", "Tasks not done", value=waiting
        )
        yield GaugeMetricFamily(
            "help_clip_outbox_given_up", "Tasks given up", value=given_up
        )
        yield GaugeMetricFamily(
            "help_clip_cases_open", "Cases not closed", value=open_cases
        )
        yield GaugeMetricFamily(
            "help_clip_cases_overdue",
            "Of them, not looked after in time",
            value=overdue_cases,
        )
        yield GaugeMetricFamily(
            "help_clip_outbox_oldest_seconds",
            "How overdue the oldest task is",
            value=self._age(oldest),
        )

    def _clock_metrics(self) -> Iterator[Metric]:
        """Yield how long open and disputed requests wait, and how many are late."""
        oldest = GaugeMetricFamily(
            "help_clip_requests_oldest_seconds",
            "How long the oldest request waits in its state",
            labels=["state"],
        )
        late = GaugeMetricFamily(
            "help_clip_requests_late",
            "Requests that wait longer than their desk wants",
            labels=["state"],
        )
        waiting = read_waiting(self._services, self._clock())
        for state, found in waiting.items():
            oldest.add_metric([state], self._age(found.oldest))
            late.add_metric([state], found.late)
        yield oldest
        yield late

    def _desk_metrics(self) -> Iterator[Metric]:
        """Yield how many requests of each desk wait, and for how long."""
        waiting = GaugeMetricFamily(
            "help_clip_desk_requests_waiting",
            "Open and disputed requests of a desk",
            labels=["desk", "state"],
        )
        oldest = GaugeMetricFamily(
            "help_clip_desk_requests_oldest_seconds",
            "How long the oldest of them waits in its state",
            labels=["desk", "state"],
        )
        with self._services.store.read() as tx:
            found = tx.clocks.waiting_by_desk(lifecycle.TIMED)
        for each in found:
            waiting.add_metric([each.desk, each.state], each.count)
            oldest.add_metric([each.desk, each.state], self._age(each.oldest))
        yield waiting
        yield oldest

    def _request_counts(self, tx: Transaction) -> dict[RequestState, int]:
        """Return the requests by state; the closed ones are counted now and then.

        Their number only grows, and so does the time to count them.
        """
        now = self._clock()
        if self._closed_at is None or now - self._closed_at >= CLOSED_COUNTED_EVERY:
            self._closed = tx.requests.count_by_state(lifecycle.CLOSED)
            self._closed_at = now
        return {**self._closed, **tx.requests.count_by_state(lifecycle.LIVE)}

    def _task_metrics(self) -> Iterator[Metric]:
        """Yield numbers and greatest ages by the kind of task."""
        with self._services.store.read() as tx:
            waiting = tx.given_up_tasks.waiting_counts()
            given_up = tx.given_up_tasks.counts()
        for name, counts in (("waiting", waiting), ("given_up", given_up)):
            numbers = GaugeMetricFamily(
                f"help_clip_tasks_{name}", "Tasks by kind", labels=["task"]
            )
            ages = GaugeMetricFamily(
                f"help_clip_tasks_{name}_oldest_seconds",
                "How long the oldest of them is due, or given up",
                labels=["task"],
            )
            for each in counts:
                numbers.add_metric([each.task], each.count)
                ages.add_metric([each.task], self._age(each.oldest))
            yield numbers
            yield ages

    def _visitor_metric(self) -> Metric:
        refused = CounterMetricFamily(
            "help_clip_sign_ins_refused",
            "Refused sign-ins without a known person, since this process started",
            labels=["rule"],
        )
        for rule, count in self._services.refused_visitors.totals().items():
            refused.add_metric([rule], count)
        return refused

    def _log_metrics(self) -> Iterator[Metric]:
        with self._services.store.read() as tx:
            behind = backlog(tx.log)
        yield GaugeMetricFamily(
            "help_clip_log_waiting", "Events not signed yet", value=behind.waiting
        )
        yield GaugeMetricFamily(
            "help_clip_log_oldest_seconds",
            "How long the oldest of them waits",
            value=self._age(behind.oldest),
        )
        if self._keeper is not None:
            yield GaugeMetricFamily(
                "help_clip_log_trouble",
                "1 while the access log cannot be signed",
                value=self._keeper.trouble is not None,
            )

    def _age(self, moment: datetime | None) -> float:
        if moment is None:
            return 0.0
        return max(0.0, (self._clock() - moment).total_seconds())


def metrics(
    services: Services,
    clock: Callable[[], datetime],
    keeper: Keeper | None = None,
) -> Callable[[], bytes]:
    """Return a function that renders the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_FromStore(services, clock, keeper))
    return lambda: generate_latest(registry)
