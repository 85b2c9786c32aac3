"""Two replicas share the limits of Slack's methods, and what Slack asked them to wait."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.rules.slack_calls.limits import Urgency
from bot.slack.calls.pacer import CallPostponed, Pacer, set_urgency
from tests.product import Product, build_product


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return build_product(tmp_path)


def replica(product: Product) -> Pacer:
    return Pacer(product.services.store, product.clock)


def calls_until_postponed(pacers: list[Pacer], method: str) -> int:
    for n_calls in range(1000):
        try:
            pacers[n_calls % len(pacers)].admit(method, None)
        except CallPostponed:
            return n_calls
    raise AssertionError("never postponed")


def test_three_replicas_call_no_more_often_than_one(product: Product) -> None:
    pacers = [replica(product) for _ in range(3)]
    assert calls_until_postponed(pacers, "usergroups.users.list") == 5
    product.pass_time(seconds=8)
    assert calls_until_postponed(pacers, "usergroups.users.list") == 2


def test_a_pause_that_slack_asks_for_holds_in_every_replica(product: Product) -> None:
    refused, other = replica(product), replica(product)
    refused.block("chat.postMessage", timedelta(seconds=15))
    for pacer in (refused, other):
        with pytest.raises(CallPostponed) as postponed:
            pacer.admit("chat.postMessage", "C1")
        assert postponed.value.after == timedelta(seconds=15)
        assert postponed.value.waits_for == "chat.postMessage"
    other.admit("chat.update", None)
    product.pass_time(seconds=15)
    refused.admit("chat.postMessage", "C1")


def test_a_window_for_a_person_needs_no_transaction(product: Product) -> None:
    pacer = replica(product)
    product.services.store.close()
    product.services.store.engine = None  # type: ignore[assignment]
    with pytest.raises(AssertionError, match="never postponed"):
        calls_until_postponed([pacer], "views.open")


def test_a_channel_gets_one_post_a_second_and_a_refused_post_takes_no_turn(
    product: Product,
) -> None:
    pacer = replica(product)
    pacer.admit("chat.postMessage", "C1")
    with pytest.raises(CallPostponed) as postponed:
        pacer.admit("chat.postMessage", "C1")
    assert postponed.value.waits_for == "C1"
    pacer.admit("chat.postMessage", "C2")
    pacer.block("chat.postMessage", timedelta(seconds=1))
    product.pass_time(seconds=1)
    with set_urgency(Urgency.UPDATE), pytest.raises(CallPostponed):
        pacer.admit("chat.postMessage", "C3")
    pacer.admit("chat.postMessage", "C3")


def test_each_workspace_has_limits_of_its_own(product: Product) -> None:
    store, clock = product.services.store, product.clock
    east, west = Pacer(store, clock, "T1"), Pacer(store, clock, "T2")
    assert calls_until_postponed([east], "usergroups.users.list") == 5
    assert calls_until_postponed([west], "usergroups.users.list") == 5
    east.block("users.info", timedelta(seconds=15))
    with pytest.raises(CallPostponed):
        east.admit("users.info", None)
    west.admit("users.info", None)
    other_replica = Pacer(store, clock, "T1")
    with pytest.raises(CallPostponed):
        other_replica.admit("users.info", None)
