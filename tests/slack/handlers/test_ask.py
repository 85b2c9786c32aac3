"""Asking in Slack."""

import json
import re

import pytest

from storage.records import RequestState
from tests.product import AMIR, JONAS, RAVI, ROSA
from tests.slack.workspace import Workspace, buttons, written


def test_the_command_opens_a_form_with_the_clips_words(workspace: Workspace) -> None:
    workspace.command(ROSA, "/help-clip en-us-0001")
    shown = written(workspace.window(ROSA))
    assert "Ask about a word" in shown
    assert re.search(r"\(\d+\.\d\d-\d+\.\d\d s, \d+ % sure\)", shown)


def test_whoever_names_the_span_is_shown_no_words(workspace: Workspace) -> None:
    workspace.command(ROSA, "/help-clip en-us-0001 2.3-2.9")
    view = workspace.window(ROSA)
    assert "% sure" not in written(view)
    values = {
        b["block_id"]: b["element"].get("initial_value") for b in view["blocks"][:-1]
    }
    assert (values["clip"], values["span"]) == ("en-us-0001", "2.3-2.9")


def test_the_command_alone_opens_an_empty_form(workspace: Workspace) -> None:
    workspace.command(ROSA, "/help-clip")
    view = workspace.window(ROSA)
    assert [b.get("block_id") for b in view["blocks"][:2]] == ["clip", "span"]


def test_personal_words_of_the_draft_are_not_shown_even_to_the_asker(
    workspace: Workspace,
) -> None:
    workspace.command(ROSA, "/help-clip en-us-0002")
    word = next(
        b for b in workspace.window(ROSA)["blocks"] if b.get("block_id") == "word"
    )
    texts = [o["text"]["text"] for o in word["element"]["options"]]
    assert any(text.startswith("▒▒▒") for text in texts)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/help-clip en-us-0001 soon", "two times in seconds"),
        ("/help-clip en-us-0001 1-9", "longer than 3 s"),
    ],
)
def test_a_command_that_cannot_work_says_what_to_do(
    workspace: Workspace, text: str, says: str
) -> None:
    answer = workspace.command(ROSA, text)
    assert says in answer["text"]
    assert answer.get("response_type") == "ephemeral"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/help-clip en-us-0003", "withdrawn consent"),
        ("/help-clip en-us-0003 1.2-1.9", "withdrawn consent"),
    ],
)
def test_a_clip_that_cannot_be_asked_about_closes_the_form_with_the_reason(
    workspace: Workspace, text: str, says: str
) -> None:
    workspace.command(ROSA, text)
    view = workspace.window(ROSA)
    assert view["callback_id"] == "notice"
    assert says in written(view)


@pytest.mark.parametrize("span", ["", " 1.2-1.9"])
def test_an_unknown_clip_keeps_the_form_with_the_problem_beside_its_field(
    workspace: Workspace, span: str
) -> None:
    workspace.command(ROSA, f"/help-clip nothing-0000{span}")
    view = workspace.window(ROSA)
    assert view["callback_id"] == "ask"
    assert "There is no such clip" in view["blocks"][1]["text"]["text"]
    assert view["blocks"][0]["element"]["initial_value"] == "nothing-0000"


def test_enter_on_a_mistyped_clip_keeps_what_was_typed(workspace: Workspace) -> None:
    workspace.command(ROSA, "/help-clip")
    view = workspace.window(ROSA)
    workspace.post(
        "press",
        ROSA,
        view_id=view["id"],
        block_id="clip",
        action_id="clip",
        value="en-us-9999",
        values={"clip": {"clip": "en-us-9999"}, "guess": {"guess": "lamp"}},
    )
    view = workspace.wait(lambda: _with_problem(workspace))
    fields = {b.get("block_id"): b.get("element", {}) for b in view["blocks"]}
    assert fields["clip"]["initial_value"] == "en-us-9999"
    assert fields["guess"]["initial_value"] == "lamp"


def _with_problem(workspace: Workspace) -> dict | None:  # type: ignore[type-arg]
    view = workspace.window(ROSA)
    return view if "There is no such clip" in written(view) else None


def test_somebody_without_a_desk_is_told_whom_to_ask(workspace: Workspace) -> None:
    workspace.command(AMIR, "/help-clip en-us-0001", channel="C0AUDIT001")
    assert "Ask your lead" in written(workspace.window(AMIR))


def test_mistakes_stay_in_the_form_and_nothing_typed_is_lost(
    workspace: Workspace,
) -> None:
    workspace.command(ROSA, "/help-clip en-us-0001")
    sent = workspace.submit(ROSA, clip="en-us-0001", span="2-9", guess="lamp")
    assert sent["errors"] == {
        "span": "The span is longer than 3 s: mark only the muddled word."
    }
    workspace.command(ROSA, "/help-clip en-us-0001")
    view = workspace.window(ROSA)
    values = {
        b["block_id"]: b["element"].get("initial_value") for b in view["blocks"][:-1]
    }
    assert (values["span"], values["guess"]) == ("2-9", "lamp")


def test_words_come_in_the_order_of_speech_between_their_neighbours(
    workspace: Workspace,
) -> None:
    workspace.command(ROSA, "/help-clip en-us-0001")
    view = workspace.wait(lambda: _with_words(workspace))
    (field,) = (b for b in view["blocks"] if b.get("block_id") == "word")
    options = field["element"]["options"]
    numbers = [int(option["value"]) for option in options]
    assert numbers == sorted(numbers)
    labels = [option["text"]["text"] for option in options]
    assert all("[" in label for label in labels)
    assert sum(label.startswith("❓") for label in labels) == 3
    assert all(("% sure" in label) == label.startswith("❓") for label in labels)


def test_enter_in_the_clip_field_loads_its_words_and_keeps_the_rest(
    workspace: Workspace,
) -> None:
    workspace.command(ROSA, "/help-clip")
    view = workspace.window(ROSA)
    pressed = workspace.post(
        "press",
        ROSA,
        view_id=view["id"],
        block_id="clip",
        action_id="clip",
        value="de-de-0001",
        values={"clip": {"clip": "de-de-0001"}, "guess": {"guess": "Lampe"}},
    )
    assert pressed["ok"], pressed
    view = workspace.wait(lambda: _with_words(workspace))
    values = {
        b["block_id"]: b["element"].get("initial_value") for b in view["blocks"][:-1]
    }
    assert (values["clip"], values["guess"]) == ("de-de-0001", "Lampe")


def _with_words(workspace: Workspace) -> dict | None:  # type: ignore[type-arg]
    view = workspace.window(ROSA)
    return view if any(b.get("block_id") == "word" for b in view["blocks"]) else None


def test_a_word_chosen_for_another_clip_is_not_taken(workspace: Workspace) -> None:
    workspace.command(ROSA, "/help-clip en-us-0001")
    sent = workspace.submit(ROSA, clip="en-us-0002", word="8")
    assert "errors" in sent


def test_the_request_appears_with_three_buttons_and_tells_nothing(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA, guess="lamp", difficulty=["noise"])
    message = workspace.parent(request.name)
    assert message is not None
    assert message["text"] == f"{request.name}: one word to settle"
    assert buttons(message) == ["listen", "not_me", "stop"]
    shown = written(message)
    for secret in ("en-us-0001", "lamp", request.key):
        assert secret not in shown
    assert "Noise" in shown


def test_no_message_may_unfurl_and_none_carries_a_file(workspace: Workspace) -> None:
    workspace.ask(ROSA)
    for call in workspace.calls("chat.postMessage"):
        assert call["payload"]["unfurl_links"] is False
        assert call["payload"]["unfurl_media"] is False
    assert workspace.calls("files.getUploadURLExternal") == []


def test_an_overlapping_question_joins_and_says_so(workspace: Workspace) -> None:
    workspace.command(ROSA, "/help-clip en-us-0006")
    workspace.submit(ROSA, clip="en-us-0006", span="1.0-1.5")
    workspace.command(RAVI, "/help-clip en-us-0006")
    sent = workspace.submit(RAVI, clip="en-us-0006", span="1.2-1.8")
    assert "you have joined it" in written(sent["view"])


def test_asking_again_says_that_the_question_is_ones_own(workspace: Workspace) -> None:
    for span in ("1.0-1.5", "1.2-1.8"):
        workspace.command(ROSA, f"/help-clip en-us-0006 {span}")
        sent = workspace.submit(ROSA, clip="en-us-0006", span=span)
    assert "You ask about this word already" in written(sent["view"])


@pytest.mark.parametrize("text", ["help", " HELP", "?"])
def test_whoever_asks_for_help_is_told_what_to_type(
    workspace: Workspace, text: str
) -> None:
    assert (
        "`/help-clip` alone opens the form"
        in workspace.command(ROSA, f"/help-clip {text}")["text"]
    )


def test_the_global_shortcut_opens_the_form(workspace: Workspace) -> None:
    workspace.post("shortcut", ROSA, callback_id="ask_clip")
    assert workspace.window(ROSA)["callback_id"] == "ask"


def open_by_message(workspace: Workspace, text: str) -> None:
    ts = workspace.post("message", ROSA, channel="C0HELPENUS", text=text)["ts"]
    workspace.post(
        "shortcut", ROSA, callback_id="ask_about_message", channel="C0HELPENUS", ts=ts
    )


def test_the_message_shortcut_finds_the_clip_a_message_mentions(
    workspace: Workspace,
) -> None:
    open_by_message(workspace, "what is in en-us-0001?")
    view = workspace.window(ROSA)
    assert view["blocks"][0]["element"]["initial_value"] == "en-us-0001"


def test_a_shortcut_that_cannot_work_says_why_to_one_person(
    workspace: Workspace,
) -> None:
    open_by_message(workspace, "see en-us-0003")
    assert "withdrawn consent" in written(workspace.window(ROSA))
    assert "withdrawn consent" not in json.dumps(workspace.messages(RAVI))


def test_a_settled_word_is_shown_in_the_form_and_asked_anew_with_a_reason(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")
    span = f"{request.span.start_ms / 1000}-{request.span.end_ms / 1000}"
    workspace.command(ROSA, f"/help-clip {request.clip_id} {span}")
    workspace.submit(ROSA, clip=request.clip_id, span=span, guess="lamps")
    shown = workspace.window(ROSA)
    assert f"{request.name} asked about this word" in written(shown)
    fields = [block.get("block_id") for block in shown["blocks"]]
    assert "anew" in fields
    why = "The plural matters."
    filled = {"clip": request.clip_id, "span": span, "anew": why}
    told = workspace.submit(ROSA, **filled)
    assert "goes to a lead" in written(told["view"])
    assert workspace.request(request.name).state is RequestState.DISPUTED
    assert why not in str(workspace.messages())
