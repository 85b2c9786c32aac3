"""Which settings changed since the last start is on record."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from bot.usecases.audit.query import query_audit
from bot.usecases.audit.settings import record_settings
from bot.usecases.context import Act
from bot.usecases.people import role_mapping
from storage.audit.query.search import Question
from storage.records import Action, Event, Origin, Setting
from storage.store import Store
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import AMIR, Product

FIRST = {
    "desks.english-us.quorum": 2,
    "HOOK_SECRET": "a",
    "desks.english-us.hours": "Mon-Fri",
}


def start(product: Product, now: dict[str, object]) -> int:
    return record_settings(
        product.services, Act(person=None, origin=Origin.CLI, now=product.now), now
    )


def changes(product: Product) -> list[Event]:
    return [e for e in product.events() if e.action is Action.SETTING_CHANGED]


def test_the_first_start_is_one_event(product: Product) -> None:
    assert start(product, FIRST) == 0
    (first,) = changes(product)
    assert (first.setting, dict(first.numbers)) == (None, {"settings": 3})
    assert (first.actor, first.origin) == (None, Origin.CLI)


def test_each_change_is_an_event_and_replicas_say_it_once(product: Product) -> None:
    start(product, FIRST)
    later = {**FIRST, "desks.english-us.quorum": 3, "HOOK_SECRET": "b"}
    assert [start(product, later), start(product, later)] == [2, 0]
    assert [e.setting for e in changes(product)[1:]] == [
        Setting(name="HOOK_SECRET"),
        Setting(name="desks.english-us.quorum", old="2", new="3"),
    ]


def test_a_setting_that_is_gone_is_on_record(product: Product) -> None:
    start(product, FIRST)
    start(product, {name: FIRST[name] for name in FIRST if not name.endswith("hours")})
    assert changes(product)[-1].setting == Setting(name="desks.english-us.hours")
    assert (
        start(
            product, {name: FIRST[name] for name in FIRST if not name.endswith("hours")}
        )
        == 0
    )


def test_auditors_find_it(product: Product) -> None:
    start(product, FIRST)
    start(product, {**FIRST, "desks.english-us.quorum": 4})
    question = Question(actions=(Action.SETTING_CHANGED,))
    found = query_audit(product.services, product.act(AMIR), question, "")
    assert len(found.page.events) == 2
    assert b'"setting":"desks.english-us.quorum"' in found.page.events[0].canonical


REPLICAS = 6


@pytest.fixture
def replicas(product: Product, postgres: Postgres) -> Iterator[list[Product]]:  # noqa: F811
    """Several programs on one PostgreSQL database."""
    stores = [Store(url) for url in [postgres.database()] * REPLICAS]
    yield [
        Product(replace(product.services, store=store), now=product.now)
        for store in stores
    ]
    for store in stores:
        store.close()


def start_together(replicas: list[Product], now: dict[str, object]) -> None:
    barrier = Barrier(len(replicas))

    def one(product: Product) -> None:
        barrier.wait()
        start(product, now)
        role_mapping.compare_file(product.services, product.worker())

    with ThreadPoolExecutor(len(replicas)) as pool:
        list(pool.map(one, replicas))


def test_replicas_that_start_at_the_same_moment_say_it_once(
    replicas: list[Product],
) -> None:
    start_together(replicas, FIRST)
    start_together(replicas, {**FIRST, "desks.english-us.quorum": 3})
    said = [(e.action, e.setting is not None) for e in replicas[0].events()]
    assert sorted(said) == sorted(
        [
            (Action.SETTING_CHANGED, False),
            (Action.ROLES_MAPPED, False),
            (Action.SETTING_CHANGED, True),
        ]
    )
