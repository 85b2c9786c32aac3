"""Faults on demand, and Slack's rate limits as a switch."""

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.app.rate_limits import RateLimits, per_minute
from tests.sandbox.apps import Receiver, wait_for
from tests.sandbox.workspace import BOT, Workspace

CHANNEL = "C0HELPENUS"


def test_a_method_fails_as_often_as_told_and_then_works(workspace: Workspace) -> None:
    workspace.fault(method="chat.postMessage", times=2, error="internal_error")
    answers = [
        workspace.api("chat.postMessage", channel=CHANNEL, text="x") for _ in range(3)
    ]
    assert [a.get("error") for a in answers] == [
        "internal_error",
        "internal_error",
        None,
    ]
    assert len(workspace.messages(CHANNEL)) == 1


def test_429_comes_with_retry_after(workspace: Workspace) -> None:
    workspace.fault(method="chat.postMessage", status=429, retry_after=7)
    answer = workspace.raw_api("chat.postMessage", channel=CHANNEL, text="x")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert answer.json() == {"ok": False, "error": "ratelimited"}


def test_500_for_whatever_comes_next(workspace: Workspace) -> None:
    workspace.fault(method="*", status=500)
    assert workspace.raw_api("auth.test").status_code == 500
    assert workspace.raw_api("auth.test").status_code == 200


def test_a_reset_leaves_the_effect_behind(workspace: Workspace) -> None:
    workspace.fault(method="chat.postMessage", reset=True)
    with pytest.raises(httpx.TransportError):
        workspace.api("chat.postMessage", channel=CHANNEL, text="lost")
    assert [m["text"] for m in workspace.messages(CHANNEL)] == ["lost"]


def test_a_revoked_token_stays_revoked_until_reset(workspace: Workspace) -> None:
    workspace.fault(revoke_token=BOT)
    assert workspace.api("auth.test")["error"] == "token_revoked"
    workspace.http.post("/sandbox/reset")
    assert workspace.api("auth.test")["ok"]


@pytest.mark.parametrize(
    "body",
    [{}, {"method": "x", "colour": "red"}, {"delivery": "events_api", "action": "eat"}],
)
def test_a_fault_that_makes_no_sense_is_refused(
    workspace: Workspace, body: dict[str, str]
) -> None:
    answer = workspace.http.post("/sandbox/faults", json={"rules": [body]})
    assert answer.status_code == 400


def test_one_post_a_second_in_a_channel_and_others_unhindered(
    workspace: Workspace,
) -> None:
    workspace.config(rate_limits="real")
    client = WebClient(BOT, base_url=f"{workspace.url}/api/")
    client.chat_postMessage(channel=CHANNEL, text="1")
    client.chat_postMessage(channel="C0HELPDEDE", text="1")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=CHANNEL, text="2")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["retry-after"] in ("1", "2")


def test_bursts_let_ten_seconds_worth_through_at_once() -> None:
    limits = RateLimits("bursts")
    waits = [limits.wait_s("chat.postMessage", "C1", 100.0) for _ in range(11)]
    assert waits[:10] == [0] * 10
    assert waits[10] > 0


def test_a_tier_is_counted_per_method_over_a_minute() -> None:
    limits = RateLimits("real")
    assert per_minute("users.list") == 20
    assert [limits.wait_s("users.list", None, 0.0) for _ in range(20)] == [0] * 20
    assert limits.wait_s("users.list", None, 30.0) == 31
    assert limits.wait_s("users.info", None, 30.0) == 0
    assert limits.wait_s("users.list", None, 60.0) == 0


def test_too_many_events_are_lost_and_the_app_is_told_once(
    workspace: Workspace,
) -> None:
    with Receiver() as receiver:
        workspace.config(request_url=receiver.url, rate_limits="real")
        for _ in range(40):
            workspace.write()
        wait_for(lambda: len(workspace.deliveries("message")) == 30)
        told, *_ = wait_for(lambda: workspace.deliveries("app_rate_limited"))
    assert set(told["payload"]) == {
        "token",
        "type",
        "team_id",
        "minute_rate_limited",
        "api_app_id",
    }
    assert told["payload"]["minute_rate_limited"] % 60 == 0
    assert len(workspace.deliveries("message")) == 30


def test_an_app_that_fails_nearly_always_hears_no_more_events(
    workspace: Workspace,
) -> None:
    with Receiver() as receiver:
        receiver.answers = [(500, {"X-Slack-No-Retry": "1"}, b"")] * 20
        workspace.config(request_url=receiver.url, rate_limits="real")
        for number in range(
            20
        ):  # one by one: none is on its way when it is switched on again
            workspace.write()
            wait_for(
                lambda number=number: len(workspace.deliveries("message")) > number
            )
        wait_for(lambda: not workspace.read("state")["app"]["events_enabled"])
        workspace.write("unheard")
        assert workspace.act("command", channel=CHANNEL, text="/help-clip")["ok"]
        assert workspace.config(events_enabled=True)["events_enabled"]
        workspace.write("heard")
        wait_for(lambda: len(workspace.deliveries("message")) > 20)
    texts = [d["payload"]["event"]["text"] for d in workspace.deliveries("message")]
    assert ("unheard" in texts, "heard" in texts) == (False, True)
