"""A request whose first message was deleted is posted once more, on record."""

import pytest

from bot.usecases.channels.repost import repost_deleted
from bot.usecases.requests import withdraw
from bot.usecases.requests.notice import remember_thread
from storage.records import Action, Request, Task
from tests.product import ROSA, Product

ON_BOTH_DATABASES = True
CHANNEL = "C0HELPENUS"


def post(product: Product, request: Request, ts: str) -> None:
    product.do_all()
    with product.services.store.begin() as tx:
        remember_thread(
            tx,
            request.id,
            CHANNEL,
            ts,
        )


def delete(product: Product, ts: str) -> None:
    """Report the deletion, as an event of Slack does that names a person."""
    repost_deleted(
        product.services,
        product.act(ROSA),
        CHANNEL,
        ts,
    )


@pytest.mark.parametrize(
    ("is_disputed", "tasks"),
    [
        (False, [Task.POST_THREAD]),
        (True, [Task.POST_THREAD, Task.POST_DISPUTED_REPLY]),
    ],
)
def test_a_live_request_is_posted_once_more_and_then_never_again(
    product: Product,
    is_disputed: bool,
    tasks: list[Task],
) -> None:
    request = product.disputed() if is_disputed else product.open()
    post(product, request, "1.1")
    delete(product, "1.1")
    assert product.waiting() == tasks
    event = product.last_event()
    assert event.action is Action.REQUEST_REPOSTED
    assert event.actor is None
    assert product.request(request).thread_ts is None
    delete(product, "1.1")
    assert product.waiting() == tasks
    post(product, request, "2.2")
    delete(product, "2.2")
    assert product.waiting() == []
    assert product.request(request).thread_ts is None


def test_a_closed_request_only_loses_its_thread(product: Product) -> None:
    request = product.open()
    post(product, request, "1.1")
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    product.do_all()
    delete(product, "1.1")
    assert product.waiting() == []
    assert product.request(request).thread_ts is None
