"""`help-clip setup` against a workspace."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.checks import check
from bot.cli.checks import setup as command
from bot.cli.demo.demo import demo_settings
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread

ROOT = Path(__file__).parents[3]


@pytest.fixture
def workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningSandbox]:
    """A workspace, and settings that name it."""
    with start_in_thread(SandboxConfig(manifest=ROOT / "manifest.yml")) as running:
        settings = demo_settings(tmp_path, running.url, "http://127.0.0.1:1")
        for reader in (command, check):
            monkeypatch.setattr(reader, "read_settings", lambda: settings)
        yield running


def change(workspace: RunningSandbox, **what: object) -> None:
    answer = httpx.post(f"{workspace.url}/sandbox/change", json=what)
    assert answer.json()["ok"], answer.text


def test_every_channel_is_looked_at(workspace: RunningSandbox) -> None:
    assert workspace.url
    shown = CliRunner().invoke(app, ["setup"])
    assert shown.exit_code == 0, shown.output
    assert "✓ C0HELPENUS (desk english-us)" in shown.output
    assert "✓ C0SAFETY01 (safety channel)" in shown.output
    assert "✓ C0AUDIT001 (audit channel)" in shown.output


def test_what_is_wrong_is_said_with_the_people_and_what_to_do(
    workspace: RunningSandbox,
) -> None:
    change(workspace, channel="C0HELPENUS", join="U0GUEST01")
    change(workspace, channel="C0HELPDEDE", share_with="T0OTHERCO", join="U0EXTERN1")
    change(workspace, channel="C0HELPARAB", archive=True)
    shown = CliRunner().invoke(app, ["setup"])
    assert shown.exit_code == 1
    lines = [line.strip() for line in shown.output.splitlines()]
    assert "Guests are in it. Remove them, or make them full members." in lines
    assert "They are: U0GUEST01." in lines
    assert "They are: U0EXTERN1." in lines
    assert any(
        line.startswith("It is shared with another organisation.") for line in lines
    )
    assert any(line.startswith("It is archived.") for line in lines)


def test_other_apps_are_listed_and_refused_nothing(workspace: RunningSandbox) -> None:
    change(workspace, person="U0WEATHER", set={"is_bot": True})
    change(workspace, channel="C0HELPENUS", join="U0WEATHER")
    shown = CliRunner().invoke(app, ["setup"])
    assert shown.exit_code == 0, shown.output
    assert (
        shown.output.count(
            "Other apps here: U0WEATHER. They can read every message here"
        )
        == 1
    )
    assert "Other apps here: U0WEATHER." in CliRunner().invoke(app, ["check"]).output


def test_an_app_without_the_scopes_is_told_which(workspace: RunningSandbox) -> None:
    rule = {"method": "conversations.info", "error": "missing_scope", "times": 9}
    httpx.post(f"{workspace.url}/sandbox/faults", json=rule)
    shown = CliRunner().invoke(app, ["setup"])
    assert shown.exit_code == 1
    assert "scope" in shown.output
