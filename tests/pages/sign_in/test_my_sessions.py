"""My sessions: a person sees their browsers, and signs out one or all of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.records import Action, Outcome
from tests.pages.chromium import (
    RunningClock,
    free_port,
    launched,
    picture,
    served,
    signed_in,
)
from tests.pages.site import RAVI, ROSA, Site, Visitor, new_site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


def keys(visitor: Visitor) -> list[str]:
    return re.findall(r'name="session" value="([^"]*)"', visitor.get("/sessions").text)


def test_the_page_lists_ones_own_browsers_without_addresses(site: Site) -> None:
    visitor = site.visitor(RAVI)
    site.visitor(ROSA)
    site.clock.pass_time(minutes=5)
    site.visitor(RAVI)
    page = visitor.get("/sessions").text
    assert len(keys(visitor)) == 2
    assert page.count("This browser") == 1
    assert "2026-03-02 09:05" in page
    assert "testclient" not in page
    assert '<a class="quiet" href="/sessions"' in visitor.get("/").text


def test_one_browser_is_signed_out_on_record(site: Site) -> None:
    visitor, other = site.visitor(RAVI), site.visitor(RAVI)
    mine = visitor.get("/sessions").text
    (this,) = re.findall(r'This browser.*?name="session" value="(\w+)"', mine, re.S)
    (lost,) = set(keys(visitor)) - {this}
    assert visitor.post("/sessions/end", session=lost).status_code == 303
    assert "Sign in to go on" in other.get("/").text
    assert visitor.post("/sessions/end", session=lost).status_code == 404
    gone = visitor.post("/sessions/end", session=this)
    assert "You are signed out" in gone.text
    assert "Sign in to go on" in visitor.get("/").text
    ended = site.events(Action.SESSION_ENDED, Outcome.ALLOWED)
    assert [event.user_id for event in ended] == [RAVI, RAVI]


def test_a_session_of_another_person_cannot_be_ended(site: Site) -> None:
    rosa, ravi = site.visitor(ROSA), site.visitor(RAVI)
    (theirs,) = keys(rosa)
    for key in (theirs, "", theirs + "0" * 48, "%"):
        assert ravi.post("/sessions/end", session=key).status_code == 404
    assert rosa.get("/").status_code == 200


def test_everywhere_is_everywhere(site: Site) -> None:
    visitors = [site.visitor(RAVI) for _ in range(3)]
    rosa = site.visitor(ROSA)
    assert "You are signed out" in visitors[0].post("/sessions/end-all").text
    for visitor in visitors:
        assert "Sign in to go on" in visitor.get("/").text
    assert ">U0REVIEW1</span>" in rosa.get("/").text


@pytest.mark.parametrize(
    ("name", "options", "direction"),
    [
        ("wide", {}, "ltr"),
        ("dark", {"color_scheme": "dark"}, "ltr"),
        ("small", {"viewport": {"width": 320, "height": 640}}, "ltr"),
        ("rtl", {"viewport": {"width": 360, "height": 640}}, "rtl"),
    ],
)
def test_it_works_by_keyboard_in_every_window(
    chromium: Any, tmp_path: Path, name: str, options: dict[str, Any], direction: str
) -> None:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    with served(site.application(), port):
        other = signed_in(chromium, site, RAVI)
        context = signed_in(chromium, site, RAVI, **options)
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="My sessions").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/sessions")
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]
        picture(page, f"sessions-{name}")
        page.get_by_role("listitem").filter(has_not_text="This browser").get_by_role(
            "button"
        ).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/sessions?ended=1")
        assert page.get_by_role("status").inner_text() == "That browser is signed out."
        assert page.get_by_role("listitem").count() == 1
        context.close()
        other.close()
    site.services.store.close()
