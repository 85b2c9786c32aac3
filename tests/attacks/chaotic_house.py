"""Three replicas on one database, one clock, and faults at random from a seed.

Everything runs in turns in one thread, so that a seed always gives the same hour. A
killed replica drops what it was at, between any call to Slack and its commit.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from slack_sdk.web import SlackResponse
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.errors import Unavailable
from bot.safety_clock import SafetyClock
from bot.sandbox.config import BOT_TOKEN, SandboxConfig
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.server import SandboxServer, base_url_of, listen
from bot.sandbox.state_file import open_sandbox
from bot.slack.calls.pacer import Pacer
from bot.slack.client import KeptWebClient
from bot.sources import Deletion, Result, ResultSink
from bot.threads import outbox_workers
from bot.worker import Housekeeper
from storage.blobs import FolderBlobs
from storage.errors import StorageError
from storage.keys import ClipKeys
from storage.store import Store
from tests.product import Product, all_channels_are_fit, build_product

ROOT = Path(__file__).parents[2]
N_REPLICAS = 3
LEASE = timedelta(seconds=20)
# The clock of one replica is ahead by more than a lease.
AHEAD = timedelta(seconds=30)
DOWN_STEPS = 4
# A fault with such a chance strikes the first time, because there are few occasions.
_OFTEN = 0.2
SLACK_FAULTS: tuple[dict[str, Any], ...] = (
    {"method": "*", "status": 429, "retry_after": 5},
    {"method": "*", "status": 503},
    {"method": "*", "error": "internal_error"},
    {"method": "chat.postMessage", "error": "service_unavailable"},
    {"method": "chat.postMessage", "reset": True},
    {"method": "chat.update", "reset": True},
    {"method": "conversations.history", "status": 500},
    {"method": "conversations.replies", "reset": True},
)


class Killed(BaseException):
    """The process of a replica ends here, without a word."""


@dataclass
class Chaos:
    """Decides which fault strikes, and counts them."""

    random: Random
    is_on: bool = True
    struck: Counter[str] = field(default_factory=Counter)

    def strikes(self, fault: str, chance: float) -> bool:
        if not self.is_on:
            return False
        is_first = chance >= _OFTEN and not self.struck[fault]
        if self.random.random() >= chance and not is_first:
            return False
        self.struck[fault] += 1
        return True


class MortalClient(KeptWebClient):
    """A client whose process may be killed before a call, or before it is noted."""

    chaos: Chaos

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        if self.chaos.strikes("killed before a call", 0.02):
            raise Killed
        answer = super().api_call(api_method, **options)
        if self.chaos.strikes("killed after a call", 0.04):
            raise Killed
        return answer


class MoodyBlobs(FolderBlobs):
    """A folder that refuses now and then."""

    def __init__(self, folder: Path, chaos: Chaos) -> None:
        super().__init__(folder)
        self._chaos = chaos

    def put(self, name: str, data: bytes) -> None:
        self._refuse()
        super().put(name, data)

    def put_new(self, name: str, data: bytes) -> bool:
        self._refuse()
        return super().put_new(name, data)

    def get(self, name: str) -> bytes:
        self._refuse()
        return super().get(name)

    def _refuse(self) -> None:
        if self._chaos.strikes("object store", 0.05):
            raise StorageError("The store is away.")


@dataclass
class MoodySink:
    """A sink that is away now and then, or whose answer is lost."""

    inner: ResultSink
    chaos: Chaos

    def deliver(self, result: Result) -> None:
        if self.chaos.strikes("sink away", 0.2):
            raise Unavailable("The sink is away.")
        self.inner.deliver(result)
        if self.chaos.strikes("answer of the sink lost", 0.2):
            raise Unavailable("The answer was lost.")

    def request_deletion(self, deletion: Deletion) -> None:
        self.inner.request_deletion(deletion)

    def results(self) -> Iterator[Result]:
        return self.inner.results()


class Replica:
    """One process: its own connections, its workers, and the people it serves."""

    def __init__(self, house: "House", number: int) -> None:
        self._house = house
        shared = house.product.services
        self.ahead = timedelta(0)
        if number == 0:
            self.ahead = AHEAD
        self.down_until = 0
        store = Store(shared.store.url)
        event.listen(store.engine, "before_cursor_execute", self._fail)
        self.services = replace(shared, store=store)
        client = MortalClient(
            token=BOT_TOKEN,
            base_url=f"{house.url}/api/",
            timeout=10,
        )
        client.chaos = house.chaos
        client.pacer = Pacer(store, self.clock)
        self.workers = outbox_workers(self.services, client, self.clock, LEASE)
        self.housekeeper = Housekeeper(self.services, self.clock)
        self.safety = SafetyClock(self.services, self.clock)

    def clock(self) -> datetime:
        return self._house.product.now + self.ahead

    def at_work(self) -> Product:
        """Return the product as a person meets it on this replica."""
        return Product(self.services, self._house.product.now)

    def work(self) -> bool:
        """Let each worker perform one task. Return whether any did."""
        has_worked = False
        for worker in self.workers:
            has_worked = self._perform(worker.work_once) or has_worked
        return has_worked

    def keep_house(self) -> None:
        self._perform(self.housekeeper.keep_house)
        self._perform(self.safety.escalate_due)

    def _perform(self, work: Any) -> bool:
        try:
            return bool(work())
        except Killed:
            self.down_until = self._house.steps + DOWN_STEPS
        except (OperationalError, StorageError):
            # The loop of the thread notes it, and goes on.
            pass
        return True

    def _fail(self, *_: object) -> None:
        if self._house.chaos.strikes("database", 0.004):
            raise OperationalError("a statement", {}, Exception("database is locked"))


class House:
    """The replicas, the workspace and the clock of both."""

    def __init__(
        self,
        product: Product,
        sandbox: Sandbox,
        url: str,
        folder: Path,
        seed: int,
    ) -> None:
        self.product = product
        self.sandbox = sandbox
        self.url = url
        self.chaos = Chaos(Random(seed))
        self.steps = 0
        services = product.services
        services.blobs = MoodyBlobs(folder / "snippets", self.chaos)
        keys = MoodyBlobs(folder / "keys", self.chaos)
        services.clip_keys = ClipKeys(keys, services.snippet_key)
        services.sink = MoodySink(services.sink, self.chaos)
        self.replicas = [Replica(self, number) for number in range(N_REPLICAS)]

    def any_replica(self) -> Replica | None:
        """Return a replica that is up, or None while all are down."""
        up = [each for each in self.replicas if each.down_until <= self.steps]
        if not up:
            return None
        return self.chaos.random.choice(up)

    def step(self, seconds: int) -> None:
        """Let the replicas work in any order, then let the time pass."""
        if self.chaos.strikes("Slack", 0.3):
            fault = self.chaos.random.choice(SLACK_FAULTS)
            self.sandbox.faults.add({**fault, "times": 2})
        order = list(self.replicas)
        self.chaos.random.shuffle(order)
        for replica in order:
            if replica.down_until <= self.steps:
                replica.work()
        if self.steps % 10 == 0:
            order[0].keep_house()
        self.pass_time(seconds)

    def pass_time(self, seconds: int) -> None:
        self.product.pass_time(seconds=seconds)
        self.sandbox.clock.skew_s += seconds
        self.steps += 1

    def come_to_rest(self) -> None:
        """Let every fault end, and wait until nothing is left to do."""
        self.chaos.is_on = False
        self.sandbox.faults.clear()
        for replica in self.replicas:
            replica.down_until = 0
        for _ in range(4_000):
            if not self.product.waiting():
                return
            self.step(1)
        raise AssertionError(f"never at rest: {self.product.waiting()}")


@contextmanager
def chaotic_house(folder: Path, url: str | None, seed: int) -> Iterator[House]:
    """Yield a house of three replicas on this database."""
    config = SandboxConfig(manifest=ROOT / "manifest.yml", rate_limits="real")
    listener = listen(config)
    address = base_url_of(listener)
    sandbox = open_sandbox(config, address)
    server = SandboxServer(sandbox)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    product = build_product(folder, url)
    # The sandbox begins with the time of this machine.
    product.now = datetime.now(UTC).replace(microsecond=0)
    all_channels_are_fit(product.services, product.now)
    house = House(product, sandbox, address, folder, seed)
    try:
        yield house
    finally:
        for replica in house.replicas:
            replica.services.store.close()
        product.services.store.close()
        server.should_exit = True
        thread.join(10)
