"""The guard at work: what happens to a channel in Slack, and what people then see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.usecases import guard_channels, listen
from tests.house import ADA, LENA, RAVI, ROSA
from tests.slack.office import CHANNEL, Office, buttons, written

GUEST, OUTSIDER = "U0GUEST01", "U0EXTERN1"

BREAK_AND_MEND: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"join": GUEST}, {"leave": GUEST}),
    ({"share_with": "T0OTHERCO", "join": OUTSIDER}, {"unshare_with": "T0OTHERCO"}),
    ({"archive": True}, {"archive": False}),
    ({"leave": "U0HELPCLIP"}, {"join": "U0HELPCLIP"}),
]


@pytest.fixture(autouse=True)
def _mended(office: Office) -> Iterator[None]:
    """Leave the channel as it was found."""
    yield
    for _, mend in BREAK_AND_MEND:
        office.post("change", channel=CHANNEL, **mend)
    office.wait(lambda: is_fit(office))


def is_fit(office: Office) -> bool:
    with office.program.services.store.read() as tx:
        channel = tx.channel(CHANNEL)
    return channel is not None and channel.fit


def change(office: Office, **what: object) -> None:
    done = office.post("change", channel=CHANNEL, **what)
    assert done["ok"], done


def told(office: Office, person: str) -> str:
    """All direct messages of this person, the newest last."""
    dm = office.post("dm", person, user="U0HELPCLIP")["channel"]
    return "\n".join(written(message) for message in office.messages(person, dm))


def may_play(office: Office, person: str, key: str) -> bool:
    services = office.program.services
    return listen.live(services, office.act(person), key).refusal is None


@pytest.mark.parametrize(("breaks", "mends"), BREAK_AND_MEND)
def test_a_desk_stands_still_until_its_channel_is_mended(
    office: Office, breaks: dict[str, Any], mends: dict[str, Any]
) -> None:
    request = office.ask()
    assert may_play(office, RAVI, request.key)
    change(office, **breaks)
    office.wait(lambda: not may_play(office, RAVI, request.key))
    office.wait(lambda: f"{request.name} waits" in told(office, ROSA))
    office.wait(lambda: f"<#{CHANNEL}> (English (US)) is not fit" in told(office, ADA))
    change(office, **mends)
    office.wait(lambda: may_play(office, RAVI, request.key))
    restored = office.parent_when(request.name, "One muddled word")
    assert "listen" in buttons(restored)
    office.wait(lambda: told(office, ADA).rstrip().endswith("Its requests go on."))


def test_the_thread_turns_neutral_and_names_nobody(office: Office) -> None:
    request = office.ask()
    change(office, join=GUEST)
    paused = office.parent_when(request.name, "Paused for a moment")
    assert buttons(paused) == []
    assert paused["text"] == f"{request.name}: paused"
    assert GUEST not in written(paused)
    office.wait(lambda: f"<@{GUEST}>" in told(office, ADA))


def test_a_request_asked_meanwhile_is_posted_once_it_is_mended(office: Office) -> None:
    change(office, join=GUEST)
    office.wait(lambda: not is_fit(office))
    asked = office.ask_unposted()
    office.wait(lambda: f"{asked} waits" in told(office, ROSA))
    assert office.parent(asked) is None
    change(office, leave=GUEST)
    office.parent_when(asked, "One muddled word")


def test_a_colleague_made_a_guest_is_noticed(office: Office) -> None:
    request = office.ask()
    office.change(person="U0REVIEW3", set={"is_restricted": True})
    office.wait(lambda: not may_play(office, RAVI, request.key))
    office.change(person="U0REVIEW3", set={"is_restricted": False})
    office.wait(lambda: may_play(office, RAVI, request.key))


def test_a_renamed_channel_stays_what_it_is(office: Office) -> None:
    request = office.ask()
    change(office, rename="help-us")
    office.parent_when(request.name, "One muddled word")
    assert may_play(office, RAVI, request.key)


def test_the_setup_command_says_whether_a_channel_is_fit(office: Office) -> None:
    night = office.post("change", new_channel="night-desk", private=True)["channel"]
    office.post("change", channel=night, join="U0HELPCLIP")
    shown = office.command(ADA, "/clip-setup", channel=night)
    assert "direct message" in shown["text"]
    office.wait(lambda: "[desks.my-desk]" in told(office, ADA))
    assert f'channel = "{night}"' in told(office, ADA)
    office.command(ADA, "/clip-setup", channel="C0GENERAL1")
    office.wait(lambda: "It is public." in told(office, ADA))
    office.command(ADA, "/clip-setup", channel="C0SAFETY01")
    office.wait(lambda: "<#C0SAFETY01> is fit, and serves the safety officers" in told(office, ADA))


def test_the_setup_command_lists_other_apps_and_refuses_none(office: Office) -> None:
    office.change(person="U0WEATHER", set={"is_bot": True})
    room = office.post("change", new_channel="evening-desk", private=True)["channel"]
    for user_id in ("U0HELPCLIP", "U0WEATHER"):
        office.post("change", channel=room, join=user_id)
    office.command(ADA, "/clip-setup", channel=room)
    office.wait(lambda: "Other apps here: <@U0WEATHER>." in told(office, ADA))
    assert f"<#{room}> is fit." in told(office, ADA)


def test_an_invitation_that_is_still_open_is_found_without_an_event(office: Office) -> None:
    """Slack sends none, and none when it is withdrawn; the regular look finds both."""
    change(office, pending_share_with="T0OTHERCO")
    a_minute_later(office)
    office.wait(lambda: not is_fit(office))
    change(office, unshare_with="T0OTHERCO")
    a_minute_later(office)
    office.wait(lambda: is_fit(office))


def a_minute_later(office: Office) -> None:
    """The housekeeper comes by, and the last look is a minute old."""
    services, act = office.program.services, office.act("")
    with services.store.begin() as tx:
        seen = tx.channel(CHANNEL)
        assert seen is not None
        tx.put_channel(replace(seen, checked_at=act.now - timedelta(minutes=1)))
    guard_channels.check_due(services, act)


def test_names_of_people_and_channels_are_kept_and_shown_nowhere(office: Office) -> None:
    """So nothing can come in with them: everybody and everything is an id here."""
    evil = "<img src=x onerror=alert(1)>"
    for person in (ROSA, RAVI):
        office.change(person=person, set={"real_name": evil, "title": evil})
    change(office, rename="onerror-alert")
    request = office.ask()
    shown = [written(office.parent_when(request.name, "One muddled word"))]
    shown += [written(office.home(person)) for person in (ROSA, RAVI, LENA)]
    shown += [told(office, ADA)]
    with office.program.services.store.read() as tx:
        shown += tx.connection.connection.driver_connection.iterdump()
    assert not [text for text in shown if "onerror" in text]


def test_the_setup_command_is_for_administrators(office: Office) -> None:
    shown = office.command(LENA, "/clip-setup")
    assert "for administrators" in shown["text"]
