"""The command line."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from typer.testing import CliRunner

from bot.cli.app import app, run
from bot.config.settings import Settings
from bot.demo import DEMO_CLIPS, DEMO_DESKS
from bot.errors import Invalid, NotFound, Unavailable
from storage.seal import MasterKey, new_master_key
from tests.product import JONAS, RAVI, ROSA, Product

RUNNER = CliRunner()


@pytest.fixture
def installed(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Product:
    """A house whose database the command line's settings name."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "PUBLIC_URL": "https://help-clip.test",
        "CLIP_SOURCE": "clips",
        "RESULT_SINK": "results",
        "SNIPPET_KEY": "k",
        "DATABASE_URL": product.services.store.url,
    }
    lines = [f"{name}={value}" for name, value in settings.items()]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    return product


def test_every_command_explains_itself() -> None:
    for command in (
        [],
        ["demo"],
        ["serve"],
        ["snippet"],
        ["words"],
        ["results"],
        ["db"],
        ["audit"],
    ):
        shown = RUNNER.invoke(app, [*command, "--help"])
        assert shown.exit_code == 0, command
        assert "Usage" in shown.output


def test_a_snippet_is_cut_offline_and_the_report_says_why(tmp_path: Path) -> None:
    output = tmp_path / "out.wav"
    asked = [
        "snippet",
        "en-us-0002",
        "--start",
        "2.3",
        "--end",
        "3.0",
        "-o",
        str(output),
    ]
    shown = RUNNER.invoke(app, [*asked, "--report"])
    assert shown.exit_code == 0, shown.output
    info = soundfile.info(output)
    assert (info.samplerate, info.channels) == (16_000, 1)
    assert "masked" in shown.output


@pytest.mark.parametrize(
    ("clip", "start", "end", "error"),
    [
        ("nothing-0000", "1", "2", NotFound),
        ("../secret", "1", "2", Invalid),
        ("en-us-0001", "1", "9", Invalid),
        ("en-us-0001", "2", "1", Invalid),
        ("en-us-0001", "500", "501", Invalid),
    ],
)
def test_a_snippet_that_cannot_be_cut_says_why_and_writes_nothing(
    tmp_path: Path, clip: str, start: str, end: str, error: type[Exception]
) -> None:
    output = tmp_path / "out.wav"
    asked = ["snippet", clip, "--start", start, "--end", end, "-o", str(output)]
    shown = RUNNER.invoke(app, asked)
    assert isinstance(shown.exception, error)
    assert not output.exists()


def test_an_expected_error_is_one_line_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = [
        "snippet",
        "nothing-0000",
        "--start",
        "1",
        "--end",
        "2",
        "-o",
        str(tmp_path / "x"),
    ]
    monkeypatch.setattr(sys, "argv", ["help-clip", *asked])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert shown.startswith("help-clip: ")
    assert shown.count("\n") == 1


@pytest.mark.parametrize(
    ("asked", "setting", "says"),
    [
        (
            ["results"],
            "DATABASE_URL=sqlite:///new.db",
            "first needs: help-clip db upgrade",
        ),
        (
            ["hold"],
            "DATABASE_URL=sqlite:///new.db",
            "first needs: help-clip db upgrade",
        ),
        (
            ["results"],
            "DATABASE_URL=sqlite:////no/such/folder/x.db",
            "cannot be used: unable",
        ),
        (["results"], "DATABASE_URL=postgresql://u@127.0.0.1:1/x", "DATABASE_URL: "),
        (
            ["results"],
            "DATABASE_URL=nonsense",
            "must start with sqlite:/// or postgresql://",
        ),
        (["hold"], "DESKS=.", "DESKS: . cannot be read: Is a directory."),
        (
            [
                "snippet",
                "en-us-0001",
                "--start",
                "2.3",
                "--end",
                "2.9",
                "-o",
                "/no/such/x.wav",
            ],
            "LOG_LEVEL=INFO",
            "/no/such/x.wav: No such file or directory.",
        ),
    ],
)
@pytest.mark.usefixtures("installed")
def test_what_the_machine_refuses_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    asked: list[str],
    setting: str,
    says: str,
) -> None:
    (tmp_path / "desks.toml").write_text((DEMO_DESKS).read_text("utf-8"), "utf-8")
    settings = {"SNIPPET_KEY": new_master_key(), "CLIP_SOURCE": str(DEMO_CLIPS)}
    for name, value in (*settings.items(), tuple(setting.split("=", 1))):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["help-clip", *asked])
    with pytest.raises(SystemExit) as ended:
        run()
    shown = capsys.readouterr().err
    assert (ended.value.code, shown.count("\n")) == (1, 1)
    assert says in shown


def test_words_are_explained() -> None:
    shown = RUNNER.invoke(app, ["words", "call anna schmidt on five five five one two"])
    assert shown.exit_code == 0
    assert "masked" in shown.output
    assert "kept" in shown.output


def test_a_fresh_key_is_a_usable_key() -> None:
    shown = RUNNER.invoke(app, ["db", "key"])
    assert MasterKey.read(shown.output.strip())


@pytest.mark.usefixtures("installed")
def test_the_database_may_be_upgraded_again() -> None:
    assert RUNNER.invoke(app, ["db", "upgrade"]).exit_code == 0


def test_results_are_listed_as_a_table_and_as_lines(installed: Product) -> None:
    request = installed.open(ROSA)
    installed.answer(RAVI, request, "lamp")
    installed.answer(JONAS, request, "lamp")
    assert "agreement" in RUNNER.invoke(app, ["results"]).output
    line = json.loads(RUNNER.invoke(app, ["results", "--json"]).output)
    assert (line["text"], line["request"]) == ("lamp", request.name)


@pytest.mark.usefixtures("installed")
def test_check_says_that_slack_does_not_answer() -> None:
    shown = RUNNER.invoke(app, ["check"])
    assert shown.exit_code == 1
    assert "does not answer" in shown.output


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        shown = RUNNER.invoke(app, ["demo", "--pages-port", port, "--port", "0"])
    assert isinstance(shown.exception, Unavailable)
    assert port in str(shown.exception)
    assert 'make demo ARGS="--pages-port 0"' in str(shown.exception)


@pytest.mark.parametrize(
    "asked", [["--manifest", "/no/such.yml"], ["--rate-limits", "maybe"]]
)
def test_a_sandbox_that_cannot_be_made_says_why(asked: list[str]) -> None:
    shown = RUNNER.invoke(app, ["sandbox", "--port", "0", *asked])
    assert isinstance(shown.exception, Invalid)
    assert asked[1] in str(shown.exception)


def test_python_m_bot_is_the_same_program() -> None:
    command = [sys.executable, "-m", "bot", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "help-clip" in done.stdout


@pytest.mark.usefixtures("installed")
def test_config_prints_values_and_sources_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    held = tmp_path / "key"
    held.write_text("key-of-a-file", "utf-8")
    monkeypatch.setenv("AUDIT_SIGNING_KEY_FILE", str(held))
    monkeypatch.setenv("LISTEN", "127.0.0.1:8090")
    shown = RUNNER.invoke(app, ["config"])
    assert shown.exit_code == 0
    rows = [line.split("│") for line in shown.output.splitlines() if "│" in line]
    values = {row[1].strip(): (row[2].strip(), row[3].strip()) for row in rows}
    assert values["LISTEN"] == ("127.0.0.1:8090", "environment")
    assert values["SLACK_BOT_TOKEN"] == ("(set, hidden)", ".env")
    assert values["AUDIT_SIGNING_KEY"] == ("(set, hidden)", str(held))
    assert values["HOOK_SECRET"] == ("(not set)", "default")
    assert "xoxb-1" not in shown.output
    assert "key-of-a-file" not in shown.output
