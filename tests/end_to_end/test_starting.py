"""`help-clip serve` starts while Slack is away, slow or half up, and loses its token."""

from pathlib import Path

import httpx
import pytest

from bot.sandbox.config import BOT_TOKEN
from tests.end_to_end.browser_people import ENGLISH, ROSA
from tests.end_to_end.conftest import Stage
from tests.end_to_end.processes import Bot, Sandbox, free_port, settings_for, wait_for


def readiness(bot: Bot) -> httpx.Response | None:
    try:
        return httpx.get(f"{bot.operators}/readyz", timeout=2, trust_env=False)
    except httpx.TransportError:
        return None


def start(stage: Stage) -> Bot:
    """Start a bot, and do not wait for it."""
    port = free_port()
    settings = settings_for(stage.folder, stage.sandbox, f"http://127.0.0.1:{port}")
    return stage.start(Bot(stage.folder, "bot", port, settings))


def expect_waiting(bot: Bot, shows: str) -> None:
    def is_waiting() -> bool:
        answer = readiness(bot)
        return answer is not None and answer.status_code == 503 and shows in answer.text

    wait_for(is_waiting, f"/readyz to show {shows}")


def expect_ready_without_blame(bot: Bot) -> None:
    bot.wait_until_ready()
    assert "Traceback" not in bot.output()
    assert "Copy the token" not in bot.output()


def test_serve_waits_for_a_slack_that_is_away(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Sandbox(tmp_path))
    try:
        bot = start(stage)
        expect_waiting(bot, "waiting for Slack: Slack does not answer")
        stage.sandbox.start()
        expect_ready_without_blame(bot)
    finally:
        stage.close()


@pytest.mark.parametrize(
    ("fault", "shows"),
    [
        ({"status": 429, "retry_after": 3}, "Slack answered ratelimited"),
        ({"status": 503, "times": 2}, "Slack answered internal_error"),
        ({"error": "internal_error", "times": 2}, "Slack answered internal_error"),
        ({"error": "fatal_error", "times": 2}, "Slack answered fatal_error"),
    ],
)
def test_serve_waits_for_a_slack_that_is_ill(
    stage: Stage, fault: dict[str, object], shows: str
) -> None:
    stage.sandbox.fault(method="auth.test", **fault)
    bot = start(stage)
    expect_waiting(bot, shows)
    expect_ready_without_blame(bot)


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "apps.connections.open", "status": 503, "times": 3},
        {"method": "apps.connections.open", "error": "internal_error", "times": 3},
        {"method": "apps.connections.open", "status": 429, "retry_after": 2},
        {"method": "usergroups.list", "delay_s": 7},
        {"method": "users.list", "status": 503, "times": 2},
    ],
)
def test_serve_starts_while_slack_is_half_up(
    stage: Stage, fault: dict[str, object]
) -> None:
    stage.sandbox.fault(**fault)
    expect_ready_without_blame(start(stage))


def test_a_revoked_token_is_reported_to_people_and_probes(stage: Stage) -> None:
    bot = stage.bot()
    stage.sandbox.fault(revoke_token=BOT_TOKEN)
    expect_waiting(bot, "cut off from Slack, which refuses the token: token_revoked")
    typed = stage.sandbox.do("command", as_=ROSA, channel=ENGLISH, text="/help-clip")
    assert "cut off from Slack" in typed["response"]["text"]
    page = httpx.get(bot.address, trust_env=False, follow_redirects=True)
    assert page.status_code == 503
    assert "cut off from Slack" in page.text
