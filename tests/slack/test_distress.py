"""Stop - distressing in Slack: who is told what, and what they answer."""

import json
from dataclasses import replace
from typing import Any

from bot.usecases import distress, drill
from storage.records import Case, RequestState
from tests.house import ADA, JONAS, RAVI, ROSA, SOFIA
from tests.slack.office import CHANNEL, Office, buttons, written

REPLY = "We looked at it today. Nobody is in danger."


def case_on(office: Office, clip_id: str) -> Case:
    with office.program.services.store.read() as tx:
        found = tx.live_case_on(clip_id)
    assert found is not None
    return found


def close(office: Office, officer: str, case: Case) -> None:
    """Take the case and close it, as its page does."""
    services = office.program.services
    distress.acknowledge(services, office.act(officer), case.key)
    distress.close(services, office.act(officer), case.key, reply=REPLY, release=False)


def note(office: Office, person: str, text: str) -> dict[str, Any]:
    """The bot's newest message to this person, once it says this."""

    def look() -> dict[str, Any] | None:
        notes = office.notes(person)
        return notes[-1] if notes and text in written(notes[-1]) else None

    return office.wait(look)


def test_a_stop_is_answered_privately_and_calls_the_officers_without_content(
    office: Office,
) -> None:
    request = office.ask(ROSA)
    parent = office.parent(request.name)
    assert parent is not None
    office.press(RAVI, parent, "stop")
    answer = office.wait(lambda: _last_with(office, RAVI, "Nothing more is needed from you"))
    assert answer["ts"] not in [message["ts"] for message in office.messages(JONAS)]
    assert buttons(office.parent_when(request.name, "Closed.")) == []
    called = note(office, SOFIA, "stopped as distressing")
    in_channel = office.wait(lambda: office.messages(SOFIA, "C0SAFETY01"))[-1]
    for message in (called, in_channel):
        assert message["text"].startswith("Case ")
        for secret in (request.clip_id, request.name, RAVI):
            assert secret not in json.dumps(message)
    office.press(RAVI, answer, "grade:danger")
    note(office, SOFIA, "Someone may be in danger now")


def test_the_reporter_gets_the_reply_and_may_find_it_too_little(office: Office) -> None:
    request = office.ask(ROSA, clip="en-us-0006")
    parent = office.parent(request.name)
    assert parent is not None
    office.press(RAVI, parent, "stop")
    office.parent_when(request.name, "Closed.")
    close(office, SOFIA, case_on(office, request.clip_id))
    reply = note(office, RAVI, REPLY)
    assert buttons(reply) == ["not_enough"]
    office.press(RAVI, reply, "not_enough")
    office.wait(lambda: "Somebody else looks after it" in json.dumps(office.notes(RAVI)))
    again = case_on(office, request.clip_id)
    assert again.officer is None
    note(office, ADA, "The reply was not enough")
    close(office, ADA, again)


def test_a_clip_nobody_asked_about_is_stopped_by_command(office: Office) -> None:
    said = office.command(RAVI, "/clip-distress en-us-0002")
    assert "Nobody else can hear it" in written(said)
    assert "nothing was stopped" in written(office.command(RAVI, "/clip-distress en-us-9999"))


def test_without_a_clip_a_window_asks_which_and_then_says_it_is_stopped(office: Office) -> None:
    request = office.ask(ROSA, clip="en-us-0008")
    office.command(RAVI, "/clip-distress")
    wrong = office.submit(RAVI, clip="HC-999999")
    assert "nothing was stopped" in json.dumps(wrong)
    office.submit(RAVI, clip=request.name)
    shown = office.window(RAVI)
    assert "Nobody else can hear it" in written(shown)
    assert office.request(request.name).state is RequestState.QUARANTINED
    grade = {"view_id": shown["id"], "action_id": "grade:upsetting"}
    assert office.post("press", RAVI, **grade, value=shown["blocks"][2]["elements"][2]["value"])
    assert "You will get an answer" in written(office.window(RAVI))


def test_a_drill_calls_as_a_case_does_and_is_told_for_what_it_is_once_somebody_came(
    office: Office,
) -> None:
    services = office.program.services
    begun = drill.drill(services, replace(office.act(SOFIA), person=None))
    called = note(office, SOFIA, f"Case {begun.id}")
    assert "A recording was stopped as distressing" in written(called)
    assert "rill" not in json.dumps(called)
    distress.acknowledge(services, office.act(SOFIA), begun.key)
    told = office.wait(lambda: _last_with(office, SOFIA, "was a drill", "C0SAFETY01"))
    assert f"Case {begun.id} was a drill" in written(told)
    distress.close(services, office.act(SOFIA), begun.key, reply="", release=False)


def test_home_offers_to_stop_a_recording_and_leads_officers_to_their_cases(
    office: Office,
) -> None:
    assert "Stop a recording" in written(office.home(RAVI))
    assert "Open the cases" in written(office.home(SOFIA))


def _last_with(
    office: Office, person: str, text: str, channel: str = CHANNEL
) -> dict[str, Any] | None:
    found = [message for message in office.messages(person, channel) if text in written(message)]
    return found[-1] if found else None


def test_whoever_stopped_it_is_looked_after_if_they_like(office: Office) -> None:
    said = office.command(JONAS, "/clip-distress en-us-0004")
    assert {"take_break", "talk_to_someone", "im_fine"} <= set(buttons(said))


def test_a_break_from_home_is_said_in_a_window(office: Office) -> None:
    view = office.home(JONAS)
    assert "My care page" in written(view)
    pressed = office.post("press", JONAS, view_id=view["id"], action_id="take_break")
    assert pressed["ok"], pressed
    assert "You are on a break until" in written(office.window(JONAS))
    assert "You are on a break until" in written(office.home(JONAS))
    back = office.post(
        "press", JONAS, view_id=office.window(JONAS)["id"], action_id="back_from_break"
    )
    assert back["ok"], back
    assert "Welcome back" in written(office.window(JONAS))
