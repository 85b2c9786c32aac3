"""Signed HTTP deliveries, Socket Mode's rules, events and their retries."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.sandbox.apps import SECRET, Receiver, wait_for
from tests.sandbox.workspace import APP, Json, Workspace

CHANNEL = "C0HELPENUS"


def open_socket(workspace: Workspace) -> ClientConnection:
    url = workspace.api("apps.connections.open", APP)["url"]
    return connect(url, open_timeout=5)


def frame(socket: ClientConnection, within_s: float = 5) -> Json:
    found: Json = json.loads(socket.recv(timeout=within_s))
    return found


def test_http_deliveries_are_signed_as_the_official_verifier_expects(
    workspace: Workspace,
) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.act("command", channel=CHANNEL, text="/help-clip x & y")
        [(headers, body)] = receiver.requests
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode())["text"] == ["x & y"]


def test_interactions_over_http_are_a_form_with_one_json_payload(
    workspace: Workspace,
) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.act("shortcut", callback_id="ask")
        [(_, body)] = receiver.requests
    [payload] = parse_qs(body.decode())["payload"]
    assert json.loads(payload)["callback_id"] == "ask"


def test_an_unanswered_event_is_retried_three_times_with_number_and_reason(
    workspace: Workspace,
) -> None:
    with Receiver() as receiver:
        receiver.answers = [(500, {}, b"")] * 4
        workspace.config(request_url=receiver.url)
        workspace.write()
        wait_for(lambda: len(receiver.requests) == 4)
        time.sleep(0.3)
        assert len(receiver.requests) == 4
    numbers = [h.get("X-Slack-Retry-Num") for h, _ in receiver.requests]
    reasons = {h.get("X-Slack-Retry-Reason") for h, _ in receiver.requests}
    assert numbers == [None, "1", "2", "3"]
    assert reasons == {None, "http_error"}
    assert len({json.loads(body)["event_id"] for _, body in receiver.requests}) == 1


def test_an_app_may_decline_retries(workspace: Workspace) -> None:
    with Receiver() as receiver:
        receiver.answers = [(500, {"X-Slack-No-Retry": "1"}, b"")]
        workspace.config(request_url=receiver.url)
        workspace.write()
        wait_for(lambda: receiver.requests)
        time.sleep(0.3)
        assert len(receiver.requests) == 1


def test_an_endpoint_that_does_not_echo_the_challenge_is_not_verified(
    workspace: Workspace,
) -> None:
    with Receiver() as receiver:
        receiver.answers = [(200, {}, b"something else")]
        assert (
            workspace.config(request_url=receiver.url, verify=True)["verified"] is False
        )
        [(headers, body)] = receiver.requests
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    assert json.loads(body)["type"] == "url_verification"


@pytest.mark.parametrize(
    ("status", "error"), [(500, "http_service_error"), (404, "http_client_error")]
)
def test_a_failing_endpoint_is_named_to_the_person(
    workspace: Workspace, status: int, error: str
) -> None:
    with Receiver() as receiver:
        receiver.answers = [(status, {}, b"")]
        workspace.config(request_url=receiver.url)
        answer = workspace.act("command", channel=CHANNEL, text="/help-clip")
    assert answer["error"] == error


def test_a_socket_begins_with_hello_and_its_url_works_once(
    workspace: Workspace,
) -> None:
    url = workspace.api("apps.connections.open", APP)["url"]
    with connect(url) as socket:
        hello = frame(socket)
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": "A0HELPCLIP"}
        with pytest.raises(Exception, match="403"), connect(url):
            pass


def test_an_envelope_goes_to_exactly_one_connection(workspace: Workspace) -> None:
    with open_socket(workspace) as one, open_socket(workspace) as two:
        assert {frame(one)["num_connections"], frame(two)["num_connections"]} == {1, 2}
        workspace.write()
        got = []
        for socket in (one, two):
            try:
                got.append((socket, frame(socket, 0.5)))
            except TimeoutError:
                continue
        [(socket, envelope)] = got
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    assert envelope["type"] == "events_api"
    assert envelope["accepts_response_payload"] is False
    assert envelope["retry_attempt"] == 0


def test_an_event_not_acknowledged_in_three_seconds_comes_again(
    workspace: Workspace,
) -> None:
    with open_socket(workspace) as socket:
        frame(socket)
        workspace.write()
        first = frame(socket)
        second = frame(socket)
        socket.send(json.dumps({"envelope_id": second["envelope_id"]}))
    assert first["envelope_id"] != second["envelope_id"]
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")


def test_a_command_nobody_acknowledges_comes_once_more_as_it_was(
    workspace: Workspace,
) -> None:
    with open_socket(workspace) as socket:
        frame(socket)
        typed = workspace.act("command", channel=CHANNEL, text="/help-clip")
        assert typed["error"] == "operation_timeout"
        first, second = frame(socket), frame(socket)
        socket.send(
            json.dumps({"envelope_id": second["envelope_id"], "payload": {"text": "x"}})
        )
        with pytest.raises(TimeoutError):
            frame(socket, 1)
        delivered = wait_for(lambda: len(workspace.deliveries("/help-clip")) == 2)
    assert delivered
    assert first == second
    [whisper] = [m for m in workspace.messages(CHANNEL) if m.get("ephemeral_to")]
    assert "operation_timeout" in whisper["text"]


def test_a_command_whose_socket_died_comes_again_on_the_next(
    workspace: Workspace,
) -> None:
    with open_socket(workspace) as dying, ThreadPoolExecutor() as pool:
        frame(dying)
        typed = pool.submit(
            workspace.act, "command", channel=CHANNEL, text="/help-clip"
        )
        first = frame(dying)
        dying.close()
        assert typed.result()["error"] == "dispatch_failed"
    with open_socket(workspace) as socket:
        frame(socket)
        assert frame(socket)["envelope_id"] == first["envelope_id"]


def test_frames_that_make_no_sense_are_ignored(workspace: Workspace) -> None:
    with open_socket(workspace) as socket:
        frame(socket)
        for nonsense in ("", "{", "[]", "1", '"x"', "null", '{"envelope_id": {}}'):
            socket.send(nonsense)
        workspace.write()
        envelope = frame(socket)
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        wait_for(lambda: workspace.deliveries("message"))
    assert workspace.deliveries("message")[0]["error"] is None


def test_an_eleventh_connection_is_turned_away(workspace: Workspace) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            frame(stack.enter_context(open_socket(workspace)))
        extra = stack.enter_context(open_socket(workspace))
        assert frame(extra)["reason"] == "too_many_websockets"
        with pytest.raises(ConnectionClosed):
            extra.recv(timeout=5)


def test_an_envelope_lost_with_its_connection_goes_to_another(
    workspace: Workspace,
) -> None:
    with open_socket(workspace) as one, open_socket(workspace) as two:
        frame(one), frame(two)
        workspace.write()
        try:
            first, other = (one, two) if frame(one, 0.5) else (two, one)
        except TimeoutError:
            first, other = two, one
            frame(two)
        first.close()
        again = frame(other)
        other.send(json.dumps({"envelope_id": again["envelope_id"]}))
    assert again["payload"]["event"]["text"] == "hello"


def test_refresh_comes_as_a_disconnect_frame(workspace: Workspace) -> None:
    with open_socket(workspace) as socket:
        frame(socket)
        workspace.fault(disconnect="warning")
        assert frame(socket)["reason"] == "warning"
        workspace.fault(disconnect="refresh_requested")
        assert frame(socket)["reason"] == "refresh_requested"
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)


def test_a_killed_socket_says_nothing(workspace: Workspace) -> None:
    with open_socket(workspace) as socket:
        frame(socket)
        assert workspace.fault(kill_sockets=True)["killed"] == 1
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)


def test_pings_are_answered(workspace: Workspace) -> None:
    with open_socket(workspace) as socket:
        frame(socket)
        assert socket.ping().wait(5)


def events(workspace: Workspace, name: str) -> list[Json]:
    return [d["payload"]["event"] for d in workspace.deliveries(name)]


@pytest.mark.parametrize(
    ("change", "event", "expected"),
    [
        (
            {"channel": CHANNEL, "join": "U0AUDIT01"},
            "member_joined_channel",
            "U0AUDIT01",
        ),
        (
            {"channel": CHANNEL, "leave": "U0REVIEW3"},
            "member_left_channel",
            "U0REVIEW3",
        ),
        (
            {"channel": "C0GENERAL1", "share_with": "T0OTHERCO"},
            "channel_shared",
            "T0OTHERCO",
        ),
        (
            {"channel": CHANNEL, "share_with": "T0OTHERCO"},
            "channel_shared",
            "T0OTHERCO",
        ),
        ({"channel": "C0GENERAL1", "archive": True}, "channel_archive", "C0GENERAL1"),
        ({"person": "U0REVIEW1", "set": {"deleted": True}}, "user_change", "U0REVIEW1"),
        (
            {"usergroup": "S0LEADS001", "users": ["U0AUDIT01"]},
            "subteam_members_changed",
            "U0A",
        ),
        ({"uninstall": True}, "app_uninstalled", ""),
        ({"uninstall": True}, "tokens_revoked", "U0HELPCLIP"),
    ],
)
def test_changes_of_the_workspace_are_told(
    workspace: Workspace, change: dict[str, Any], event: str, expected: str
) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.change(**change)
        found = wait_for(lambda: events(workspace, event))
    assert expected in json.dumps(found)


def test_a_dropped_file_is_told_by_id_and_as_a_message(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        dropped = workspace.act(
            "file", channel=CHANNEL, name="clip.wav", content="UklGRg=="
        )
        [shared] = wait_for(lambda: events(workspace, "file_shared"))
        [message] = wait_for(lambda: events(workspace, "message"))
    assert shared["file_id"] == dropped["file"]
    assert "name" not in shared["file"]
    assert message["subtype"] == "file_share"
    assert message["files"][0]["name"] == "clip.wav"


def test_the_app_hears_nothing_of_channels_it_is_not_in(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.change(channel=CHANNEL, leave="U0HELPCLIP")
        workspace.write("secret")
        workspace.write("audible", channel="C0HELPDEDE")
        wait_for(
            lambda: [e for e in events(workspace, "message") if e["text"] == "audible"]
        )
        assert "secret" not in json.dumps(events(workspace, "message"))


def test_dropped_and_doubled_deliveries(workspace: Workspace) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url)
        workspace.fault(delivery="slash_commands", action="drop")
        lost = workspace.act("command", channel=CHANNEL, text="/help-clip")
        assert lost["error"] == "operation_timeout"
        assert receiver.requests == []
        workspace.fault(delivery="slash_commands", action="duplicate")
        workspace.act("command", channel=CHANNEL, text="/help-clip")
        assert len(receiver.requests) == 2
