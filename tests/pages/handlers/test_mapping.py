"""The page on which an administrator agrees to a change of who holds a role."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.rules.desks import Holders
from bot.usecases.context import Act
from bot.usecases.people import role_mapping
from storage.records import Action, Origin, Outcome, Role
from tests.pages.chromium import (
    RunningClock,
    free_port,
    launched,
    picture,
    served,
    signed_in,
)
from tests.pages.site import RAVI, Site, new_site

ADA = "U0ADMIN01"


def start(site: Site, *more: str) -> None:
    """help-clip is started with a file that makes `more` reviewers, and a group
    leads.
    """
    services = site.services
    desks = services.desks.written or services.desks
    desk = desks.desks["english-us"]
    given = dict(desk.holders)
    if more:
        users = given[Role.REVIEWER].users | set(more)
        given[Role.REVIEWER] = Holders(users=users)
        given[Role.LEAD] = replace(given[Role.LEAD], groups=frozenset({"S0LEADS001"}))
    administrators = {Role.ADMINISTRATOR: Holders(users=frozenset({ADA}))}
    services.desks = replace(
        desks,
        desks={**desks.desks, desk.id: replace(desk, holders=given)},
        holders={**desks.holders, **administrators},
        written=None,
    )
    role_mapping.compare_file(
        services, Act(person=None, origin=Origin.CLI, now=site.clock.now)
    )


@pytest.fixture
def waiting(site: Site) -> Site:
    start(site)
    start(site, "U0NOBODY1")
    return site


def test_an_administrator_reads_what_would_change_and_confirms(waiting: Site) -> None:
    ada = waiting.visitor(ADA)
    shown = ada.get("/mapping").text
    assert "English (US): reviewers" in shown
    assert "<code>U0NOBODY1</code>" in shown
    assert "user group <code>S0LEADS001</code>" in shown
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    blank = ada.post("/mapping", seen=seen, reason=" ")
    assert blank.status_code == 422
    assert "Give the reason in a few words" in blank.text
    assert ada.post("/mapping", seen=seen, reason="two joined").status_code == 303
    assert "Nothing waits" in ada.get("/mapping").text
    assert waiting.events(Action.ROLES_MAPPED, Outcome.ALLOWED)[-1].user_id == ADA


def test_it_asks_for_a_fresh_sign_in_and_keeps_what_was_typed(waiting: Site) -> None:
    ada = waiting.visitor(ADA)
    waiting.clock.pass_time(minutes=6)
    again = ada.post("/mapping", seen="x", reason="two joined")
    assert again.status_code == 403
    assert "Sign in once more" in again.text
    assert 'value="two joined"' in waiting.visitor(ADA).get("/mapping").text


def test_a_form_that_shows_another_change_is_not_taken(waiting: Site) -> None:
    refused = waiting.visitor(ADA).post("/mapping", seen="0" * 64, reason="two joined")
    assert refused.status_code == 409
    assert "since you looked" in refused.text


def test_nobody_else_sees_it(waiting: Site) -> None:
    assert waiting.visitor(RAVI).get("/mapping").status_code == 403
    denied = waiting.events(Action.ROLES_MAPPED, Outcome.DENIED)[-1]
    assert (denied.user_id, denied.rule) == (RAVI, "not_administrator")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 390)])
def test_the_page_fits_and_is_used_by_keyboard(
    chromium: Any, tmp_path: Path, scheme: str, width: int
) -> None:
    port = free_port()
    site = new_site(tmp_path, f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    start(site)
    start(site, "U0NOBODY1")
    with served(site.application(), port):
        context = signed_in(
            chromium,
            site,
            ADA,
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
        )
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/mapping")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        picture(page, f"mapping-{scheme}")
        page.get_by_label("Why, in one line").fill("two joined")
        page.keyboard.press("Enter")
        page.get_by_text("Nothing waits").wait_for()
        context.close()
    site.services.store.close()
