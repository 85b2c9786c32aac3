"""What `/metrics` tells Prometheus: counts and ages, never a word, an id or a name."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.usecases.services import Services


class _FromStore(Collector):
    """Reads the gauges when Prometheus asks; nothing is counted in between."""

    def __init__(self, services: Services, clock: Callable[[], datetime]) -> None:
        self._services = services
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._services.store.read() as tx:
            counts, waiting, given_up = tx.requests_by_state(), tx.waiting(), tx.given_up()
            oldest = tx.oldest_waiting()
        states = GaugeMetricFamily("help_clip_requests", "Requests by state", labels=["state"])
        for state, count in counts.items():
            states.add_metric([state], count)
        yield states
        yield GaugeMetricFamily("help_clip_outbox_waiting", "Tasks not done", value=waiting)
        yield GaugeMetricFamily("help_clip_outbox_given_up", "Tasks given up", value=given_up)
        age = max(0.0, (self._clock() - oldest).total_seconds()) if oldest else 0.0
        yield GaugeMetricFamily(
            "help_clip_outbox_oldest_seconds", "How overdue the oldest task is", value=age
        )


def metrics(services: Services, clock: Callable[[], datetime]) -> Callable[[], bytes]:
    """A function that renders the page in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_FromStore(services, clock))
    return lambda: generate_latest(registry)
