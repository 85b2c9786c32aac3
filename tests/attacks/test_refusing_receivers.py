"""Nothing is given up by itself that another person may mend."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot.sources import open_result_sink
from bot.task_handlers import TaskHandlers
from bot.usecases.context import Act
from bot.usecases.erasure import erase
from bot.worker import (
    MOST_DEFECTS,
    OutboxWorker,
    delivery_handlers,
    erasure_handlers,
)
from storage.records import Origin, RequestState, Task
from tests.product import JONAS, RAVI, ROSA, Product

SIGNED_WITH = "correct horse battery"


class Receiver(ThreadingHTTPServer):
    """Answers each delivery with `status`."""

    daemon_threads = True
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        Thread(target=self.serve_forever, daemon=True).start()


class Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Receiver)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


def work(product: Product, handlers: TaskHandlers) -> None:
    """Perform due rows for longer than the attempts that a defect has."""
    worker = OutboxWorker(
        "worker",
        product.services,
        handlers,
        product.clock,
        timedelta(seconds=20),
    )
    for _ in range(2 * MOST_DEFECTS):
        worker.work_once()
        product.pass_time(minutes=6)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 410, 500])
def test_a_word_that_the_receiver_refused_for_an_hour_is_delivered_afterwards(
    product: Product,
    receiver: Receiver,
    status: int,
) -> None:
    sink = open_result_sink(
        f"http://127.0.0.1:{receiver.server_port}", secret=SIGNED_WITH
    )
    product.services = replace(product.services, sink=sink)
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    receiver.status = status
    work(product, delivery_handlers(product.services, product.clock))
    with product.services.store.read() as tx:
        assert tx.given_up_tasks.newest(10) == []
        [task] = tx.given_up_tasks.failing(10)
    assert task.task is Task.DELIVER_RESULT
    assert task.failure.endswith(str(status))
    assert product.request(request).state is RequestState.DELIVERY_FAILED
    receiver.status = 200
    work(product, delivery_handlers(product.services, product.clock))
    assert product.request(request).state is RequestState.DELIVERED


def test_a_place_that_refuses_an_erasure_is_tried_for_ever(
    product: Product,
    receiver: Receiver,
) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    sink = open_result_sink(
        f"http://127.0.0.1:{receiver.server_port}", secret=SIGNED_WITH
    )
    product.services = replace(product.services, sink=sink)
    work(product, delivery_handlers(product.services, product.clock))
    receiver.status = 404
    act = Act(person=None, origin=Origin.CLI, now=product.now)
    erase.erase_clip(product.services, act, request.clip_id, reason="letter 7")
    work(product, erasure_handlers(product.services, product.clock))
    with product.services.store.read() as tx:
        assert tx.given_up_tasks.newest(10) == []
        [task] = tx.given_up_tasks.failing(10)
    assert task.task is Task.ERASE_PLACE
    assert task.failure.endswith("404")
