"""Legal holds: who may place them, that they end, and that they beat the purge."""

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused
from bot.usecases.erasure import holds, purge
from bot.usecases.requests import withdraw
from storage.records import Action, Outcome, Role
from tests.product import AMIR, CLIP, LENA, ROSA, SOFIA, STRANGER, Product

ON_BOTH_DATABASES = True


def closed(product: Product) -> None:
    request = product.open(ROSA)
    withdraw.withdraw(product.services, product.act(ROSA), request.key)


def standing(product: Product) -> list[int]:
    with product.services.store.read() as tx:
        return [each.id for each in tx.holds.standing(CLIP)]


def test_a_safety_officer_places_a_hold_and_the_reason_stays_beside_the_log(
    product: Product,
) -> None:
    placed = holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=90, reason=" police  asked "
    )
    assert (placed.expires_at - placed.placed_at).days == 90
    event = product.last_event()
    assert (event.action, event.role, event.clip_id) == (
        Action.HOLD_PLACED,
        Role.SAFETY_OFFICER,
        CLIP,
    )
    assert event.numbers == {"days": 90}
    assert event.digest
    with product.services.store.read() as tx:
        assert '"police asked"' in (tx.log.detail(len(product.events())) or "")


@pytest.mark.parametrize("user_id", [ROSA, LENA, AMIR, STRANGER])
def test_nobody_else_places_or_releases_one_and_the_denial_is_on_record(
    product: Product, user_id: str
) -> None:
    with pytest.raises(Refused):
        holds.place_hold(
            product.services, product.fresh(user_id), CLIP, days=30, reason="because"
        )
    assert product.last_event().outcome is Outcome.DENIED
    assert standing(product) == []
    placed = holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="because"
    )
    with pytest.raises(Refused):
        holds.release_hold(
            product.services, product.fresh(user_id), placed.id, reason="because"
        )
    assert standing(product) == [placed.id]


def test_a_hold_needs_a_reason_and_an_end(product: Product) -> None:
    for days, reason in (
        (30, " "),
        (30, "x" * 501),
        (31, "why"),
        (0, "why"),
        (3650, "why"),
    ):
        with pytest.raises(Invalid):
            holds.place_hold(
                product.services, product.fresh(SOFIA), CLIP, days=days, reason=reason
            )
    assert product.events() == []


def test_what_is_held_is_not_purged_and_goes_when_the_hold_expires(
    product: Product,
) -> None:
    closed(product)
    holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="case"
    )
    product.pass_time(days=29)
    assert purge.purge(product.services, product.worker()) == purge.Purged()
    product.pass_time(days=1)
    assert holds.expire_holds(product.services, product.worker()) == 1
    assert product.last_event().action is Action.HOLD_EXPIRED
    assert holds.expire_holds(product.services, product.worker()) == 0
    first, second = (purge.purge(product.services, product.worker()) for _ in range(2))
    assert (first + second).snippets == (first + second).keys == 1
    assert product.services.clip_keys.get(CLIP) is None


def test_two_holds_each_end_for_themselves(product: Product) -> None:
    closed(product)
    first = holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="case 1"
    )
    second = holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="case 2"
    )
    product.pass_time(hours=25)
    holds.release_hold(product.services, product.fresh(SOFIA), first.id, reason="done")
    assert product.last_event().action is Action.HOLD_RELEASED
    assert purge.purge(product.services, product.worker()) == purge.Purged()
    holds.release_hold(product.services, product.fresh(SOFIA), second.id, reason="done")
    assert purge.purge(product.services, product.worker()).snippets == 1


def test_a_hold_ends_once(product: Product) -> None:
    placed = holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="case"
    )
    holds.release_hold(product.services, product.fresh(SOFIA), placed.id, reason="done")
    with pytest.raises(Conflict):
        holds.release_hold(
            product.services, product.fresh(SOFIA), placed.id, reason="done"
        )
    with pytest.raises(NotFound):
        holds.release_hold(product.services, product.fresh(SOFIA), 99, reason="done")
