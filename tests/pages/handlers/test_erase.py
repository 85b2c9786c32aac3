"""The page on which administrators erase."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.usecases.erasure import erase, holds, places
from storage.records import Action, Outcome, Place, RequestState
from tests.pages.chromium import (
    RunningClock,
    free_port,
    launched,
    picture,
    served,
    signed_in,
)
from tests.pages.site import ADMIN, LENA, RAVI, SAFETY, Site, new_site

CLIP = "/erase/clip/en-us-0001"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


def cleaned(site: Site) -> None:
    """As the worker does."""
    with site.services.store.read() as tx:
        waiting = tx.receipts.open()
    for receipt in waiting:
        places.clean(site.services, site.act(ADMIN), receipt.id)


def test_it_is_for_administrators_and_who_looked_is_on_record(site: Site) -> None:
    for user_id in (RAVI, LENA, SAFETY):
        for path in ("/erase", CLIP, "/erase/person/U0REVIEW1"):
            answer = site.visitor(user_id).get(path)
            assert answer.status_code == 403
            assert "administrators" in answer.text
        assert site.visitor(user_id).post("/erase/again").status_code == 403
    assert len(site.events(Action.ERASURES_VIEWED, Outcome.DENIED)) == 12
    assert site.visitor(ADMIN).get("/erase").status_code == 200
    (seen,) = site.events(Action.ERASURES_VIEWED, Outcome.ALLOWED)
    assert seen.user_id == ADMIN


def test_what_would_go_is_shown_before_anything_does(site: Site) -> None:
    request = site.asked()
    admin = site.visitor(ADMIN)
    asked = admin.get("/erase", params={"what": "clip", "of": f" {request.name} "})
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        f"/erase/clip/{request.name}",
    )
    shown = admin.get(asked.headers["location"]).text
    assert "en-us-0001" in shown
    for line in (
        "1 request, with the words people typed",
        "1 request still live",
        "1 snippet, and the key",
    ):
        assert line in shown
    assert site.request(request.key).state is RequestState.OPEN


def test_a_reason_and_a_fresh_sign_in_are_asked_for_and_nothing_typed_is_lost(
    site: Site,
) -> None:
    request = site.asked()
    admin = site.visitor(ADMIN)
    assert admin.post(CLIP, reason=" ").status_code == 422
    site.clock.pass_time(minutes=6)
    assert "You will be asked to sign in once more" in admin.get(CLIP).text
    late = admin.post(CLIP, reason="a letter of 3 March")
    assert late.status_code == 403
    assert f'name="to" value="{CLIP}"' in late.text
    assert site.request(request.key).state is RequestState.OPEN
    again = site.visitor(ADMIN)
    assert 'value="a letter of 3 March"' in again.get(CLIP).text
    assert (
        again.post(CLIP, reason="a letter of 3 March").headers["location"] == "/erase"
    )
    assert site.request(request.key).state is RequestState.ERASED


def test_the_receipts_say_how_each_place_stands_and_overdue_ones_are_red(
    site: Site,
) -> None:
    request = site.asked()
    admin = site.visitor(ADMIN)
    admin.post(CLIP, reason="a letter")
    assert "on its way, due" in admin.get("/erase").text
    site.clock.pass_time(hours=2)
    shown = site.visitor(ADMIN).get("/erase").text
    assert 'class="overdue"' in shown
    assert "overdue since" in shown
    assert "Try open places again" in shown
    assert site.visitor(ADMIN).post("/erase/again").headers["location"] == "/erase"
    cleaned(site)
    shown = site.visitor(ADMIN).get("/erase").text
    assert "overdue" not in shown
    assert "clean since" in shown
    assert "Try open places again" not in shown
    assert not site.services.blobs.exists(request.blob)


def test_a_hold_that_stops_it_is_shown_before_and_after(site: Site) -> None:
    site.asked()
    act = site.fresh(SAFETY)
    holds.place_hold(site.services, act, "en-us-0001", days=30, reason="evidence")
    admin = site.visitor(ADMIN)
    before = admin.get(CLIP).text
    assert (
        "A legal hold stands on 1 recording. No person hears it from now on" in before
    )
    admin.post(CLIP, reason="a letter")
    cleaned(site)
    after = admin.get("/erase").text
    assert "held until" in after
    assert "Try open places again" not in after  # it goes by itself when the hold ends
    with site.services.store.read() as tx:
        assert {r.place for r in tx.receipts.open()} >= {
            Place.KEY,
            Place.SNIPPETS,
            Place.WORDS,
        }


def test_a_speaker_and_a_colleague_are_erased_from_there_too(site: Site) -> None:
    request = site.asked(by=RAVI)
    speaker = site.services.clips.clip("en-us-0001").speaker
    admin = site.visitor(ADMIN)
    person = admin.get(f"/erase/person/{RAVI}").text
    assert "they are signed out everywhere" in person
    assert (
        admin.post(f"/erase/person/{RAVI}", reason="left").headers["location"]
        == "/erase"
    )
    assert "1 recording of theirs" in admin.get(f"/erase/speaker/{speaker}").text
    assert admin.post(f"/erase/speaker/{speaker}", reason="a letter").status_code == 303
    assert site.request(request.key).state is RequestState.ERASED
    cleaned(site)
    shown = admin.get("/erase").text
    assert RAVI in shown
    assert "sign-ins" in shown


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/erase/clip/..%2F..%2Fetc", 404),
        ("/erase/clip/%3Cscript%3E", 422),
        ("/erase/clip/HC-99", 404),
        ("/erase/speaker/a b", 422),
        ("/erase/person/U0NOBODY99", 404),
        ("/erase/planet/x", 422),
        ("/erase?what=planet&of=x", 422),
        ("/erase?what=clip&of=//evil.example", 303),
    ],
)
def test_what_cannot_be_is_said_so(site: Site, path: str, status: int) -> None:
    answer = site.visitor(ADMIN).get(path)
    assert answer.status_code == status
    assert answer.headers.get("location", "/erase/").startswith("/erase/")
    assert "<script>" not in answer.text


def test_an_administrators_own_page_leads_there(site: Site) -> None:
    assert 'href="/erase"' in site.visitor(ADMIN).get("/").text
    assert 'href="/erase"' not in site.visitor(RAVI).get("/").text


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 390)])
def test_the_pages_fit(chromium: Any, tmp_path: Path, scheme: Any, width: int) -> None:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    request = site.asked()
    erase.erase_clip(
        site.services, site.fresh(ADMIN), request.clip_id, reason="a letter"
    )
    cleaned(site)
    second = site.asked("en-us-0002", "2.3-3.0").clip_id
    holds.place_hold(
        site.services, site.fresh(SAFETY), second, days=90, reason="evidence"
    )
    erase.erase_clip(site.services, site.fresh(ADMIN), second, reason="a letter")
    site.clock = RunningClock()  # type: ignore[assignment]
    with served(site.application(), port):
        options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
        context = signed_in(chromium, site, ADMIN, **options)
        page = context.new_page()
        for name, path in {
            "erasures": "/erase",
            "erase": "/erase/clip/en-us-0002",
        }.items():
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            picture(page, f"{name}-{scheme}-{width}")
        page.goto("/erase")
        page.fill("input[name=of]", "en-us-0002")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=A legal hold stands on 1 recording")
        context.close()
    site.services.store.close()
