"""Nothing delays the alert about a stopped recording: no purge, no source, no Slack."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from urllib.parse import parse_qs

import pytest

from bot.errors import Unavailable
from bot.safety_clock import SAFETY_SECONDS, SafetyClock
from bot.slack.client import KeptWebClient
from bot.threads import outbox_workers
from bot.usecases.distress import stop_clip
from bot.usecases.erasure.clip_turn import clip_turn
from bot.usecases.erasure.erase import erase_clip
from bot.usecases.erasure.holds import place_hold
from bot.usecases.erasure.places import clean_at_once
from bot.usecases.requests import withdraw
from bot.worker import Housekeeper
from storage.blobs import FolderBlobs
from storage.errors import Busy
from storage.keys import ClipKeys
from storage.records import Action, Task
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import ADA, RAVI, ROSA, SOFIA, Product, build_product

PATIENCE_S = 30.0
BOUND_S = 5.0
DESK_CHANNEL = "C0HELPENUS"


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait for what a thread does; a busy machine may take long."""
    end = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < end, "it never happened"
        sleep(0.02)


def stop_a_clip(product: Product) -> None:
    """Stop a recording, perform its first alerts, and let its clock run out."""
    stop_clip.stop(product.services, product.act(RAVI), product.open(ROSA).key)
    with product.services.store.begin() as tx:
        for row in tx.outbox.claim(
            list(Task),
            now=product.now,
            lease=timedelta(seconds=20),
            limit=100,
        ):
            tx.outbox.finish(row.id, product.now)
    product.pass_time(hours=1)


def is_escalated(product: Product) -> bool:
    actions = [event.action for event in product.events()]
    return Action.CASE_ESCALATED in actions and Task.PAGE_OFFICER in product.waiting()


@contextmanager
def running_safety_clock(product: Product) -> Iterator[None]:
    clock = SafetyClock(product.services, product.clock)
    clock.start()
    yield
    clock.stop()
    clock.join(PATIENCE_S)


def test_the_clock_looks_within_its_bound_and_sleeps_with_nothing_else() -> None:
    assert SAFETY_SECONDS < BOUND_S


def test_an_alert_is_enqueued_while_housekeeping_hangs(product: Product) -> None:
    stop_a_clip(product)
    hangs, release = Event(), Event()

    def hang() -> None:
        hangs.set()
        assert release.wait(PATIENCE_S)

    housekeeper = Thread(target=hang)
    Housekeeper(product.services, product.clock).keep_house()
    assert not is_escalated(product), "housekeeping escalates no case"
    housekeeper.start()
    assert hangs.wait(PATIENCE_S)
    with running_safety_clock(product):
        wait_for(lambda: is_escalated(product))
    assert not release.is_set()
    release.set()
    housekeeper.join(PATIENCE_S)


class HangingBlobs(FolderBlobs):
    """A store whose deletions and new keys hang until they are released."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.hangs = Event()
        self.release = Event()

    def delete(self, name: str) -> None:
        self.hangs.set()
        assert self.release.wait(PATIENCE_S)
        super().delete(name)

    def put_new(self, name: str, content: bytes) -> bool:
        self.hangs.set()
        assert self.release.wait(PATIENCE_S)
        return super().put_new(name, content)


@contextmanager
def hanging(product: Product, blobs: HangingBlobs, work: Thread) -> Iterator[None]:
    """Do the work in a thread until its store hangs; then escalate cases."""
    work.start()
    assert blobs.hangs.wait(PATIENCE_S)
    with running_safety_clock(product):
        yield
    assert not blobs.release.is_set()
    blobs.release.set()
    work.join(PATIENCE_S)
    assert not work.is_alive()


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Product]:
    """The product on each database."""
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = build_product(tmp_path, url)
    yield built
    built.services.store.close()


def test_an_alert_is_enqueued_while_the_store_of_a_purge_hangs(
    stored: Product, tmp_path: Path
) -> None:
    product = stored
    old = product.open(ROSA, clip="en-us-0002")
    withdraw.withdraw(product.services, product.act(ROSA), old.key)
    stop_a_clip(product)
    blobs = HangingBlobs(tmp_path / "hanging")
    product.services.blobs = blobs
    product.pass_time(days=400)
    purge = Thread(target=Housekeeper(product.services, product.clock).keep_house)
    with hanging(product, blobs, purge):
        wait_for(lambda: is_escalated(product))


def test_an_alert_is_enqueued_while_the_store_of_keys_hangs(
    stored: Product, tmp_path: Path
) -> None:
    product = stored
    asked = product.ask(ROSA, clip="en-us-0002").request
    stop_a_clip(product)
    blobs = HangingBlobs(tmp_path / "hanging")
    product.services.clip_keys = ClipKeys(blobs, product.services.snippet_key)
    rendering = Thread(target=product.render, args=[asked])
    with hanging(product, blobs, rendering):
        wait_for(lambda: is_escalated(product))


@pytest.mark.parametrize("kind", ["keys", "snippets"])
def test_an_alert_is_enqueued_while_the_store_of_an_erasure_hangs(
    stored: Product, tmp_path: Path, kind: str
) -> None:
    product = stored
    erased = product.open(ROSA, clip="en-us-0002")
    stop_a_clip(product)
    blobs = HangingBlobs(tmp_path / "hanging")
    if kind == "keys":
        product.services.clip_keys = ClipKeys(blobs, product.services.snippet_key)
    else:
        product.services.blobs = blobs
    act = product.fresh(ADA)
    erasure = erase_clip(product.services, act, erased.clip_id, reason="It was asked")
    cleaning = Thread(target=clean_at_once, args=[product.services, act, erasure])
    with hanging(product, blobs, cleaning):
        wait_for(lambda: is_escalated(product))


def test_no_hold_is_placed_on_what_is_being_deleted(
    stored: Product, tmp_path: Path
) -> None:
    product = stored
    old = product.open(ROSA, clip="en-us-0002")
    withdraw.withdraw(product.services, product.act(ROSA), old.key)
    blobs = HangingBlobs(tmp_path / "hanging")
    product.services.blobs = blobs
    product.pass_time(days=400)
    purge = Thread(target=Housekeeper(product.services, product.clock).keep_house)
    purge.start()
    assert blobs.hangs.wait(PATIENCE_S)
    officer = product.fresh(SOFIA)
    hold = partial(
        place_hold,
        product.services,
        officer,
        old.clip_id,
        days=30,
        reason="Evidence",
    )
    with pytest.raises(Unavailable, match="being deleted right now"):
        hold()
    blobs.release.set()
    purge.join(PATIENCE_S)
    hold()
    actions = [event.action for event in product.events()]
    assert actions.index(Action.SNIPPET_PURGED) < actions.index(Action.HOLD_PLACED)


def test_two_turns_at_one_clip_exclude_each_other(stored: Product) -> None:
    services = stored.services
    with clip_turn(services, "clip-1"):
        with clip_turn(services, "clip-2"):
            pass
        with pytest.raises(Busy), clip_turn(services, "clip-1", patience_s=0):
            pass
    with clip_turn(services, "clip-1"):
        pass


class Slack(ThreadingHTTPServer):
    """A Slack that never answers posts to the desk's channel, and answers all others."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlackHandler)
        self.hangs = Event()
        self.release = Event()
        self.paged: list[str] = []


class SlackHandler(BaseHTTPRequestHandler):
    """Answers one call."""

    server: Slack

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length).decode()
        if "json" in self.headers.get("content-type", ""):
            channel = json.loads(body)["channel"]
        else:
            channel = parse_qs(body)["channel"][0]
        if channel == DESK_CHANNEL:
            self.server.hangs.set()
            self.server.release.wait(PATIENCE_S)
        else:
            self.server.paged.append(channel)
        answer = json.dumps({"ok": True, "channel": channel, "ts": "1.2"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def slack() -> Iterator[Slack]:
    server = Slack()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    thread.join(PATIENCE_S)
    server.server_close()


def test_an_alert_is_sent_while_slack_hangs_on_another_message(
    product: Product,
    slack: Slack,
) -> None:
    stop_a_clip(product)
    product.open(ROSA, clip="en-us-0002")
    client = KeptWebClient(
        token="xoxb-1",
        base_url=f"http://127.0.0.1:{slack.server_port}/api/",
        timeout=int(PATIENCE_S),
    )
    lease = timedelta(seconds=60)
    workers = outbox_workers(product.services, client, product.clock, lease)
    for worker in workers:
        worker.start()
    assert slack.hangs.wait(PATIENCE_S)
    with running_safety_clock(product):
        wait_for(lambda: ADA in slack.paged)
    assert not slack.release.is_set()
    slack.release.set()
    for worker in workers:
        worker.stop()
    for worker in workers:
        worker.join(PATIENCE_S)
