"""Updates of one thread are merged while they wait: Slack allows 50 a minute."""

from datetime import timedelta

from storage.records import Task
from storage.records.outbox import UpdateThread
from tests.product import Product


def test_a_thread_that_changes_often_is_updated_once_with_its_newest_state(
    product: Product,
) -> None:
    first, second = product.open_on("en-us-0006"), product.open_on("en-us-0008")
    product.do_all()
    for _ in range(3):
        for request in (first, second):
            update(product, request.id)
    assert product.waiting() == [Task.UPDATE_THREAD] * 2


def test_a_change_during_an_update_is_not_lost(product: Product) -> None:
    request = product.open()
    product.do_all()
    update(product, request.id)
    with product.services.store.begin() as tx:
        [row] = tx.outbox.claim(
            [Task.UPDATE_THREAD],
            now=product.now,
            lease=timedelta(minutes=1),
        )
    update(product, request.id)
    with product.services.store.begin() as tx:
        tx.outbox.finish(row.id, product.now)
    assert product.waiting() == [Task.UPDATE_THREAD]


def update(product: Product, request_id: int) -> None:
    with product.services.store.begin() as tx:
        tx.outbox.enqueue(UpdateThread(request_id=request_id), now=product.now)
