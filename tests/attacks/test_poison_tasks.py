"""A task that always fails is given up, whatever it does, and delays no other task."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.backoff import RetryLater
from bot.cli.checks.outbox import outbox_lines
from bot.metrics import metrics
from bot.task_handlers import TaskHandlers
from bot.usecases.requests import expire
from bot.usecases.tasks import given_up
from bot.worker import MOST_DEFECTS, OutboxWorker, render_handlers
from storage.records import OutboxRow, RequestState, Task
from storage.records.outbox import DeliverResult, Payload, RenderSnippet
from storage.tables import outbox
from tests.product import RAVI, ROSA, Product

LEASE = timedelta(seconds=20)


class Performed:
    """A handler that does what the test asks for, and counts its calls."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act
        self.count = 0

    def __call__(self, _row: OutboxRow, _payload: Payload) -> None:
        self.count += 1
        self.act()


def worker_with(product: Product, handlers: TaskHandlers) -> OutboxWorker:
    return OutboxWorker(
        "renderer",
        product.services,
        handlers,
        product.clock,
        LEASE,
    )


def fails_with(
    product: Product, error: BaseException
) -> tuple[OutboxWorker, Performed]:
    """Return a renderer whose every attempt fails with this error."""

    def fail() -> None:
        raise error

    performed = Performed(fail)
    handlers = render_handlers(product.services, product.clock)
    handlers.add(
        RenderSnippet,
        performed,
        on_give_up=handlers._on_give_up[RenderSnippet],
    )
    return worker_with(product, handlers), performed


def work(product: Product, worker: OutboxWorker, rounds: int) -> None:
    for _ in range(rounds):
        worker.work_once()
        product.pass_time(minutes=5)


def test_a_defect_is_given_up_after_eight_attempts_and_the_asker_learns_it(
    product: Product,
) -> None:
    request = product.ask(ROSA).request
    worker, performed = fails_with(product, ValueError("poison"))
    work(product, worker, rounds=MOST_DEFECTS + 5)
    assert performed.count == MOST_DEFECTS
    with product.services.store.read() as tx:
        [task] = tx.given_up_tasks.newest(10)
    assert (task.task, task.failure) == (Task.RENDER_SNIPPET, "ValueError")
    assert task.attempts == MOST_DEFECTS
    assert product.request(request).state is RequestState.UNMASKABLE
    assert Task.NOTIFY_ASKER in product.waiting()


def test_a_clip_that_kills_the_process_is_given_up_without_a_further_attempt(
    product: Product,
) -> None:
    product.ask(ROSA)
    worker, performed = fails_with(product, KeyboardInterrupt())
    for _ in range(MOST_DEFECTS):
        # Nothing of this process runs after the attempt.
        with pytest.raises(KeyboardInterrupt):
            worker.work_once()
        product.pass_time(minutes=1)
    worker.work_once()
    assert performed.count == MOST_DEFECTS
    with product.services.store.read() as tx:
        [task] = tx.given_up_tasks.newest(10)
    assert task.failure == "never_ended"


@pytest.mark.parametrize(
    "error",
    [
        RetryLater(timedelta(seconds=1), "ratelimited"),
        OperationalError("", None, Exception("database is locked")),
    ],
)
def test_what_passes_by_itself_is_tried_for_ever(
    product: Product,
    error: Exception,
) -> None:
    product.ask(ROSA)
    worker, performed = fails_with(product, error)
    work(product, worker, rounds=4 * MOST_DEFECTS)
    assert performed.count == 4 * MOST_DEFECTS
    with product.services.store.read() as tx:
        assert tx.given_up_tasks.newest(10) == []


def test_defects_count_only_in_a_row(product: Product) -> None:
    product.ask(ROSA)
    errors = [ValueError(), RetryLater(timedelta(seconds=1), "ratelimited")]

    def alternate() -> None:
        errors.reverse()
        raise errors[0]

    performed = Performed(alternate)
    handlers = TaskHandlers()
    handlers.add(RenderSnippet, performed)
    work(product, worker_with(product, handlers), rounds=4 * MOST_DEFECTS)
    assert performed.count == 4 * MOST_DEFECTS


def test_a_poison_task_delays_no_other(product: Product) -> None:
    product.ask(ROSA)
    other = product.ask(RAVI, span="4.9-5.2").request
    done = []

    def render_others(row: OutboxRow, payload: RenderSnippet) -> None:
        if payload.request_id != other.id:
            raise ValueError("poison")
        done.append(payload.request_id)
        with product.services.store.begin() as tx:
            tx.outbox.finish(row.id, product.now)

    handlers = TaskHandlers()
    handlers.add(RenderSnippet, render_others)
    worker = worker_with(product, handlers)
    worker.work_once()
    worker.work_once()
    assert done == [other.id]


def test_a_given_up_task_is_red_and_stays_until_a_person_ends_it(
    product: Product,
) -> None:
    product.ask(ROSA)
    worker, _ = fails_with(product, ValueError("poison"))
    work(product, worker, rounds=MOST_DEFECTS)
    product.pass_time(days=30)
    with product.services.store.begin() as tx:
        tx.outbox.forget_done(product.now, 1_000)
        tx.outbox.forget_finished(product.now, 1_000)
    lines = outbox_lines(product.services, product.now)
    problems = [line.problem for line in lines if line.problem is not None]
    assert any("help-clip tasks list" in problem for problem in problems)
    page = metrics(product.services, product.clock)().decode()
    assert 'help_clip_tasks_given_up{task="render"} 1.0' in page
    assert 'help_clip_tasks_given_up_oldest_seconds{task="render"}' in page
    assert "help_clip_outbox_given_up 1.0" in page


def test_a_retried_task_is_performed_and_its_defects_count_anew(
    product: Product,
) -> None:
    product.ask(ROSA)
    worker, performed = fails_with(product, ValueError("poison"))
    work(product, worker, rounds=MOST_DEFECTS)
    with product.services.store.read() as tx:
        [task] = tx.given_up_tasks.newest(10)
    given_up.retry(product.services, product.act(ROSA), task.id)
    work(product, worker, rounds=2 * MOST_DEFECTS)
    assert performed.count == 2 * MOST_DEFECTS


def test_a_delivery_that_a_sink_refused_is_delivered_after_a_retry(
    product: Product,
) -> None:
    request = product.open(ROSA)
    payload = DeliverResult(request_id=request.id, result_id="r1")
    with product.services.store.begin() as tx:
        tx.outbox.enqueue(payload, now=product.now)
        [row] = tx.outbox.claim(
            [Task.DELIVER_RESULT],
            now=product.now,
            lease=LEASE,
        )
        tx.outbox.finish(row.id, product.now, failure="Invalid")
    given_up.retry(product.services, product.act(ROSA), row.id)
    assert Task.DELIVER_RESULT in product.waiting()


def test_done_tasks_are_forgotten_after_an_hour_and_refused_ones_after_a_week(
    product: Product,
) -> None:
    product.ask(ROSA)
    with product.services.store.begin() as tx:
        for failure in (None, "channel_not_found"):
            tx.outbox.enqueue(RenderSnippet(request_id=1), now=product.now)
            [row] = tx.outbox.claim([Task.RENDER_SNIPPET], now=product.now, lease=LEASE)
            tx.outbox.finish(row.id, product.now, failure=failure)

    def kept() -> list[str | None]:
        with product.services.store.read() as tx:
            query = select(outbox.c.failure).where(outbox.c.done_at.is_not(None))
            return list(tx.connection.execute(query).scalars())

    for later, left in ((timedelta(minutes=59), 2), (timedelta(minutes=2), 1)):
        product.now += later
        expire.forget(product.services, product.worker())
        assert len(kept()) == left
    assert kept() == ["channel_not_found"]
    product.pass_time(days=7)
    expire.forget(product.services, product.worker())
    assert kept() == []
