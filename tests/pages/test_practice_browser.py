"""The practice by keys in real Chromium: three exercises without a page load between."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.records import Action
from tests.pages.chromium import (
    RunningClock,
    free_port,
    picture,
    served,
    signed_in,
)
from tests.pages.shift_site import CAN_ANSWER
from tests.pages.site import RAVI, Site, new_site


@pytest.fixture
def served_site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    with served(site.application(), port):
        yield site
    site.services.store.close()


def test_a_new_reviewer_answers_twice_and_stops_once(
    chromium: Any, served_site: Site
) -> None:
    context = signed_in(chromium, served_site, RAVI)
    page = context.new_page()
    page.goto("/")
    page.click("text=Start the practice")
    for number, word in ((1, "lamp"), (2, "fifty")):
        page.wait_for_selector(f"text=Practice {number} of 3")
        page.wait_for_selector("#play:not([disabled])")
        picture(page, f"practice-{number}")
        page.keyboard.press("Space")
        page.wait_for_selector(CAN_ANSWER)
        page.wait_for_selector("#text:focus")
        page.keyboard.type(word)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=The known word is")
        picture(page, f"practice-{number}-result")
        page.click("#next")
    page.wait_for_selector("text=Press Stop while it plays")
    page.wait_for_selector("#play:not([disabled])")
    page.keyboard.press("Space")
    page.keyboard.press("!")
    page.wait_for_selector("text=a safety officer is called")
    picture(page, "practice-stop")
    page.click("#next")
    page.wait_for_selector("text=The practice is done")
    picture(page, "practice-end")
    assert served_site.events(Action.CASE_OPENED) == []
    context.close()
