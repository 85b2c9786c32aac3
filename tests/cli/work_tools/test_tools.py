"""`help-clip tools`: create, list, revoke."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import program
from bot.cli.app import app
from bot.cli.demo.demo import demo_settings
from bot.config.settings import Settings
from bot.wiring import prepare_database


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    found = demo_settings(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:1")
    monkeypatch.setattr(program, "read_settings", lambda: found)
    prepare_database(found)
    return found


def said(*words: str) -> str:
    return CliRunner().invoke(app, ["tools", *words]).output


def test_a_token_is_shown_once_and_a_revoked_tool_stays_on_the_list(
    settings: Settings,
) -> None:
    assert "There are no work tools" in said("list")
    made = said("create", "editor", "--desk", "english-us", "--reason", "a trial")
    token = made.split("Token of editor: ")[1].split()[0]
    assert token.startswith("hclip_")
    listed = json.loads(said("list", "--json"))
    assert (listed["name"], listed["desks"], listed["state"], listed["used"]) == (
        "editor",
        ["english-us"],
        "in use",
        None,
    )
    assert token not in said("list")
    assert "is revoked" in said("revoke", "editor", "--reason", "it leaked")
    assert json.loads(said("list", "--json"))["state"] == "revoked"
    assert settings.database_url.startswith("sqlite")


def test_a_mistake_is_a_sentence(settings: Settings) -> None:
    done = CliRunner().invoke(
        app, ["tools", "create", "editor", "--desk", "nowhere", "--reason", "a trial"]
    )
    assert "english-us" in str(done.exception)
    assert settings.desks.exists()
