"""Digests of disputes, and the hand-over line at the end of a desk's hours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config.desks_values import shifts_in
from bot.rules.listening.access_conditions import AccessConditions, has_just_ended
from bot.rules.requests.clocks import is_digest_due
from bot.usecases.requests.clocks.digest import post_digests
from bot.usecases.requests.clocks.hand_over import hand_over
from bot.usecases.requests.clocks.rounds import desk_round
from storage.records import Answer, Channel, ChannelProblem, Request, Task
from storage.records.outbox import PostDigest
from storage.tables import outbox, rounds
from tests.product import JONAS, LENA, RAVI, ROSA, Product

HOURS = "Mon-Fri 08:00-12:00"


def dispute(product: Product, clip: str, span: str) -> Request:
    request = product.open(ROSA, clip=clip, span=span)
    product.answer(RAVI, request, "lamp")
    return product.answer(JONAS, request, kind=Answer.NOT_SPEECH).request


def posted(product: Product, task: Task) -> int:
    return product.waiting().count(task)


def digest(product: Product) -> int:
    return post_digests(product.services, product.worker())


def test_a_dispute_is_in_the_next_digest_and_in_no_other(product: Product) -> None:
    assert digest(product) == 0
    product.disputed()
    product.pass_time(minutes=1)
    assert digest(product) == 1
    assert posted(product, Task.POST_DIGEST) == 1
    product.do_all()
    for _ in range(3):
        product.pass_time(hours=1)
        assert digest(product) == 0


def test_disputes_within_an_hour_are_one_message(product: Product) -> None:
    product.disputed()
    product.pass_time(minutes=1)
    digest(product)
    product.do_all()
    product.pass_time(minutes=5)
    dispute(product, "en-us-0002", "0.5-0.9")
    product.pass_time(minutes=5)
    dispute(product, "en-us-0006", "1.6-1.9")
    assert digest(product) == 0
    product.pass_time(minutes=50)
    assert digest(product) == 1
    assert posted(product, Task.POST_DIGEST) == 1


@pytest.mark.parametrize(
    ("disputed", "last", "is_due"),
    [
        (0, None, True),
        (0, 30, False),
        (40, 30, False),
        (0, 90, True),
        (91, 90, False),
        (90.5, 90, True),
    ],
)
def test_a_digest_needs_a_new_dispute_and_an_hour(
    product: Product, disputed: float, last: int | None, is_due: bool
) -> None:
    """Both times are in minutes before now."""
    last_at = None
    if last is not None:
        last_at = product.now - timedelta(minutes=last)
    disputed_at = product.now - timedelta(minutes=disputed)
    assert is_digest_due(disputed_at, last_at, product.now) is is_due


def with_hours(product: Product) -> None:
    """The English desk works from eight to twelve; it is nine."""
    desks = product.services.desks
    desk = desks["english-us"]
    conditions = AccessConditions(shifts=shifts_in(HOURS), hours=HOURS)
    of_hours = replace(desk, access_conditions=conditions)
    changed = replace(desks, desks={**desks.desks, desk.id: of_hours})
    product.services = replace(product.services, desks=changed)


def end_hours(product: Product) -> int:
    """It is five past twelve."""
    noon = product.now.replace(hour=12, minute=5, second=0)
    product.pass_time(seconds=(noon - product.now).total_seconds())
    return hand_over(product.services, product.worker())


def test_the_end_of_the_hours_is_handed_over_once(product: Product) -> None:
    with_hours(product)
    product.disputed()
    assert hand_over(product.services, product.worker()) == 0
    assert end_hours(product) == 1
    assert posted(product, Task.POST_HAND_OVER) == 1
    product.pass_time(minutes=5)
    assert hand_over(product.services, product.worker()) == 0


def test_a_desk_on_which_nothing_waits_hands_nothing_over(product: Product) -> None:
    with_hours(product)
    assert end_hours(product) == 0


def test_while_the_desk_is_paused_its_leads_get_the_line(product: Product) -> None:
    with_hours(product)
    product.disputed()
    with product.services.store.begin() as tx:
        unfit = Channel(
            id=product.services.desks["english-us"].channel_id,
            problems=(ChannelProblem.ARCHIVED,),
            people=(),
            checked_at=product.now,
            unfit_since=product.now,
        )
        tx.channels.put(unfit)
    assert end_hours(product) == 1
    with product.services.store.read() as tx:
        lanes = {row.lane for row in tx.connection.exec_driver_sql(LANES)}
    assert lanes == {f"hand over {LENA}"}


LANES = "SELECT lane FROM outbox WHERE task = 'post_hand_over'"


@pytest.mark.parametrize(
    ("minute", "ended"), [(-1, False), (0, True), (14, True), (16, False)]
)
def test_hours_have_just_ended_for_a_quarter_of_an_hour(
    product: Product, minute: int, ended: bool
) -> None:
    conditions = AccessConditions(shifts=shifts_in(HOURS))
    now = product.now.replace(hour=12) + timedelta(minutes=minute)
    assert has_just_ended(conditions, now, timedelta(minutes=15)) is ended


def test_a_desk_without_hours_never_closes(product: Product) -> None:
    within = timedelta(minutes=15)
    assert not has_just_ended(AccessConditions(), product.now, within)


LONGEST_ID = "d" * 63


def test_names_of_the_longest_desk_fit_their_columns() -> None:
    for chore in ("digest", "hand_over"):
        assert len(desk_round(chore, LONGEST_ID)) <= rounds.c.chore.type.length
    digest = PostDigest(desk_id=LONGEST_ID)
    assert len(digest.lane) <= outbox.c.lane.type.length


def test_a_dispute_that_becomes_visible_after_the_digest_is_in_the_next(
    product: Product,
) -> None:
    """A transaction bears the time of its start, and is seen after its commit."""
    product.disputed()
    product.pass_time(minutes=1)
    began = product.now
    product.pass_time(seconds=10)
    assert digest(product) == 1
    late = dispute(product, "en-us-0002", "0.5-0.9")
    with product.services.store.begin() as tx:
        tx.requests.save(late.evolve(waiting_since=began))
    product.do_all()
    product.pass_time(hours=1)
    assert digest(product) == 1


def test_the_requests_are_counted_once_for_each_end_of_the_hours(
    product: Product,
) -> None:
    """Nothing waits, so that no line is posted; a later request brings none either."""
    with_hours(product)
    assert end_hours(product) == 0
    product.pass_time(seconds=15)
    product.open(ROSA)
    assert hand_over(product.services, product.worker()) == 0
