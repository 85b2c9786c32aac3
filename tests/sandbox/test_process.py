"""The sandbox as a process of its own: starting, stopping, keeping its state."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_bolt import App

from bot.cli.serve import open_listener
from bot.sandbox import SandboxConfig, start_in_thread
from bot.sandbox.server import listen
from tests.sandbox.all_methods import HOME, MODAL
from tests.sandbox.apps import bolt_app, connected, wait_for
from tests.sandbox.workspace import Json, Workspace

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]


def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    port = [] if "--port" in arguments else ["--port", "0"]
    command = [sys.executable, "-m", "bot.sandbox", *port, *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"sandbox ready (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line
    return process, found[1]


def stop(
    process: subprocess.Popen[str], number: int = signal.SIGTERM
) -> tuple[int, str]:
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
        " '--end-with-stdin'], stdin=subprocess.PIPE, start_new_session=True);"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", starter]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        url = program.stdout.readline().split()[-1]
        assert httpx.get(url).status_code == 200
        program.kill()
        assert (
            program.stdout.read() == ""
        )  # the sandbox, which inherited it, has ended too
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


@pytest.mark.parametrize(
    "listen", [lambda: listen(SandboxConfig()), lambda: open_listener(HOST, 0)]
)
def test_no_answer_waits_for_a_delayed_acknowledgement(
    listen: Callable[[], socket.socket],
) -> None:
    """asyncio sets TCP_NODELAY only for listeners with this protocol."""
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


def restarted(
    process: subprocess.Popen[str], url: str, state: Path
) -> subprocess.Popen[str]:
    """Killed, and started again on the same port and file."""
    time.sleep(0.6)
    process.kill()
    process.communicate(timeout=15)
    again, _ = start("--port", url.rpartition(":")[2], "--state", str(state))
    return again


def test_a_restart_keeps_tokens_modals_home_and_response_urls(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    process, url = start("--state", str(state))
    running = Workspace(url)
    token = running.sign_in()
    keys = running.http.get("/openid/connect/keys").json()
    running.api("views.publish", user_id="U0REVIEW1", view=HOME)
    running.api("auth.revoke", running.sign_in("U0REVIEW2"))
    post_at = int(time.time()) + 3
    running.api(
        "chat.scheduleMessage", channel="C0HELPENUS", text="later", post_at=post_at
    )
    with connected(running, modal_app(running)):
        assert running.act("command", channel="C0HELPENUS", text="/help-clip")["ok"]
    process = restarted(process, url, state)
    with connected(running, modal_app(running)):
        [view] = running.read("views")["views"]
        sent = running.act(
            "view/submit", view_id=view["id"], values={"guess": {"word": "lamp"}}
        )
    assert sent["view"]["blocks"][0]["text"]["text"] == "lamp"
    assert running.api("openid.connect.userInfo", token)["sub"] == "U0REVIEW1"
    assert running.http.get("/openid/connect/keys").json() == keys
    assert running.read("home")["view"]["blocks"][0]["text"]["text"] == "*hello*"
    wait_for(lambda: "later" in [m["text"] for m in running.messages("C0HELPENUS")])
    running.http.close()
    assert stop(process)[0] == 0


def modal_app(workspace: Workspace) -> App:
    """Opens a modal, and answers what was typed."""
    app = bolt_app(workspace)

    @app.command("/help-clip")
    def command(ack: Any, body: Json, client: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=WORD)
        ack()

    @app.view("word")
    def typed(ack: Any, view: Json) -> None:
        word = view["state"]["values"]["guess"]["word"]["value"]
        section = {"type": "section", "text": {"type": "plain_text", "text": word}}
        ack(response_action="update", view={**MODAL, "blocks": [section]})

    return app


WORD = {
    **MODAL,
    "callback_id": "word",
    "submit": MODAL["title"],
    "blocks": [
        {
            "type": "input",
            "block_id": "guess",
            "label": MODAL["title"],
            "element": {"type": "plain_text_input", "action_id": "word"},
        }
    ],
}


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


@pytest.mark.parametrize("content", ["{", "[]", '{"steps": []}'])
def test_a_faulty_welcome_file_is_refused_in_a_sentence(
    tmp_path: Path,
    content: str,
) -> None:
    welcome = tmp_path / "welcome.json"
    welcome.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="the welcome file"):
        start_in_thread(SandboxConfig(welcome=welcome))
