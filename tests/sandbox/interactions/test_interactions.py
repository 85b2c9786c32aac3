"""Commands, buttons, modals, shortcuts and Home, with an unmodified Bolt app."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App

from tests.sandbox.apps import bolt_app, connected, wait_for
from tests.sandbox.workspace import Json, Workspace

CHANNEL = "C0HELPENUS"
LABEL = {"type": "plain_text", "text": "Word"}


def modal(block_id: str = "guess", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "word", "min_length": 2}
    blocks = [
        {"type": "input", "block_id": block_id, "label": LABEL, "element": element}
    ]
    title = {"type": "plain_text", "text": "Ask"}
    return {"type": "modal", "callback_id": "ask", "title": title, "submit": title} | {
        "blocks": blocks,
        **more,
    }


class Scene:
    """A connected app whose listeners a test fills in."""

    def __init__(self, workspace: Workspace, app: App) -> None:
        self.workspace, self.app = workspace, app
        self.heard: list[Json] = []
        self.answer: Any = None
        app.command("/help-clip")(self._on)
        app.view("ask")(self._on)
        app.view_closed("ask")(self._on)
        app.action("go")(self._on)
        app.shortcut("ask")(self._on)
        app.shortcut("ask_about_message")(self._on)
        app.options("clip")(self._on)
        app.event("app_home_opened")(self._on)

    def _on(self, ack: Any, body: Json, client: Any) -> None:
        self.heard.append(body)
        if callable(self.answer):
            self.answer(ack=ack, body=body, client=client)
        elif isinstance(self.answer, dict):
            ack(**self.answer)
        else:
            ack()

    def open_modal(self, **more: Any) -> Json:
        def opens(ack: Any, body: Json, client: Any) -> None:
            client.views_open(trigger_id=body["trigger_id"], view=modal(**more))
            ack()

        self.answer = opens
        assert self.command("/help-clip")["ok"]
        self.answer = None
        return self.top()

    def command(self, text: str) -> Json:
        return self.workspace.act("command", channel=CHANNEL, text=text)

    def views(self) -> list[Json]:
        found: list[Json] = self.workspace.read("views")["views"]
        return found

    def top(self) -> Json:
        return self.views()[-1]

    def submit(self, word: str | None, view: Json | None = None) -> Json:
        view = view or self.top()
        block_id = view["blocks"][0]["block_id"]
        values = {block_id: {"word": word}}
        return self.workspace.act("view/submit", view_id=view["id"], values=values)


@pytest.fixture
def scene(workspace: Workspace) -> Iterator[Scene]:
    app = bolt_app(workspace)
    scene = Scene(workspace, app)
    with connected(workspace, app):
        yield scene


def test_a_command_carries_what_slack_sends_and_shows_what_comes_back(
    scene: Scene,
) -> None:
    scene.answer = {"text": "only for you"}
    assert (
        scene.command("/help-clip clip-7  1.2-1.9")["response"]["text"]
        == "only for you"
    )
    [body] = scene.heard
    assert body["command"] == "/help-clip"
    assert body["text"] == "clip-7  1.2-1.9"
    assert body["channel_name"] == "privategroup"
    assert body["user_id"] == "U0REVIEW1"
    [shown] = scene.workspace.messages(CHANNEL)
    assert shown["ephemeral_to"] == "U0REVIEW1"


def test_an_answer_in_the_channel_shows_the_command_too(scene: Scene) -> None:
    scene.answer = {"text": "for all", "response_type": "in_channel"}
    scene.command("/help-clip x")
    texts = [m["text"] for m in scene.workspace.messages(CHANNEL, "U0REVIEW2")]
    assert texts == ["/help-clip x", "for all"]


def test_an_unknown_command_never_reaches_the_app(scene: Scene) -> None:
    assert scene.command("/nonsense")["error"] == "unknown_command"
    assert scene.heard == []


def test_a_command_that_is_not_acknowledged_in_three_seconds_times_out(
    scene: Scene,
) -> None:
    scene.answer = lambda ack, **_: (time.sleep(3.2), ack())
    assert scene.command("/help-clip")["error"] == "operation_timeout"
    [note] = scene.workspace.messages(CHANNEL)
    assert note["text"] == '/help-clip failed with the error "operation_timeout"'
    assert note["ephemeral_to"] == "U0REVIEW1"


def test_without_an_app_a_command_says_so(workspace: Workspace) -> None:
    answer = workspace.act("command", channel=CHANNEL, text="/help-clip")
    assert answer["error"] == "dispatch_failed"


def test_a_trigger_is_used_once_and_dies_after_three_seconds(scene: Scene) -> None:
    scene.command("/help-clip")
    trigger_id = scene.heard[0]["trigger_id"]
    api = scene.workspace.api
    assert api("views.open", trigger_id=trigger_id, view=modal())["ok"]
    assert api("views.open", trigger_id=trigger_id, view=modal())["error"] == (
        "exchanged_trigger_id"
    )
    scene.command("/help-clip")
    late = scene.heard[1]["trigger_id"]
    scene.workspace.fault(skew_s=3.5)
    assert (
        api("views.open", trigger_id=late, view=modal())["error"]
        == "expired_trigger_id"
    )
    assert (
        api("views.open", trigger_id="1.2.zz", view=modal())["error"]
        == "invalid_trigger_id"
    )


def test_required_and_short_inputs_are_stopped_before_the_app(scene: Scene) -> None:
    scene.open_modal()
    scene.heard.clear()
    assert scene.submit(None)["errors"] == {
        "guess": "Please complete this required field."
    }
    assert "at least 2" in scene.submit("x")["errors"]["guess"]
    assert scene.heard == []


def test_errors_stay_in_the_modal_and_success_closes_it(scene: Scene) -> None:
    scene.open_modal()
    scene.answer = {"response_action": "errors", "errors": {"guess": "one word"}}
    assert scene.submit("two words") == {"ok": False, "errors": {"guess": "one word"}}
    assert scene.top()["state"]["values"]["guess"]["word"]["value"] == "two words"
    scene.answer = None
    assert scene.submit("lamp") == {"ok": True}
    assert scene.views() == []


def test_errors_for_a_block_that_is_not_an_input_are_not_shown(scene: Scene) -> None:
    scene.open_modal()
    scene.answer = {"response_action": "errors", "errors": {"nowhere": "x"}}
    assert scene.submit("lamp")["error"] == "invalid_response_action"


def test_views_stack_to_three_and_clear_at_once(scene: Scene) -> None:
    scene.open_modal()
    for block_id in ("second", "third"):
        scene.answer = {"response_action": "push", "view": modal(block_id)}
        assert scene.submit("lamp")["ok"]
    assert len(scene.views()) == 3
    scene.answer = {"response_action": "push", "view": modal("fourth")}
    assert scene.submit("lamp")["error"] == "push_limit_reached"
    scene.answer = {"response_action": "clear"}
    assert scene.submit("lamp")["ok"]
    assert scene.views() == []


def test_an_update_keeps_what_was_typed_where_the_input_still_exists(
    scene: Scene,
) -> None:
    view = scene.open_modal()
    scene.answer = {"response_action": "update", "view": modal()}
    answer = scene.submit("lamp")
    assert answer["view"]["id"] == view["id"]
    assert answer["view"]["hash"] != view["hash"]
    assert answer["view"]["state"]["values"]["guess"]["word"]["value"] == "lamp"


def test_an_old_hash_is_a_conflict(scene: Scene) -> None:
    view = scene.open_modal()
    api = scene.workspace.api
    assert api("views.update", view_id=view["id"], hash=view["hash"], view=modal())[
        "ok"
    ]
    answer = api("views.update", view_id=view["id"], hash=view["hash"], view=modal())
    assert answer["error"] == "hash_conflict"


def test_an_external_id_is_unique_among_open_views(scene: Scene) -> None:
    scene.open_modal(external_id="one")
    view = scene.workspace.api
    scene.command("/help-clip")
    trigger_id = scene.heard[-1]["trigger_id"]
    answer = view("views.open", trigger_id=trigger_id, view=modal(external_id="one"))
    assert answer["error"] == "duplicate_external_id"
    assert view("views.update", external_id="one", view=modal(external_id="one"))["ok"]


def test_closing_tells_the_app_only_when_it_asked(scene: Scene) -> None:
    scene.open_modal()
    scene.heard.clear()
    scene.workspace.act("view/close", view_id=scene.top()["id"])
    scene.open_modal(notify_on_close=True)
    scene.workspace.act("view/close", view_id=scene.top()["id"])
    closed = wait_for(
        lambda: [b for b in scene.heard if b.get("type") == "view_closed"]
    )
    assert len(closed) == 1
    assert closed[0]["is_cleared"] is False


def test_a_button_reaches_the_app_with_its_message(scene: Scene) -> None:
    text = {"type": "plain_text", "text": "Go"}
    button = {"type": "button", "action_id": "go", "text": text, "value": "HC-1"}
    ts = scene.workspace.post(blocks=[{"type": "actions", "elements": [button]}])
    pressed = scene.workspace.act("press", channel=CHANNEL, ts=ts, action_id="go")
    assert pressed["ok"]
    [body] = scene.heard
    assert body["actions"][0]["value"] == "HC-1"
    assert body["message"]["ts"] == ts
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": CHANNEL,
        "is_ephemeral": False,
    }


def test_pressing_what_is_not_there_is_refused(scene: Scene) -> None:
    ts = scene.workspace.post()
    assert not scene.workspace.act("press", channel=CHANNEL, ts=ts, action_id="go")[
        "ok"
    ]


def test_a_response_url_works_five_times_within_half_an_hour(scene: Scene) -> None:
    scene.command("/help-clip")
    url = scene.heard[0]["response_url"]
    http = scene.workspace.http
    assert [http.post(url, json={"text": str(n)}).status_code for n in range(5)] == [
        200
    ] * 5
    assert http.post(url, json={"text": "6"}).json()["error"] == "used_url"
    scene.command("/help-clip")
    scene.workspace.fault(skew_s=1801)
    late = http.post(scene.heard[1]["response_url"], json={"text": "late"})
    assert late.json()["error"] == "expired_url"


def test_a_response_url_replaces_and_deletes_the_original(scene: Scene) -> None:
    text = {"type": "plain_text", "text": "Go"}
    blocks = [
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "go", "text": text}],
        }
    ]
    api = scene.workspace.api
    answer = api(
        "chat.postEphemeral",
        channel=CHANNEL,
        user="U0REVIEW1",
        text="psst",
        blocks=blocks,
    )
    ts = answer["message_ts"]
    scene.workspace.act("press", channel=CHANNEL, ts=ts, action_id="go")
    body = scene.heard[0]
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    replaced = {"text": "done", "replace_original": True}
    scene.workspace.http.post(body["response_url"], json=replaced)
    assert [m["text"] for m in scene.workspace.messages(CHANNEL)] == ["done"]
    scene.workspace.http.post(body["response_url"], json={"delete_original": True})
    assert scene.workspace.messages(CHANNEL) == []


def test_shortcuts_global_and_on_a_message(scene: Scene) -> None:
    assert scene.workspace.act("shortcut", callback_id="ask")["ok"]
    ts = scene.workspace.write("clip-7 is muddled")
    on = {"callback_id": "ask_about_message", "channel": CHANNEL, "ts": ts}
    assert scene.workspace.act("shortcut", **on)["ok"]
    first, second = scene.heard
    assert first["type"] == "shortcut"
    assert second["message"]["text"] == "clip-7 is muddled"
    assert (
        scene.workspace.act("shortcut", callback_id="nope")["error"]
        == "unknown_shortcut"
    )


def test_options_come_back_in_the_acknowledgement(scene: Scene) -> None:
    element = {"type": "external_select", "action_id": "clip", "min_query_length": 0}
    block = {"type": "input", "block_id": "c", "label": LABEL, "element": element}
    scene.open_modal(blocks=[block])
    text = {"type": "plain_text", "text": "kitchen"}
    scene.answer = {"options": [{"text": text, "value": "clip-7"}]}
    view_id = scene.top()["id"]
    found = scene.workspace.act(
        "options", view_id=view_id, action_id="clip", value="kit"
    )
    assert [o["value"] for o in found["options"]] == ["clip-7"]
    assert scene.heard[-1]["value"] == "kit"


def test_the_home_tab_is_published_when_opened(scene: Scene) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}

    def publishes(body: Json, client: Any, **_: Any) -> None:
        client.views_publish(user_id=body["event"]["user"], view=home)

    scene.answer = publishes
    assert scene.workspace.act("home/open")["view"]["blocks"][0]["type"] == "divider"
    assert "view" not in scene.heard[0]["event"]
    scene.workspace.act("home/open")
    assert scene.heard[1]["event"]["view"]["type"] == "home"


def test_people_outside_a_private_channel_cannot_act_there(
    workspace: Workspace,
) -> None:
    answer = workspace.act("command", "U0AUDIT01", channel=CHANNEL, text="/help-clip")
    assert answer == {"ok": False, "error": "channel_not_found"}


def test_a_view_sent_back_as_it_was_received_is_refused_by_its_extra_keys(
    scene: Scene,
) -> None:
    view = scene.open_modal()
    answer = scene.workspace.api("views.update", view_id=view["id"], view=view)
    assert answer["error"] == "invalid_arguments"
    first, *rest = answer["response_metadata"]["messages"]
    assert first == "[ERROR] failed to match all allowed schemas [json-pointer:/view]"
    assert "[ERROR] invalid additional property: hash [json-pointer:/view]" in rest
    kept = {
        "type",
        "title",
        "submit",
        "close",
        "blocks",
        "callback_id",
        "private_metadata",
    }
    stripped = {k: v for k, v in view.items() if k in kept}
    assert scene.workspace.api("views.update", view_id=view["id"], view=stripped)["ok"]


def test_a_view_is_updated_by_one_id_only(scene: Scene) -> None:
    view = scene.open_modal()
    both = {"view_id": view["id"], "external_id": "mine"}
    answer = scene.workspace.api("views.update", **both, view=modal())
    assert answer["error"] == "invalid_arguments"


def test_a_modal_knows_no_submit_disabled(scene: Scene) -> None:
    view = scene.open_modal()
    wrong = {**modal(), "submit_disabled": True}
    answer = scene.workspace.api("views.update", view_id=view["id"], view=wrong)
    assert "submit_disabled" in str(answer["response_metadata"])
