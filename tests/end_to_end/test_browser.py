"""The main job as people do it: in Chromium, on the chat page and on the pages it leads
to.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.browser_people import AMIR, CLIP, LENA, RAVI, ROSA, SPAN, WORD
from tests.end_to_end.browser_windows import Windows, picture
from tests.end_to_end.conftest import Stage
from tests.pages.chromium import launched


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


def ask(page: Any) -> None:
    box = page.locator("#composer-text")
    box.fill(f"/help-clip {CLIP} {SPAN}")
    box.press("Enter")
    modal = page.locator("#modal")
    modal.get_by_label("Your own guess").fill(WORD)
    picture(page, "ask")
    modal.get_by_role("button", name="Ask", exact=True).click()
    modal.get_by_text("is on its way").wait_for()
    picture(page, "asked")


def listen_and_answer(page: Any, name: str) -> None:
    """From the thread's button to the answer, from the sign-in on by keyboard alone."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Listen to HC-1001 and answer").click()
    tab = opened.value
    tab.get_by_role("button", name="Sign in with Slack").press("Enter")
    tab.get_by_role("button", name="Continue as").press("Enter")
    tab.get_by_role("heading", name="Which word is it?").wait_for()
    tab.wait_for_load_state()  # the keys are bound by then
    picture(tab, f"listen-{name}")
    tab.locator("#answer-fields[disabled]").wait_for()  # nobody answers unheard
    hear(tab)
    tab.keyboard.type(WORD)
    tab.keyboard.press("Enter")
    tab.get_by_text(re.compile("Thank you|settled", re.IGNORECASE)).first.wait_for()
    picture(tab, f"answered-{name}")


def hear(tab: Any) -> None:
    """Press play; again should it stop, as a player does when the server is slow to say
    "go on".
    """
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    answer = tab.locator("#answer-fields:not([disabled])")
    for _ in range(3):
        tab.keyboard.press("Space")
        with contextlib.suppress(PlaywrightTimeout):
            answer.wait_for(
                timeout=12_000
            )  # the snippet is 6 s long, so by then it is silent
            return
    raise AssertionError(
        "three presses of play, and the span was never heard to its end"
    )


def test_the_main_job_by_mouse_and_keyboard(stage: Stage, chromium: Any) -> None:
    bot = stage.bot()
    windows = Windows(chromium, stage)
    with windows.of(ROSA) as rosa:
        ask(rosa)
        rosa.keyboard.press("Escape")
        rosa.get_by_text("One muddled word to settle.").wait_for()
        for person, name in ((RAVI, "ravi"), (LENA, "lena")):
            with windows.of(person) as page:
                listen_and_answer(page, name)
        rosa.get_by_text("Settled: lamp").first.wait_for()
        picture(rosa, "settled")
    with windows.of(AMIR, "C0AUDIT001") as amir:
        box = amir.locator("#composer-text")
        box.fill("/clip-audit HC-1001")
        box.press("Enter")
        amir.get_by_text("snippet.heard").first.wait_for()
        told = amir.locator("#messages").inner_text()
        picture(amir, "audit")
    for who in ("Ravi", "Lena"):
        assert re.search(rf"@?{who}.*snippet\.heard", told), told
    assert windows.complaints == []
    ours = (stage.sandbox.url, bot.address, "data:", "blob:")
    assert [url for url in windows.fetched if not url.startswith(ours)] == []
