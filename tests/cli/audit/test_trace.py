"""`help-clip trace`."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.audit.trace import trace
from bot.config.settings import Settings
from bot.demo import DEMO_CLIPS, DEMO_DESKS
from bot.errors import Invalid
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.records import Action, Origin, Request
from storage.seal import MasterKey, new_master_key
from tests.product import JONAS, RAVI, ROSA, Product
from tests.redaction.sounds import convert

RUNNER = CliRunner()
APP = typer.Typer()
APP.command("trace")(trace)


@pytest.fixture
def request_heard(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Product, Request, Path]:
    """A request that Jonas and then Ravi heard, and what Ravi's browser got, as a
    file.
    """
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    key = new_master_key()
    master = MasterKey.read(key)
    keys = ClipKeys(open_blobs(str(tmp_path / "keys")), master)
    product.services = replace(product.services, snippet_key=master, clip_keys=keys)
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "PUBLIC_URL": "https://help-clip.test",
        "CLIP_SOURCE": str(DEMO_CLIPS),
        "RESULT_SINK": str(tmp_path / "results"),
        "SNIPPET_STORE": str(tmp_path / "snippets"),
        "KEY_STORE": str(tmp_path / "keys"),
        "DESKS": str(DEMO_DESKS),
        "SNIPPET_KEY": f"{new_master_key()},{key}",
        "DATABASE_URL": product.services.store.url,
    }
    lines = [f"{name}={value}" for name, value in settings.items()]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    request = product.open(ROSA)
    product.hear(JONAS, request)
    act = product.act(RAVI, origin=Origin.PAGE)
    sound = grant(
        product.services, act, RequestSnippet(request.key), secrets.token_hex(16)
    )
    leaked = tmp_path / "leaked.wav"
    leaked.write_bytes(sound.wav)
    return product, request, leaked


@pytest.mark.parametrize("coded", ["leaked.wav", "leaked.mp3", "leaked.m4a"])
def test_a_leak_is_traced_to_its_listener_though_the_key_was_changed(
    request_heard: tuple[Product, Request, Path], coded: str
) -> None:
    product, request, leaked = request_heard
    path = leaked
    if coded != leaked.name:
        path = convert(leaked, leaked.with_name(coded), "-b:a", "64k")
    shown = RUNNER.invoke(
        APP, [str(path), "--request", request.name, "--reason", "leak"]
    )
    assert shown.exit_code == 0, shown.output
    assert RAVI in shown.output
    assert JONAS not in shown.output
    assert request.name in shown.output
    assert product.last_event().action is Action.WATERMARK_TRACED


def test_when_nobody_can_be_named_no_name_is_shown_and_the_status_is_2(
    request_heard: tuple[Product, Request, Path],
) -> None:
    product, _, _ = request_heard
    unmarked = str(DEMO_CLIPS / "en-us-0008.flac")
    since = product.now.date().isoformat()
    shown = RUNNER.invoke(APP, [unmarked, "--since", since, "--reason", "leak"])
    assert shown.exit_code == 2, shown.output
    assert RAVI not in shown.output
    assert "No listen can be named" in shown.output


def test_a_reason_is_needed(request_heard: tuple[Product, Request, Path]) -> None:
    _, request, leaked = request_heard
    assert RUNNER.invoke(APP, [str(leaked), "--request", request.name]).exit_code == 2
    empty = RUNNER.invoke(
        APP, [str(leaked), "--request", request.name, "--reason", " "]
    )
    assert isinstance(empty.exception, Invalid)


def test_a_time_that_is_none_is_said(
    request_heard: tuple[Product, Request, Path],
) -> None:
    _, _, leaked = request_heard
    shown = RUNNER.invoke(APP, [str(leaked), "--since", "soon", "--reason", "leak"])
    assert isinstance(shown.exception, Invalid)
