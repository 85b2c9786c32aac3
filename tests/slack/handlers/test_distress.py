"""Stop - distressing in Slack: who is told what, and what they answer."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from bot.usecases.distress import drill, officer
from storage.records import Case, RequestState, StopReason
from storage.records.outbox import AskAboutStops, PageBundle
from storage.tables import outbox
from tests.product import ADA, AMIR, JONAS, RAVI, ROSA, SOFIA
from tests.slack.workspace import CHANNEL, Workspace, buttons, written

REPLY = "We looked at it today. Nobody is in danger."


def case_on(workspace: Workspace, clip_id: str) -> Case:
    with workspace.program.services.store.read() as tx:
        found = tx.cases.live_on(clip_id)
    assert found is not None
    return found


def close(workspace: Workspace, user_id: str, case: Case) -> None:
    """Take the case and close it, as its page does."""
    services = workspace.program.services
    act = workspace.act(user_id)
    officer.acknowledge(services, act, case.key)
    officer.close(services, act, case.key, reply=REPLY, release=False)


def note(workspace: Workspace, person: str, text: str) -> dict[str, Any]:
    """The bot's newest message to this person, once it says this."""

    def look() -> dict[str, Any] | None:
        notes = workspace.notes(person)
        return notes[-1] if notes and text in written(notes[-1]) else None

    return workspace.wait(look)


def test_a_stop_is_answered_privately_and_calls_the_officers_without_content(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    parent = workspace.parent(request.name)
    assert parent is not None
    workspace.press(RAVI, parent, "stop")
    answer = workspace.wait(
        lambda: _last_with(workspace, RAVI, "Nothing more is needed from you")
    )
    assert answer["ts"] not in [message["ts"] for message in workspace.messages(JONAS)]
    assert buttons(workspace.parent_when(request.name, "Closed.")) == []
    called = note(workspace, SOFIA, "stopped as distressing")
    in_channel = workspace.wait(lambda: workspace.messages(SOFIA, "C0SAFETY01"))[-1]
    for message in (called, in_channel):
        assert message["text"].startswith("Case ")
        for secret in (request.clip_id, request.name, RAVI):
            assert secret not in json.dumps(message)
    workspace.press(RAVI, answer, "grade:danger")
    note(workspace, SOFIA, "A person may be in danger now")


def test_the_reporter_gets_the_reply_and_may_find_it_too_little(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA, clip="en-us-0006")
    parent = workspace.parent(request.name)
    assert parent is not None
    workspace.press(RAVI, parent, "stop")
    workspace.parent_when(request.name, "Closed.")
    close(workspace, SOFIA, case_on(workspace, request.clip_id))
    reply = note(workspace, RAVI, REPLY)
    assert buttons(reply) == ["not_enough"]
    workspace.press(RAVI, reply, "not_enough")
    workspace.wait(
        lambda: "Another officer looks after it" in json.dumps(workspace.notes(RAVI))
    )
    again = case_on(workspace, request.clip_id)
    assert again.officer is None
    note(workspace, ADA, "The reply was not enough")
    close(workspace, ADA, again)


def test_a_clip_nobody_asked_about_is_stopped_by_command(workspace: Workspace) -> None:
    said = workspace.command(RAVI, "/clip-distress en-us-0002")
    assert "no other person can hear it" in written(said)
    assert "nothing was stopped" in written(
        workspace.command(RAVI, "/clip-distress en-us-9999")
    )


def test_without_a_clip_a_window_asks_which_and_then_says_it_is_stopped(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA, clip="en-us-0008")
    workspace.command(RAVI, "/clip-distress")
    wrong = workspace.submit(RAVI, clip="HC-999999")
    assert "nothing was stopped" in json.dumps(wrong)
    workspace.submit(RAVI, clip=request.name)
    shown = workspace.window(RAVI)
    assert "no other person can hear it" in written(shown)
    assert workspace.request(request.name).state is RequestState.QUARANTINED
    grade = {"view_id": shown["id"], "action_id": "grade:upsetting"}
    assert workspace.post(
        "press", RAVI, **grade, value=shown["blocks"][2]["elements"][2]["value"]
    )
    assert "You will get an answer" in written(workspace.window(RAVI))


def test_the_reporter_of_unheard_stops_is_asked_and_the_officers_see_one_message(
    workspace: Workspace,
) -> None:
    services = workspace.program.services
    clips = ("de-de-0001", "de-de-0002")
    for clip in clips:
        workspace.command(AMIR, f"/clip-distress {clip}", "C0AUDIT001")
    bundle_id = case_on(workspace, clips[0]).bundle_id
    assert bundle_id is not None
    now = workspace.act(AMIR).now
    # Those of the stops are due in two minutes.
    with services.store.begin() as tx:
        question = AskAboutStops(bundle_id=bundle_id, user_id=AMIR)
        page = PageBundle(bundle_id=bundle_id, recipient_id=SOFIA)
        tx.connection.execute(update(outbox).values(done_at=now))
        tx.outbox.enqueue(question, now=now)
        tx.outbox.enqueue(page, now=now)
    asked = note(workspace, AMIR, "All of them stay stopped")
    called = note(workspace, SOFIA, "2 recordings were stopped by one colleague")
    for message in (asked, called):
        for secret in (*clips, AMIR):
            assert secret not in json.dumps(message["blocks"])

    workspace.press(AMIR, asked, "explain_stops:mistake")

    workspace.wait(lambda: "no harm is done" in json.dumps(workspace.notes(AMIR)))
    with services.store.read() as tx:
        assert tx.stop_bundles.by_id(bundle_id).reason is StopReason.MISTAKE
        assert all(tx.quarantines.is_active(clip) for clip in clips)


def test_a_drill_calls_as_a_case_does_and_is_told_for_what_it_is_once_somebody_came(
    workspace: Workspace,
) -> None:
    services = workspace.program.services
    begun = drill.start_drill(services, replace(workspace.act(SOFIA), person=None))
    called = note(workspace, SOFIA, f"Case {begun.id}")
    assert "A recording was stopped as distressing" in written(called)
    assert "rill" not in json.dumps(called)
    officer.acknowledge(services, workspace.act(SOFIA), begun.key)
    told = workspace.wait(
        lambda: _last_with(workspace, SOFIA, "was a drill", "C0SAFETY01")
    )
    assert f"Case {begun.id} was a drill" in written(told)
    officer.close(services, workspace.act(SOFIA), begun.key, reply="", release=False)


def test_home_offers_to_stop_a_recording_and_leads_officers_to_their_cases(
    workspace: Workspace,
) -> None:
    assert "Stop a recording" in written(workspace.home(RAVI))
    assert "Open the cases" in written(workspace.home(SOFIA))


def _last_with(
    workspace: Workspace, person: str, text: str, channel: str = CHANNEL
) -> dict[str, Any] | None:
    found = [
        message
        for message in workspace.messages(person, channel)
        if text in written(message)
    ]
    return found[-1] if found else None


def test_whoever_stopped_it_is_looked_after_if_they_like(workspace: Workspace) -> None:
    said = workspace.command(JONAS, "/clip-distress en-us-0004")
    assert {"take_break", "talk_to_someone", "im_fine"} <= set(buttons(said))


def test_a_break_from_home_is_said_in_a_window(workspace: Workspace) -> None:
    view = workspace.home(JONAS)
    assert "My care page" in written(view)
    pressed = workspace.post("press", JONAS, view_id=view["id"], action_id="take_break")
    assert pressed["ok"], pressed
    assert "You are on a break until" in written(workspace.window(JONAS))
    assert "You are on a break until" in written(workspace.home(JONAS))
    back = workspace.post(
        "press",
        JONAS,
        view_id=workspace.window(JONAS)["id"],
        action_id="back_from_break",
    )
    assert back["ok"], back
    assert "Welcome back" in written(workspace.window(JONAS))
