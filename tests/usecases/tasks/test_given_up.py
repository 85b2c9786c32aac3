"""A task that was given up is retried or dropped on record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Conflict, NotFound
from bot.usecases.tasks import given_up
from storage.records import Action, OutboxRow, Task
from storage.records.outbox import ErasePlace, NotifyWeeklyCount, Payload, PostThread
from tests.product import RAVI, ROSA, Product

ON_BOTH_DATABASES = True


def give_up(product: Product, payload: Payload) -> int:
    with product.services.store.begin() as tx:
        tx.outbox.enqueue(payload, now=product.now)
        [row] = tx.outbox.claim(
            [payload.task],
            now=product.now,
            lease=timedelta(seconds=20),
        )
        tx.outbox.finish(row.id, product.now, failure="ValueError")
    return row.id


def test_a_retry_is_on_record_with_the_request(product: Product) -> None:
    request = product.open(ROSA)
    product.do_all()
    number = give_up(product, PostThread(request_id=request.id))
    given_up.retry(product.services, product.act(ROSA), number)
    event = product.last_event()
    assert (event.action, event.rule) == (Action.TASK_RETRIED, Task.POST_THREAD)
    assert (event.request, event.numbers) == (request.name, {"task": number})
    assert product.waiting() == [Task.POST_THREAD]


def test_a_drop_is_on_record_and_deletes_the_task(product: Product) -> None:
    number = give_up(product, NotifyWeeklyCount(user_id=ROSA, words=3))
    given_up.drop(product.services, product.act(ROSA), number)
    event = product.last_event()
    assert (event.action, event.request) == (Action.TASK_DROPPED, None)
    with pytest.raises(NotFound):
        given_up.find(product.services, number)


def test_an_erasure_is_never_dropped(product: Product) -> None:
    number = give_up(product, ErasePlace(receipt_id=1))
    with pytest.raises(Conflict, match="never dropped"):
        given_up.drop(product.services, product.act(ROSA), number)
    assert given_up.find(product.services, number).task is Task.ERASE_PLACE


def claim(product: Product, payload: Payload) -> OutboxRow:
    with product.services.store.begin() as tx:
        [row] = tx.outbox.claim(
            [payload.task],
            now=product.now,
            lease=timedelta(seconds=20),
        )
    return row


def fail(product: Product, payload: Payload) -> int:
    """Return the number of a task that failed and is due again in an hour."""
    with product.services.store.begin() as tx:
        tx.outbox.enqueue(payload, now=product.now)
    row = claim(product, payload)
    due_at = product.now + timedelta(hours=1)
    with product.services.store.begin() as tx:
        tx.outbox.postpone(row, due_at, failure="Invalid results.webhook.refused 404")
    return row.id


def test_a_task_that_fails_and_waits_is_performed_at_once_or_dropped(
    product: Product,
) -> None:
    payload = NotifyWeeklyCount(user_id=ROSA, words=3)
    number = fail(product, payload)
    given_up.retry(product.services, product.act(ROSA), number)
    assert claim(product, payload).id == number

    other = NotifyWeeklyCount(user_id=ROSA, words=4)
    number = fail(product, replace(other, user_id=RAVI))
    given_up.drop(product.services, product.act(ROSA), number)
    assert product.last_event().action is Action.TASK_DROPPED
    with pytest.raises(NotFound):
        given_up.find(product.services, number)


def test_a_task_that_a_worker_performs_is_left_to_it_until_its_lease_ends(
    product: Product,
) -> None:
    payload = NotifyWeeklyCount(user_id=ROSA, words=3)
    number = fail(product, payload)
    product.pass_time(hours=2)
    claim(product, payload)
    for act in (given_up.retry, given_up.drop):
        with pytest.raises(Conflict, match="at this moment"):
            act(product.services, product.act(ROSA), number)
    product.pass_time(seconds=30)
    given_up.retry(product.services, product.act(ROSA), number)


def test_a_task_that_is_done_is_unknown(product: Product) -> None:
    for act in (given_up.retry, given_up.drop):
        with pytest.raises(NotFound):
            act(product.services, product.act(ROSA), 99)
