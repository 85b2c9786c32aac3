"""The officer's and the reporter's pages in real Chromium: they fit, and their player
is shy.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.usecases.distress import care, drill, officer, stop_clip
from storage.records import Action, Outcome
from tests.pages.chromium import (
    RunningClock,
    free_port,
    launched,
    picture,
    served,
    signed_in,
)
from tests.pages.site import RAVI, SAFETY, Site, new_site

REPLY = "We looked at it today. Nobody is in danger, and you did the right thing."


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


@pytest.fixture
def served_site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    with served(site.application(), port):
        yield site
    site.services.store.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 390)])
def test_every_page_fits(
    chromium: Any, served_site: Site, scheme: str, width: int
) -> None:
    site = served_site
    mine, answered = (
        stop_clip.stop(site.services, site.act(RAVI), site.asked(*clip).key).case
        for clip in (("en-us-0001", "2.363-2.89"), ("en-us-0002", "2.3-3.0"))
    )
    for case in (mine, answered):
        officer.acknowledge(site.services, site.act(SAFETY), case.key)
    officer.close(
        site.services, site.act(SAFETY), answered.key, reply=REPLY, release=False
    )
    practice = drill.start_drill(site.services, replace(site.act(SAFETY), person=None))
    officer.acknowledge(site.services, site.act(SAFETY), practice.key)
    care.take_break(site.services, site.act(RAVI))
    shown = {
        SAFETY: {
            "cases": "/case",
            "case": f"/case/{mine.key}",
            "case-answered": f"/case/{answered.key}",
            "hold": f"/case/{mine.key}/hold",
            "drill": f"/case/{practice.key}",
        },
        RAVI: {
            "stopped": f"/stopped/{mine.key}",
            "reply": f"/stopped/{answered.key}",
            "care": "/care",
            "resting": "/",
        },
    }
    for person, paths in shown.items():
        context = signed_in(
            chromium,
            site,
            person,
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
        )
        page = context.new_page()
        for name, path in paths.items():
            page.goto(path)
            page.wait_for_load_state("networkidle")
            for closed in page.query_selector_all("details:not([open]) > summary"):
                closed.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            picture(page, f"{name}-{scheme}-{width}")
        context.close()


def test_softer_listening_is_a_choice_that_is_kept(
    chromium: Any, served_site: Site
) -> None:
    request = served_site.asked()
    context = signed_in(chromium, served_site, RAVI)
    page = context.new_page()
    page.goto(f"/r/{request.key}")
    page.wait_for_selector("#softer:not([disabled])")
    above = "document.querySelector('.transcript').getBoundingClientRect().top"
    player = "document.querySelector('#player').getBoundingClientRect().top"
    assert not page.is_checked("#softer")
    assert page.evaluate(f"{above} > {player}")
    page.check("#softer")
    assert page.evaluate(f"{above} < {player}")
    assert not page.is_visible(".scope")
    picture(page, "softer")
    page.reload()
    page.wait_for_selector("#softer:not([disabled])")
    assert page.is_checked("#softer")
    page.click("#play")
    page.wait_for_selector('#player[data-state="playing"]')
    page.wait_for_selector("#answer-fields:not([disabled])")  # heard softly is heard
    page.uncheck("#softer")
    assert page.query_selector('#player[data-state="playing"]')
    assert page.is_visible(".scope")
    context.close()


def test_the_officers_player_starts_by_its_button_only_and_stops_by_key(
    chromium: Any, served_site: Site
) -> None:
    site = served_site
    case = stop_clip.stop(site.services, site.act(RAVI), site.asked().key).case
    officer.acknowledge(site.services, site.act(SAFETY), case.key)
    context = signed_in(chromium, site, SAFETY)
    page = context.new_page()
    page.goto(f"/case/{case.key}")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert not site.events(Action.SNIPPET_HEARD)
    page.get_by_text("Listen to it").click()
    page.click("#play")
    page.wait_for_selector('#player[data-state="playing"]')
    page.keyboard.press("Escape")
    page.wait_for_selector('#player[data-state="idle"]')
    heard = site.events(Action.SNIPPET_HEARD, Outcome.ALLOWED)
    assert [event.user_id for event in heard] == [SAFETY]
    context.close()


def test_a_drill_is_gone_through_like_a_case_and_told_for_what_it_is_when_somebody_comes(
    chromium: Any, served_site: Site
) -> None:
    site = served_site
    begun = drill.start_drill(site.services, replace(site.act(SAFETY), person=None))
    context = signed_in(chromium, site, SAFETY)
    page = context.new_page()
    page.goto(f"/case/{begun.key}")
    assert "rill" not in page.inner_text("main")
    page.click("text=I look after it")
    page.wait_for_selector("text=This is a drill, acknowledged after 1 min")
    assert "▒▒▒" in page.inner_text(".transcript")
    page.get_by_text("Listen to it").click()
    page.wait_for_selector("text=This one is made up.")
    page.click("#play")
    page.wait_for_selector('#player[data-state="playing"]')
    page.keyboard.press("Escape")
    page.click("text=Close the drill")
    page.wait_for_selector("text=This was a drill")
    assert len(site.events(Action.SNIPPET_HEARD, Outcome.ALLOWED)) == 1
    context.close()
