"""Slack's other way: signed deliveries over HTTP instead of a socket."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from bot.sandbox.config import SIGNING_SECRET
from bot.slack.manifest import manifest_for_http
from storage.records import RequestState
from tests.end_to_end.browser_people import (
    ENGLISH,
    GERMAN,
    LENA,
    RAVI,
    ROSA,
    ask,
    hear_and_answer,
    link,
    replies,
    thread_of,
)
from tests.end_to_end.conftest import Stage, open_stage
from tests.end_to_end.processes import wait_for


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A bot without an app token, and a sandbox that delivers to it."""
    folder = tmp_path_factory.mktemp("stage")
    manifest = folder / "http-manifest.yml"
    manifest.write_text(manifest_for_http("https://help-clip.test"), "utf-8")
    with open_stage(folder, "--manifest", str(manifest)) as stage:
        bot = stage.bot(SLACK_APP_TOKEN="")
        url = f"{bot.address}/slack/events"
        assert stage.sandbox.do("config", request_url=url)["ok"]
        yield stage


def test_a_command_without_its_own_address_reaches_no_app_over_http(
    stage: Stage,
) -> None:
    bot = stage.bot(SLACK_APP_TOKEN="")
    url = f"{bot.address}/slack/events"
    assert stage.sandbox.do("config", request_url=url)["ok"]
    typed = stage.sandbox.do(
        "command", as_=ROSA, channel=ENGLISH, text="/help-clip help"
    )
    assert typed["error"] == "dispatch_failed"
    assert stage.sandbox.do("home/open", as_=ROSA)["ok"]


def test_the_main_job_over_signed_http(served: Stage) -> None:
    name = ask(served.sandbox)
    url = link(thread_of(served.sandbox, name))
    for person in (RAVI, LENA):
        hear_and_answer(person, url)
    wait_for(
        lambda: f"{name} is settled" in replies(served.sandbox, name),
        "the settled reply",
    )
    assert served.sandbox.connections() == 0
    assert served.sandbox.do("home/open", as_=ROSA)["ok"]


def command(
    stage: Stage, *, secret: str = SIGNING_SECRET, age_s: int = 0
) -> httpx.Request:
    """Rosa's /help-clip as Slack would send it, signed with `secret` `age_s` seconds
    ago.
    """
    fields = {
        "command": "/help-clip",
        "text": "",
        "team_id": "T0SANDBOX",
        "user_id": ROSA,
        "channel_id": ENGLISH,
        "trigger_id": "1.2.3",
        "response_url": f"{stage.sandbox.url}/hooks/commands/none",
        "api_app_id": "A0HELPCLIP",
    }
    kind = "application/x-www-form-urlencoded"
    return signed(
        stage,
        urlencode(fields),
        kind,
        secret=secret,
        age_s=age_s,
    )


def signed(
    stage: Stage,
    body: str,
    kind: str,
    *,
    secret: str = SIGNING_SECRET,
    age_s: int = 0,
) -> httpx.Request:
    """A delivery with this body, signed with `secret` `age_s` seconds ago."""
    at = str(int(time.time()) - age_s)
    digest = hmac.new(
        secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256
    ).hexdigest()
    return httpx.Request(
        "POST",
        f"{stage.bots[0].address}/slack/events",
        content=body,
        headers={
            "content-type": kind,
            "x-slack-request-timestamp": at,
            "x-slack-signature": f"v0={digest}",
        },
    )


def send(request: httpx.Request) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=10) as client:
        return client.send(request)


def calls_to_slack(stage: Stage) -> int:
    return len(stage.sandbox.calls("views.open"))


def test_what_is_signed_rightly_is_heard(served: Stage) -> None:
    before = calls_to_slack(served)
    send(command(served))
    assert calls_to_slack(served) == before + 1


def test_after_left_out_events_everything_is_read_again(served: Stage) -> None:
    sandbox = served.sandbox
    before = max(int(call["n"]) for call in sandbox.calls())
    body = json.dumps(
        {
            "token": "t",
            "type": "app_rate_limited",
            "team_id": "T0SANDBOX",
            "minute_rate_limited": 1518467820,
            "api_app_id": "A0HELPCLIP",
        }
    )
    assert send(signed(served, body, "application/json")).status_code == 200

    def inspected() -> set[str]:
        calls = sandbox.calls("conversations.info", after=before)
        return {call["payload"]["channel"] for call in calls}

    wait_for(lambda: inspected() >= {ENGLISH, GERMAN}, "the channels")
    wait_for(lambda: sandbox.calls("users.list", after=before), "the people")
    wait_for(lambda: sandbox.calls("conversations.history", after=before), "the rooms")
    wait_for(lambda: sandbox.calls("usergroups.list", after=before), "the groups")
    assert "unhandled" not in served.bots[0].output().lower()


@pytest.mark.parametrize(
    "wrong",
    ["forged", "stale", "from the future", "unsigned", "no timestamp", "changed"],
)
def test_what_is_not_signed_by_slack_just_now_is_refused(
    served: Stage, wrong: str
) -> None:
    before = calls_to_slack(served)
    request = command(
        served,
        secret="another-secret" if wrong == "forged" else SIGNING_SECRET,
        age_s={"stale": 330, "from the future": -330}.get(wrong, 0),
    )
    if wrong == "unsigned":
        del request.headers["x-slack-signature"]
    if wrong == "no timestamp":
        del request.headers["x-slack-request-timestamp"]
    if wrong == "changed":
        changed = request.content.replace(ROSA.encode(), LENA.encode())
        request = httpx.Request(
            "POST", request.url, content=changed, headers=request.headers
        )
    assert send(request).status_code == 401
    assert calls_to_slack(served) == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"x" * 2_000_000, "application/octet-stream"),
    ],
)
def test_rubbish_is_refused_and_the_bot_goes_on(
    served: Stage, body: bytes, kind: str
) -> None:
    url = f"{served.bots[0].address}/slack/events"
    rubbish = httpx.Request("POST", url, content=body, headers={"content-type": kind})
    assert 400 <= send(rubbish).status_code < 500
    assert served.bots[0].is_ready()
    assert "Traceback" not in served.bots[0].output()


def test_with_a_socket_open_nothing_is_taken_over_http(stage: Stage) -> None:
    bot = stage.bot()
    assert send(command(stage)).status_code in (404, 405)
    with stage.open_store() as store, store.read() as tx:
        assert tx.requests.in_states(list(RequestState), ["english-us"]) == []
    assert bot.is_ready()
