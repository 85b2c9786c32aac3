"""The page on which administrators erase."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.usecases import erase, erase_place, hold
from storage.records import Action, Outcome, Place, RequestState
from tests.pages.chromium import RunningClock, free_port, launched, picture, served, signed_in
from tests.pages.world import ADMIN, LENA, RAVI, SAFETY, World, new_world

CLIP = "/erase/clip/en-us-0001"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


def cleaned(world: World) -> None:
    """As the worker does."""
    with world.services.store.read() as tx:
        waiting = tx.open_receipts()
    for receipt in waiting:
        erase_place.clean(world.services, world.act(ADMIN), receipt.id)


def test_it_is_for_administrators_and_who_looked_is_on_record(world: World) -> None:
    for user_id in (RAVI, LENA, SAFETY):
        for path in ("/erase", CLIP, "/erase/person/U0REVIEW1"):
            answer = world.visitor(user_id).get(path)
            assert answer.status_code == 403
            assert "administrators" in answer.text
        assert world.visitor(user_id).post("/erase/again").status_code == 403
    assert len(world.events(Action.ERASURES_VIEWED, Outcome.DENIED)) == 12
    assert world.visitor(ADMIN).get("/erase").status_code == 200
    (seen,) = world.events(Action.ERASURES_VIEWED, Outcome.ALLOWED)
    assert seen.user_id == ADMIN


def test_what_would_go_is_shown_before_anything_does(world: World) -> None:
    request = world.asked()
    admin = world.visitor(ADMIN)
    asked = admin.get("/erase", params={"what": "clip", "of": f" {request.name} "})
    assert (asked.status_code, asked.headers["location"]) == (303, f"/erase/clip/{request.name}")
    shown = admin.get(asked.headers["location"]).text
    assert "en-us-0001" in shown
    for line in (
        "1 request, with what people typed",
        "1 request still live",
        "1 snippet, and the key",
    ):
        assert line in shown
    assert world.request(request.key).state is RequestState.OPEN


def test_a_reason_and_a_fresh_sign_in_are_asked_for_and_nothing_typed_is_lost(
    world: World,
) -> None:
    request = world.asked()
    admin = world.visitor(ADMIN)
    assert admin.post(CLIP, reason=" ").status_code == 422
    world.clock.pass_time(minutes=6)
    assert "You will be asked to sign in once more" in admin.get(CLIP).text
    late = admin.post(CLIP, reason="a letter of 3 March")
    assert late.status_code == 403
    assert f'name="to" value="{CLIP}"' in late.text
    assert world.request(request.key).state is RequestState.OPEN
    again = world.visitor(ADMIN)
    assert 'value="a letter of 3 March"' in again.get(CLIP).text
    assert again.post(CLIP, reason="a letter of 3 March").headers["location"] == "/erase"
    assert world.request(request.key).state is RequestState.ERASED


def test_the_receipts_say_how_each_place_stands_and_overdue_ones_are_red(world: World) -> None:
    request = world.asked()
    admin = world.visitor(ADMIN)
    admin.post(CLIP, reason="a letter")
    assert "on its way, due" in admin.get("/erase").text
    world.clock.pass_time(hours=2)
    shown = world.visitor(ADMIN).get("/erase").text
    assert 'class="overdue"' in shown
    assert "overdue since" in shown
    assert "Try open places again" in shown
    assert world.visitor(ADMIN).post("/erase/again").headers["location"] == "/erase"
    cleaned(world)
    shown = world.visitor(ADMIN).get("/erase").text
    assert "overdue" not in shown
    assert "clean since" in shown
    assert "Try open places again" not in shown
    assert not world.services.blobs.exists(request.blob)


def test_a_hold_that_stops_it_is_shown_before_and_after(world: World) -> None:
    world.asked()
    act = world.fresh(SAFETY)
    hold.place(world.services, act, "en-us-0001", days=30, reason="evidence")
    admin = world.visitor(ADMIN)
    before = admin.get(CLIP).text
    assert "A legal hold stands on 1 recording. Nobody hears it from now on" in before
    admin.post(CLIP, reason="a letter")
    cleaned(world)
    after = admin.get("/erase").text
    assert "held until" in after
    assert "Try open places again" not in after  # it goes by itself when the hold ends
    with world.services.store.read() as tx:
        assert {r.place for r in tx.open_receipts()} >= {Place.KEY, Place.SNIPPETS, Place.WORDS}


def test_a_speaker_and_a_colleague_are_erased_from_there_too(world: World) -> None:
    request = world.asked(by=RAVI)
    speaker = world.services.clips.clip("en-us-0001").speaker
    admin = world.visitor(ADMIN)
    person = admin.get(f"/erase/person/{RAVI}").text
    assert "they are signed out everywhere" in person
    assert admin.post(f"/erase/person/{RAVI}", reason="left").headers["location"] == "/erase"
    assert "1 recording of theirs" in admin.get(f"/erase/speaker/{speaker}").text
    assert admin.post(f"/erase/speaker/{speaker}", reason="a letter").status_code == 303
    assert world.request(request.key).state is RequestState.ERASED
    cleaned(world)
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
def test_what_cannot_be_is_said_so(world: World, path: str, status: int) -> None:
    answer = world.visitor(ADMIN).get(path)
    assert answer.status_code == status
    assert answer.headers.get("location", "/erase/").startswith("/erase/")
    assert "<script>" not in answer.text


def test_an_administrators_own_page_leads_there(world: World) -> None:
    assert 'href="/erase"' in world.visitor(ADMIN).get("/").text
    assert 'href="/erase"' not in world.visitor(RAVI).get("/").text


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 390)])
def test_the_pages_fit(chromium: Any, tmp_path: Path, scheme: Any, width: int) -> None:
    port = free_port()
    world = new_world(tmp_path, public_url=f"http://127.0.0.1:{port}")
    request = world.asked()
    erase.erase_clip(world.services, world.fresh(ADMIN), request.clip_id, reason="a letter")
    cleaned(world)
    second = world.asked("en-us-0002", "2.3-3.0").clip_id
    hold.place(world.services, world.fresh(SAFETY), second, days=90, reason="evidence")
    erase.erase_clip(world.services, world.fresh(ADMIN), second, reason="a letter")
    world.clock = RunningClock()  # type: ignore[assignment]
    with served(world.application(), port):
        options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
        context = signed_in(chromium, world, ADMIN, **options)
        page = context.new_page()
        for name, path in {"erasures": "/erase", "erase": "/erase/clip/en-us-0002"}.items():
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            picture(page, f"{name}-{scheme}-{width}")
        page.goto("/erase")
        page.fill("input[name=of]", "en-us-0002")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=A legal hold stands on 1 recording")
        context.close()
    world.services.store.close()
