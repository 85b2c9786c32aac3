"""The program as people run it: real processes on this machine, each with its own
log.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx

from bot.sandbox import config as slack
from storage.audit.proofs.note import Signer
from storage.seal import new_master_key
from tests.desks import quiet_desks

ROOT = Path(__file__).parents[2]
DEMO_CLIPS = ROOT / "bot" / "demo" / "clips"
PATIENCE_S = (
    40.0  # how long anything may take on a busy machine before it counts as stuck
)
T = TypeVar("T")

# One for all: a log keeps its key, however often its program is started anew.
AUDIT_KEY = Signer.new("tests/help-clip").export()


def wait_for(
    look: Callable[[], T | None], what: str, patience_s: float = PATIENCE_S
) -> T:
    """What `look` returns once it is neither None nor False; fails naming `what`."""
    deadline = time.monotonic() + patience_s
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience_s:.0f} s in vain for {what}")
        time.sleep(0.02)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Process:
    """One process whose stdout and stderr go to a file."""

    def __init__(
        self, log: Path, arguments: list[str], environment: dict[str, str]
    ) -> None:
        self.log = log
        self._arguments = [sys.executable, *arguments]
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, appending to its log."""
        with self.log.open("ab") as file:
            self._process = subprocess.Popen(
                self._arguments,
                cwd=self.log.parent,
                env=_environment(self._environment),
                stdout=file,
                stderr=file,
                stdin=subprocess.DEVNULL,
            )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Its exit status."""
        assert self._process is not None
        return self._process.wait(timeout_s)

    def terminate(self) -> int:
        """SIGTERM; its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def stop(self) -> None:
        """End it, however."""
        if self.is_running():
            self.kill()

    def output(self) -> str:
        """Everything it has written so far."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """Nothing of the tester's own settings reaches a process."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "TMPDIR")
        if name in os.environ
    }
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **settings}


class Sandbox(Process):
    """The workspace in its own process."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0) -> None:
        # A port of its own from the start: the bot's settings hold the address.
        self.port = port or free_port()
        command = ["-m", "bot.sandbox", "--port", str(self.port)]
        command += ["--manifest", str(ROOT / "manifest.yml"), *arguments]
        super().__init__(folder / "sandbox.log", command, {})
        self.url = f"http://127.0.0.1:{self.port}"
        self._http = httpx.Client(base_url=self.url, timeout=15, trust_env=False)

    def start(self) -> None:
        super().start()
        wait_for(
            lambda: "sandbox ready" in self.output() or not self.is_running(),
            "the sandbox",
        )
        assert self.is_running(), self.output()

    def stop(self) -> None:
        super().stop()
        self._http.close()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """GET /sandbox/<path>."""
        answer: dict[str, Any] = self._http.get(f"/sandbox/{path}", params=query).json()
        return answer

    def do(self, path: str, **body: Any) -> dict[str, Any]:
        """POST /sandbox/<path>; `as_` names the person."""
        if "as_" in body:
            body["as"] = body.pop("as_")
        answer: dict[str, Any] = self._http.post(f"/sandbox/{path}", json=body).json()
        return answer

    def messages(
        self, channel: str, *, as_: str, thread_ts: str = ""
    ) -> list[dict[str, Any]]:
        """What this person sees in a channel or thread, oldest first."""
        query = {"as": as_, "channel": channel}
        if thread_ts:
            query["thread_ts"] = thread_ts
        return list(self.get("messages", **query)["messages"])

    def calls(self, method: str = "", *, after: int = 0) -> list[dict[str, Any]]:
        """The Web API calls of the app, oldest first."""
        query = {"direction": "from_app", "after": str(after)}
        if method:
            query["method"] = method
        return list(self.get("calls", **query)["calls"])

    def fault(self, **rule: Any) -> None:
        """Break something; see docs/sandbox.md."""
        answer = self.do("faults", **rule)
        assert answer["ok"], answer

    def connections(self) -> int:
        """Open Socket Mode connections."""
        return int(self.get("state", **{"as": "U0REVIEW1"})["app"]["connections"])


class Bot(Process):
    """`help-clip serve`: the bot and its pages in one process."""

    def __init__(
        self, folder: Path, name: str, port: int, settings: dict[str, str]
    ) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        operators_port = free_port()
        self.operators = f"http://127.0.0.1:{operators_port}"
        self.settings = {
            "LISTEN": f"127.0.0.1:{port}",
            "OPERATORS_LISTEN": f"127.0.0.1:{operators_port}",
            **settings,
        }
        super().__init__(folder / f"{name}.log", ["-m", "bot", "serve"], self.settings)

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        try:
            return httpx.get(
                f"{self.operators}/readyz", timeout=2, trust_env=False
            ).is_success
        except httpx.TransportError:
            return False

    def wait_until_ready(self) -> None:
        """Wait for /readyz."""
        wait_for(
            lambda: self.is_ready() or not self.is_running(),
            f"{self.log.stem} to be ready",
        )
        assert self.is_running(), self.output()

    def restart(self) -> None:
        """Start it anew after a kill and wait until it is ready."""
        self.start()
        self.wait_until_ready()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`help-clip <arguments>` with the same settings."""
        return help_clip(arguments, self.settings, self.log.parent)


def help_clip(
    arguments: tuple[str, ...] | list[str], settings: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=_environment(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def json_lines(text: str) -> list[dict[str, Any]]:
    """JSON Lines, parsed."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def add_clip(clips: Path, like: str = "en-us-0001") -> str:
    """A new recording, a copy of a sample clip: a settled word is not asked again."""
    clips.mkdir(exist_ok=True)
    clip_id = f"copy-{len(list(clips.iterdir()))}"
    sidecar = json.loads((DEMO_CLIPS / f"{like}.json").read_text("utf-8"))
    shutil.copy(DEMO_CLIPS / f"{like}.flac", clips / f"{clip_id}.flac")
    written = json.dumps({**sidecar, "clip_id": clip_id})
    (clips / f"{clip_id}.json").write_text(written, "utf-8")
    return clip_id


def settings_for(
    folder: Path, sandbox: Sandbox, public_url: str, **changes: str
) -> dict[str, str]:
    """The settings of a bot on the embedded defaults; `changes` win, and "" leaves one
    out.
    """
    settings = {
        "SLACK_BOT_TOKEN": slack.BOT_TOKEN,
        "SLACK_APP_TOKEN": slack.APP_TOKEN,
        "SLACK_SIGNING_SECRET": slack.SIGNING_SECRET,
        "SLACK_CLIENT_ID": slack.CLIENT_ID,
        "SLACK_CLIENT_SECRET": slack.CLIENT_SECRET,
        "SLACK_API_URL": f"{sandbox.url}/api/",
        "PUBLIC_URL": public_url,
        "DATABASE_URL": f"sqlite:///{folder / 'help-clip.db'}",
        "CLIP_SOURCE": str(DEMO_CLIPS),
        "RESULT_SINK": str(folder / "results"),
        "SNIPPET_STORE": str(folder / "snippets"),
        "SNIPPET_KEY": new_master_key(),
        "AUDIT_SIGNING_KEY": AUDIT_KEY,
        "DESKS": str(quiet_desks(folder)),
        **changes,
    }
    return {name: value for name, value in settings.items() if value}
