"""The facts a company can publish, counted on the real tables."""

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from bot.cli import disclose as command
from bot.cli.app import app
from bot.rules.disclosure import period
from bot.usecases import disclose, quarantine
from bot.usecases.services import Act
from storage.records import Action, Listen, Origin, Person
from tests.house import JONAS, ROSA, TEAM, House
from tests.storage.builders import add_request

ON_BOTH_DATABASES = True


def listened(house: House, desk: str, n_clips: int, n_people: int) -> None:
    """So many clips of a desk, each heard for a second by so many people."""
    with house.services.store.begin() as tx:
        for clip in range(n_clips):
            request = add_request(tx, desk=desk, clip_id=f"{desk}-{clip}", asked_at=house.now)
            tx.record(house.act(ROSA).event(Action.REQUEST_ASKED, request=request))
            for person in range(n_people):
                listen = Listen(
                    id=f"{request.key}-{person}",
                    request_id=request.id,
                    listener=Person(team_id=TEAM, user_id=f"U{desk}{person}"),
                    press=f"p{person}",
                    granted_at=house.now,
                    played_ms=1000,
                )
                tx.add_listen(listen)
                tx.save_played(listen.id, played_ms=1000, loops=1)


def counted(house: House) -> disclose.Disclosure:
    return disclose.disclose(house.services, house.worker(), *period("", "", house.now))


def test_desks_are_counted_and_that_it_was_counted_is_on_record(house: House) -> None:
    listened(house, "english-us", 6, 5)
    listened(house, "deutsch", 8, 7)
    house.pass_time(days=31)
    found = counted(house)
    shown = {facts.name: facts for facts in found.desks}
    assert (shown["english-us"].heard, shown["english-us"].people) == (6, 5)
    assert shown["english-us"].seconds == 30
    assert shown["english-us"].ears_per_clip == 5
    assert (found.total.asked, found.total.heard, found.total.people) == (14, 14, 12)
    assert (shown["arabic"].heard, found.erased, found.cases) == (0, 0, 0)
    assert house.last_event().action is Action.FACTS_DISCLOSED


def test_a_month_that_is_not_over_and_other_months_do_not_count(house: House) -> None:
    listened(house, "english-us", 6, 5)
    assert counted(house).total.heard == 0
    house.pass_time(days=70)
    assert counted(house).total.heard == 0


def test_few_cases_are_not_counted_out(house: House) -> None:
    listened(house, "english-us", 6, 5)
    request = house.open(ROSA)
    quarantine.stop(house.services, house.act(JONAS), request.key)
    house.pass_time(days=31)
    found = counted(house)
    assert (found.cases, found.answered_s) == (None, None)


def test_the_command_prints_a_table_and_json(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened():  # type: ignore[no-untyped-def]
        yield house.services, Act(person=None, origin=Origin.CLI, now=house.now)

    monkeypatch.setattr(command, "open_program", opened)
    listened(house, "english-us", 6, 5)
    listened(house, "deutsch", 2, 2)
    house.pass_time(days=31)
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
