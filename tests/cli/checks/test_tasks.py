"""`help-clip tasks`."""

import json
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, get_args, get_origin, get_type_hints

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.checks import tasks
from bot.task_handlers import TaskHandlers
from bot.usecases.context import Act
from bot.worker import OutboxWorker
from storage.records import Action, Origin, OutboxRow, Task
from storage.records.outbox import PAYLOADS, Payload
from tests.product import CLIP, ROSA, Product

RUNNER = CliRunner()


@pytest.fixture
def opened(product: Product, monkeypatch: pytest.MonkeyPatch) -> Product:
    """The product that the commands work on."""

    @contextmanager
    def opened():  # type: ignore[no-untyped-def]
        yield product.services, Act(person=None, origin=Origin.CLI, now=product.now)

    monkeypatch.setattr(tasks, "open_program", opened)
    return product


@pytest.fixture
def number(opened: Product) -> int:
    """The number of a rendering that was given up."""
    product = opened
    product.ask(ROSA, guess="lamp")
    with product.services.store.begin() as tx:
        [row] = tx.outbox.claim(
            [Task.RENDER_SNIPPET],
            now=product.now,
            lease=timedelta(seconds=20),
        )
        tx.outbox.finish(row.id, product.now, failure="ValueError", is_defect=True)
    return row.id


def run(*words: str) -> Result:
    return RUNNER.invoke(app, ["tasks", *words], env={"COLUMNS": "200"})


def test_the_list_names_request_and_reason_but_no_clip_word_or_person(
    number: int,
) -> None:
    for words in (["list"], ["list", "--json"], ["show", str(number)]):
        shown = run(*words).output
        assert "HC-1" in shown
        assert "ValueError" in shown
        for secret in (CLIP, "lamp", ROSA):
            assert secret not in shown


def test_json_lines_hold_one_task_each(number: int) -> None:
    for words in (["list", "--json"], ["show", str(number), "--json"]):
        found = json.loads(run(*words).output)
        assert found["task"] == number
        assert found["kind"] == "render"
        assert found["given_up"] is not None


def test_a_retried_task_fails_no_longer(number: int, product: Product) -> None:
    assert run("retry", str(number)).exit_code == 0
    assert "No such task" in run("list").output
    assert product.last_event().action is Action.TASK_RETRIED


def test_a_dropped_task_is_gone(number: int, product: Product) -> None:
    assert run("drop", str(number)).exit_code == 0
    assert "No such task" in run("list").output
    assert product.last_event().action is Action.TASK_DROPPED


def test_tasks_that_fail_and_wait_are_listed_apart(
    number: int,
    product: Product,
) -> None:
    assert run("retry", str(number)).exit_code == 0
    with product.services.store.begin() as tx:
        [row] = tx.outbox.claim(
            [Task.RENDER_SNIPPET],
            now=product.now,
            lease=timedelta(seconds=20),
        )
        tx.outbox.postpone(row, product.now, failure="unavailable")
    assert "unavailable" in run("list", "--failing").output
    assert "No such task" in run("list").output


def sample(kind: type[Payload], request_id: int) -> Payload:
    """Return a payload of this kind, with made-up values."""
    values: dict[str, object] = {}
    for name, hint in get_type_hints(kind).items():
        if get_origin(hint) is not ClassVar and name != "task":
            values[name] = request_id if int in (hint, *get_args(hint)) else "U1"
    return kind(**values)


def test_a_poison_task_of_any_kind_is_set_aside_listed_retried_and_dropped(
    opened: Product,
) -> None:
    product = opened
    request = product.ask(ROSA).request
    product.do_all()

    def fail(_row: OutboxRow, _payload: Payload) -> None:
        raise ValueError("poison")

    handlers = TaskHandlers()
    for kind in PAYLOADS.values():
        handlers.add(kind, fail)
    worker = OutboxWorker(
        "worker",
        product.services,
        handlers,
        product.clock,
        timedelta(seconds=20),
    )
    with product.services.store.begin() as tx:
        for kind in PAYLOADS.values():
            tx.outbox.enqueue(sample(kind, request.id), now=product.now)
    work_until_idle(product, worker)
    listed = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    assert {each["kind"] for each in listed} == {task.value for task in PAYLOADS}
    for each in listed:
        assert run("retry", str(each["task"])).exit_code == 0
    assert "No such task" in run("list").output
    work_until_idle(product, worker)
    kept = set()
    for each in listed:
        dropped = run("drop", str(each["task"]))
        if dropped.exit_code != 0:
            assert "removes data, so it is never dropped" in str(dropped.exception)
            kept.add(each["kind"])
    assert kept == {
        Task.ERASE_PLACE,
        Task.ERASE_ACCIDENTAL,
        Task.CLEAR_REPLY,
        Task.REMOVE_FILE,
    }
    left = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    assert {each["kind"] for each in left} == kept
    assert product.waiting() == []


def work_until_idle(product: Product, worker: OutboxWorker) -> None:
    """Perform what is due, again and again, until every task is done or given up."""
    for _ in range(100):
        while worker.work_once():
            pass
        if not product.waiting():
            return
        product.pass_time(minutes=5)
    raise AssertionError(product.waiting())
