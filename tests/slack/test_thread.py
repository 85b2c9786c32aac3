"""The thread of a request, its buttons, the queue, Home and the log."""

import json

from bot.cli.tour import AMIR as AUDITOR
from bot.redaction.words import mask_text
from storage.records import Answer, RequestState
from tests.house import JONAS, LENA, RAVI, ROSA
from tests.slack.office import Office, buttons, written


def test_a_settled_word_is_told_once_to_whoever_asked(office: Office) -> None:
    request = office.ask(ROSA)
    office.answer(RAVI, request, "lamp")
    office.answer(JONAS, request, "lamp")
    reply = office.reply(request.name, f"{request.name} is settled")
    assert f"<@{ROSA}>" in written(reply)
    assert "*lamp*" in written(reply)
    parent = office.parent_when(request.name, "Settled")
    assert buttons(parent) == []


def test_a_settled_name_is_never_written_to_slack(office: Office) -> None:
    request = office.ask(ROSA)
    office.answer(RAVI, request, "anna schmidt")
    office.answer(JONAS, request, "Anna Schmidt")
    reply = office.reply(request.name, f"{request.name} is settled")
    assert "a personal name" in written(reply)
    everything = json.dumps(office.messages())
    assert "chmidt" not in everything


def test_a_dispute_calls_the_leads_and_a_ruling_comes_with_its_reason(office: Office) -> None:
    request = office.ask(ROSA)
    office.answer(RAVI, request, "lamp")
    office.answer(JONAS, request, "lamb")
    call = office.reply(request.name, f"{request.name} needs a ruling")
    assert "subteam^S0LEADS001" in json.dumps(call)
    assert buttons(office.parent_when(request.name, "a lead rules")) == ["rule", "stop"]
    assert "lamb" not in json.dumps(office.messages())
    reason = "turn on the light, said anna schmidt"
    office.rule(LENA, request, "lamp", reason)
    told = written(office.reply(request.name, f"{request.name} is settled"))
    assert mask_text(reason, "en-US") in told
    assert "schmidt" not in told
    office.rule(LENA, request, "lamb", "I heard it again")
    assert "heard it again" in written(
        office.reply(request.name, f"{request.name} is ruled on anew")
    )


def test_whoever_asked_reads_what_to_do_when_it_could_not_be_shared(office: Office) -> None:
    request = office.ask(ROSA)
    office.answer(RAVI, request, None, Answer.HEARD_PERSONAL)
    told = written(office.reply(request.name, f"{request.name} is closed"))
    assert "Settle this one without help, or ask your lead." in told


def test_not_me_is_confirmed_to_one_person_only(office: Office) -> None:
    request = office.ask(ROSA)
    parent = office.parent(request.name)
    assert parent is not None
    office.press(RAVI, parent, "not_me")
    whisper = f"{request.name} is off your list"
    office.wait(lambda: whisper in json.dumps(office.messages(RAVI)))
    assert whisper not in json.dumps(office.messages(JONAS))


def test_the_queue_shows_a_lead_what_waits_and_refuses_others(office: Office) -> None:
    request = office.ask(ROSA, clip="en-us-0008")
    office.answer(RAVI, request, "lamp")
    office.answer(JONAS, request, "lamb")
    assert request.name in written(office.command(LENA, "/clip-queue"))
    assert "for leads" in office.command(RAVI, "/clip-queue")["text"]


def test_home_shows_each_person_their_own(office: Office) -> None:
    request = office.ask(ROSA)
    rosas = office.home(ROSA)
    assert "You asked" in written(rosas)
    assert request.name in written(rosas)
    assert "Listen and answer" in written(office.home(RAVI))
    assert "Needs your ruling" in written(office.home(LENA))
    assert "Access log" in written(office.home(AUDITOR))
    assert "no role" in written(office.home("U0GUEST01"))


def test_withdrawing_from_home_closes_the_thread(office: Office) -> None:
    request = office.ask(ROSA)
    view = office.home(ROSA)
    button = next(
        b["accessory"] for b in view["blocks"] if b.get("accessory", {}).get("value") == request.key
    )
    pressed = office.post(
        "press", ROSA, view_id=view["id"], action_id="withdraw", value=button["value"]
    )
    assert pressed["ok"], pressed
    assert office.parent_when(request.name, "Withdrawn")
    assert office.request(request.name).state is RequestState.WITHDRAWN


def test_an_auditor_sees_who_heard_it_and_a_reviewer_does_not(office: Office) -> None:
    request = office.ask(ROSA)
    office.answer(RAVI, request, "lamp")
    shown = written(office.command(AUDITOR, f"/clip-audit {request.name}", "C0AUDIT001"))
    assert "snippet.heard" in shown
    assert f"<@{RAVI}>" in shown
    assert "lamp" not in shown
    assert "for auditors" in office.command(ROSA, f"/clip-audit {request.name}")["text"]
    assert "request.asked" in written(office.command(ROSA, "/clip-audit me"))


def test_a_question_about_one_person_needs_a_reason(office: Office) -> None:
    asked = f"/clip-audit {RAVI}"
    assert "why" in office.command(AUDITOR, asked, "C0AUDIT001")["text"]
    shown = office.command(AUDITOR, f"{asked} because case 12", "C0AUDIT001")
    assert "of the log" in written(shown)


def test_the_log_turns_its_pages(office: Office) -> None:
    answer = office.command(AUDITOR, "/clip-audit allowed", "C0AUDIT001")
    message = next(
        m for m in reversed(office.messages(AUDITOR, "C0AUDIT001")) if "of the log" in json.dumps(m)
    )
    assert "audit_page:m" in json.dumps(answer)
    first = written(message)
    office.press(AUDITOR, message, "audit_page:m")
    office.wait(lambda: "audit_page:e" in json.dumps(office.messages(AUDITOR, "C0AUDIT001")))
    assert written(office.messages(AUDITOR, "C0AUDIT001")[-1]) != first


def test_the_log_says_how_to_ask(office: Office) -> None:
    assert "HC-1042" in office.command(AUDITOR, "/clip-audit help", "C0AUDIT001")["text"]


def test_a_post_whose_answer_was_lost_is_not_posted_twice(office: Office) -> None:
    office.post("faults", method="chat.postMessage", reset=True, times=1)
    request = office.ask(ROSA)
    office.wait(lambda: office.request(request.name).thread_ts)
    parents = [m for m in office.messages() if m["text"].startswith(f"{request.name}:")]
    assert len(parents) == 1


def test_slack_asking_for_patience_is_obeyed(office: Office) -> None:
    office.post("faults", method="chat.postMessage", status=429, retry_after=1, times=1)
    request = office.ask(ROSA)
    calls = [c for c in office.calls("chat.postMessage") if request.name in json.dumps(c)]
    assert len(calls) == 2
    assert calls[1]["time"] - calls[0]["time"] >= 1
