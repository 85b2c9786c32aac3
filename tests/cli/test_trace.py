"""`help-clip trace`."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.trace import trace
from bot.errors import Invalid
from bot.samples import SAMPLES
from bot.settings import Settings
from bot.usecases import listen
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.records import Action, Origin, Request
from storage.seal import MasterKey, new_master_key
from tests.house import JONAS, RAVI, ROSA, House
from tests.redaction.sounds import convert

RUNNER = CliRunner()
APP = typer.Typer()
APP.command("trace")(trace)


@pytest.fixture
def request_heard(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[House, Request, Path]:
    """A request that Jonas and then Ravi heard, and what Ravi's browser got, as a file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    key = new_master_key()
    master = MasterKey.read(key)
    keys = ClipKeys(open_blobs(str(tmp_path / "keys")), master)
    house.services = replace(house.services, snippet_key=master, clip_keys=keys)
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "PUBLIC_URL": "https://help-clip.test",
        "CLIP_SOURCE": str(SAMPLES),
        "RESULT_SINK": str(tmp_path / "results"),
        "SNIPPET_STORE": str(tmp_path / "snippets"),
        "KEY_STORE": str(tmp_path / "keys"),
        "DESKS": str(SAMPLES / "desks.toml"),
        "SNIPPET_KEY": f"{new_master_key()},{key}",
        "DATABASE_URL": house.services.store.url,
    }
    lines = [f"{name}={value}" for name, value in settings.items()]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    request = house.open(ROSA)
    house.hear(JONAS, request)
    act = house.act(RAVI, origin=Origin.PAGE)
    sound = listen.listen(house.services, act, request.key, secrets.token_hex(16))
    leaked = tmp_path / "leaked.wav"
    leaked.write_bytes(sound.wav)
    return house, request, leaked


@pytest.mark.parametrize("coded", ["leaked.wav", "leaked.mp3", "leaked.m4a"])
def test_a_leak_is_traced_to_its_listener_though_the_key_was_changed(
    request_heard: tuple[House, Request, Path], coded: str
) -> None:
    house, request, leaked = request_heard
    path = leaked
    if coded != leaked.name:
        path = convert(leaked, leaked.with_name(coded), "-b:a", "64k")
    shown = RUNNER.invoke(APP, [str(path), "--request", request.name, "--reason", "leak"])
    assert shown.exit_code == 0, shown.output
    assert RAVI in shown.output
    assert JONAS not in shown.output
    assert request.name in shown.output
    assert house.last_event().action is Action.WATERMARK_TRACED


def test_when_nobody_can_be_named_no_name_is_shown_and_the_status_is_2(
    request_heard: tuple[House, Request, Path],
) -> None:
    house, _, _ = request_heard
    unmarked = str(SAMPLES / "en-us-0008.flac")
    since = house.now.date().isoformat()
    shown = RUNNER.invoke(APP, [unmarked, "--since", since, "--reason", "leak"])
    assert shown.exit_code == 2, shown.output
    assert RAVI not in shown.output
    assert "No listen can be named" in shown.output


def test_a_reason_is_needed(request_heard: tuple[House, Request, Path]) -> None:
    _, request, leaked = request_heard
    assert RUNNER.invoke(APP, [str(leaked), "--request", request.name]).exit_code == 2
    empty = RUNNER.invoke(APP, [str(leaked), "--request", request.name, "--reason", " "])
    assert isinstance(empty.exception, Invalid)


def test_a_time_that_is_none_is_said(request_heard: tuple[House, Request, Path]) -> None:
    _, _, leaked = request_heard
    shown = RUNNER.invoke(APP, [str(leaked), "--since", "soon", "--reason", "leak"])
    assert isinstance(shown.exception, Invalid)
