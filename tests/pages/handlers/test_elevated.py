"""Hearing closer, and signing in once more, as people see it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage.records import Action, Outcome, Request
from tests.desks import with_less_masked
from tests.pages.chromium import (
    RunningClock,
    free_port,
    launched,
    picture,
    served,
    signed_in,
)
from tests.pages.site import LENA, RAVI, Site, new_site

PLAYING = '#player[data-state="playing"]'


def with_holder(site: Site) -> Request:
    """A request on a desk where Ravi may ask to hear closer."""
    desks = with_less_masked(site.services.desks, RAVI)
    site.services = replace(site.services, desks=desks)
    return site.asked()


def test_what_was_typed_is_back_after_signing_in_once_more(site: Site) -> None:
    request = with_holder(site)
    ravi = site.visitor(RAVI)
    site.clock.pass_time(minutes=6)
    path = f"/closer/ask/{request.key}"
    assert "You will be asked to sign in once more" in ravi.get(path).text
    asked_again = ravi.post(path, reason="a lorry drives by", closeness="unmasked")
    assert asked_again.status_code == 403
    assert "Sign in once more" in asked_again.text
    assert f'name="to" value="{path}"' in asked_again.text
    (denied,) = site.events(Action.CLOSER_ASKED, Outcome.DENIED)
    assert denied.rule == "step_up"
    again = site.visitor(RAVI).get(path).text
    assert 'value="a lorry drives by"' in again
    assert "You will be asked" not in again


def test_a_script_is_told_in_a_sentence(site: Site) -> None:
    request = with_holder(site)
    ravi = site.visitor(RAVI)
    site.clock.pass_time(minutes=6)
    told = ravi.send(
        f"/closer/ask/{request.key}", reason="x", closeness="less_disguised"
    )
    assert (told.status_code, told.json()["rule"]) == (403, "step_up")


def test_a_choice_that_is_none_is_asked_for_again(site: Site) -> None:
    request = with_holder(site)
    answer = site.visitor(RAVI).post(
        f"/closer/ask/{request.key}", reason="x", closeness="both"
    )
    assert answer.status_code == 422
    assert "Choose what you need to hear" in answer.text


def test_the_way_is_shown_to_holders_only(site: Site) -> None:
    request = with_holder(site)
    way = f"/closer/ask/{request.key}"
    assert way in site.visitor(RAVI).get(f"/r/{request.key}").text
    assert way not in site.visitor(LENA).get(f"/r/{request.key}").text
    assert site.visitor(LENA).get(way).status_code == 403
    assert site.visitor().get("/closer").text.count("Sign in with Slack") == 1


def test_a_lead_approves_on_the_page_with_a_reason(site: Site) -> None:
    request = with_holder(site)
    site.visitor(RAVI).post(
        f"/closer/ask/{request.key}", reason="too muffled", closeness="unmasked"
    )
    lena = site.visitor(LENA)
    found = re.search(r"/closer/[\w-]+/decide", lena.get("/closer").text)
    assert found
    assert lena.post(found[0], reason="", decision="approve").status_code == 422
    answer = lena.post(found[0], reason="it is urgent", decision="approve")
    assert answer.headers["location"] == "/closer"
    (approved,) = site.events(Action.CLOSER_APPROVED)
    assert (approved.outcome, approved.user_id) == (Outcome.ALLOWED, LENA)


@pytest.fixture
def served_site(tmp_path: Path) -> Iterator[tuple[Site, Request]]:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    request = with_holder(site)
    with served(site.application(), port):
        yield site, request
    site.services.store.close()


@pytest.mark.parametrize(
    ("width", "scheme", "closer", "action"),
    [
        (390, "dark", "unmasked", Action.SNIPPET_HEARD_UNMASKED),
        (1000, "light", "less disguised", Action.SNIPPET_HEARD_CLOSER),
    ],
)
def test_asked_agreed_and_played(
    served_site: tuple[Site, Request],
    width: int,
    scheme: str,
    closer: str,
    action: Action,
) -> None:
    site, request = served_site
    look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with launched() as browser:
        ravi, lena = (signed_in(browser, site, who, **look) for who in (RAVI, LENA))
        page: Any = ravi.new_page()
        page.goto(f"/r/{request.key}")
        page.get_by_role("link", name="Hear it closer").click()
        page.get_by_label("in one line").fill("A lorry drives by.")
        picture(page, f"closer-ask-{scheme}")
        page.get_by_role("button", name=f"Ask to hear it {closer}").click()
        page.get_by_text("A second person has to approve first").wait_for()
        picture(page, f"closer-waits-{scheme}")
        queue: Any = lena.new_page()
        queue.goto("/closer")
        queue.get_by_text("A lorry drives by.").wait_for()
        queue.get_by_role("heading", name=f"{request.name}, {closer}").wait_for()
        queue.get_by_label("Your reason").fill("Two people could not tell.")
        picture(queue, f"closer-queue-{scheme}")
        queue.get_by_role("button", name="Agree", exact=True).click()
        queue.get_by_text("Nothing waits for you").wait_for()
        page.get_by_role("link", name="Look again").click()
        page.locator("#play:not([disabled])").click()
        page.wait_for_selector(PLAYING)
        picture(page, f"closer-plays-{scheme}")
        assert "hallway" not in page.content()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.wait_for_selector('#player[data-state="idle"]')
        page.locator("#play").click()
        page.get_by_text("one play is all").wait_for()
        ravi.close()
        lena.close()
    heard = site.events(action)
    assert [e.outcome for e in heard] == [Outcome.ALLOWED, Outcome.DENIED]
