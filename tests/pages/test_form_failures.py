"""Forms x failures x pages in real Chromium: a sentence beside the button, each time."""

import json
from typing import Any

import pytest

from bot.text import text
from tests.pages.chromium import picture, signed_in
from tests.pages.page_states import reach_states
from tests.pages.shift_site import add_requests
from tests.pages.site import ADMIN, LENA, RAVI, ROSA, SAFETY, Site

ENDED = {"error": text("pages.error.session_ended"), "rule": "session"}
SERVER_SENTENCE = "The server gave this sentence."
SENTENCE = {"error": SERVER_SENTENCE, "field": None, "rule": None}
# Failure -> the status and body that the server answers; None is no answer at all.
FAILURES: dict[str, tuple[int, str] | None] = {
    "offline": None,
    "401": (401, json.dumps(ENDED)),
    "403": (403, json.dumps({**SENTENCE, "rule": "not_reviewer"})),
    "409": (409, json.dumps(SENTENCE)),
    "422": (422, json.dumps({**SENTENCE, "field": "text"})),
    "500": (500, "<h1>broken</h1>"),
    "slow": (200, ""),
}
EXPECTED = {
    "offline": text("pages.script.unreachable"),
    "401": text("pages.script.sign_in_again"),
    "403": SERVER_SENTENCE,
    "409": SERVER_SENTENCE,
    "422": SERVER_SENTENCE,
    "500": text("pages.script.unknown_problem"),
    "slow": text("pages.script.still_sending"),
}
STOP_EXPECTED = {
    "offline": text("pages.script.not_stopped_away"),
    "401": "Not stopped yet.",
    "403": f"Not stopped. {SERVER_SENTENCE}",
    "409": f"Not stopped. {SERVER_SENTENCE}",
    "422": f"Not stopped. {SERVER_SENTENCE}",
    "500": text("pages.script.not_stopped_broken"),
    "slow": text("pages.script.not_stopped_slow"),
}


# Form -> who sees it, the page of the request, the form, and what is filled in first.
Form = tuple[str, str, str, dict[str, str]]
FORMS: dict[str, Form] = {
    "answer": (RAVI, "/r/{open}", "#answer", {"#text": "lamp"}),
    "stop": (RAVI, "/r/{open}", "#stop", {}),
    "stop after answering": (RAVI, "/r/{answered}", "#stop", {}),
    "take back": (RAVI, "/r/{answered}", "#undo", {}),
    "withdraw": (ROSA, "/r/{open}", "form[action$='/withdraw']", {}),
    "appeal": (
        ROSA,
        "/r/{settled}",
        "form[action$='/appeal']",
        {"#appeal-reason": "b"},
    ),
    "break": (RAVI, "/care", "form[action='/care/break']:has([value='15'])", {}),
    "choices of care": (RAVI, "/care", "form[action='/care/choices']", {}),
    "talk": (RAVI, "/care", "form[action='/care/talk']", {}),
    "language": (RAVI, "/sessions", "form[action='/sessions/language']", {}),
    "end all": (RAVI, "/sessions", "form[action='/sessions/end-all']", {}),
    "erase": (
        ADMIN,
        "/erase/clip/shift-0",
        "form.closing",
        {"[name=reason]": "letter"},
    ),
    "take a case": (SAFETY, "/case/{case}", "form[action$='/acknowledge']", {}),
    "grade": (
        RAVI,
        "/stopped/{case}",
        "form[action$='/grade']:has([value='upsetting'])",
        {},
    ),
    "keep": (LENA, "/waiting", "form[action$='/keep']", {}),
    "rule": (LENA, "/rule/{disputed}", "#ruling", {"#reason": "clear"}),
    "agree to a mapping": (
        ADMIN,
        "/mapping",
        "form[action='/mapping']",
        {"[name=reason]": "two joined"},
    ),
    "ask to hear it closer": (
        RAVI,
        "/closer/ask/{open}",
        "form[action^='/closer/ask/']",
        {"[name=reason]": "a lorry drives by"},
    ),
    "agree to a closer listen": (
        LENA,
        "/closer",
        "form[action$='/decide']",
        {"[name=reason]": "it is urgent"},
    ),
    "release together": (
        SAFETY,
        "/case/release",
        "form[action='/case/release']",
        {"#reply": "They open again."},
    ),
    "stop while ruling": (LENA, "/rule/{disputed}", "#stop", {}),
}


@pytest.fixture(scope="module")
def keys(served_site: Site) -> dict[str, str]:
    return reach_states(served_site)


@pytest.mark.parametrize("name", FORMS)
def test_each_failure_of_a_form_shows_a_sentence_beside_its_button(
    chromium: Any,
    served_site: Site,
    keys: dict[str, str],
    name: str,
) -> None:
    user, path, form, filled = FORMS[name]
    expected = STOP_EXPECTED if form == "#stop" else EXPECTED
    context = signed_in(chromium, served_site, user)
    page = context.new_page()
    page.route(lambda url: url.endswith("/live"), lambda route: route.abort())
    missing = []
    for failure in FAILURES:
        page.goto(path.format(**keys))
        page.evaluate("sessionStorage.clear()")
        for details in page.locator("details:not([open])").all():
            details.locator("summary").click()
        for field, words in filled.items():
            page.fill(field, words)
        _fail_posts(page, FAILURES[failure], is_slow=failure == "slow")
        page.click(f"{form} button >> nth=-1")
        shown = page.locator(f"{form} >> text={expected[failure]}").first
        try:
            shown.wait_for(state="visible", timeout=5_000)
        except TimeoutError:
            missing.append(failure)
        if failure == "offline":
            picture(page, f"failure-{name.replace(' ', '-')}")
        page.evaluate("sessionStorage.clear()")
        page.unroute(is_no_poll)
    context.close()
    assert missing == []


def is_no_poll(url: str) -> bool:
    """Return whether an address is none that an open page asks by itself."""
    return url.rpartition("/")[2] != "live"


def _fail_posts(
    page: Any,
    answer: tuple[int, str] | None,
    *,
    is_slow: bool,
) -> None:
    """Answer the POST requests of the page so, or not at all."""

    def handle(route: Any) -> None:
        if route.request.method != "POST":
            route.fallback()
        elif is_slow:
            return  # no answer comes
        elif answer is None:
            route.abort()
        else:
            status, body = answer
            route.fulfill(status=status, body=body, content_type="application/json")

    page.route(is_no_poll, handle)


def test_a_stop_that_found_no_network_is_sent_again_by_itself(
    chromium: Any,
    served_site: Site,
) -> None:
    [request] = add_requests(served_site, 1)
    context = signed_in(chromium, served_site, RAVI)
    page = context.new_page()
    page.goto(f"/r/{request.key}")
    order = "[...document.querySelectorAll('#play, .stop')].map((e) => e.className)"
    assert page.evaluate(order) == ["play", "stop"]
    context.set_offline(True)
    page.keyboard.press("!")
    page.wait_for_selector("#stop >> text=Not stopped yet: no connection")
    context.set_offline(False)
    page.wait_for_selector("text=no other person can hear it")
    context.close()
