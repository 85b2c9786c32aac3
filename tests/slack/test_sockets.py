"""Replicas share the Socket Mode connections that Slack allows an app."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.cli.checks.sockets import socket_lines
from bot.metrics import metrics
from bot.rules.slack_calls.sockets import LEASE, MOST_HELD
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.sandbox.config import APP_TOKEN, BOT_TOKEN
from bot.slack.app import build_app
from bot.slack.client import KeptWebClient
from bot.slack.socket_mode.share import Hello, ProcessShare
from bot.slack.socket_mode.sockets import Sockets
from bot.wiring import utc_now
from storage.records import SocketShare
from storage.replicas.process_names import has_died_here, new_process_name
from tests.product import TEAM, Product, build_product

ROOT = Path(__file__).parents[2]


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return build_product(tmp_path)


def processes(product: Product, number: int) -> list[ProcessShare]:
    """Shares of processes that start one after the other."""
    made = []
    for _ in range(number):
        made.append(ProcessShare(product.services.store, product.clock))
        product.pass_time(seconds=1)
    return made


def follow(shares: list[ProcessShare], held: list[int]) -> None:
    """Let each process follow its share once, as its watchdog does."""
    for place, share in enumerate(shares):
        allowed = share.renew(held[place], None)
        if allowed < held[place]:
            share.renew(allowed, None)
        held[place] = allowed


def test_processes_that_died_on_this_machine_leave_their_places_at_once(
    product: Product,
) -> None:
    dead = subprocess.Popen(["/bin/true"])
    dead.wait()
    place, _, _ = new_process_name().split("-")
    now = product.clock()
    for number in range(4):
        share = SocketShare(
            process=f"{place}-{dead.pid}-{number}",
            since=now,
            held=2,
            held_until=now + LEASE,
        )
        with product.services.store.begin() as tx:
            tx.socket_shares.put(share)
    elsewhere = SocketShare(
        process=f"another-{dead.pid}-0", since=now, held=2, held_until=now + LEASE
    )
    with product.services.store.begin() as tx:
        tx.socket_shares.put(elsewhere)
    assert not has_died_here(new_process_name())
    assert processes(product, 1)[0].renew(0, None) == 2
    with product.services.store.read() as tx:
        left = {share.process for share in tx.socket_shares.live(product.clock())}
    assert elsewhere.process in left
    assert len(left) == 2


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [2]),
        (3, [2, 2, 2]),
        (5, [2, 2, 2, 1, 1]),
        (6, [2, 2, 1, 1, 1, 1]),
        (9, [1, 1, 1, 1, 1, 1, 1, 1, 0]),
    ],
)
def test_each_process_has_one_connection_before_any_has_two(
    product: Product,
    number: int,
    expected: list[int],
) -> None:
    shares = processes(product, number)
    held = [0] * number
    for _ in range(3):
        follow(shares, held)
        assert sum(held) <= MOST_HELD
    assert held == expected


def test_a_deploy_of_three_beside_three_gives_each_a_connection_all_the_time(
    product: Product,
) -> None:
    old = processes(product, 3)
    held = [0, 0, 0]
    follow(old, held)
    shares = [*old, *processes(product, 3)]
    held += [0, 0, 0]
    for _ in range(3):
        follow(shares, held)
        assert sum(held) <= MOST_HELD
    assert min(held) >= 1
    for gone in (1, 2, 3):
        shares.pop(0).leave()
        held.pop(0)
        follow(shares, held)
        assert min(held) >= 1, gone
    follow(shares, held)
    assert held == [2, 2, 2]


def test_a_connection_that_is_not_closed_yet_is_not_given_away(
    product: Product,
) -> None:
    shares = processes(product, MOST_HELD)
    held = [0] * MOST_HELD
    for _ in range(3):
        follow(shares, held)
    shares[0].leave()
    follow(shares[1:], held[1:])
    assert shares[1].renew(1, None) == 2
    [late] = processes(product, 1)
    assert late.renew(0, None) == 0
    assert shares[1].renew(2, None) == 1
    assert late.renew(0, None) == 0
    assert shares[1].renew(1, None) == 1
    assert late.renew(0, None) == 1


def test_the_share_of_a_process_that_died_is_free_after_half_a_minute(
    product: Product,
) -> None:
    shares = processes(product, MOST_HELD)
    held = [0] * MOST_HELD
    for _ in range(3):
        follow(shares, held)
    [late] = processes(product, 1)
    assert late.renew(0, None) == 0
    product.pass_time(seconds=25)
    follow(shares[1:], held[1:])
    product.pass_time(seconds=6)
    assert late.renew(0, None) == 1


def problems(product: Product) -> list[str]:
    lines = socket_lines(product.services, product.now)
    return [line.problem for line in lines if line.problem is not None]


def test_check_names_a_replica_without_a_connection(product: Product) -> None:
    shares = processes(product, MOST_HELD + 1)
    held = [0] * len(shares)
    for _ in range(3):
        follow(shares, held)
    [problem] = problems(product)
    assert problem.startswith("1 replica has none")


def test_check_is_red_for_connections_that_no_replica_holds(product: Product) -> None:
    [share] = processes(product, 1)
    assert share.renew(0, None) == 2
    share.renew(2, Hello(3, product.now))
    assert problems(product) == []
    product.pass_time(seconds=1)
    share.renew(2, Hello(6, product.now))
    [problem] = problems(product)
    assert "Slack counts 3 that no replica holds" in problem
    page = metrics(product.services, product.clock)().decode()
    assert "help_clip_sockets_held 2.0" in page
    assert "help_clip_sockets_counted 6.0" in page
    product.pass_time(minutes=1)
    assert list(socket_lines(product.services, product.now)) == []


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_in_thread(SandboxConfig(manifest=ROOT / "manifest.yml")) as running:
        yield running


class Replicas:
    """Sockets of several processes on one database, at one sandbox."""

    def __init__(self, product: Product, sandbox: RunningSandbox) -> None:
        self.product = product
        self.url = sandbox.url
        self.running: list[Sockets] = []

    def start(self, number: int) -> None:
        for _ in range(number):
            sockets = self.make()
            sockets.start()
            self.running.append(sockets)

    def make(self) -> Sockets:
        return Sockets(
            self._app(),
            self._client(APP_TOKEN),
            self.product.services.store,
            utc_now,
        )

    def _client(self, token: str) -> KeptWebClient:
        return KeptWebClient(token=token, base_url=f"{self.url}/api/", timeout=5)

    def _app(self) -> App:
        return build_app(
            self.product.services,
            self._client(BOT_TOKEN),
            identity=AuthorizeResult(
                enterprise_id=None, team_id=TEAM, bot_token=BOT_TOKEN
            ),
            clock=utc_now,
        )

    def stop_oldest(self) -> None:
        self.running.pop(0).stop()

    def n_calls(self) -> int:
        query = {"method": "apps.connections.open"}
        found = httpx.get(f"{self.url}/sandbox/calls", params=query, trust_env=False)
        return len(found.json()["calls"])

    def break_something(self, **fault: object) -> None:
        httpx.post(f"{self.url}/sandbox/faults", json=fault, trust_env=False)

    def expect(self, *held: int) -> None:
        def is_so() -> bool:
            alive = all(each.are_alive() for each in self.running)
            return alive and [each.n_open() for each in self.running] == list(held)

        wait(is_so)


def wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not is_so():
        assert time.monotonic() < deadline, "not so within 40 s"
        time.sleep(0.1)


@pytest.fixture
def replicas(product: Product, sandbox: RunningSandbox) -> Iterator[Replicas]:
    made = Replicas(product, sandbox)
    yield made
    while made.running:
        made.stop_oldest()


def test_six_processes_open_eight_connections_with_few_calls(
    replicas: Replicas,
) -> None:
    replicas.start(6)
    replicas.expect(2, 2, 1, 1, 1, 1)
    n_calls = replicas.n_calls()
    assert n_calls <= 10
    time.sleep(5)
    assert replicas.n_calls() == n_calls
    for _ in range(3):
        replicas.stop_oldest()
    replicas.expect(2, 2, 2)
    assert replicas.n_calls() <= n_calls + 4


def test_a_process_is_ready_once_it_is_connected_or_others_hold_every_connection(
    replicas: Replicas,
    product: Product,
) -> None:
    product.now = utc_now()
    others = processes(product, MOST_HELD)
    held = [0] * MOST_HELD
    for _ in range(3):
        follow(others, held)
    waiting = replicas.make()
    assert not waiting.are_ready()
    waiting.start()
    replicas.running.append(waiting)
    assert waiting.n_open() == 0
    assert waiting.are_ready()
    for share in others:
        share.leave()
    replicas.expect(2)
    assert waiting.are_ready()


def test_connections_that_others_take_are_asked_for_with_growing_pauses(
    replicas: Replicas,
    sandbox: RunningSandbox,
    tmp_path: Path,
) -> None:
    (tmp_path / "others").mkdir()
    others = Replicas(build_product(tmp_path / "others"), sandbox)
    others.start(4)
    others.expect(2, 2, 2, 2)
    n_calls = replicas.n_calls()
    replicas.start(2)
    wait(lambda: any(each.are_alive() for each in replicas.running))
    time.sleep(6)
    # Two of the four are refused: at once, and after 1, 2 and 4 seconds.
    assert replicas.n_calls() - n_calls <= 2 + 2 * 4
    while others.running:
        others.stop_oldest()
    replicas.expect(2, 2)
