"""`help-clip check` against a workspace."""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.checks import check as command
from bot.cli.demo.demo import demo_settings
from bot.demo import DEMO_DESKS
from bot.rules.requests import lifecycle
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.slack.manifest import read_manifest
from bot.wiring import utc_now
from storage.migrations import upgrade
from storage.records import Person, Place, RequestState, Span, Why
from storage.store import Store

ROOT = Path(__file__).parents[3]


@pytest.fixture
def workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningSandbox]:
    """A workspace, and settings that name it."""
    umask = os.umask(0o077)  # as the command line sets it
    try:
        with start_in_thread(SandboxConfig(manifest=ROOT / "manifest.yml")) as running:
            settings = demo_settings(tmp_path, running.url, "http://127.0.0.1:1")
            upgrade(settings.database_url)
            monkeypatch.setattr(command, "read_settings", lambda: settings)
            yield running
    finally:
        os.umask(umask)


def test_all_is_well_in_a_well_kept_workspace(workspace: RunningSandbox) -> None:
    assert workspace.url
    shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 0, shown.output
    assert "✗" not in shown.output
    assert shown.output.count("Channel C0") == 6


def test_a_missing_scope_is_named(
    workspace: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.url
    manifest = read_manifest()
    manifest["oauth_config"]["scopes"]["bot"].remove("usergroups:read")
    manifest["oauth_config"]["scopes"]["bot"].remove("im:history")
    lacking = tmp_path / "manifest.json"
    lacking.write_text(json.dumps(manifest), "utf-8")
    with start_in_thread(SandboxConfig(manifest=lacking)) as running:
        settings = demo_settings(tmp_path, running.url, "http://127.0.0.1:1")
        monkeypatch.setattr(command, "read_settings", lambda: settings)
        shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 1
    assert "✗ Scopes of the app: the token lacks 2: im:history, usergroups:read" in (
        shown.output
    )


@pytest.mark.parametrize(
    ("channel", "says"), [("C0GENERAL1", "private"), ("C0NOWHERE1", "/invite")]
)
def test_a_channel_that_will_not_do_is_named_with_what_to_do(
    workspace: RunningSandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    channel: str,
    says: str,
) -> None:
    desks = tmp_path / "desks.toml"
    desks.write_text((DEMO_DESKS).read_text("utf-8").replace("C0HELPDEDE", channel))
    settings = demo_settings(tmp_path, workspace.url, "http://127.0.0.1:1")
    monkeypatch.setattr(
        command, "read_settings", lambda: settings.model_copy(update={"desks": desks})
    )
    shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 1
    assert f"Channel {channel} (desk deutsch): " in shown.output
    assert says in shown.output


def test_a_clock_that_is_off_is_red(
    workspace: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.url
    assert "✓ Clock: as Slack's" in CliRunner().invoke(app, ["check"]).output
    monkeypatch.setattr(command, "utc_now", lambda: utc_now() + timedelta(minutes=10))
    shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 1
    assert "✗ Clock: 10 minutes ahead of Slack's" in shown.output


def test_an_overdue_case_and_an_overdue_place_are_red(
    workspace: RunningSandbox, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, workspace.url, "http://127.0.0.1:1")
    long_ago = utc_now() - timedelta(days=1)
    with contextlib.closing(Store(settings.database_url)) as store, store.begin() as tx:
        tx.cases.add(
            key="k",
            clip_id="en-us-0001",
            request_id=None,
            desk=None,
            opened_at=long_ago,
            due_at=long_ago,
        )
        erasure = tx.erasures.add(
            clip_id="en-us-0002", person=None, why=Why.ASKED, now=long_ago
        )
        tx.receipts.add(erasure.id, Place.KEY, due_at=long_ago)
    shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 1
    assert "✗ Cases: 1 overdue" in shown.output
    assert "✗ Erasures: 1 overdue" in shown.output


def test_a_late_dispute_is_red(workspace: RunningSandbox, tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, workspace.url, "http://127.0.0.1:1")
    asked_at = utc_now() - timedelta(days=5)
    with contextlib.closing(Store(settings.database_url)) as store, store.begin() as tx:
        request = tx.requests.add(
            key="k",
            desk="english-us",
            locale="en-US",
            clip_id="en-us-0001",
            span=Span(start_ms=0, end_ms=500),
            asker=Person(team_id="T0SANDBOX", user_id="U0REVIEW1"),
            difficulties=(),
            guess=None,
            quorum=2,
            asked_at=asked_at,
            expires_at=asked_at,
        )
        opened = lifecycle.move(request, RequestState.OPEN)
        tx.requests.save(lifecycle.move(opened, RequestState.DISPUTED))
    shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 1
    assert "✓ Questions: none waits" in shown.output
    assert "✗ Disputes: 1 waits for a ruling, 1 late, for 120 hours" in shown.output


def test_a_database_without_tables_is_red_and_nothing_fails(
    workspace: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").mkdir()
    settings = demo_settings(tmp_path / "new", workspace.url, "http://127.0.0.1:1")
    monkeypatch.setattr(command, "read_settings", lambda: settings)
    shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 1
    assert isinstance(shown.exception, SystemExit)
    assert "✗ Database: its tables are missing, or of another version" in shown.output
    assert "help-clip db upgrade" in shown.output.replace("\n", " ")
    assert shown.output.count("Channel C0") == 6


def test_a_desk_that_nobody_leads_is_red(
    workspace: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DEMO_DESKS).read_text("utf-8")
    desks = tmp_path / "desks.toml"
    desks.write_text(text.replace('leads = { groups = ["S0LEADS001"] }', ""))
    settings = demo_settings(tmp_path, workspace.url, "http://127.0.0.1:1")
    monkeypatch.setattr(
        command, "read_settings", lambda: settings.model_copy(update={"desks": desks})
    )
    shown = CliRunner().invoke(app, ["check"])
    assert (
        "✗ Desk english-us: desks.toml names no leads, so no one rules on disputes"
        in shown.output
    )


def test_a_single_safety_officer_is_red(
    workspace: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DEMO_DESKS).read_text("utf-8")
    text = text.replace('[[safety.stages]] # another site\nusers = ["U0ADMIN01"]\n', "")
    desks = tmp_path / "desks.toml"
    desks.write_text(text)
    settings = demo_settings(tmp_path, workspace.url, "http://127.0.0.1:1")
    with contextlib.closing(Store(settings.database_url)) as store, store.begin() as tx:
        tx.groups.put("S0SAFETY01", ["U0SAFETY1"], utc_now())
    monkeypatch.setattr(
        command, "read_settings", lambda: settings.model_copy(update={"desks": desks})
    )
    shown = CliRunner().invoke(app, ["check"])
    assert "✗ Safety officers: only one: name a second" in shown.output


def test_a_withdrawn_token_is_said(workspace: RunningSandbox) -> None:
    httpx.post(f"{workspace.url}/sandbox/faults", json={"revoke_token": "xoxb-sandbox"})
    shown = CliRunner().invoke(app, ["check"])
    assert shown.exit_code == 1
    assert "SLACK_BOT_TOKEN" in shown.output


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"slack_app_token": SecretStr("xapp-made-up")},
            "SLACK_APP_TOKEN: Slack answered",
        ),
        ({"slack_app_token": None, "slack_signing_secret": SecretStr("a" * 32)}, None),
        (
            {"slack_app_token": None, "slack_signing_secret": None},
            "set SLACK_APP_TOKEN",
        ),
    ],
)
def test_it_is_said_whether_slack_can_reach_us(
    workspace: RunningSandbox,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, SecretStr | None],
    says: str | None,
) -> None:
    assert workspace.url
    settings = command.read_settings().model_copy(update=given)
    monkeypatch.setattr(command, "read_settings", lambda: settings)
    shown = " ".join(CliRunner().invoke(app, ["check"]).output.split())
    good = "✓ How Slack reaches help-clip"
    assert (good if says is None else f"✗ {good[2:]}: {says}") in shown
