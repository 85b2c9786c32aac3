"""The facts a company can publish, counted on the real tables."""

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.erasure import disclose as command
from bot.rules.erasure.disclosure import period
from bot.usecases.context import Act
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import disclose
from storage.records import Action, Listen, Origin, Person
from tests.product import JONAS, ROSA, TEAM, Product
from tests.storage.builders import add_request

ON_BOTH_DATABASES = True
pytestmark = pytest.mark.rows_without_events


def listened(product: Product, desk: str, n_clips: int, n_people: int) -> None:
    """So many clips of a desk, each heard for a second by so many people."""
    with product.services.store.begin() as tx:
        for clip in range(n_clips):
            request = add_request(
                tx, desk=desk, clip_id=f"{desk}-{clip}", asked_at=product.now
            )
            tx.log.record(
                product.act(ROSA).event(Action.REQUEST_ASKED, request=request)
            )
            for person in range(n_people):
                listen = Listen(
                    id=f"{request.key}-{person}",
                    request_id=request.id,
                    listener=Person(team_id=TEAM, user_id=f"U{desk}{person}"),
                    press=f"p{person}",
                    granted_at=product.now,
                    played_ms=1000,
                )
                tx.listens.add(listen)
                tx.listens.save_played(listen.id, played_ms=1000, loops=1)


def counted(product: Product) -> disclose.Disclosure:
    return disclose.disclose(
        product.services, product.worker(), *period("", "", product.now)
    )


def test_desks_are_counted_and_that_it_was_counted_is_on_record(
    product: Product,
) -> None:
    listened(product, "english-us", 6, 5)
    listened(product, "deutsch", 8, 7)
    product.pass_time(days=31)
    found = counted(product)
    shown = {facts.name: facts for facts in found.desks}
    assert (shown["english-us"].heard, shown["english-us"].people) == (6, 5)
    assert shown["english-us"].seconds == 30
    assert shown["english-us"].ears_per_clip == 5
    assert (found.total.asked, found.total.heard, found.total.people) == (14, 14, 12)
    assert (shown["arabic"].heard, found.erased, found.cases) == (0, 0, 0)
    assert product.last_event().action is Action.FACTS_DISCLOSED


def test_a_month_that_is_not_over_and_other_months_do_not_count(
    product: Product,
) -> None:
    listened(product, "english-us", 6, 5)
    assert counted(product).total.heard == 0
    product.pass_time(days=70)
    assert counted(product).total.heard == 0


def test_few_cases_are_not_counted_out(product: Product) -> None:
    listened(product, "english-us", 6, 5)
    request = product.open(ROSA)
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    product.pass_time(days=31)
    found = counted(product)
    assert (found.cases, found.answered_s) == (None, None)


def test_the_command_prints_a_table_and_json(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened():  # type: ignore[no-untyped-def]
        yield product.services, Act(person=None, origin=Origin.CLI, now=product.now)

    monkeypatch.setattr(command, "open_program", opened)
    listened(product, "english-us", 6, 5)
    listened(product, "deutsch", 2, 2)
    product.pass_time(days=31)
    shown = CliRunner().invoke(app, ["disclose"])
    assert shown.exit_code == 0, shown.output
    assert "2026-03-01 to 2026-03-31" in shown.output
    assert "too few" in shown.output
    document = json.loads(CliRunner().invoke(app, ["disclose", "--json"]).output)
    assert document["k"] == 5
    desks = {row["name"]: row for row in document["desks"]}
    assert desks["deutsch"]["heard"] is None
    assert desks["english-us"]["heard"] is None  # or the total would tell the other
    assert document["total"]["heard"] == 8
    assert CliRunner().invoke(app, ["disclose", "--from", "2026-04"]).exception
