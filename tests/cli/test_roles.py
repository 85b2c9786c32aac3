"""`help-clip roles` and what `help-clip check` says about a change that waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import program
from bot.cli import roles as command
from bot.cli.app import app
from bot.cli.checks import check as checking
from bot.cli.demo.demo import demo_settings
from bot.config.settings import Settings
from bot.demo import DEMO_DESKS
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.wiring import build, prepare_database

ROOT = Path(__file__).parents[2]
REVIEWERS = 'reviewers = { groups = ["S0REVIEWER"] }'


@pytest.fixture(scope="module")
def workspace() -> Iterator[RunningSandbox]:
    with start_in_thread(SandboxConfig(manifest=ROOT / "manifest.yml")) as running:
        yield running


@pytest.fixture
def settings(
    workspace: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A help-clip that has been started once."""
    desks = tmp_path / "desks.toml"
    desks.write_text((DEMO_DESKS).read_text("utf-8"), "utf-8")
    given = demo_settings(tmp_path, workspace.url, "http://127.0.0.1:1")
    found = given.model_copy(update={"desks": desks})
    for module in (command, program, checking):
        monkeypatch.setattr(module, "read_settings", lambda: found)
    prepare_database(found)
    start(found)
    return found


def start(settings: Settings) -> None:
    build(settings).services.store.close()


def hire(settings: Settings) -> None:
    """Somebody writes a new reviewer into desks.toml."""
    text = settings.desks.read_text("utf-8")
    assert REVIEWERS in text
    more = 'reviewers = { users = ["U0NOBODY1"], groups = ["S0REVIEWER"] }'
    settings.desks.write_text(text.replace(REVIEWERS, more), "utf-8")


def said(*words: str) -> str:
    return CliRunner().invoke(app, list(words)).output


def test_nothing_waits_where_nothing_changed(settings: Settings) -> None:
    start(settings)
    assert "Nothing waits" in said("roles", "show")
    assert "✗ Roles" not in said("check")
    refused = CliRunner().invoke(app, ["roles", "confirm", "--reason", "x"])
    assert "No change of roles waits" in str(refused.exception)


def test_a_change_is_shown_waits_and_is_confirmed(settings: Settings) -> None:
    hire(settings)
    assert "Restart help-clip" in said("roles", "show")
    start(settings)
    assert "+ english-us/reviewer U0NOBODY1" in said("roles", "show")
    assert "✗ Roles: desks.toml gives more than is in force" in said("check")
    done = said("roles", "confirm", "--reason", "Nadia joined the team")
    assert "In force" in done
    assert "Nothing waits" in said("roles", "show")
    assert "✗ Roles" not in said("check")


def test_confirming_asks_for_a_reason(settings: Settings) -> None:
    hire(settings)
    start(settings)
    assert CliRunner().invoke(app, ["roles", "confirm"]).exit_code == 2
    blank = CliRunner().invoke(app, ["roles", "confirm", "--reason", " "])
    assert blank.exit_code == 1
    assert "+ english-us/reviewer" in said("roles", "show")
