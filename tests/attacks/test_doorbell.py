"""`/clip-talk` is no endless doorbell, and a muted caller cannot find out.

Calls are counted in the database, so the limits hold over all workers.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import Conflict, HelpClipError, NotFound
from bot.rules.distress.talk_limits import TalkLimits
from bot.usecases.distress import care, peer_support
from bot.usecases.requests import expire
from storage.records.outbox import AskColleague
from storage.seal import MasterKey, new_master_key
from storage.tables import metadata, outbox, talk_marks, talk_mutes
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import JONAS, LENA, RAVI, ROSA, STRANGER, Product, build_product


@pytest.fixture(params=["sqlite", "postgresql"])
def product(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Product]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = build_product(tmp_path, url)
    yield built
    built.services.store.close()


def call(product: Product, caller: str, typed: str = "") -> int:
    return peer_support.ask_colleagues(product.services, product.act(caller), typed)


def asked(product: Product) -> list[str]:
    """Return the ids of the people who are asked, in order."""
    query = select(outbox.c.argument).where(outbox.c.task == AskColleague.task)
    with product.services.store.read() as tx:
        arguments = tx.connection.scalars(query.order_by(outbox.c.id)).all()
    return [json.loads(argument)["user_id"] for argument in arguments]


def last_key(product: Product) -> str:
    talks = metadata.tables["talks"]
    with product.services.store.read() as tx:
        query = select(talks.c.key).order_by(talks.c.id.desc())
        return str(tx.connection.scalars(query).first())


def refusals(product: Product, caller: str, typed: str, count: int) -> int:
    n_refused = 0
    for _ in range(count):
        try:
            call(product, caller, typed)
        except Conflict:
            n_refused += 1
    return n_refused


def test_forty_calls_ring_twice(product: Product) -> None:
    assert refusals(product, ROSA, f"<@{RAVI}>", 40) == 38
    assert asked(product) == [RAVI, RAVI]
    product.pass_time(hours=23, minutes=59)
    assert refusals(product, ROSA, f"<@{RAVI}>", 1) == 1
    product.pass_time(minutes=2)
    assert refusals(product, ROSA, f"<@{RAVI}>", 1) == 0
    assert refusals(product, JONAS, f"<@{RAVI}>", 1) == 0


def test_a_person_calls_six_times_an_hour_over_all_colleagues(
    product: Product,
) -> None:
    for person in (RAVI, JONAS, LENA):
        assert refusals(product, ROSA, f"<@{person}>", 2) == 0
    with pytest.raises(Conflict, match="contacts"):
        call(product, ROSA)
    product.pass_time(minutes=61)
    assert call(product, ROSA) == 0


def test_the_circle_is_no_way_round_the_limit_of_a_pair(product: Product) -> None:
    join_circle(product, RAVI)
    assert [call(product, ROSA) for _ in range(4)] == [1, 1, 0, 0]
    with pytest.raises(Conflict):
        call(product, ROSA, f"<@{RAVI}>")
    assert asked(product) == [RAVI, RAVI]


def test_the_limits_are_those_of_desks_toml(product: Product) -> None:
    limits = TalkLimits(per_colleague=1, per_hour=3)
    product.services.desks = replace(product.services.desks, talks=limits)
    assert refusals(product, ROSA, f"<@{RAVI}>", 2) == 1
    assert refusals(product, ROSA, f"<@{JONAS}>", 1) == 0
    assert refusals(product, ROSA, f"<@{LENA}>", 2) == 1


def test_calls_at_once_over_several_workers_are_counted_together(
    product: Product,
) -> None:
    with ThreadPoolExecutor(8) as workers:
        n_refused = sum(
            workers.map(
                lambda _: refusals(product, ROSA, f"<@{RAVI}>", 1),
                range(8),
            )
        )
    assert n_refused == 6
    assert asked(product) == [RAVI, RAVI]


def test_not_now_silences_this_caller_alone_and_for_a_time(product: Product) -> None:
    call(product, ROSA, f"<@{RAVI}>")
    until = peer_support.mute_caller(
        product.services, product.act(RAVI), last_key(product)
    )
    assert until == product.now + TalkLimits.not_now
    call(product, ROSA, f"<@{RAVI}>")
    assert asked(product) == [RAVI]
    call(product, JONAS, f"<@{RAVI}>")
    call(product, ROSA, f"<@{LENA}>")
    assert asked(product) == [RAVI, RAVI, LENA]
    product.pass_time(hours=24, seconds=1)
    call(product, ROSA, f"<@{RAVI}>")
    assert asked(product)[-1] == RAVI


def test_a_muted_caller_sees_all_that_an_unmuted_one_sees(product: Product) -> None:
    join_circle(product, RAVI)
    unmuted = answers(product, LENA)
    call(product, ROSA, f"<@{RAVI}>")
    peer_support.mute_caller(product.services, product.act(RAVI), last_key(product))
    product.pass_time(hours=12)
    with product.services.store.begin() as tx:
        tx.connection.execute(talk_marks.delete())
    assert answers(product, ROSA) == unmuted


def answers(product: Product, caller: str) -> list[object]:
    """Return what a person gets for calls by name, up to the limit and beyond."""
    found: list[object] = []
    for _ in range(4):
        try:
            found.append(call(product, caller, f"<@{RAVI}>"))
        except HelpClipError as error:
            found.append(str(error))
    return found


def test_a_mute_outlasts_a_new_snippet_key(product: Product) -> None:
    old, new = new_master_key(), new_master_key()
    product.services.snippet_key = MasterKey.read(old)
    call(product, ROSA, f"<@{RAVI}>")
    peer_support.mute_caller(product.services, product.act(RAVI), last_key(product))
    product.services.snippet_key = MasterKey.read(f"{new},{old}")
    call(product, ROSA, f"<@{RAVI}>")
    assert asked(product) == [RAVI]
    assert refusals(product, ROSA, f"<@{RAVI}>", 1) == 1


def test_only_a_colleague_mutes_and_only_a_call_that_is_there(
    product: Product,
) -> None:
    call(product, ROSA, f"<@{RAVI}>")
    for person, key in ((STRANGER, last_key(product)), (RAVI, "made-up")):
        with pytest.raises(NotFound):
            peer_support.mute_caller(product.services, product.act(person), key)


def test_counting_names_no_person_and_is_forgotten(product: Product) -> None:
    call(product, ROSA, f"<@{RAVI}>")
    peer_support.mute_caller(product.services, product.act(RAVI), last_key(product))
    with product.services.store.read() as tx:
        kept = [
            repr(tx.connection.execute(table.select()).all())
            for table in (talk_marks, talk_mutes)
        ]
    assert not [rows for rows in kept if ROSA in rows or RAVI in rows]
    product.pass_time(days=1, seconds=1)
    expire.forget(product.services, product.worker())
    with product.services.store.read() as tx:
        for table in (talk_marks, talk_mutes):
            assert tx.connection.execute(table.select()).all() == []


def join_circle(product: Product, *people: str) -> None:
    for person in people:
        care.choose(
            product.services,
            product.act(person),
            weekly_line=True,
            in_circle=True,
            not_offered=[],
        )
