"""Official clients: one scenario, through Python and Node, sockets and HTTP."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.sandbox.apps import wait_for
from tests.sandbox.workspace import Workspace

HERE = Path(__file__).parents[1]
CHANNEL = "C0HELPENUS"
IN_CI = os.environ.get("CI") == "true"


def unavailable(reason: str) -> None:
    """Skip with a reason; in CI the Node packages must be there."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node_app() -> Path:
    """Install the Node app's packages from npm, once, and return their folder."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        unavailable("needs node and npm")
    package = (HERE / "node" / "package.json").read_bytes()
    name = (
        f"sandbox-official-app-{hashlib.sha256(package).hexdigest()[:12]}-{os.getuid()}"
    )
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in ("package.json", "official_app.mjs"):
        shutil.copy(HERE / "node" / file, folder / file)
    if not (folder / "node_modules" / ".package-lock.json").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            unavailable(f"npm could not install the packages: {done.stderr[-300:]}")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def judging(
    workspace: Workspace, command: list[str], folder: Path, mode: str
) -> Iterator[None]:
    """The app as a process, connected to the workspace."""
    port = free_port()
    settings = {"SANDBOX_URL": workspace.url, "MODE": mode, "PORT": str(port)}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any(line.strip() == "ready" for line in lines)
        if mode == "http":
            wait_for(lambda: _listens(port))
            url = f"http://127.0.0.1:{port}/slack/events"
            assert workspace.config(request_url=url, verify=True)["verified"]
        else:
            wait_for(lambda: workspace.read("state")["app"]["connections"])
        yield
    finally:
        process.terminate()
        process.communicate(timeout=15)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("mode", ["socket", "http"])
@pytest.mark.parametrize("language", ["python", "node"])
def test_the_whole_scenario_passes_unmodified(
    workspace: Workspace, request: pytest.FixtureRequest, language: str, mode: str
) -> None:
    if language == "node":
        command, folder = (
            ["node", "official_app.mjs"],
            request.getfixturevalue("node_app"),
        )
    else:
        command, folder = (
            [sys.executable, str(HERE / "official_app.py")],
            HERE.parents[1],
        )
    with judging(workspace, command, folder, mode):
        ask(workspace)
        press(workspace)
        open_home(workspace)
        use_shortcut(workspace)
        sign_in(workspace)
    # Events may be late on a busy machine (Bolt's HTTP server answers one at a time);
    # they are retried. Nothing a person waits for, and no call of the app, may fail.
    calls = workspace.read("calls")["calls"]
    failed = [
        (c["name"], c["error"])
        for c in calls
        if c["error"] and c["kind"] != "events_api"
    ]
    assert failed == []


def ask(workspace: Workspace) -> None:
    answer = workspace.act("command", channel=CHANNEL, text="/help-clip clip-7")
    assert answer["response"]["text"] == "asked clip-7"
    [view] = workspace.read("views")["views"]
    assert view["title"]["text"] == "Ask"
    wrong = {"guess": {"word": "two words"}}
    answer = workspace.act("view/submit", view_id=view["id"], values=wrong)
    assert answer["errors"] == {"guess": "one word"}
    right = {"guess": {"word": "lamp"}}
    assert workspace.act("view/submit", view_id=view["id"], values=right)["ok"]
    assert workspace.read("views")["views"] == []


def press(workspace: Workspace) -> None:
    posted = workspace.messages(CHANNEL, "U0REVIEW2")[-1]
    assert posted["metadata"]["event_payload"] == {"id": "HC-1"}
    pressed = workspace.act(
        "press", "U0REVIEW2", channel=CHANNEL, ts=posted["ts"], action_id="go"
    )
    assert pressed["ok"], pressed
    shown = workspace.messages(CHANNEL, "U0REVIEW2")
    assert [m["text"] for m in shown] == [
        "settled",
        "whispered",
        "responded",
        "a report",
    ]
    assert shown[-1]["files"][0]["name"] == "report.txt"
    thread = workspace.messages(CHANNEL, thread_ts=posted["ts"])
    assert [m["text"] for m in thread] == ["settled", "in the thread"]
    state = workspace.read("state", "U0REVIEW2")
    [dm] = [
        c
        for c in state["channels"]
        if c["kind"] == "im" and c["partner"] == "U0HELPCLIP"
    ]
    assert dm["unread"] == 1
    assert [m["text"] for m in workspace.messages(dm["id"], "U0REVIEW2")] == [
        "to you alone"
    ]


def open_home(workspace: Workspace) -> None:
    # Bolt for Python acknowledges events at once and publishes after that.
    workspace.act("home/open")
    home = wait_for(lambda: workspace.read("home")["view"])
    assert home["blocks"][0]["text"]["text"] == "3 reviewers"


def use_shortcut(workspace: Workspace) -> None:
    assert workspace.act("shortcut", callback_id="ask")["ok"]
    [view] = workspace.read("views")["views"]
    assert view["title"]["text"] == "Shortcut"
    workspace.act("view/close", view_id=view["id"])


def sign_in(workspace: Workspace) -> None:
    form = {
        "client_id": "1000.2000",
        "response_type": "code",
        "scope": "openid,profile,email",
        "redirect_uri": "http://127.0.0.1:9/back",
        "user_id": "U0LEAD001",
    }
    answer = workspace.http.post("/openid/connect/authorize", data=form)
    code = httpx.URL(answer.headers["location"]).params["code"]
    workspace.write(f"sign in {code}")
    wait_for(
        lambda: [
            m
            for m in workspace.messages(CHANNEL)
            if m["text"] == "signed in as Lena Okafor"
        ]
    )
