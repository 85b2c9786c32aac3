"""The sandbox as a process of its own: starting, stopping, keeping its state."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot.cli.serve import open_listener
from bot.sandbox import SandboxConfig
from bot.sandbox.server import bind

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]


def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "bot.sandbox", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"sandbox ready (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line
    return process, found[1]


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    _, errors = process.communicate(timeout=15)
    return process.returncode, errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_even_with_a_page_open(number: int) -> None:
    process, url = start()
    with httpx.stream("GET", f"{url}/sandbox/stream?as=U0REVIEW1") as page:
        next(page.iter_lines())
        assert stop(process, number) == (0, "")


def test_it_ends_with_whoever_holds_its_input() -> None:
    """`python -c` stands for a program that started a sandbox and was killed."""
    starter = (
        "import subprocess, sys, time;"
        "p = subprocess.Popen([sys.executable, '-m', 'bot.sandbox', '--port', '0',"
        " '--end-with-stdin'], stdin=subprocess.PIPE, start_new_session=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", starter]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        url = program.stdout.readline().split()[-1]
        assert httpx.get(url).status_code == 200
        program.kill()
        assert program.stdout.read() == ""  # the sandbox, which inherited it, has ended too
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_taken_port_is_one_line_and_status_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "bot.sandbox", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert port in done.stderr


@pytest.mark.parametrize("listen", [lambda: bind(SandboxConfig()), lambda: open_listener(HOST, 0)])
def test_no_answer_waits_for_a_delayed_acknowledgement(listen: Callable[[], socket.socket]) -> None:
    """asyncio sets TCP_NODELAY on accepted sockets of listeners with this protocol only."""
    with listen() as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_state_survives_in_its_file(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    process, url = start("--state", str(state))
    said = {"as": "U0REVIEW1", "channel": "C0HELPENUS", "text": "remember me"}
    httpx.post(f"{url}/sandbox/message", json=said)
    assert stop(process)[0] == 0
    process, url = start("--state", str(state))
    query = {"as": "U0REVIEW2", "channel": "C0HELPENUS"}
    found = httpx.get(f"{url}/sandbox/messages", params=query).json()["messages"]
    assert [m["text"] for m in found] == ["remember me"]
    assert stop(process)[0] == 0


def test_a_damaged_state_file_or_manifest_is_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("[", encoding="utf-8")
    for option in ("--state", "--manifest"):
        done = subprocess.run(
            [sys.executable, "-m", "bot.sandbox", "--port", "0", option, str(broken)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_a_manifest_decides_commands_and_scopes(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    document = {
        "display_information": {"name": "Other"},
        "features": {"slash_commands": [{"command": "/other", "description": "d"}]},
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    }
    manifest.write_text(json.dumps(document), encoding="utf-8")
    process, url = start("--manifest", str(manifest))
    state = httpx.get(f"{url}/sandbox/state", params={"as": "U0REVIEW1"}).json()
    token = {"Authorization": "Bearer xoxb-sandbox"}
    answer = httpx.post(f"{url}/api/users.list", headers=token).json()
    assert stop(process)[0] == 0
    assert [c["command"] for c in state["commands"]] == ["/other"]
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
