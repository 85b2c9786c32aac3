"""`help-clip serve` with settings that cannot work: one clear line each, before
anything starts.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.demo import DEMO_CLIPS, DEMO_DESKS
from bot.errors import Invalid
from bot.opened_slack import app_token_refused
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from storage.seal import new_master_key


@pytest.fixture(scope="module")
def workspace() -> Iterator[RunningSandbox]:
    with start_in_thread(SandboxConfig()) as running:
        yield running


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SNIPPET_KEY", "abc", "SNIPPET_KEY is not base64"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must start with"),
        (
            "DATABASE_URL",
            "sqlite:////no/such/folder/x.db",
            "DATABASE_URL: the database cannot",
        ),
        (
            "DATABASE_URL",
            "postgresql://u@127.0.0.1:1/x",
            "DATABASE_URL: the database cannot",
        ),
        ("CLIP_SOURCE", "/no/such/folder", "CLIP_SOURCE"),
        ("RESULT_SINK", "ftp://x", "RESULT_SINK"),
        ("SNIPPET_STORE", "xyz://q", "SNIPPET_STORE"),
        ("DESKS", "/no/such/desks.toml", "DESKS: there is no file"),
        (
            "SLACK_BOT_TOKEN",
            "xoxb-wrong",
            "SLACK_BOT_TOKEN: Slack answered invalid_auth",
        ),
        (
            "SLACK_APP_TOKEN",
            "xapp-wrong",
            "SLACK_APP_TOKEN: Slack answered invalid_auth",
        ),
        ("PUBLIC_URL", "", "Missing: PUBLIC_URL"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    workspace: RunningSandbox, tmp_path: Path, name: str, value: str, says: str
) -> None:
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_CLIENT_ID": "1000.2000",
        "SLACK_CLIENT_SECRET": "sandbox-client-secret",
        "SLACK_API_URL": f"{workspace.url}/api/",
        "PUBLIC_URL": "http://127.0.0.1:1",
        "LISTEN": "127.0.0.1:0",
        "OPERATORS_LISTEN": "127.0.0.1:0",
        "CLIP_SOURCE": str(DEMO_CLIPS),
        "RESULT_SINK": "results",
        "SNIPPET_KEY": new_master_key(),
        "DESKS": str(DEMO_DESKS),
        name: value,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
        | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("help-clip: ")


@pytest.mark.parametrize(
    ("code", "blames_the_token"),
    [("internal_error", False), ("ratelimited", False), ("token_revoked", True)],
)
def test_a_token_is_blamed_only_where_slack_refuses_it(
    code: str,
    blames_the_token: bool,
) -> None:
    response = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.test/api/apps.connections.open",
        req_args={},
        data={"ok": False, "error": code},
        headers={},
        status_code=200,
    )
    error = app_token_refused(SlackApiError(code, response))
    assert isinstance(error, Invalid) is blames_the_token
    assert ("Copy the token" in str(error)) is blames_the_token
