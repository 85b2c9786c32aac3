"""Symptoms that other apps' users reported in public, reproduced against help-clip."""

from datetime import timedelta

from bot.cli.checks.outbox import outbox_lines
from bot.usecases.channels.missed import look_for_missed
from bot.usecases.context import act_without_person
from bot.usecases.distress import stop_clip
from bot.wiring import utc_now
from storage.records import IncidentKind, Origin, RequestState
from tests.product import RAVI, ROSA
from tests.slack.workspace import CHANNEL, Workspace, buttons


def n_windows(workspace: Workspace, person: str) -> int:
    return len(workspace.look("views", person)["views"])


def close_windows(workspace: Workspace, person: str) -> None:
    for view in workspace.look("views", person)["views"]:
        workspace.post("view/close", person, view_id=view["id"], everything=True)


# bolt-python #434 and #886, sentry #66923: expired_trigger_id.
def test_a_window_that_opens_too_late_does_not_open_twice_and_opens_at_the_next_try(
    workspace: Workspace,
) -> None:
    close_windows(workspace, ROSA)
    workspace.post("faults", method="views.open", delay_s=4, times=1)
    typed = workspace.post("command", ROSA, channel=CHANNEL, text="/help-clip")
    assert typed == {"ok": False, "error": "operation_timeout"}
    workspace.wait(lambda: workspace.calls("views.open"))
    assert n_windows(workspace, ROSA) == 0
    workspace.command(ROSA, "/help-clip")
    workspace.wait(lambda: n_windows(workspace, ROSA) == 1)
    close_windows(workspace, ROSA)


# node-slack-sdk #1654, python-slack-sdk #1940: interactions lost with their socket.
def test_a_press_of_stop_that_is_lost_is_shown_as_lost_and_counts_on_the_page(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA, clip="en-us-0006")
    parent = workspace.parent(request.name)
    assert parent is not None
    workspace.post("faults", delivery="interactive", action="drop", times=1)
    pressed = workspace.post(
        "press", RAVI, channel=CHANNEL, ts=parent["ts"], action_id="stop"
    )
    # Slack marks the button with a warning, and the button stays.
    assert pressed["error"] == "operation_timeout"
    assert workspace.request(request.name).state is RequestState.OPEN
    assert "stop" in buttons(workspace.parent_when(request.name, request.name))
    stop_clip.stop(workspace.program.services, workspace.act(RAVI), request.key)
    assert buttons(workspace.parent_when(request.name, "Closed.")) == []


# docs.slack.dev, "app_rate_limited event".
def test_messages_of_a_minute_that_slack_left_out_are_looked_for(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    parent = workspace.parent(request.name)
    assert parent is not None
    services = workspace.program.services
    workspace.post("faults", delivery="events_api", action="drop", times=50)
    workspace.post(
        "message", RAVI, channel=CHANNEL, text="https://files.test/shift-4711.wav"
    )
    workspace.post(
        "message", RAVI, channel=CHANNEL, thread_ts=parent["ts"], text="lamp, I think"
    )
    deleted = workspace.ask(ROSA)
    gone = workspace.parent(deleted.name)
    assert gone is not None
    workspace.client.chat_delete(channel=CHANNEL, ts=gone["ts"])
    assert workspace.request(request.name).blind
    workspace.post("faults", clear=True)
    act = act_without_person(Origin.SLACK, utc_now())
    for _ in range(2):
        look_for_missed(services, act, utc_now() - timedelta(minutes=5))

    def n_listed() -> int:
        with services.store.read() as tx:
            found = tx.incidents.unseen(["english-us"], 50)
        return sum(each.kind is IncidentKind.RECORDING_LINKED for each in found)

    workspace.wait(n_listed, seconds=40)
    workspace.wait(lambda: not workspace.request(request.name).blind, seconds=40)
    workspace.wait(
        lambda: workspace.request(deleted.name).thread_ts not in (None, gone["ts"]),
        seconds=40,
    )
    assert n_listed() == 1
    assert workspace.request(request.name).quorum == request.quorum + 1


# oncall #4329: cant_update_message.
def test_a_thread_that_cannot_be_updated_is_red_in_check_and_the_stop_counts(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA, clip="en-us-0008")
    parent = workspace.parent(request.name)
    assert parent is not None
    workspace.post("faults", method="chat.update", error="cant_update_message", times=1)
    workspace.press(RAVI, parent, "stop")
    assert workspace.request(request.name).state is RequestState.QUARANTINED

    def is_red() -> bool:
        lines = outbox_lines(workspace.program.services, utc_now())
        problems = [line.problem for line in lines if line.problem is not None]
        return any("cant_update_message" in problem for problem in problems)

    workspace.wait(is_red)
