"""A task that was given up is retried or dropped on record."""

from datetime import timedelta

import pytest

from bot.errors import Conflict, NotFound
from bot.usecases.tasks import given_up
from storage.records import Action, Task
from storage.records.outbox import ErasePlace, NotifyWeeklyCount, Payload, PostThread
from tests.product import ROSA, Product

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


def test_a_task_that_is_still_tried_is_neither_retried_nor_dropped(
    product: Product,
) -> None:
    payload = NotifyWeeklyCount(user_id=ROSA, words=3)
    with product.services.store.begin() as tx:
        tx.outbox.enqueue(payload, now=product.now)
        [row] = tx.outbox.claim(
            [payload.task],
            now=product.now,
            lease=timedelta(seconds=20),
        )
        tx.outbox.postpone(row, product.now, failure="ratelimited")
    for act in (given_up.retry, given_up.drop):
        with pytest.raises(Conflict):
            act(product.services, product.act(ROSA), row.id)


def test_a_task_that_is_done_is_unknown(product: Product) -> None:
    for act in (given_up.retry, given_up.drop):
        with pytest.raises(NotFound):
            act(product.services, product.act(ROSA), 99)
