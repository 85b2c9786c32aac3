"""What administrators change: people, groups, channels; and what the app sees of it."""

from typing import Any

import pytest

from tests.sandbox.apps import Receiver, wait_for
from tests.sandbox.workspace import Json, Workspace

CHANNEL = "C0HELPENUS"
OUTSIDER, GUEST = "U0EXTERN1", "U0GUEST01"


def events(workspace: Workspace, name: str) -> list[Json]:
    return [d["payload"]["event"] for d in workspace.deliveries(name)]


def info(workspace: Workspace, channel: str = CHANNEL) -> Json:
    return dict(workspace.api("conversations.info", channel=channel)["channel"])


def test_group_membership_is_told_as_a_difference_and_as_a_whole(
    workspace: Workspace,
) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.change(usergroup="S0REVIEWER", users=["U0REVIEW1", "U0AUDIT01"])
        [delta] = wait_for(lambda: events(workspace, "subteam_members_changed"))
        [whole] = wait_for(lambda: events(workspace, "subteam_updated"))
    assert (delta["added_users"], delta["removed_users_count"]) == (["U0AUDIT01"], 2)
    assert delta["date_previous_update"] < delta["date_update"]
    assert whole["subteam"]["users"] == ["U0REVIEW1", "U0AUDIT01"]
    assert workspace.api("usergroups.users.list", usergroup="S0REVIEWER")["users"] == [
        "U0REVIEW1",
        "U0AUDIT01",
    ]


def test_a_new_and_a_disabled_group_are_told(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        group = workspace.api("usergroups.create", name="Night shift")["usergroup"][
            "id"
        ]
        workspace.api("usergroups.disable", usergroup=group)
        [created] = wait_for(lambda: events(workspace, "subteam_created"))
        [updated] = wait_for(lambda: events(workspace, "subteam_updated"))
    assert created["subteam"]["date_delete"] == 0
    assert updated["subteam"]["date_delete"] > 0


def test_a_deactivated_person_is_out_of_channels_and_signed_out(
    workspace: Workspace,
) -> None:
    token = workspace.sign_in("U0REVIEW1")
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.change(person="U0REVIEW1", set={"deleted": True})
        [event] = wait_for(lambda: events(workspace, "user_change"))
    assert event["user"]["deleted"] is True
    assert "is_restricted" not in event["user"]
    assert (
        "U0REVIEW1"
        not in workspace.api("conversations.members", channel=CHANNEL)["members"]
    )
    assert (
        workspace.api("openid.connect.userInfo", token)["error"] == "account_inactive"
    )
    assert workspace.act("message", channel=CHANNEL, text="still here")["error"] == (
        "account_inactive"
    )


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"is_restricted": True}, (True, False)),
        ({"is_ultra_restricted": True}, (True, True)),
        ({"is_ultra_restricted": True, "is_restricted": False}, (True, True)),
    ],
)
def test_somebody_becomes_a_guest(
    workspace: Workspace, values: Json, shown: tuple[bool, bool]
) -> None:
    workspace.change(person="U0REVIEW1", set=values)
    user = workspace.api("users.info", user="U0REVIEW1")["user"]
    assert (user["is_restricted"], user["is_ultra_restricted"]) == shown
    workspace.change(person="U0REVIEW1", set={"is_restricted": False})
    user = workspace.api("users.info", user="U0REVIEW1")["user"]
    assert (user["is_restricted"], user["is_ultra_restricted"]) == (False, False)


def test_a_channel_is_made_public_and_private_again(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.change(channel=CHANNEL, private=False)
        assert (info(workspace)["is_private"], info(workspace)["is_channel"]) == (
            False,
            True,
        )
        workspace.change(channel=CHANNEL, private=True)
        assert info(workspace)["is_private"] is True
        wait_for(lambda: len(events(workspace, "message")) == 2)
        public, private = sorted(
            events(workspace, "message"), key=lambda e: str(e["ts"])
        )
    assert (public["subtype"], public["channel_type"]) == (
        "channel_convert_to_public",
        "channel",
    )
    assert (private["subtype"], private["channel_type"]) == (
        "channel_convert_to_private",
        "group",
    )


def test_a_share_is_pending_until_the_other_side_accepts(workspace: Workspace) -> None:
    workspace.change(channel=CHANNEL, pending_share_with="T0OTHERCO")
    asked = info(workspace)
    assert (asked["is_ext_shared"], asked["is_pending_ext_shared"]) == (False, True)
    assert asked["pending_connected_team_ids"] == ["T0OTHERCO"]
    workspace.change(channel=CHANNEL, share_with="T0OTHERCO", join=OUTSIDER)
    shared = info(workspace)
    assert (shared["is_ext_shared"], shared["is_pending_ext_shared"]) == (True, False)
    ended = workspace.change(channel=CHANNEL, unshare_with="T0OTHERCO")
    assert OUTSIDER not in ended["members"]
    assert info(workspace)["is_ext_shared"] is False


def test_an_invitation_to_share_is_withdrawn(workspace: Workspace) -> None:
    workspace.change(channel=CHANNEL, pending_share_with="T0OTHERCO")
    workspace.change(channel=CHANNEL, unshare_with="T0OTHERCO")
    assert info(workspace)["is_pending_ext_shared"] is False


def test_a_guest_is_invited_and_the_app_hears_who_did_it(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.change(channel=CHANNEL, join=GUEST, by="U0REVIEW1")
        [joined] = wait_for(lambda: events(workspace, "member_joined_channel"))
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == (
        GUEST,
        "U0REVIEW1",
        "G",
    )


def test_a_change_to_one_channel_leaves_the_others_alone(workspace: Workspace) -> None:
    workspace.change(channel="C0HELPDEDE", join=GUEST)
    assert (
        GUEST
        not in workspace.api("conversations.members", channel="C0HELPARAB")["members"]
    )


def test_a_channel_is_archived_renamed_and_deleted(workspace: Workspace) -> None:
    workspace.change(channel=CHANNEL, rename="help-english")
    workspace.change(channel=CHANNEL, archive=True)
    shown = info(workspace)
    assert (shown["name"], shown["is_archived"]) == ("help-english", True)
    workspace.change(channel=CHANNEL, archive=False)
    workspace.change(channel=CHANNEL, delete=True)
    gone = workspace.api("conversations.info", channel=CHANNEL)
    assert gone["error"] == "channel_not_found"


def test_a_file_goes_into_a_channel_and_into_a_thread(workspace: Workspace) -> None:
    ts = workspace.write()
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.act("file", channel=CHANNEL, name="a.wav", content="UklGRg==")
        workspace.act(
            "file", channel=CHANNEL, name="b.wav", content="UklGRg==", thread_ts=ts
        )
        wait_for(lambda: len(events(workspace, "file_shared")) == 2)
        found = wait_for(lambda: _with_files(workspace))
    threads = {m["files"][0]["name"]: m.get("thread_ts") for m in found}
    assert threads == {"a.wav": None, "b.wav": ts}


def _with_files(workspace: Workspace) -> list[Json]:
    found = [m for m in events(workspace, "message") if "files" in m]
    return found if len(found) == 2 else []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            {"channel": CHANNEL, "join": OUTSIDER},
            "share the channel with T0OTHERCO first",
        ),
        ({"channel": CHANNEL, "join": "U0GONE001"}, "is deactivated"),
        ({"channel": CHANNEL, "share_with": "T0SANDBOX"}, "another organisation"),
        ({"channel": "C0GENERAL1", "private": True}, "stays public"),
        ({"channel": CHANNEL, "rename": "general"}, "name_taken"),
        ({"channel": CHANNEL, "rename": "Not Good"}, "invalid_name_specials"),
        ({"channel": "C0NOWHERE1", "archive": True}, "there is no"),
        ({"person": "U0REVIEW1", "set": {"deleted": "yes"}}, "is a bool"),
        ({"person": "U0REVIEW1", "set": {"id": "U0OTHER01"}}, "no 'id'"),
        ({"person": "U0REVIEW1", "set": {"real_name": ""}}, "is a str"),
        ({"usergroup": "S0LEADS001", "users": ["U0NOBODY1"]}, "there is no"),
        ({}, "name person"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    workspace: Workspace, body: dict[str, Any], why: str
) -> None:
    answer = workspace.http.post("/sandbox/change", json=body)
    assert answer.status_code == 400
    assert why in answer.json()["error"]
