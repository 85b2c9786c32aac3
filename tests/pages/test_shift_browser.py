"""A shift by keys in real Chromium: acts per request, page loads, skip and undo."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.records import RequestState
from tests.pages.chromium import (
    free_port,
    picture,
    served,
    signed_in,
)
from tests.pages.shift_site import (
    CAN_ANSWER,
    CAN_RULE,
    Counter,
    SkippingClock,
    add_disputes,
    add_requests,
)
from tests.pages.site import LENA, RAVI, Site, new_site


@pytest.fixture
def served_site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = SkippingClock()  # type: ignore[assignment]
    with served(site.application(), port):
        yield site
    site.services.store.close()


def test_three_answers_take_three_acts_each_and_one_page_load(
    chromium: Any, served_site: Site
) -> None:
    asked = add_requests(served_site, 3)
    context = signed_in(chromium, served_site, RAVI)
    page = context.new_page()
    counter = Counter(page).watch()
    page.goto(f"/r/{asked[0].key}")
    for number, request in enumerate(asked):
        page.wait_for_selector(f'[data-name="{request.name}"] #play:not([disabled])')
        counter.press("Space")
        page.wait_for_selector(CAN_ANSWER)
        page.wait_for_selector("#text:focus")
        counter.type("lamp")
        counter.press("Enter")
        if number == 0:
            page.wait_for_selector("#done >> text=your answer to HC-1001 is in")
            picture(page, "shift-bar")
    page.wait_for_selector("text=your answer is in")
    assert counter.acts == 9
    assert len(counter.loads) == 1
    context.close()


def test_three_rulings_take_four_acts_each_and_one_page_load(
    chromium: Any, served_site: Site
) -> None:
    asked = add_disputes(served_site, 3)
    context = signed_in(chromium, served_site, LENA)
    page = context.new_page()
    counter = Counter(page).watch()
    page.goto(f"/rule/{asked[0].key}")
    for request in asked:
        page.wait_for_selector(
            f'[data-base="/r/{request.key}"] #play:not([disabled])',
        )
        counter.press("Space")
        page.wait_for_selector('#player[data-state="playing"]')
        page.wait_for_selector(CAN_RULE)
        counter.press("b")
        counter.type("The p is audible.")
        counter.press("Enter")
    page.wait_for_selector("text=Who answered")
    assert counter.acts == 12
    assert len(counter.loads) == 1
    states = {served_site.request(request.key).state for request in asked}
    assert states == {RequestState.ADJUDICATED}
    context.close()


def test_skip_comes_back_later_and_an_answer_can_be_undone(
    chromium: Any, served_site: Site
) -> None:
    first, second = add_requests(served_site, 2)
    served_site.hear(second, RAVI)
    context = signed_in(chromium, served_site, RAVI)
    page = context.new_page()
    page.goto(f"/r/{first.key}")
    page.wait_for_selector("#play:not([disabled])")
    page.keyboard.press("s")
    page.wait_for_selector(f"text={first.name} is skipped")
    page.fill("#text", "lamp")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Thank you, your answer is in")
    page.keyboard.press("z")
    page.wait_for_selector(f'[data-name="{second.name}"] #answer')
    assert page.input_value("#text") == "lamp"
    with served_site.services.store.read() as tx:
        assert tx.proposals.of_request(second.id) == []
    context.close()
