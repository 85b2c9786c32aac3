"""The guard at work: what happens to a channel in Slack, and what people then see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.delivery import Handler
from bot.slack.handlers import channels
from bot.usecases.channels import inspect
from bot.usecases.listening import progress
from bot.usecases.listening.request_snippet import RequestSnippet
from tests.product import ADA, LENA, RAVI, ROSA
from tests.slack.workspace import CHANNEL, Workspace, buttons, written

GUEST, OUTSIDER = "U0GUEST01", "U0EXTERN1"

BREAK_AND_MEND: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"join": GUEST}, {"leave": GUEST}),
    ({"share_with": "T0OTHERCO", "join": OUTSIDER}, {"unshare_with": "T0OTHERCO"}),
    ({"archive": True}, {"archive": False}),
    ({"leave": "U0HELPCLIP"}, {"join": "U0HELPCLIP"}),
]


@pytest.fixture(autouse=True)
def _mended(workspace: Workspace) -> Iterator[None]:
    """Leave the channel as it was found."""
    yield
    for _, mend in BREAK_AND_MEND:
        workspace.post("change", channel=CHANNEL, **mend)
    workspace.wait(lambda: is_fit(workspace))


def is_fit(workspace: Workspace) -> bool:
    with workspace.program.services.store.read() as tx:
        channel = tx.channels.by_id(CHANNEL)
    return channel is not None and channel.fit


def change(workspace: Workspace, **what: object) -> None:
    done = workspace.post("change", channel=CHANNEL, **what)
    assert done["ok"], done


def told(workspace: Workspace, person: str) -> str:
    """All direct messages of this person, the newest last."""
    dm = workspace.post("dm", person, user="U0HELPCLIP")["channel"]
    return "\n".join(written(message) for message in workspace.messages(person, dm))


def may_play(workspace: Workspace, person: str, key: str) -> bool:
    services = workspace.program.services
    return (
        progress.live(services, workspace.act(person), RequestSnippet(key)).refusal
        is None
    )


@pytest.mark.parametrize(("breaks", "mends"), BREAK_AND_MEND)
def test_a_desk_stands_still_until_its_channel_is_mended(
    workspace: Workspace, breaks: dict[str, Any], mends: dict[str, Any]
) -> None:
    request = workspace.ask()
    assert may_play(workspace, RAVI, request.key)
    change(workspace, **breaks)
    workspace.wait(lambda: not may_play(workspace, RAVI, request.key))
    workspace.wait(lambda: f"{request.name} waits" in told(workspace, ROSA))
    workspace.wait(
        lambda: f"<#{CHANNEL}> (English (US)) is not fit" in told(workspace, ADA)
    )
    change(workspace, **mends)
    workspace.wait(lambda: may_play(workspace, RAVI, request.key))
    restored = workspace.parent_when(request.name, "One muddled word")
    assert "listen" in buttons(restored)
    workspace.wait(
        lambda: told(workspace, ADA).rstrip().endswith("Its requests go on.")
    )


@pytest.mark.parametrize(
    ("handler", "event"),
    [
        (channels.record_deleted, {"channel": CHANNEL}),
        (channels.record_bot_removed, {"channel": {"id": CHANNEL}}),
        (channels.record_new_id, {"old_channel_id": CHANNEL}),
    ],
)
def test_a_channel_that_slack_reports_lost_is_unfit(
    workspace: Workspace, handler: Handler, event: dict[str, Any]
) -> None:
    workspace.wait(lambda: is_fit(workspace))
    workspace.deliver(handler, **event)
    assert not is_fit(workspace)
    workspace.deliver(channels.inspect_soon, channel=CHANNEL)


def test_the_thread_turns_neutral_and_names_nobody(workspace: Workspace) -> None:
    request = workspace.ask()
    change(workspace, join=GUEST)
    paused = workspace.parent_when(request.name, "Paused for a moment")
    assert buttons(paused) == []
    assert paused["text"] == f"{request.name}: paused"
    assert GUEST not in written(paused)
    workspace.wait(lambda: f"<@{GUEST}>" in told(workspace, ADA))


def test_a_request_asked_meanwhile_is_posted_once_it_is_mended(
    workspace: Workspace,
) -> None:
    change(workspace, join=GUEST)
    workspace.wait(lambda: not is_fit(workspace))
    asked = workspace.ask_unposted()
    workspace.wait(lambda: f"{asked} waits" in told(workspace, ROSA))
    assert workspace.parent(asked) is None
    change(workspace, leave=GUEST)
    workspace.parent_when(asked, "One muddled word")


def test_a_colleague_made_a_guest_is_noticed(workspace: Workspace) -> None:
    request = workspace.ask()
    workspace.change(person="U0REVIEW3", set={"is_restricted": True})
    workspace.wait(lambda: not may_play(workspace, RAVI, request.key))
    workspace.change(person="U0REVIEW3", set={"is_restricted": False})
    workspace.wait(lambda: may_play(workspace, RAVI, request.key))


def test_a_renamed_channel_stays_what_it_is(workspace: Workspace) -> None:
    request = workspace.ask()
    change(workspace, rename="help-us")
    workspace.parent_when(request.name, "One muddled word")
    assert may_play(workspace, RAVI, request.key)


def test_the_setup_command_says_whether_a_channel_is_fit(workspace: Workspace) -> None:
    night = workspace.post("change", new_channel="night-desk", private=True)["channel"]
    workspace.post("change", channel=night, join="U0HELPCLIP")
    shown = workspace.command(ADA, "/clip-setup", channel=night)
    assert "direct message" in shown["text"]
    workspace.wait(lambda: "[desks.my-desk]" in told(workspace, ADA))
    assert f'channel = "{night}"' in told(workspace, ADA)
    workspace.command(ADA, "/clip-setup", channel="C0GENERAL1")
    workspace.wait(lambda: "It is public." in told(workspace, ADA))
    workspace.command(ADA, "/clip-setup", channel="C0SAFETY01")
    workspace.wait(
        lambda: (
            "<#C0SAFETY01> is fit, and serves the safety officers"
            in told(workspace, ADA)
        )
    )


def test_the_setup_command_lists_other_apps_and_refuses_none(
    workspace: Workspace,
) -> None:
    workspace.change(person="U0WEATHER", set={"is_bot": True})
    room = workspace.post("change", new_channel="evening-desk", private=True)["channel"]
    for user_id in ("U0HELPCLIP", "U0WEATHER"):
        workspace.post("change", channel=room, join=user_id)
    workspace.command(ADA, "/clip-setup", channel=room)
    workspace.wait(lambda: "Other apps here: <@U0WEATHER>." in told(workspace, ADA))
    assert f"<#{room}> is fit." in told(workspace, ADA)


def test_an_invitation_that_is_still_open_is_found_without_an_event(
    workspace: Workspace,
) -> None:
    """Slack sends none, and none when it is withdrawn; the regular look finds both."""
    change(workspace, pending_share_with="T0OTHERCO")
    a_minute_later(workspace)
    workspace.wait(lambda: not is_fit(workspace))
    change(workspace, unshare_with="T0OTHERCO")
    a_minute_later(workspace)
    workspace.wait(lambda: is_fit(workspace))


def a_minute_later(workspace: Workspace) -> None:
    """The housekeeper comes by, and the last look is a minute old."""
    services, act = workspace.program.services, workspace.act("")
    with services.store.begin() as tx:
        seen = tx.channels.by_id(CHANNEL)
        assert seen is not None
        tx.channels.put(replace(seen, checked_at=act.now - timedelta(minutes=1)))
    inspect.check_due(services, act)


def test_names_of_people_and_channels_are_kept_and_shown_nowhere(
    workspace: Workspace,
) -> None:
    """So nothing can come in with them: everybody and everything is an id here."""
    evil = "<img src=x onerror=alert(1)>"
    for person in (ROSA, RAVI):
        workspace.change(person=person, set={"real_name": evil, "title": evil})
    change(workspace, rename="onerror-alert")
    request = workspace.ask()
    shown = [written(workspace.parent_when(request.name, "One muddled word"))]
    shown += [written(workspace.home(person)) for person in (ROSA, RAVI, LENA)]
    shown += [told(workspace, ADA)]
    with workspace.program.services.store.read() as tx:
        shown += tx.connection.connection.driver_connection.iterdump()
    assert not [text for text in shown if "onerror" in text]


def test_the_setup_command_is_for_administrators(workspace: Workspace) -> None:
    shown = workspace.command(LENA, "/clip-setup")
    assert "for administrators" in shown["text"]
