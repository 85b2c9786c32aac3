"""Delivering a result to the sink."""

from bot.usecases import deliver
from storage.records import Action, RequestState
from tests.house import JONAS, RAVI, ROSA, House

ON_BOTH_DATABASES = True


def test_what_is_delivered_again_after_a_kill_is_on_record_once(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    request = house.answer(JONAS, request, "lamp").request
    for _ in range(2):  # killed before the outbox row was done
        deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    assert house.request(request).state is RequestState.DELIVERED
    delivered = [e for e in house.events(request) if e.action is Action.RESULT_DELIVERED]
    assert len(delivered) == 1
