"""One sandbox for all tests of a process, reset before each of them."""

from collections.abc import Iterator

import pytest

from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from tests.sandbox.workspace import Workspace


@pytest.fixture(scope="session")
def running() -> Iterator[RunningSandbox]:
    config = SandboxConfig(
        retry_delays_s=(0.05, 0.1, 0.15),
        redelivery_s=0.3,
        events_per_hour=30,
        failing_events=20,
    )
    with start_in_thread(config) as sandbox:
        yield sandbox


@pytest.fixture
def workspace(running: RunningSandbox) -> Iterator[Workspace]:
    """A fresh default workspace."""
    fresh = Workspace(running.url)
    fresh.http.post("/sandbox/reset")
    fresh.config(request_url="", rate_limits="off")
    fresh.fault(kill_sockets=True)
    yield fresh
    fresh.http.close()
