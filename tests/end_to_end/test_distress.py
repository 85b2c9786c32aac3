"""Three people listen, one presses Stop: silence for all, an officer called, a reply, a
record.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from storage.audit.query.search import Question, answer
from storage.records import Action, Event, Outcome, Role
from tests.end_to_end.browser_people import (
    CLIP,
    JONAS,
    LENA,
    RAVI,
    SOFIA,
    ask,
    link,
    thread_of,
)
from tests.end_to_end.browser_windows import Windows, picture
from tests.end_to_end.conftest import Stage
from tests.pages.chromium import launched

BOT = "U0HELPCLIP"
REPLY = "I looked at it at once. Nobody is in danger, and it stays closed. You did the right thing."
PLAYING, SILENT = '#player[data-state="playing"]', '#player[data-state="idle"]'

# When the key goes down in one browser, and when the player falls silent in another;
# the browsers share this machine's clock.
_KEEP_TIMES = """() => {
  const keep = (e) => e.key === "!" && sessionStorage.setItem("pressed at", Date.now());
  document.addEventListener("keydown", keep, { capture: true });
  const player = document.getElementById("player");
  new MutationObserver(() => {
    if (player.dataset.state === "idle" && !sessionStorage.getItem("silent at"))
      sessionStorage.setItem("silent at", Date.now());
  }).observe(player, { attributes: true, attributeFilter: ["data-state"] });
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


def sign_in(page: Any) -> None:
    page.get_by_role("button", name="Sign in with Slack").click()
    page.get_by_role("button", name="Continue as").click()


def listening(page: Any, url: str) -> Any:
    """This person's browser, the word going round in it."""
    page.goto(url)
    sign_in(page)
    page.get_by_role("heading", name="Which word is it?").wait_for()
    page.wait_for_load_state()
    page.evaluate(_KEEP_TIMES)
    page.keyboard.press("l")
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    return page


def all_events(stage: Stage) -> list[Event]:
    with stage.open_store() as store, store.read() as tx:
        found = answer(tx.log, Question(newest_first=False, limit=500)).events
    return [recorded.event for recorded in found]


def direct_messages(stage: Stage, person: str) -> str:
    opened = stage.sandbox.do("dm", as_=person, user=BOT)
    return str(opened["channel"])


def test_one_presses_stop_and_the_procedure_answers(
    stage: Stage, chromium: Any
) -> None:
    bot = stage.bot()
    windows = Windows(chromium, stage)
    url = link(thread_of(stage.sandbox, ask(stage.sandbox)))
    with ExitStack() as stack:
        ravi, jonas, lena = (
            listening(stack.enter_context(windows.of(person)), url)
            for person in (RAVI, JONAS, LENA)
        )
        # Listening began one after the other; whoever fell silent meanwhile plays
        # again.
        for page in (ravi, jonas, lena):
            if page.query_selector(SILENT):
                page.evaluate("sessionStorage.removeItem('silent at')")
                page.keyboard.press("Escape")
                page.wait_for_selector(PLAYING)
        ravi.keyboard.press("Shift+!")
        for page in (jonas, lena):
            page.get_by_text("You heard it too").wait_for()
        ravi.get_by_role("heading", name="Stopped").wait_for()
        pressed_at = int(ravi.evaluate("sessionStorage.getItem('pressed at')"))
        late_ms = [
            int(page.evaluate("sessionStorage.getItem('silent at')")) - pressed_at
            for page in (jonas, lena)
        ]
        sys.stdout.write(
            f"\nsilent {late_ms[0]} ms and {late_ms[1]} ms after the key\n"
        )
        assert all(0 <= late < 10_000 for late in late_ms)
        _nobody_plays_again(jonas, lena)
        picture(ravi, "distress-stopped")
        picture(jonas, "distress-colleague")
        ravi.get_by_role("button", name="A person may be in danger now").click()
        ravi.get_by_text("You reported: a person may be in danger now").wait_for()

    with windows.of(SOFIA, direct_messages(stage, SOFIA)) as sofia:
        sofia.get_by_text("A person may be in danger now").first.wait_for()
        picture(sofia, "distress-officer-called")
        with sofia.context.expect_page() as opened:
            sofia.get_by_role("button", name="Open Case 1").last.click()
        case = opened.value
        sign_in(case)
        case.get_by_role("button", name="I look after it").click()
        case.get_by_text("The words, masked").wait_for()
        picture(case, "distress-case")
        case.get_by_label("Your reply").fill(REPLY)
        case.get_by_text("stays closed").click()
        case.get_by_role("button", name="Send the reply and close the case").click()
        case.get_by_text("Closed, recording stays closed").wait_for()
        picture(case, "distress-case-closed")

    with windows.of(RAVI, direct_messages(stage, RAVI)) as ravi:
        ravi.get_by_text(REPLY).wait_for()
        picture(ravi, "distress-reply")
    _the_record_tells_it(all_events(stage))
    _slack_never_learnt_what_was_in_it(stage)
    assert bot.is_running()
    assert [said for said in windows.complaints if "403" not in said] == []


def _nobody_plays_again(*pages: Any) -> None:
    for page in pages:
        assert page.query_selector("#player") is None
        page.reload()
        page.get_by_text("closed to all people").wait_for()
        assert page.query_selector("#player") is None


def _the_record_tells_it(events: list[Event]) -> None:
    """Who did what, in order, with nothing of the recording."""
    story = [
        Action.CLIP_QUARANTINED,
        Action.CASE_OPENED,
        Action.CASE_GRADED,
        Action.CASE_ACKNOWLEDGED,
        Action.CASE_CLOSED,
    ]
    told = [e for e in events if e.action in story and e.outcome is Outcome.ALLOWED]
    assert [event.action for event in told] == story
    actors = [event.actor.user_id for event in told if event.actor]
    assert actors == [RAVI, RAVI, RAVI, SOFIA, SOFIA]
    assert told[-1].role is Role.SAFETY_OFFICER
    stopped_at = next(e.at for e in events if e.action is Action.CLIP_QUARANTINED)
    later = [
        e for e in events if e.action is Action.SNIPPET_HEARD and e.at > stopped_at
    ]
    assert [e for e in later if e.outcome is Outcome.ALLOWED] == []


def _slack_never_learnt_what_was_in_it(stage: Stage) -> None:
    told = [
        *stage.sandbox.calls("chat.postMessage"),
        *stage.sandbox.calls("chat.update"),
    ]
    calls = json.dumps(told)
    assert "You did the right thing" in calls
    assert CLIP not in calls
