"""The chat page in a real Chromium: the main job by clicking, as three people."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from slack_bolt import App

from bot.sandbox import SandboxConfig, start_in_thread
from tests.sandbox.apps import bolt_app, connected
from tests.sandbox.workspace import Json, Workspace

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
CHANNEL = "C0HELPENUS"
if not Path(CHROMIUM).exists():
    pytest.skip("needs chromium", allow_module_level=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


class Windows:
    """Browser windows, one person each, with their requests and their errors."""

    def __init__(self, workspace: Workspace, browser: Browser) -> None:
        self.workspace, self.browser = workspace, browser
        self.fetched: list[str] = []
        self.problems: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, user_id: str, place: str = CHANNEL, **options: Any) -> Page:
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: self.fetched.append(request.url))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._listen)
        page.goto(f"{self.workspace.url}/?as={user_id}#{place}")
        page.wait_for_selector("#nav a", state="attached")
        return page

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(message.text)


@pytest.fixture
def windows(workspace: Workspace, browser: Browser) -> Iterator[Windows]:
    windows = Windows(workspace, browser)
    yield windows
    for context in windows.contexts:
        context.close()
    assert windows.problems == []
    elsewhere = [
        u for u in windows.fetched if not u.startswith((workspace.url, "data:"))
    ]
    assert elsewhere == []


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def the_app(workspace: Workspace) -> App:
    """A small help-clip: ask in a modal, answer by button, ruled by a lead."""
    app = bolt_app(workspace)
    guess = {
        "type": "input",
        "block_id": "guess",
        "label": plain("Your guess"),
        "element": {"type": "plain_text_input", "action_id": "word"},
    }
    modal = {
        "type": "modal",
        "callback_id": "ask",
        "title": plain("Ask about a word"),
        "submit": plain("Ask"),
        "blocks": [guess],
    }

    def thread(state: str) -> list[Json]:
        buttons = [
            {
                "type": "button",
                "action_id": "rule",
                "text": plain("Rule"),
                "value": "lamp",
            },
            {
                "type": "button",
                "action_id": "no",
                "text": plain("Not me"),
                "confirm": {
                    "title": plain("Sure?"),
                    "text": plain("You will not be asked again."),
                    "confirm": plain("Yes, not me"),
                    "deny": plain("Back"),
                },
            },
        ]
        text = {"type": "mrkdwn", "text": f"*A word needs ears* · {state}"}
        return [
            {"type": "section", "text": text},
            {"type": "actions", "elements": buttons},
        ]

    @app.command("/help-clip")
    def command(ack: Any, body: Json, client: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal)
        ack()

    @app.view("ask")
    def ask(ack: Any, view: Json, client: Any) -> None:
        word = view["state"]["values"]["guess"]["word"]["value"]
        if " " in word:
            ack(response_action="errors", errors={"guess": "One word, please."})
            return
        client.chat_postMessage(
            channel=CHANNEL, text="A word needs ears", blocks=thread("open")
        )
        ack()

    @app.action("no")
    def not_me(ack: Any, respond: Any) -> None:
        respond(text="Thank you for saying so.", replace_original=False)
        ack()

    @app.action("rule")
    def rule(ack: Any, body: Json, client: Any) -> None:
        ts = body["message"]["ts"]
        client.chat_postMessage(channel=CHANNEL, thread_ts=ts, text="Ruled: *lamp*")
        client.chat_update(
            channel=CHANNEL, ts=ts, text="settled", blocks=thread("settled")[:1]
        )
        ack()

    @app.event("app_home_opened")
    def home(event: Json, client: Any) -> None:
        header = {"type": "header", "text": plain("My asks")}
        client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [header]}
        )

    @app.event("message")
    def ignore() -> None:
        pass

    return app


def say(page: Page, text: str, box: str = "#composer-text") -> None:
    page.fill(box, text)
    page.press(box, "Enter")


def test_the_main_job_by_clicking_and_typing_as_three_people(windows: Windows) -> None:
    workspace = windows.workspace
    with connected(workspace, the_app(workspace)):
        rosa, ravi, lena = (
            windows.open(u) for u in ("U0REVIEW1", "U0REVIEW2", "U0LEAD001")
        )
        say(rosa, "/help-clip clip-7")
        rosa.fill("#modal input", "two words")
        rosa.click("#modal-submit")
        expect(rosa.get_by_text("One word, please.")).to_be_visible()
        expect(rosa.locator("#modal input")).to_have_value("two words")
        rosa.fill("#modal input", "lamp")
        rosa.press("#modal input", "Enter")
        expect(rosa.locator("#modal")).not_to_be_visible()
        ravi.get_by_role("button", name="Not me").click()
        ravi.get_by_role("button", name="Yes, not me").click()
        expect(ravi.get_by_text("Thank you for saying so.")).to_be_visible()
        expect(ravi.get_by_text("Only visible to you")).to_be_visible()
        lena.get_by_role("button", name="Rule").click()
        for page in (rosa, ravi, lena):
            expect(page.locator("#messages")).to_contain_text("settled")
        expect(rosa.get_by_text("Thank you for saying so.")).to_have_count(0)
        rosa.get_by_role("button", name="1 reply").click()
        expect(rosa.locator("#thread-messages")).to_contain_text("Ruled: lamp")
        say(rosa, "thanks", "#thread-text")
        expect(lena.locator(".thread-line")).to_contain_text("2 replies")


def test_what_people_write_is_shown_and_never_run(windows: Windows) -> None:
    page = windows.open("U0REVIEW1")
    page.evaluate("window.hit = 0")
    say(
        page,
        '<img src=x onerror="hit=1"> *bold* _it_ ~no~ `a<b` '
        "<javascript:hit=1|x> 1 < 2 & 3",
    )
    message = page.locator(".message").last
    expect(message.locator("strong").last).to_have_text("bold")
    expect(message.locator("em")).to_have_text("it")
    expect(message.locator("code")).to_have_text("a<b")
    expect(message).to_contain_text('<img src=x onerror="hit=1">')
    expect(message).to_contain_text("1 < 2 & 3")
    assert page.locator(".message .content img").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("window.hit") == 0


def test_links_of_the_app_that_are_not_http_stay_text(windows: Windows) -> None:
    windows.workspace.post("<javascript:alert(1)|click> and <https://ok.example|fine>")
    page = windows.open("U0REVIEW1")
    links = page.locator(".message .content a")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://ok.example")


def test_seven_windows_of_one_browser_are_all_live(windows: Windows) -> None:
    first = windows.open("U0REVIEW1")
    tabs = [first.context.new_page() for _ in range(6)]
    for tab in tabs:
        tab.goto(first.url)
        tab.wait_for_selector("#composer-text")
    windows.workspace.post("to everybody")
    for tab in (first, *tabs):
        expect(tab.locator("#messages")).to_contain_text("to everybody")


def test_a_page_finds_back_after_the_server_hung_up(windows: Windows) -> None:
    page = windows.open("U0REVIEW1")
    page.context.set_offline(True)
    windows.workspace.post("while you were out")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    windows.workspace.post("and now")
    expect(page.locator("#messages")).to_contain_text("while you were out")
    windows.problems.clear()


def test_unread_channels_are_marked_until_visited(windows: Windows) -> None:
    page = windows.open("U0REVIEW1", place="C0GENERAL1")
    windows.workspace.post("one")
    windows.workspace.post("two")
    link = page.locator("#nav a", has_text="help-english-us")
    expect(link.locator(".badge")).to_have_text("2")
    expect(page).to_have_title(re.compile(r"^\(2\) "))
    link.click()
    expect(page.locator(".line.new")).to_be_visible()
    expect(link.locator(".badge")).to_have_count(0)


def test_switching_persona_returns_to_where_that_person_was(windows: Windows) -> None:
    page = windows.open("U0REVIEW1", place="C0HELPDEDE")
    page.click(".switcher")
    page.get_by_role("menuitem", name="Amir Haddad").click()
    expect(page.locator("#nav a.here")).to_have_text("audit")
    expect(page.locator("#nav")).not_to_contain_text("help-deutsch")
    page.click(".switcher")
    page.get_by_role("menuitem", name="Rosa Keller").click()
    expect(page.locator("#nav a.here")).to_have_text("help-deutsch")


def test_somebody_without_a_channel_sees_nobody_elses(windows: Windows) -> None:
    windows.workspace.write("for members only")
    page = windows.open("U0REVIEW1")
    expect(page.locator("#messages")).to_contain_text("for members only")
    page.click(".switcher")
    page.get_by_role("menuitem", name="Emi Tanaka").click()
    expect(page.locator("#messages")).to_contain_text("You are in no channel here")
    expect(page.locator("#messages")).not_to_contain_text("for members only")
    windows.workspace.change(channel=CHANNEL, share_with="T0OTHERCO", join="U0EXTERN1")
    page.locator("#nav a", has_text="help-english-us").click()
    expect(page.locator(".ext")).to_have_text("shared outside")


def test_commands_are_completed_from_the_manifest(windows: Windows) -> None:
    page = windows.open("U0REVIEW1")
    page.locator("#composer-text").press_sequentially("/cl")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("#composer-text")).to_have_value("/clip-audit ")


def test_a_command_without_an_app_tells_the_person(windows: Windows) -> None:
    page = windows.open("U0REVIEW1")
    expect(page.locator("#connection")).to_have_text("no app connected")
    say(page, "/help-clip")
    expect(page.locator(".message.ephemeral")).to_contain_text("dispatch_failed")


def test_the_home_tab_and_the_drawer(windows: Windows) -> None:
    workspace = windows.workspace
    with connected(workspace, the_app(workspace)):
        page = windows.open("U0REVIEW1")
        page.get_by_role("button", name="What just happened").click()
        page.locator("#nav a", has_text="help-clip").click()
        expect(page.locator("#home h3")).to_have_text("My asks")
        published = page.locator("#log summary", has_text="views.publish")
        published.click()
        expect(page.locator("#log pre").first).to_contain_text("My asks")


def test_the_whole_job_by_keyboard_alone(windows: Windows) -> None:
    workspace = windows.workspace
    with connected(workspace, the_app(workspace)):
        page = windows.open("U0REVIEW1", place="C0GENERAL1")
        page.keyboard.press("Control+k")
        page.keyboard.type("english")
        page.keyboard.press("Enter")
        expect(page.locator("#bar h1")).to_have_text("help-english-us")
        page.keyboard.type("/help-clip")
        page.keyboard.press("Enter")
        expect(page.locator("#modal input")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#modal")).not_to_be_visible()
        page.keyboard.press("Alt+ArrowDown")
        expect(page.locator("#bar h1")).to_have_text("help-deutsch")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(
    windows: Windows, scheme: str
) -> None:
    windows.workspace.post("x" * 300)
    phone = {"viewport": {"width": 390, "height": 780}, "color_scheme": scheme}
    page = windows.open("U0REVIEW1", **phone)
    expect(page.locator(".message")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.get_by_role("button", name="Channels").click()
    page.locator("#nav a", has_text="general").click()
    expect(page.locator("#bar h1")).to_have_text("general")


NAMELESS = """[...document.querySelectorAll('button, a, input, textarea, select')]
  .filter((e) => e.offsetParent && !(e.getAttribute('aria-label') || e.innerText.trim()
    || e.labels?.length || e.title))
  .map((e) => e.outerHTML.slice(0, 120))"""


def test_everything_one_can_use_has_a_name(windows: Windows) -> None:
    workspace = windows.workspace
    with connected(workspace, the_app(workspace)):
        page = windows.open("U0REVIEW1")
        say(page, "/help-clip")
        page.wait_for_selector("#modal[open]")
        assert page.evaluate(NAMELESS) == []
        page.fill("#modal input", "lamp")
        page.click("#modal-submit")
        page.wait_for_selector(".block-actions")
        assert page.evaluate(NAMELESS) == []


def test_a_modal_does_not_come_back_with_a_reload(windows: Windows) -> None:
    workspace = windows.workspace
    with connected(workspace, the_app(workspace)):
        page = windows.open("U0REVIEW1")
        say(page, "/help-clip")
        expect(page.locator("#modal")).to_be_visible()
        page.reload()
        expect(page.locator("#connection")).to_have_text("app connected")
        expect(page.locator("#modal")).not_to_be_visible()
        say(page, "/help-clip")
        expect(page.locator("#modal")).to_be_visible()


def test_what_is_typed_into_a_modal_outlives_a_redraw(windows: Windows) -> None:
    workspace = windows.workspace
    with connected(workspace, the_app(workspace)):
        page = windows.open("U0REVIEW1")
        say(page, "/help-clip")
        page.fill("#modal input", "lamp")
        workspace.change(channel="C0HELPDEDE", rename="hilfe")
        expect(page.locator("#nav")).to_contain_text("hilfe")
        expect(page.locator("#modal input")).to_have_value("lamp")


def test_a_file_is_attached_and_sent_with_its_message(windows: Windows) -> None:
    page = windows.open("U0REVIEW1")
    clip = {"name": "clip.wav", "mimeType": "audio/wav", "buffer": b"RIFF"}
    page.set_input_files("#composer input[type=file]", files=[clip])
    expect(page.locator(".attached")).to_contain_text("clip.wav")
    say(page, "listen to this")
    message = page.locator(".message").last
    expect(message).to_contain_text("listen to this")
    expect(page.locator(".attached")).not_to_be_visible()
    with page.expect_download() as download:
        message.locator(".file").click()
    assert Path(download.value.path()).read_bytes() == b"RIFF"
    outside = windows.open("U0SAFETY1", place="C0GENERAL1")
    address = message.locator(".file").get_attribute("href")
    assert outside.request.get(str(address)).status == 404


def test_a_channel_is_shared_joined_renamed_and_archived_by_clicking(
    windows: Windows,
) -> None:
    page = windows.open("U0REVIEW1")
    page.get_by_role("button", name="Channel details").click()
    about = page.locator("#about")
    about.get_by_label("Person to add").select_option("U0EXTERN1")
    expect(about.get_by_role("alert")).to_contain_text(
        "share the channel with T0OTHERCO first"
    )
    windows.problems.clear()
    about.get_by_role("button", name="Invite").click()
    expect(page.locator("#bar .ext")).to_have_text("invitation pending")
    about.get_by_role("button", name="Accept for them").click()
    expect(page.locator("#bar .ext")).to_have_text("shared outside")
    about.get_by_label("Person to add").select_option("U0EXTERN1")
    expect(about).to_contain_text("Emi Tanaka")
    about.get_by_label("Channel name").fill("help-english")
    about.get_by_label("Channel name").press("Enter")
    expect(page.locator("#bar h1")).to_have_text("help-english")
    about.get_by_role("button", name="Archive").click()
    expect(page.locator("#composer")).to_contain_text("This channel is archived.")
    about.get_by_role("button", name="Delete").click()
    page.locator("#ask").get_by_role("button", name="Delete").click()
    expect(about).not_to_be_visible()
    expect(page.locator("#bar h1")).to_have_text("help-deutsch")


def test_a_group_is_changed_and_somebody_is_deactivated_by_clicking(
    windows: Windows,
) -> None:
    workspace = windows.workspace
    page, gone = windows.open("U0LEAD001"), windows.open("U0REVIEW1")
    page.get_by_role("button", name="People and groups").click()
    people = page.locator("#people")
    people.locator("summary", has_text="Leads").click()
    people.locator(".group[open]").get_by_label("Ravi Nair").check()
    expect(people.locator("summary", has_text="Leads")).to_contain_text("Lena, Ravi")
    assert workspace.api("usergroups.users.list", usergroup="S0LEADS001")["users"] == [
        "U0LEAD001",
        "U0REVIEW2",
    ]
    people.get_by_label("Account of Jonas Weber").select_option("guest")
    people.get_by_label("Account of Rosa Keller").select_option("gone")
    expect(gone.locator(".toast")).to_contain_text("Rosa Keller can no longer sign in")
    expect(gone.locator(".switcher")).to_contain_text("Ravi Nair")
    assert (
        workspace.api("users.info", user="U0REVIEW3")["user"]["is_restricted"] is True
    )
    gone.wait_for_timeout(500)  # its last calls as Rosa are refused, too
    windows.problems.clear()


def test_a_long_channel_shows_its_newest_messages_and_earlier_ones_on_demand(
    windows: Windows,
) -> None:
    first = windows.workspace.write("the first")
    for number in range(120):
        windows.workspace.write(f"number {number}")
    page = windows.open("U0REVIEW1")
    expect(page.locator("#messages")).to_contain_text("number 119")
    expect(page.locator("#messages")).not_to_contain_text("the first")
    page.get_by_role("button", name="Earlier messages").click()
    expect(page.locator("#messages")).to_contain_text("the first")
    expect(page.get_by_role("button", name="Earlier messages")).to_have_count(0)
    page.goto(f"{windows.workspace.url}/archives/{CHANNEL}/p{first.replace('.', '')}")
    expect(page.locator(".message.lit")).to_contain_text("the first")


def test_back_leads_through_the_places_one_has_been_to(windows: Windows) -> None:
    page = windows.open("U0REVIEW1")
    for name in ("general", "help-deutsch"):
        page.locator("#nav a", has_text=name).click()
        expect(page.locator("#bar h1")).to_have_text(name)
    page.go_back()
    expect(page.locator("#bar h1")).to_have_text("general")
    page.go_back()
    expect(page.locator("#bar h1")).to_have_text("help-english-us")
    page.go_forward()
    expect(page.locator("#bar h1")).to_have_text("general")


def test_a_new_channel_is_made_and_joined(windows: Windows) -> None:
    page, other = windows.open("U0REVIEW1"), windows.open("U0LEAD001")
    page.get_by_role("button", name="New channel").click()
    page.get_by_label("Name").fill("Night desk")
    page.get_by_label("Public").check()
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#bar h1")).to_have_text("night-desk")
    other.keyboard.press("Control+k")
    other.keyboard.type("night")
    other.keyboard.press("Enter")
    other.get_by_role("button", name="Join channel").click()
    expect(other.locator("#composer-text")).to_be_visible()


def test_a_read_only_messages_tab_has_no_message_box(
    browser: Browser, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(
        '{"display_information": {"name": "Quiet"}, "features": {"app_home": '
        '{"messages_tab_enabled": true, "messages_tab_read_only_enabled": true}}}',
        encoding="utf-8",
    )
    with start_in_thread(SandboxConfig(manifest=manifest)) as running:
        page = browser.new_page()
        page.goto(f"{running.url}/?as=U0REVIEW1")
        page.locator("#nav a", has_text="Quiet").click()
        page.get_by_role("tab", name="Messages").click()
        expect(page.locator("#composer")).to_contain_text("has been turned off")
        page.close()


def test_the_first_screen_shows_steps_and_fills_in_a_sample_command(
    browser: Browser,
    tmp_path: Path,
) -> None:
    welcome = tmp_path / "welcome.json"
    command = {"command": "/help-clip en-1 1.2-1.9", "shows": "a word in noise"}
    content = {"channel": CHANNEL, "steps": ["Choose a clip."], "commands": [command]}
    welcome.write_text(json.dumps(content), encoding="utf-8")
    with start_in_thread(SandboxConfig(welcome=welcome)) as running:
        page = browser.new_page()
        page.goto(f"{running.url}/?as=U0REVIEW1")
        expect(page.locator(".welcome")).to_contain_text("stands in for Slack")
        expect(page.locator(".welcome li").first).to_have_text("Choose a clip.")
        page.get_by_role("button", name="a word in noise").click()
        expect(page.locator("#composer-text")).to_have_value(command["command"])
        expect(page.locator("#composer-text")).to_be_focused()
        page.close()


def test_another_persona_is_no_longer_signed_in_on_the_pages_of_the_app(
    browser: Browser,
    tmp_path: Path,
) -> None:
    welcome = tmp_path / "welcome.json"
    content = {
        "channel": CHANNEL,
        "steps": [],
        "commands": [],
        "sign_in_cookies": ["app_session"],
    }
    welcome.write_text(json.dumps(content), encoding="utf-8")
    with start_in_thread(SandboxConfig(welcome=welcome)) as running:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{running.url}/?as=U0REVIEW1")
        expect(page.locator(".switcher")).to_contain_text("Rosa")
        held = {"name": "app_session", "value": "rosa", "url": running.url}
        context.add_cookies([{**held, "httpOnly": True}])  # type: ignore[typeddict-item]
        page.locator(".messages").click()
        assert "app_session" in names(context)
        with page.expect_response("**/sandbox/persona"):
            page.locator(".switcher").click()
            page.get_by_text("Ravi").click()
        assert "app_session" not in names(context)
        context.close()


def names(context: BrowserContext) -> set[str]:
    return {str(cookie.get("name")) for cookie in context.cookies()}
