"""In real Chromium: who may not hear hears nothing, and that they tried is on
record.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Refused
from bot.usecases.people.roles import set_membership
from bot.usecases.people.sessions import start_session
from storage.records import Action, Membership, Outcome, Person
from tests.pages.chromium import RunningClock, free_port, launched, served, signed_in
from tests.pages.site import AUDITOR, JONAS, RAVI, STRANGER, Site, new_site

# Another origin, which Chromium does not tell apart by network as it would a public
# one.
EVIL = "http://127.0.0.1:1/"
TRY = """async (path) => {
  const csrf = document.querySelector('[name=csrf]')?.value ?? '';
  const body = new URLSearchParams({ csrf, press: 'a'.repeat(32) });
  const headers = { accept: 'application/json' };
  const answer = await fetch(path, { method: 'POST', body, headers });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return [answer.status, String.fromCharCode(...bytes.slice(0, 4))];
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    made = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    made.clock = RunningClock()  # type: ignore[assignment]
    with served(made.application(), port):
        yield made
    made.services.store.close()


def tries_to_hear(
    chromium: Any, site: Site, user_id: str, meanwhile: Any = None
) -> list[Any]:
    """Open another's link and ask for the sound; the status and the first bytes."""
    request = site.asked()
    context = signed_in(chromium, site, user_id)
    if meanwhile is not None:
        meanwhile()
    page = context.new_page()
    page.goto(f"/r/{request.key}")
    assert page.query_selector("#waveform") is None
    assert page.query_selector("#play") is None
    heard: list[Any] = page.evaluate(TRY, f"/r/{request.key}/audio")
    context.close()
    assert not site.events(Action.SNIPPET_HEARD, Outcome.ALLOWED)
    return heard


@pytest.mark.parametrize(
    "user_id", [STRANGER, AUDITOR], ids=["second person", "auditor"]
)
def test_another_signed_in_person_hears_nothing_by_the_link(
    chromium: Any, site: Site, user_id: str
) -> None:
    status, bytes_ = tries_to_hear(chromium, site, user_id)
    assert (status, bytes_) == (403, '{"er')
    for action in (Action.REQUEST_VIEWED, Action.SNIPPET_HEARD):
        (denied,) = site.events(action, Outcome.DENIED)
        assert (denied.user_id, denied.rule) == (user_id, "no_role")


@pytest.mark.parametrize(
    "what", [Membership.GUEST, Membership.DEACTIVATED], ids=lambda m: str(m)
)
def test_who_became_a_guest_or_was_deactivated_hears_nothing_in_an_open_browser(
    chromium: Any, site: Site, what: Membership
) -> None:
    status, _ = tries_to_hear(
        chromium,
        site,
        JONAS,
        lambda: set_membership(site.services, site.act(RAVI), JONAS, what),
    )
    assert status in (401, 403)
    denied = site.events(Action.SESSION_ENDED, Outcome.DENIED)
    assert {(e.user_id, e.rule) for e in denied} == {(JONAS, "session_ended")}


def test_an_outsider_gets_no_session_to_begin_with(chromium: Any, site: Site) -> None:
    act = site.act(RAVI)
    stranger = Person(team_id="T0OTHERCO", user_id="U0EXTERN1")
    with pytest.raises(Refused, match="another Slack workspace"):
        start_session(site.services, replace(act, person=stranger), browser="b")
    request = site.asked()
    context = chromium.new_context(base_url=site.services.public_url)
    page = context.new_page()
    page.goto(f"/r/{request.key}")
    assert page.query_selector("#waveform") is None
    status, _ = page.evaluate(TRY, f"/r/{request.key}/audio")
    context.close()
    assert status == 401
    (denied,) = site.events(Action.SESSION_STARTED, Outcome.DENIED)
    assert (denied.user_id, denied.rule) == ("U0EXTERN1", "other_team")


def test_no_other_site_can_put_our_pages_into_a_frame(
    chromium: Any, site: Site
) -> None:
    request = site.asked()
    context = signed_in(chromium, site, RAVI)
    page = context.new_page()
    page.route(
        EVIL,
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<iframe src="{site.services.public_url}/r/{request.key}"></iframe>',
        ),
    )
    page.goto(EVIL)
    page.wait_for_timeout(500)
    (framed,) = page.frames[1:]
    assert framed.url.startswith("chrome-error:"), framed.url
    context.close()


def test_another_site_can_neither_post_for_a_person_nor_read_what_they_see(
    chromium: Any, site: Site
) -> None:
    request = site.asked()
    context = signed_in(chromium, site, RAVI)
    page = context.new_page()
    page.route(EVIL, lambda route: route.fulfill(content_type="text/html", body="<p>"))
    page.goto(EVIL)
    address = f"{site.services.public_url}/r/{request.key}"
    read = page.evaluate(
        "a => fetch(a, {credentials: 'include'}).then(r => r.text(), e => 'blocked')",
        address,
    )
    assert read == "blocked"
    page.evaluate(
        """a => { const f = document.createElement('form'); f.method = 'post'; f.action = a;
        document.body.append(f); f.submit(); }""",
        f"{address}/stop",
    )
    page.wait_for_selector("text=This came from another site")
    context.close()
    assert not site.events(Action.CLIP_QUARANTINED)


NAMES_DRAWN = """() => {
  window.drawn = new Set();
  const real = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    window.drawn.add(String(text));
    return real.call(this, text, ...at);
  };
}"""
CAN_BE_SAVED = """async () => {
  const elements =
    'audio, video, object, embed, iframe, [download], [href^="blob:"], [src^="blob:"]';
  const databases = indexedDB.databases ? await indexedDB.databases() : [];
  const kept = JSON.stringify([{ ...localStorage }, { ...sessionStorage }]);
  return [
    document.querySelectorAll(elements).length,
    (await caches.keys()).length,
    databases.length,
    kept.length < 500,
  ];
}"""


def test_the_player_offers_nothing_to_save_and_bears_its_listeners_name(
    chromium: Any, site: Site
) -> None:
    request = site.asked()
    context = signed_in(chromium, site, RAVI)
    page = context.new_page()
    page.add_init_script(f"({NAMES_DRAWN})()")
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"/r/{request.key}")
    page.click("#play")
    page.wait_for_selector('#player[data-state="playing"]')
    assert page.evaluate(CAN_BE_SAVED) == [0, 0, 0, True]
    assert RAVI in page.evaluate("[...window.drawn]")
    (sound,) = [answer for answer in answers if answer.url.endswith("/audio")]
    assert sound.request.method == "POST"
    assert sound.headers["cache-control"] == "no-store"
    assert "content-disposition" not in sound.headers
    context.close()
