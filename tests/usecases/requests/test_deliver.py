"""Delivering a result to the sink."""

from bot.usecases.requests import deliver
from storage.records import Action, RequestState
from tests.product import JONAS, RAVI, ROSA, Product

ON_BOTH_DATABASES = True


def test_what_is_delivered_again_after_a_kill_is_on_record_once(
    product: Product,
) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    request = product.answer(JONAS, request, "lamp").request
    for _ in range(2):  # killed before the outbox row was done
        deliver.deliver(
            product.services, product.worker(), request.id, f"{request.name}/1"
        )
    assert product.request(request).state is RequestState.DELIVERED
    delivered = [
        e for e in product.events(request) if e.action is Action.RESULT_DELIVERED
    ]
    assert len(delivered) == 1
