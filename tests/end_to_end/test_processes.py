"""Starting, stopping, and what is said when something is wrong."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.browser_people import ask, thread_of
from tests.end_to_end.conftest import Stage
from tests.end_to_end.processes import (
    ROOT,
    Process,
    free_port,
    help_clip,
    settings_for,
    wait_for,
)


@contextmanager
def taken_port() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def expect_one_line(output: str, *words: str) -> None:
    """One clear sentence, no traceback."""
    lines = [line for line in output.splitlines() if line.strip()]
    assert len(lines) == 1, output
    for word in words:
        assert word in lines[0]


def check_stopped_cleanly(process: Process, status: int) -> None:
    assert status == 0, process.output()
    assert "Traceback" not in process.output()
    assert "Exception" not in process.output()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_cleanly(shared_stage: Stage, number: signal.Signals) -> None:
    bot = shared_stage.bot()
    thread_of(shared_stage.sandbox, ask(shared_stage.sandbox))
    bot.signal(number)
    check_stopped_cleanly(bot, bot.wait())
    assert "WARNING" not in bot.output()  # nothing to speak of when all is well
    assert wait_for(
        lambda: shared_stage.sandbox.connections() == 0, "the sockets to close"
    )


def demo(folder: Path, *arguments: str) -> Process:
    """`help-clip demo` on free ports, from the repository as `make demo` runs it."""
    command = ["-m", "bot", "demo", "--port", "0", "--pages-port", "0", *arguments]
    return Process(folder / "demo.log", command, {"COLUMNS": "200"})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_says_what_to_try_and_stops_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = demo(tmp_path)
    process.start()
    try:
        wait_for(
            lambda: "Ctrl+C" in process.output() or not process.is_running(), "the demo"
        )
        said = process.output()
        url = said.split("Open ", 1)[1].split()[0]
        assert httpx.get(url, trust_env=False).status_code == 200
        assert all(f"  {i}. " in said for i in (1, 2, 3))
        assert "/help-clip" in said
        process.signal(number)
        check_stopped_cleanly(process, process.wait())
    finally:
        process.stop()
    assert "Stopped." in process.output()
    with pytest.raises(httpx.ConnectError):  # the sandbox has gone with it
        httpx.get(url, trust_env=False)


def test_the_demo_says_which_port_is_taken(tmp_path: Path) -> None:
    with taken_port() as port:
        for option in ("--port", "--pages-port"):
            asked = help_clip(
                ["demo", "--port=0", "--pages-port=0", f"{option}={port}"], {}, tmp_path
            )
            assert asked.returncode != 0
            expect_one_line(asked.stdout + asked.stderr, str(port))


def test_the_makefile_runs_the_demo_with_its_arguments() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("there is no make here")
    shown = subprocess.run(
        [
            make,
            "--dry-run",
            "--always-make",
            "--no-print-directory",
            "demo",
            "ARGS=--tour",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.splitlines()[-1].endswith("help-clip demo --tour")


def test_serve_says_that_its_port_is_taken(shared_stage: Stage) -> None:
    with taken_port() as port:
        settings = settings_for(
            shared_stage.folder, shared_stage.sandbox, "http://127.0.0.1:1"
        )
        asked = help_clip(
            ["serve"], {**settings, "LISTEN": f"127.0.0.1:{port}"}, shared_stage.folder
        )
    assert asked.returncode == 1
    expect_one_line(asked.stderr, str(port), "Choose another")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SLACK_BOT_TOKEN": ""}, ["SLACK_BOT_TOKEN", ".env"]),
        ({"DESKS": "nowhere.toml"}, ["DESKS", "nowhere.toml"]),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, ["SLACK_BOT_TOKEN", "invalid_auth"]),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, ["SLACK_APP_TOKEN", "invalid_auth"]),
        ({"DATABASE_URL": "postgresql://a:secret@127.0.0.1:9/x"}, ["DATABASE_URL"]),
        ({"CLIP_SOURCE": "/nowhere/at/all"}, ["CLIP_SOURCE"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_one_clear_line(
    shared_stage: Stage, changes: dict[str, str], words: list[str]
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    settings = settings_for(shared_stage.folder, shared_stage.sandbox, url, **changes)
    settings |= {"LISTEN": url.removeprefix("http://"), "LOG_LEVEL": "ERROR"}
    asked = help_clip(["serve"], settings, shared_stage.folder)
    assert asked.returncode == 1, asked.stdout + asked.stderr
    expect_one_line(asked.stdout + asked.stderr, *words)
    assert "secret@" not in asked.stderr
