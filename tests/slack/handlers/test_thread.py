"""The thread of a request, its buttons, the queue, Home and the log."""

import json
from typing import Any

import pytest

from bot.cli.demo.tour import AMIR as AUDITOR
from bot.redaction.words import mask_sentence
from bot.usecases.requests.appeal import appeal
from storage.records import Answer, RequestState
from tests.product import JONAS, LENA, RAVI, ROSA
from tests.slack.workspace import CHANNEL, Workspace, buttons, written


def test_a_settled_word_is_told_once_to_whoever_asked(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")
    reply = workspace.reply(request.name, f"{request.name} is settled")
    assert f"<@{ROSA}>" in written(reply)
    assert ": lamp." in written(reply)
    parent = workspace.parent_when(request.name, "Settled")
    assert buttons(parent) == []


def test_a_settled_name_is_never_written_to_slack(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "anna schmidt")
    workspace.answer(JONAS, request, "Anna Schmidt")
    reply = workspace.reply(request.name, f"{request.name} is settled")
    assert "a personal name" in written(reply)
    everything = json.dumps(workspace.messages())
    assert "chmidt" not in everything


def test_a_dispute_mentions_no_lead_and_a_ruling_comes_with_its_reason(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamb")
    call = workspace.reply(request.name, f"{request.name} needs a ruling")
    assert "subteam" not in json.dumps(call)
    assert buttons(workspace.parent_when(request.name, "a lead rules")) == [
        "rule",
        "stop",
    ]
    assert "lamb" not in json.dumps(workspace.messages())
    reason = "turn on the light, said anna schmidt"
    workspace.rule(LENA, request, "lamp", reason)
    told = written(workspace.reply(request.name, f"{request.name} is settled"))
    assert mask_sentence(reason, "en-US") in told
    assert "schmidt" not in told
    workspace.rule(LENA, request, "lamb", "I heard it again")
    assert "heard it again" in written(
        workspace.reply(request.name, f"{request.name} is ruled on again")
    )


def test_an_appeal_calls_the_leads_and_tells_the_thread_without_its_reason(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")
    workspace.parent_when(request.name, "Settled")
    services = workspace.program.services
    appeal(services, workspace.act(RAVI, 0), request.key, "the canary sang")
    assert buttons(workspace.parent_when(request.name, "Appealed")) == ["rule", "stop"]
    call = workspace.reply(request.name, f"{request.name} needs a ruling")
    assert "Appealed, so another lead rules." in written(call)
    assert "canary" not in json.dumps(workspace.messages())
    workspace.rule(LENA, request, "lamb", "a b is heard")
    workspace.reply(request.name, f"{request.name} is ruled on again")


def test_whoever_asked_reads_what_to_do_when_it_could_not_be_shared(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, None, Answer.HEARD_PERSONAL)
    workspace.wait(
        lambda: workspace.request(request.name).state is RequestState.OPEN or None
    )
    workspace.answer(JONAS, request, None, Answer.HEARD_PERSONAL)
    told = written(workspace.reply(request.name, f"{request.name} is closed"))
    assert "Settle this one without help, or ask your lead." in told


def test_not_me_is_confirmed_to_one_person_only(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    parent = workspace.parent(request.name)
    assert parent is not None
    workspace.press(RAVI, parent, "not_me")
    whisper = f"{request.name} is off your list"
    workspace.wait(lambda: whisper in json.dumps(workspace.messages(RAVI)))
    assert whisper not in json.dumps(workspace.messages(JONAS))


def test_the_queue_shows_a_lead_what_waits_and_refuses_others(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA, clip="en-us-0008")
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamb")
    assert request.name in written(workspace.command(LENA, "/clip-queue"))
    assert "for leads" in workspace.command(RAVI, "/clip-queue")["text"]


def test_home_shows_each_person_their_own(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    rosas = workspace.home(ROSA)
    assert "You asked" in written(rosas)
    assert request.name in written(rosas)
    assert "Listen and answer" in written(workspace.home(RAVI))
    assert "Needs your ruling" in written(workspace.home(LENA))
    assert "Access log" in written(workspace.home(AUDITOR))
    assert "no role" in written(workspace.home("U0GUEST01"))


@pytest.mark.parametrize(
    ("button", "form"), [("ask_from_home", "ask"), ("stop_from_home", "stop_clip")]
)
def test_a_button_of_home_opens_its_form(
    workspace: Workspace, button: str, form: str
) -> None:
    view = workspace.home(ROSA)
    pressed = workspace.post("press", ROSA, view_id=view["id"], action_id=button)
    assert pressed["ok"], pressed
    assert workspace.window(ROSA)["callback_id"] == form


def test_withdrawing_from_home_closes_the_thread(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    view = workspace.home(ROSA)
    button = next(
        b["accessory"]
        for b in view["blocks"]
        if b.get("accessory", {}).get("value") == request.key
    )
    pressed = workspace.post(
        "press", ROSA, view_id=view["id"], action_id="withdraw", value=button["value"]
    )
    assert pressed["ok"], pressed
    assert workspace.parent_when(request.name, "Withdrawn")
    assert workspace.request(request.name).state is RequestState.WITHDRAWN


def test_an_auditor_sees_who_heard_it_and_a_reviewer_does_not(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "lamp")
    shown = written(
        workspace.command(AUDITOR, f"/clip-audit {request.name}", "C0AUDIT001")
    )
    assert "snippet.heard" in shown
    assert f"<@{RAVI}>" in shown
    assert "lamp" not in shown
    assert (
        "for auditors" in workspace.command(ROSA, f"/clip-audit {request.name}")["text"]
    )
    assert "request.asked" in written(workspace.command(ROSA, "/clip-audit me"))


def test_a_question_about_one_person_needs_a_reason(workspace: Workspace) -> None:
    asked = f"/clip-audit {RAVI}"
    assert "reason" in workspace.command(AUDITOR, asked, "C0AUDIT001")["text"]
    shown = workspace.command(AUDITOR, f"{asked} because case 12", "C0AUDIT001")
    assert "of the log" in written(shown)


def test_the_log_turns_its_pages(workspace: Workspace) -> None:
    answer = workspace.command(AUDITOR, "/clip-audit allowed", "C0AUDIT001")
    message = next(
        m
        for m in reversed(workspace.messages(AUDITOR, "C0AUDIT001"))
        if "of the log" in json.dumps(m)
    )
    assert "audit_page:m" in json.dumps(answer)
    first = written(message)
    workspace.press(AUDITOR, message, "audit_page:m")
    workspace.wait(
        lambda: "audit_page:e" in json.dumps(workspace.messages(AUDITOR, "C0AUDIT001"))
    )
    assert written(workspace.messages(AUDITOR, "C0AUDIT001")[-1]) != first


def test_the_log_says_how_to_ask(workspace: Workspace) -> None:
    assert (
        "HC-1042"
        in workspace.command(AUDITOR, "/clip-audit help", "C0AUDIT001")["text"]
    )


def test_a_post_whose_answer_was_lost_is_not_posted_twice(workspace: Workspace) -> None:
    workspace.post("faults", method="chat.postMessage", reset=True, times=1)
    request = workspace.ask(ROSA)
    workspace.wait(lambda: workspace.request(request.name).thread_ts)
    parents = [
        m for m in workspace.messages() if m["text"].startswith(f"{request.name}:")
    ]
    assert len(parents) == 1


def test_slack_asking_for_patience_is_obeyed(workspace: Workspace) -> None:
    workspace.post(
        "faults", method="chat.postMessage", status=429, retry_after=1, times=1
    )
    request = workspace.ask(ROSA)
    calls = [
        c for c in workspace.calls("chat.postMessage") if request.name in json.dumps(c)
    ]
    assert len(calls) == 2
    assert calls[1]["time"] - calls[0]["time"] >= 1


def test_the_asker_learns_the_word_although_the_thread_was_deleted(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    parent = workspace.parent(request.name)
    assert parent is not None
    delete(workspace, parent)
    posted_again(workspace, parent, request.name)
    [new] = parents(workspace, request.name)
    delete(workspace, new)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")

    def notes() -> list[str]:
        found = [message["text"] for message in workspace.notes(ROSA)]
        return [text for text in found if request.name in text]

    assert "lamp" in workspace.wait(notes)[0]


@pytest.mark.parametrize(
    "code",
    ["thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"],
)
def test_a_reply_that_slack_refuses_for_good_reaches_the_asker_directly(
    workspace: Workspace,
    code: str,
) -> None:
    request = workspace.ask()
    workspace.post("faults", method="chat.postMessage", error=code, times=1)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")

    def notes() -> list[str]:
        found = [message["text"] for message in workspace.notes(ROSA)]
        return [text for text in found if request.name in text]

    assert "lamp" in workspace.wait(notes)[0]


def test_a_reply_is_not_repeated_in_a_thread_of_many_pages(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    parent = workspace.parent(request.name)
    assert parent is not None
    for number in range(205):
        workspace.client.chat_postMessage(
            channel=CHANNEL,
            thread_ts=parent["ts"],
            text=f"Remark {number}",
        )
    workspace.post("faults", method="chat.postMessage", reset=True, times=1)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")

    def is_sent() -> bool:
        with workspace.program.services.store.read() as tx:
            return tx.outbox_counts.count_waiting() == 0

    workspace.wait(is_sent)
    found = workspace.messages(thread_ts=parent["ts"])
    settled = [each for each in found if each["text"] == f"{request.name} is settled"]
    assert len(settled) == 1


def parents(workspace: Workspace, name: str) -> list[dict[str, Any]]:
    """The first messages about a request that are still there."""
    found = workspace.messages()
    return [each for each in found if each["text"].startswith(f"{name}:")]


def delete(workspace: Workspace, message: dict[str, Any]) -> None:
    workspace.client.chat_delete(channel=CHANNEL, ts=message["ts"])


def posted_again(workspace: Workspace, old: dict[str, Any], name: str) -> str:
    """Wait for the new first message, and return the timestamp of its thread."""

    def new_ts() -> str | None:
        ts = workspace.request(name).thread_ts
        return None if ts == old["ts"] else ts

    # Answers are made some seconds ahead, and so is what follows from them.
    return workspace.wait(new_ts, seconds=40)


def test_an_open_request_whose_message_was_deleted_is_posted_again_and_answered(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    old = workspace.parent(request.name)
    assert old is not None
    delete(workspace, old)
    ts = posted_again(workspace, old, request.name)
    [new] = parents(workspace, request.name)
    assert new["ts"] == ts
    assert buttons(new) == ["listen", "not_me", "stop"]
    workspace.press(LENA, new, "not_me")
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")
    reply = workspace.reply(request.name, f"{request.name} is settled")
    assert reply["thread_ts"] == ts
    shown = workspace.command(AUDITOR, f"/clip-audit {request.name}", "C0AUDIT001")
    assert "request.reposted" in written(shown)


def test_a_message_that_was_deleted_with_replies_is_posted_again(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    old = workspace.parent(request.name)
    assert old is not None
    workspace.client.chat_postMessage(
        channel=CHANNEL,
        thread_ts=old["ts"],
        text="Who takes it?",
    )
    delete(workspace, old)
    posted_again(workspace, old, request.name)


def test_a_disputed_request_whose_message_was_deleted_is_replied_to_again(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamb")
    workspace.reply(request.name, f"{request.name} needs a ruling")
    old = workspace.parent(request.name)
    assert old is not None
    delete(workspace, old)
    ts = posted_again(workspace, old, request.name)
    [new] = parents(workspace, request.name)
    assert buttons(new) == ["rule", "stop"]

    def call() -> list[dict[str, Any]]:
        found = workspace.messages(thread_ts=ts)
        return [each for each in found if each["ts"] != ts]

    [reply] = workspace.wait(call)
    assert "a lead rules" in written(reply)


def test_a_second_deletion_leaves_the_request_on_home_only(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    old = workspace.parent(request.name)
    assert old is not None
    delete(workspace, old)
    posted_again(workspace, old, request.name)
    [new] = parents(workspace, request.name)
    delete(workspace, new)
    workspace.wait(lambda: workspace.request(request.name).thread_ts is None)
    assert parents(workspace, request.name) == []
    assert request.name in written(workspace.home(RAVI))


def test_a_deletion_that_no_event_reported_is_found_by_the_next_update(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    old = workspace.parent(request.name)
    assert old is not None
    workspace.post("faults", delivery="events_api", action="drop", times=50)
    delete(workspace, old)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamb")
    ts = posted_again(workspace, old, request.name)
    workspace.wait(lambda: len(workspace.messages(thread_ts=ts)) == 2)


def test_a_call_to_the_leads_that_slack_refuses_in_a_thread_comes_in_a_new_one(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    old = workspace.parent(request.name)
    assert old is not None
    workspace.post(
        "faults", method="chat.postMessage", error="thread_not_found", times=1
    )
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamb")
    ts = posted_again(workspace, old, request.name)
    workspace.wait(lambda: len(workspace.messages(thread_ts=ts)) == 2)


def test_a_post_is_not_repeated_in_a_busy_channel_whatever_the_order_of_its_history(
    workspace: Workspace,
) -> None:
    workspace.post("config", history_order="oldest")
    for number in range(230):
        workspace.client.chat_postMessage(channel=CHANNEL, text=f"Remark {number}")
    workspace.post("faults", method="chat.postMessage", reset=True, times=1)
    request = workspace.ask()
    assert len(parents(workspace, request.name)) == 1
    workspace.post("config", history_order="newest")
