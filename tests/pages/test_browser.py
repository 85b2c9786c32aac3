"""The pages in real Chromium: sound, keys, and what happens when a request closes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.pages.app import SlackSignIn
from bot.sandbox import SandboxConfig, start_in_thread
from bot.usecases.distress import stop_clip
from storage.records import Action, Person, RequestState
from tests.pages.chromium import (
    RunningClock,
    free_port,
    picture,
    served,
    signed_in,
)
from tests.pages.site import JONAS, LENA, RAVI, ROSA, TEAM, Site, new_site

PLAYING = '#player[data-state="playing"]'
IDLE = '#player[data-state="idle"]'
CAN_ANSWER = "#answer-fields:not([disabled])"


@pytest.fixture
def served_site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    app: Starlette = site.application()
    with served(app, port):
        yield site
    site.services.store.close()


@pytest.fixture
def page(chromium: Any, served_site: Site) -> Iterator[Any]:
    """Ravi's browser. Whatever it complains about, or asks another host for, fails the
    test.
    """
    context = signed_in(
        chromium, served_site, RAVI, viewport={"width": 1000, "height": 900}
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: _complain(complaints, said))
    opened.on("request", lambda asked: _at_home(complaints, asked.url, served_site))
    yield opened
    context.close()
    assert complaints == []


def test_nothing_plays_by_itself(page: Any, served_site: Site) -> None:
    page.goto(f"/r/{served_site.asked().key}")
    page.wait_for_function("document.querySelector('#waveform').width > 300")
    assert page.query_selector(IDLE)
    assert page.query_selector("audio, video") is None
    assert not served_site.events(Action.SNIPPET_HEARD)


def test_listen_and_answer_by_keyboard_only(page: Any, served_site: Site) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    page.wait_for_selector(CAN_ANSWER)
    page.keyboard.press("Escape")
    page.wait_for_selector(IDLE)
    page.keyboard.type("lamp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=your answer is in")
    assert page.inner_text(".said") == "lamp certain"
    assert page.evaluate("document.activeElement.className") == "mine", "it is read out"
    with served_site.services.store.read() as tx:
        (proposal,) = tx.proposals.of_request(request.id)
    assert (proposal.text, proposal.confidence) == ("lamp", 3)
    assert len(served_site.events(Action.SNIPPET_HEARD)) == 1
    assert served_site.events(Action.SNIPPET_PLAYED)


def test_keys_do_nothing_while_typing_but_escape_and_f_keys_do(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    served_site.hear(request, RAVI)
    page.goto(f"/r/{request.key}")
    page.click("#text")
    page.keyboard.type("nl?! 1a ")
    assert page.input_value("#text") == "nl?! 1a "
    assert served_site.request(request.key).state is RequestState.OPEN
    assert page.query_selector(IDLE)
    page.keyboard.press("Escape")
    page.wait_for_selector(PLAYING)
    page.keyboard.press("F4")
    assert page.inner_text("#speed") == "1.25×"
    page.keyboard.press("F3")
    page.keyboard.press("F3")
    assert page.inner_text("#speed") == "0.9×"
    page.keyboard.press("Escape")
    page.wait_for_selector(IDLE)
    assert page.evaluate("document.activeElement.id") == "text"


def test_looping_goes_on_and_its_loops_are_on_record(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    page.keyboard.press("l")
    page.keyboard.press("Space")
    page.wait_for_selector(CAN_ANSWER)
    page.wait_for_timeout(3_000)
    assert page.query_selector(PLAYING)
    with page.expect_response("**/played"):
        page.keyboard.press("Escape")
    assert page.query_selector(IDLE)
    with served_site.services.store.read() as tx:
        (listen,) = tx.listens.of_request(request.id)
    assert listen.loops >= 2
    assert listen.played_ms >= 2 * request.span.length_ms


def test_a_report_that_got_lost_is_made_again(page: Any, served_site: Site) -> None:
    page.goto(f"/r/{served_site.asked().key}")
    page.route("**/played", lambda route: route.abort(), times=1)
    page.keyboard.press("l")
    page.keyboard.press("Space")
    page.wait_for_selector("text=help-clip cannot be reached")
    assert page.query_selector(CAN_ANSWER) is None
    page.keyboard.press("Space")
    page.wait_for_selector(CAN_ANSWER)


def test_every_press_of_play_is_a_press_of_its_own(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    for _ in range(3):
        page.click("#play")
        page.wait_for_selector(PLAYING)
        page.click("#play")
        page.wait_for_selector(IDLE)
    with served_site.services.store.read() as tx:
        assert len({x.press for x in tx.listens.of_request(request.id)}) == 3


def test_playing_from_the_middle_of_the_span_does_not_count_as_hearing_it(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    box = page.locator("#scope").bounding_box()
    with page.expect_response("**/played") as told:
        page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + 40)
    assert told.value.json() == {"heard": False}
    assert page.query_selector(CAN_ANSWER) is None


def test_a_player_stops_when_the_clip_is_closed_elsewhere(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    page.keyboard.press("l")
    page.keyboard.press("Space")
    page.wait_for_selector(CAN_ANSWER)
    page.fill("#text", "half an ans")
    stop_clip.stop(served_site.services, served_site.act(JONAS), request.key)
    page.wait_for_selector("text=You heard it too")
    assert page.query_selector("#player, #text, #stop") is None
    assert page.is_visible("#care >> text=Take a")
    assert "half an ans" not in page.content()


def end_sessions(site: Site, person: Person) -> None:
    with site.services.store.begin() as tx:
        tx.sessions.end_of_person(person, site.clock())


def test_a_link_with_round_trips_of_a_second_plays_to_the_end(
    page: Any, served_site: Site
) -> None:
    page.goto(f"/r/{served_site.asked().key}")
    page.wait_for_selector("#play:not([disabled])")
    slow = {"offline": False, "latency": 1100}
    full = {"downloadThroughput": -1, "uploadThroughput": -1}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", {**slow, **full})
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    page.wait_for_selector(CAN_ANSWER)
    page.wait_for_selector(IDLE)
    assert page.inner_text("#player-notice") == ""


def test_a_player_whose_questions_are_lost_ends_with_a_sentence(
    page: Any, served_site: Site
) -> None:
    page.goto(f"/r/{served_site.asked().key}")
    page.keyboard.press("l")
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    page.route(lambda url: "/live" in url, lambda _: None)
    page.wait_for_selector(IDLE)
    assert "the connection is too slow" in page.inner_text("#player-notice")


def test_a_player_stops_when_its_owner_is_signed_out(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    page.keyboard.press("l")
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    person = Person(team_id=TEAM, user_id=RAVI)
    end_sessions(served_site, person)
    page.wait_for_selector("text=Signed out meanwhile")
    assert page.is_visible("text=Sign in again")
    assert page.query_selector("#player, .transcript") is None


def test_stop_distressing_is_one_key_and_ends_calmly(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    page.keyboard.press("Space")
    page.wait_for_selector(CAN_ANSWER)
    page.wait_for_selector("#text:focus")
    page.keyboard.press("!")
    page.wait_for_selector("text=no other person can hear it")
    assert served_site.request(request.key).state is RequestState.QUARANTINED


def test_not_me_is_one_key_and_can_be_undone(page: Any, served_site: Site) -> None:
    request = served_site.asked()
    page.goto(f"/r/{request.key}")
    page.keyboard.press("n")
    page.wait_for_selector("text=It goes off your list in a moment")
    assert page.evaluate("document.activeElement.id") == "done"
    page.keyboard.press("z")
    page.wait_for_selector("#answer")
    page.keyboard.press("n")
    page.wait_for_selector("text=It goes off your list in a moment")
    assert not served_site.events(Action.REQUEST_DECLINED)
    with page.expect_response("**/not-me"):
        page.wait_for_selector("#undo", state="detached")
    page.wait_for_selector(f"text={request.name} is off your list")
    assert len(served_site.events(Action.REQUEST_DECLINED)) == 1


def test_the_keys_are_shown_on_demand(page: Any, served_site: Site) -> None:
    page.goto(f"/r/{served_site.asked().key}")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    assert page.query_selector(IDLE)


def test_escape_alone_does_not_put_a_listen_on_record_that_cannot_sound(
    page: Any, served_site: Site
) -> None:
    """Browsers start sound only after a gesture, and Escape is none."""
    page.goto(f"/r/{served_site.asked().key}")
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Press the play button once")
    assert page.query_selector(IDLE)
    assert not served_site.events(Action.SNIPPET_HEARD)
    page.click("#play")
    page.wait_for_selector(PLAYING)


def test_keys_work_on_an_arabic_and_a_french_keyboard(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    served_site.hear(request, RAVI)
    page.goto(f"/r/{request.key}")
    press = """([key, code]) => document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }))"""
    page.evaluate(press, ["ش", "KeyA"])
    assert page.evaluate("document.activeElement.id") == "text"
    page.evaluate("document.activeElement.blur()")
    page.evaluate(press, ['"', "Digit3"])
    assert page.is_checked('input[name="confidence"][value="3"]')
    page.evaluate(press, ["q", "KeyA"])
    assert page.evaluate("document.activeElement.id") != "text"
    page.evaluate(press, ["؟", "Slash"])
    page.wait_for_selector("dialog[open]")


def test_an_error_keeps_what_was_typed_and_points_at_the_field(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    served_site.hear(request, RAVI)
    page.goto(f"/r/{request.key}")
    page.fill("#text", "   ")
    page.click("#send")
    page.wait_for_selector("#answer-error >> text=Type the word you hear")
    assert page.evaluate("document.activeElement.id") == "text"
    assert page.get_attribute("#text", "aria-invalid") == "true"
    page.fill("#text", "lamp")
    page.click("#send")
    page.wait_for_selector("text=your answer is in")


def test_an_answer_typed_while_the_session_ended_comes_back_after_signing_in(
    page: Any, served_site: Site, chromium: Any
) -> None:
    request = served_site.asked()
    served_site.hear(request, RAVI)
    page.goto(f"/r/{request.key}")
    page.fill("#text", "lampshade")
    person = Person(team_id=TEAM, user_id=RAVI)
    end_sessions(served_site, person)
    page.click("#send")
    page.click("text=Sign in again")
    page.wait_for_selector("text=Sign in with Slack")
    other = signed_in(chromium, served_site, RAVI)
    page.context.add_cookies(other.cookies())
    other.close()
    page.goto(f"/r/{request.key}")
    assert page.input_value("#text") == "lampshade"
    page.click("#send")
    page.wait_for_selector("text=your answer is in")


def test_a_person_signs_in_with_slack_and_lands_on_the_request(
    chromium: Any, tmp_path: Path
) -> None:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    with start_in_thread(SandboxConfig()) as sandbox:
        slack = SlackSignIn.for_api(
            f"{sandbox.url}/api/",
            client_id="1000.2000",
            client_secret="sandbox-client-secret",
            team_id=TEAM,
        )
        request = site.asked()
        with served(site.application(slack), port):
            context = chromium.new_context(base_url=site.services.public_url)
            page = context.new_page()
            page.goto(f"/r/{request.key}")
            assert request.name not in page.content()
            page.click("text=Sign in with Slack")
            page.click("button:has-text('Ravi Nair')")
            page.wait_for_selector(f"text={request.name}")
            assert page.url.endswith(f"/r/{request.key}")
            page.click("text=Sign out")
            page.wait_for_selector("text=You are signed out")
            page.go_back()
            page.wait_for_selector("text=Sign in to go on")
            context.close()
    site.services.store.close()


def test_stopping_and_declining_work_without_javascript(
    chromium: Any, served_site: Site
) -> None:
    request = served_site.asked()
    context = signed_in(chromium, served_site, RAVI, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/r/{request.key}")
    assert page.is_disabled("#play")  # rather than a button that does nothing
    page.click("text=Stop - distressing")
    page.wait_for_selector("text=no other person can hear it")
    context.close()
    assert served_site.request(request.key).state is RequestState.QUARANTINED


def test_after_answering_a_key_still_plays_and_unfolds_the_player(
    page: Any, served_site: Site
) -> None:
    request = served_site.asked()
    served_site.answer(request, RAVI, "lamp")
    page.goto(f"/r/{request.key}")
    assert not page.is_visible("#play")
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    page.wait_for_selector("#play")


def test_space_plays_after_a_click_on_another_control(
    page: Any, served_site: Site
) -> None:
    page.goto(f"/r/{served_site.asked().key}")
    page.click("#loop")
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    assert page.get_attribute("#loop", "aria-pressed") == "true"


def test_a_lead_rules_by_keyboard(chromium: Any, served_site: Site) -> None:
    request = served_site.disputed()
    context = signed_in(chromium, served_site, LENA)
    page = context.new_page()
    page.goto(f"/rule/{request.key}")
    page.keyboard.press("Space")
    page.wait_for_selector(PLAYING)
    page.wait_for_selector("#ruling-fields:not([disabled])")
    page.keyboard.press("b")
    page.keyboard.type("The p is audible.")
    picture(page, "rule")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Ruled: lamp")
    context.close()
    assert served_site.request(request.key).settled_text == "lamp"


def test_asking_by_pointing_at_two_words(chromium: Any, served_site: Site) -> None:
    context = signed_in(chromium, served_site, ROSA)
    page = context.new_page()
    page.goto("/ask")
    page.fill("#clip", "en-us-0001")
    page.keyboard.press("Enter")
    page.wait_for_selector(".spoken")
    page.wait_for_load_state()  # the script that fills in between is bound by then
    page.click(".spoken .chip >> nth=5")
    page.click(".spoken .chip >> nth=7")
    assert page.locator('input[name="word"]:checked').count() == 3
    page.fill("#guess", "lamp")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You asked this one")
    context.close()


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.5, 2.0])
def test_speed_changes_the_length_and_keeps_the_pitch(page: Any, speed: float) -> None:
    page.goto("/")
    script = """async (speed) => {
        const { timeStretch } = await import("/static/js/time_stretch.js");
        const rate = 16000;
        const wave = (hz, i) => Math.sin(2 * Math.PI * hz * i / rate);
        const tone = Float32Array.from({ length: rate }, (_, i) =>
            0.5 * wave(180, i) + 0.2 * wave(540, i));
        const out = timeStretch(tone, speed, rate);
        const middle = out.subarray(out.length / 4, 3 * out.length / 4);
        let rises = 0;
        let power = 0;
        for (let i = 1; i < middle.length; i += 1) {
            rises += middle[i - 1] < 0 && middle[i] >= 0;
            power += middle[i] ** 2;
        }
        return { length: out.length / rate, hz: rises / (middle.length / rate),
                 rms: Math.sqrt(power / middle.length) };
    }"""
    got = page.evaluate(script, speed)
    assert got["length"] == pytest.approx(1 / speed, rel=0.01)
    assert got["hz"] == pytest.approx(180, rel=0.03)
    assert got["rms"] == pytest.approx(0.381, rel=0.06)


def test_what_counts_as_heard_follows_speed_loops_and_where_it_began(page: Any) -> None:
    page.goto("/")
    script = """async () => {
        const { listenProgress } = await import("/static/js/listen_progress.js");
        const span = [1000, 1500];
        const part = (more) => ({ fromMs: 0, toMs: 3000, speed: 1, looping: false, ...more });
        return [
            listenProgress(part({}), 900, span), listenProgress(part({}), 1250, span),
            listenProgress(part({}), 9000, span),
            listenProgress(part({ speed: 2 }), 650, span), listenProgress(part({ fromMs: 1200 }), 5000, span),
            listenProgress(part({ fromMs: 1600 }), 5000, span),
            listenProgress({ fromMs: 940, toMs: 1560, speed: 1, looping: true }, 2 * 970 + 310, span),
        ].map(({ ms, loops }) => [Math.round(ms), loops]);
    }"""
    heard = [[0, 0], [250, 0], [500, 0], [300, 0], [300, 0], [0, 0], [1250, 2]]
    assert page.evaluate(script) == heard


def test_the_spectrogram_shows_a_tone_where_it_is(page: Any) -> None:
    page.goto("/")
    script = """async () => {
        const { spectrogram } = await import("/static/js/spectrogram.js");
        const tone = Float32Array.from({ length: 16000 }, (_, i) =>
            0.02 * Math.sin(Math.PI * i / 4));
        const column = spectrogram(tone, 50)[25];
        return [column.indexOf(Math.max(...column)), column.length];
    }"""
    assert page.evaluate(script) == [32, 128]  # 2000 Hz of 8000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1000])
def test_every_page_fits_and_names_its_controls(
    chromium: Any, served_site: Site, scheme: str, width: int
) -> None:
    disputed = served_site.disputed()
    opened = served_site.asked("en-us-0002", "2.3-3.0")
    served_site.add_clip("third-1")
    third = served_site.asked("third-1", "1.0-1.5")
    stopped = stop_clip.stop(
        served_site.services, served_site.act(LENA), third.key
    ).case
    context = signed_in(
        chromium,
        served_site,
        LENA,
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
    )
    page = context.new_page()
    paths = {
        "home": "/",
        "listen": f"/r/{opened.key}",
        "ask": "/ask?clip=en-us-0001",
        "queue": "/rule",
        "to-answer": "/answer",
        "asked": "/asked",
        "rule-page": f"/rule/{disputed.key}",
        "stopped": f"/stopped/{stopped.key}",
        "sign-in": "/sign-in",
    }
    for name, path in paths.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(_NAMELESS) == [], name
        assert re.fullmatch(r"((HC-\d+|Stopped) · )?help-clip", page.title())
        picture(page, f"{name}-{scheme}-{width}")
    context.close()


_NAMELESS = """() => [...document.querySelectorAll("button, a, input:not([type=hidden]), select")]
    .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length))
    .map((e) => e.outerHTML)"""


def _complain(complaints: list[str], said: Any) -> None:
    # Chromium reports our own refusals (401, 422) as failed loads; those are meant.
    if said.type in ("error", "warning") and "Failed to load resource" not in said.text:
        complaints.append(said.text)


def _at_home(complaints: list[str], url: str, site: Site) -> None:
    if not url.startswith((site.services.public_url, "data:")):
        complaints.append(f"asked {url}")


def test_a_long_word_stays_within_the_page(chromium: Any, served_site: Site) -> None:
    word = "w" * 200
    disputed = served_site.disputed(word, "lamp")
    answered = served_site.asked("en-us-0002", "2.3-3.0")
    served_site.answer(answered, LENA, word)
    served_site.hear(disputed, LENA)
    phone = {"width": 390, "height": 844}
    context = signed_in(chromium, served_site, LENA, viewport=phone)
    page = context.new_page()
    for path in (f"/r/{answered.key}", f"/rule/{disputed.key}"):
        page.goto(path)
        page.wait_for_selector("bdi", state="attached")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.locator("input[name=choice]").first.check(force=True)
    page.fill("#reason", "r" * 200)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Who answered")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
