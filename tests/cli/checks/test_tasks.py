"""`help-clip tasks`."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.checks import tasks
from bot.usecases.context import Act
from storage.records import Action, Origin, Task
from tests.product import CLIP, ROSA, Product

RUNNER = CliRunner()


@pytest.fixture
def number(product: Product, monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of a rendering that was given up; the commands work on its product."""

    @contextmanager
    def opened():  # type: ignore[no-untyped-def]
        yield product.services, Act(person=None, origin=Origin.CLI, now=product.now)

    monkeypatch.setattr(tasks, "open_program", opened)
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
