"""Legal holds: who may place them, that they end, and that they beat the purge."""

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused
from bot.usecases import hold, purge, withdraw
from storage.records import Action, Outcome, Role
from tests.house import AMIR, CLIP, LENA, ROSA, SOFIA, STRANGER, House

ON_BOTH_DATABASES = True


def closed(house: House) -> None:
    request = house.open(ROSA)
    withdraw.withdraw(house.services, house.act(ROSA), request.key)


def standing(house: House) -> list[int]:
    with house.services.store.read() as tx:
        return [each.id for each in tx.holds(CLIP)]


def test_a_safety_officer_places_a_hold_and_the_reason_stays_beside_the_log(house: House) -> None:
    placed = hold.place(house.services, house.fresh(SOFIA), CLIP, days=90, reason=" police  asked ")
    assert (placed.expires_at - placed.placed_at).days == 90
    event = house.last_event()
    assert (event.action, event.role, event.clip_id) == (
        Action.HOLD_PLACED,
        Role.SAFETY_OFFICER,
        CLIP,
    )
    assert event.numbers == {"days": 90}
    assert event.digest
    with house.services.store.read() as tx:
        assert '"police asked"' in (tx.beside(len(house.events())) or "")


@pytest.mark.parametrize("user_id", [ROSA, LENA, AMIR, STRANGER])
def test_nobody_else_places_or_releases_one_and_the_denial_is_on_record(
    house: House, user_id: str
) -> None:
    with pytest.raises(Refused):
        hold.place(house.services, house.fresh(user_id), CLIP, days=30, reason="because")
    assert house.last_event().outcome is Outcome.DENIED
    assert standing(house) == []
    placed = hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="because")
    with pytest.raises(Refused):
        hold.release(house.services, house.fresh(user_id), placed.id, reason="because")
    assert standing(house) == [placed.id]


def test_a_hold_needs_a_reason_and_an_end(house: House) -> None:
    for days, reason in ((30, " "), (30, "x" * 501), (31, "why"), (0, "why"), (3650, "why")):
        with pytest.raises(Invalid):
            hold.place(house.services, house.fresh(SOFIA), CLIP, days=days, reason=reason)
    assert house.events() == []


def test_what_is_held_is_not_purged_and_goes_when_the_hold_expires(house: House) -> None:
    closed(house)
    hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="case")
    house.pass_time(days=29)
    assert purge.purge(house.services, house.worker()) == purge.Purged()
    house.pass_time(days=1)
    assert hold.expire_holds(house.services, house.worker()) == 1
    assert house.last_event().action is Action.HOLD_EXPIRED
    assert hold.expire_holds(house.services, house.worker()) == 0
    first, second = (purge.purge(house.services, house.worker()) for _ in range(2))
    assert (first + second).snippets == (first + second).keys == 1
    assert house.services.clip_keys.get(CLIP) is None


def test_two_holds_each_end_for_themselves(house: House) -> None:
    closed(house)
    first = hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="case 1")
    second = hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="case 2")
    house.pass_time(hours=25)
    hold.release(house.services, house.fresh(SOFIA), first.id, reason="done")
    assert house.last_event().action is Action.HOLD_RELEASED
    assert purge.purge(house.services, house.worker()) == purge.Purged()
    hold.release(house.services, house.fresh(SOFIA), second.id, reason="done")
    assert purge.purge(house.services, house.worker()).snippets == 1


def test_a_hold_ends_once(house: House) -> None:
    placed = hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="case")
    hold.release(house.services, house.fresh(SOFIA), placed.id, reason="done")
    with pytest.raises(Conflict):
        hold.release(house.services, house.fresh(SOFIA), placed.id, reason="done")
    with pytest.raises(NotFound):
        hold.release(house.services, house.fresh(SOFIA), 99, reason="done")
