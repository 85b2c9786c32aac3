"""When the access log cannot be written, no act happens: not a listen, not a ruling,
nothing.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from bot.errors import Refused
from bot.usecases.audit import query, settings
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import consent, erase, holds
from bot.usecases.listening import view
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.people import role_mapping, roles, sessions
from bot.usecases.requests import adjudicate, ask, withdraw
from bot.usecases.requests.choose_span import Typed
from storage.audit.query.search import Question
from storage.records import Answer, Membership, Origin, Request
from storage.tables import metadata
from tests.product import ADA, AMIR, CLIP, JONAS, LENA, RAVI, ROSA, SOFIA, Product

Act = Callable[[Product, Request], object]
WHY = "it has to be"


def settled_by(product: Product, request: Request) -> object:
    return adjudicate.adjudicate(
        *(product.services, product.act(LENA, origin=Origin.PAGE), request.key),
        answer=Answer.WORDS,
        text="lamp",
        reason="clear at half speed",
    )


ACTS: dict[str, Act] = {
    "ask": lambda h, _: ask.ask(
        h.services, h.act(ROSA), Typed(clip="en-us-0002", seconds="2.3-3.0")
    ),
    "withdraw": lambda h, r: withdraw.withdraw(h.services, h.act(ROSA), r.key),
    "stop": lambda h, r: stop_clip.stop(h.services, h.act(RAVI), r.key),
    "rule": settled_by,
    "view": lambda h, r: view.view(h.services, h.act(LENA, origin=Origin.PAGE), r.key),
    "hear": lambda h, r: grant(
        h.services, h.act(LENA), RequestSnippet(r.key), "a" * 32
    ),
    "be denied": lambda h, r: grant(
        h.services, h.act(ROSA), RequestSnippet(r.key), "b" * 32
    ),
    "withdraw consent": lambda h, _: consent.withdraw_clip(
        h.services, h.worker(), CLIP
    ),
    "erase": lambda h, _: erase.erase_clip(h.services, h.fresh(ADA), CLIP, reason=WHY),
    "hold": lambda h, _: holds.place_hold(
        h.services, h.fresh(SOFIA), CLIP, days=30, reason=WHY
    ),
    "sign in": lambda h, _: sessions.start_session(
        h.services, h.act(JONAS), browser="b"
    ),
    "lose a role": lambda h, _: roles.set_membership(
        h.services, h.worker(), RAVI, Membership.GUEST
    ),
    "map roles": lambda h, _: role_mapping.compare_file(h.services, h.worker()),
    "change settings": lambda h, _: settings.record_settings(
        h.services, h.worker(), {"desks.a.quorum": 2}
    ),
    "ask the log": lambda h, _: query.query_audit(
        h.services, h.act(AMIR), Question(), ""
    ),
}


def everything(product: Product) -> dict[str, Any]:
    """Every row of every table, but for what was typed: that is kept whatever
    happens.
    """
    with product.services.store.read() as tx:
        return {
            table.name: sorted(map(repr, tx.connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table.name != "drafts"
        }


def break_the_log(product: Product) -> None:
    with product.services.store.begin() as tx:
        tx.connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON events "
            "BEGIN SELECT RAISE(ABORT, 'the log is full'); END"
        )


@pytest.mark.parametrize("name", ACTS)
def test_what_cannot_be_recorded_does_not_happen(product: Product, name: str) -> None:
    request = product.disputed()
    product.hear(LENA, request)
    break_the_log(product)
    before = everything(product)
    with pytest.raises(DatabaseError, match="the log is full"):
        ACTS[name](product, request)
    assert everything(product) == before


@pytest.mark.parametrize("name", ACTS)
def test_each_of_them_happens_and_is_recorded_otherwise(
    product: Product, name: str
) -> None:
    request = product.disputed()
    product.hear(LENA, request)
    before = len(product.events())
    with pytest.raises(Refused) if name == "be denied" else nullcontext():
        ACTS[name](product, request)
    assert len(product.events()) > before
