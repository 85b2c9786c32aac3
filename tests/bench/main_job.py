"""What the main job costs: `python -m tests.bench.main_job`

Medians of five. The machine is shared: look at the ratios and at CPU, not at seconds.
"""

import hashlib
import hmac
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx
import numpy as np
import soundfile

from bot.demo import DEMO_CLIPS, DEMO_DESKS, SUGGESTIONS
from bot.redaction.pipeline import make_snippet
from bot.sandbox import config as slack
from storage.records import Span, TimingSource, Word
from storage.seal import new_master_key

ROOT = Path(__file__).parents[2]
ROUNDS = 5
REQUESTS = 150
EVERYTHING = (
    "acknowledgement",
    "socket_acknowledgement",
    "snippet",
    "demo_ready",
    "memory",
)
ROSA = "U0REVIEW1"


@dataclass(frozen=True)
class Measured:
    """One number against its target."""

    what: str
    found: float
    target: float
    unit: str

    @property
    def is_met(self) -> bool:
        return self.found <= self.target

    def line(self) -> str:
        mark = "ok " if self.is_met else "NOT"
        return f"{mark} {self.what}: {self.found:.2f} {self.unit} (at most {self.target:g})"


class FakeSlack(BaseHTTPRequestHandler):
    """Answers at once, so that only the bot's own work is measured."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer is two writes on a kept connection
    ANSWERS: ClassVar[dict[str, dict[str, Any]]] = {
        "auth.test": {
            "team_id": slack.TEAM_ID,
            "user_id": slack.BOT_USER_ID,
            "bot_id": "B1",
        },
        "usergroups.users.list": {"users": [ROSA, "U0REVIEW2"]},
        # Whoever is asked about is a full member: a refusal would be another
        # measurement.
        "users.info": {
            "user": {"id": ROSA, "team_id": slack.TEAM_ID, "deleted": False}
        },
        "conversations.info": {
            "channel": {"id": "C1", "is_private": True, "is_member": True}
        },
        "conversations.members": {"members": [ROSA]},
        "views.open": {"view": {"id": "V1"}},
    }

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers.get("content-length", 0)))
        name = self.path.partition("?")[0].rpartition("/")[2]
        answer = self.ANSWERS.get(name, {})
        if name == "usergroups.users.list" and b"S0REVIEWER" not in asked:
            answer = {"users": []}  # nobody is reviewer and auditor at once
        body = json.dumps({"ok": True, **answer}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def fake_slack() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeSlack)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def running(arguments: list[str], port: int, settings: dict[str, str]) -> Iterator[int]:
    """A process of ours that answers on `port`; its id."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    process = subprocess.Popen([sys.executable, *arguments], env=environment, cwd=ROOT)
    try:
        _wait(lambda: _accepts(port), 60)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(look: Callable[[], bool], patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError("a process did not come up")
        time.sleep(0.02)


@contextmanager
def bot(folder: Path, api_url: str) -> Iterator[tuple[int, int]]:
    """`help-clip serve` with HTTP delivery on SQLite; its process id and port."""
    port = free_port()
    delivery = {"SLACK_SIGNING_SECRET": slack.SIGNING_SECRET}
    with running(
        ["-m", "bot", "serve"], port, bot_settings(folder, api_url, port, delivery)
    ) as pid:
        yield pid, port


def bot_settings(
    folder: Path, api_url: str, port: int, delivery: dict[str, str]
) -> dict[str, str]:
    return {
        **delivery,
        "SLACK_BOT_TOKEN": slack.BOT_TOKEN,
        "SLACK_CLIENT_ID": slack.CLIENT_ID,
        "SLACK_CLIENT_SECRET": slack.CLIENT_SECRET,
        "SLACK_API_URL": api_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LISTEN": f"127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "CLIP_SOURCE": str(DEMO_CLIPS),
        "RESULT_SINK": str(folder / "results"),
        "SNIPPET_STORE": str(folder / "snippets"),
        "SNIPPET_KEY": new_master_key(),
        "KEY_STORE": str(folder / "keys"),
        "DESKS": str(DEMO_DESKS),
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def bolt_app(what: str, api_url: str) -> Iterator[tuple[int, int]]:
    """A Bolt app that does "nothing" or opens a "modal"; its process id and port."""
    port = free_port()
    command = ["-m", "tests.bench.main_job", "--serve", what, str(port), api_url]
    with running(command, port, {}) as pid:
        yield pid, port


def serve_bolt(what: str, port: int, api_url: str) -> None:
    """What `bolt_app` runs: the same server and the same Bolt, and no work of its
    own.
    """
    import uvicorn
    from slack_bolt import Ack, App, BoltRequest
    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk import WebClient
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    identity = AuthorizeResult(
        enterprise_id=None,
        team_id=slack.TEAM_ID,
        bot_user_id=slack.BOT_USER_ID,
        bot_token="xoxb",
    )
    app = App(
        client=WebClient(base_url=api_url),
        signing_secret=slack.SIGNING_SECRET,
        authorize=lambda: identity,
        process_before_response=True,
    )
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Empty"},
        "blocks": [],
    }

    def modal(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    app.command("/help-clip")(modal if what == "modal" else lambda ack: ack())

    async def events(request: Request) -> Response:
        body = (await request.body()).decode()
        delivery = BoltRequest(body=body, query="", headers=dict(request.headers))
        answer = await run_in_threadpool(app.dispatch, delivery)
        return Response(answer.body, answer.status)

    web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    uvicorn.run(web, port=port, log_level="warning", access_log=False, lifespan="off")


def signed_command(text: str) -> tuple[bytes, dict[str, str]]:
    """A /help-clip as Slack delivers it now."""
    fields = {
        "command": "/help-clip",
        "text": text,
        "team_id": slack.TEAM_ID,
        "user_id": ROSA,
        "channel_id": "C0HELPENUS",
        "trigger_id": "1.2.3",
        "response_url": "http://127.0.0.1:9/none",
        "api_app_id": slack.APP_ID,
    }
    body = urlencode(fields).encode()
    at = str(int(time.time()))
    digest = hmac.new(
        slack.SIGNING_SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256
    )
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": at,
        "x-slack-signature": f"v0={digest.hexdigest()}",
    }


@contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    yield connection
    connection.close()


def send(connection: http.client.HTTPConnection, text: str) -> None:
    """Send one command and wait until it is acknowledged."""
    body, headers = signed_command(text)
    connection.request("POST", "/slack/events", body, headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200 or said:
        raise RuntimeError(f"a command was answered {answer.status} {said.decode()}")


def cpu_s(pid: int) -> float:
    """What all threads of a process have run so far, in seconds (proc.txt,
    "schedstat").
    """
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((t / "schedstat").read_text().split()[0]) for t in threads) / 1e9


def cpu_ms_per_command(pid: int, port: int, text: str) -> float:
    before = cpu_s(pid)
    with connected(port) as connection:
        for _ in range(REQUESTS):
            send(connection, text)
    return (cpu_s(pid) - before) / REQUESTS * 1000


def acknowledgement() -> list[Measured]:
    """CPU per command beside two small apps, and the slowest at 50 requests a
    second.
    """
    full = f"{SUGGESTIONS[0].clip_id} {SUGGESTIONS[0].span}"
    with (
        tempfile.TemporaryDirectory() as folder,
        fake_slack() as api_url,
        bot(Path(folder), api_url) as ours,
        bolt_app("nothing", api_url) as nothing,
        bolt_app("modal", api_url) as modal,
    ):
        apps = {"full": (ours, full), "alone": (ours, "")}
        apps |= {"nothing": (nothing, full), "modal": (modal, full)}
        for app, text in apps.values():
            cpu_ms_per_command(*app, text)  # warm
        rounds = [
            {name: cpu_ms_per_command(*app, text) for name, (app, text) in apps.items()}
            for _ in range(ROUNDS)
        ]
        slowest = max(latencies_at(ours[1], full, per_s=50, for_s=10))

    def ratio(of: str, to: str) -> float:
        return statistics.median(found[of] / found[to] for found in rounds)

    for name in apps:
        print(
            f"    {name}: {statistics.median(found[name] for found in rounds):.2f} ms CPU"
        )
    return [
        Measured(
            "/help-clip CLIP SPAN",
            ratio("full", "nothing"),
            3,
            "x a do-nothing app's CPU",
        ),
        Measured(
            "/help-clip", ratio("alone", "nothing"), 3, "x a do-nothing app's CPU"
        ),
        Measured(
            "/help-clip CLIP SPAN", ratio("full", "modal"), 3, "x an empty modal's CPU"
        ),
        Measured("/help-clip", ratio("alone", "modal"), 3, "x an empty modal's CPU"),
        Measured("slowest of 500 at 50/s", slowest, 1, "s"),
    ]


def socket_acknowledgement() -> list[Measured]:
    """The same over Socket Mode, the default: each app in a sandbox of its own."""
    full = f"/help-clip {SUGGESTIONS[0].clip_id} {SUGGESTIONS[0].span}"
    with tempfile.TemporaryDirectory() as name, sandbox() as ours, sandbox() as other:
        port = free_port()
        token = {"SLACK_APP_TOKEN": slack.APP_TOKEN}
        settings = bot_settings(
            Path(name), f"http://127.0.0.1:{ours}/api/", port, token
        )
        nothing = [
            "-m",
            "tests.bench.main_job",
            "--connect",
            f"http://127.0.0.1:{other}/api/",
        ]
        with (
            running(["-m", "bot", "serve"], port, settings) as bot_pid,
            running(nothing, other, {}) as other_pid,
        ):
            _wait(lambda: typed(other, "/help-clip"), 30)
            rounds = []
            for _ in range(ROUNDS + 1):  # the first warms
                found = cpu_ms_per_typed(bot_pid, ours, full)
                alone = cpu_ms_per_typed(bot_pid, ours, "/help-clip")
                rounds.append(
                    (found, alone, cpu_ms_per_typed(other_pid, other, "/help-clip"))
                )
    medians = [statistics.median(column) for column in zip(*rounds[1:], strict=True)]
    print("    full: {:.2f}, alone: {:.2f}, nothing: {:.2f} ms CPU".format(*medians))
    return [
        Measured(
            "/help-clip CLIP SPAN, by socket",
            medians[0] / medians[2],
            3,
            "x nothing's CPU",
        ),
        Measured(
            "/help-clip, by socket", medians[1] / medians[2], 3, "x nothing's CPU"
        ),
    ]


@contextmanager
def sandbox() -> Iterator[int]:
    """A local workspace; its port."""
    port = free_port()
    with running(["-m", "bot", "sandbox", "--port", str(port)], port, {}):
        yield port


def connect_bolt(api_url: str) -> None:
    """A Bolt app that does nothing, over Socket Mode as Bolt's own guide has it."""
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    app = App(client=WebClient(token=slack.BOT_TOKEN, base_url=api_url))
    app.command("/help-clip")(lambda ack: ack())
    SocketModeHandler(app, slack.APP_TOKEN).start()  # type: ignore[no-untyped-call]


def typed(port: int, text: str) -> bool:
    """Type a command in the workspace; whether the app acknowledged it."""
    url = f"http://127.0.0.1:{port}/sandbox/command"
    said = {"as": ROSA, "channel": "C0HELPENUS", "text": text}
    return bool(
        httpx.post(url, json=said, trust_env=False, timeout=30).json().get("ok")
    )


def cpu_ms_per_typed(pid: int, port: int, text: str) -> float:
    before = cpu_s(pid)
    for _ in range(REQUESTS):
        if not typed(port, text):
            raise RuntimeError("a command was not acknowledged")
    return (cpu_s(pid) - before) / REQUESTS * 1000


def latencies_at(port: int, text: str, *, per_s: int, for_s: int) -> list[float]:
    """Seconds each took, sent at their times whether or not earlier ones were
    answered.
    """
    started = time.monotonic()

    def at(i: int) -> float:
        due = started + i / per_s
        time.sleep(max(0.0, due - time.monotonic()))
        with connected(port) as connection:
            send(connection, text)
        return time.monotonic() - due

    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(at, range(per_s * for_s)))


def snippet() -> list[Measured]:
    """CPU of a 6 s snippet: 2 s of span and 2 s on both sides, out of a 30 s WAV."""
    words = [
        Word(text=text, start_ms=start, end_ms=start + 400, confidence=0.9)
        for text, start in zip(
            ["turn", "smith", "lamp", "please"] * 15, range(0, 30_000, 500), strict=True
        )
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        soundfile.write(path, thirty_seconds(), 44_100, subtype="PCM_16")

        def cut() -> float:
            before = time.process_time()
            make_snippet(
                path,
                span=Span(start_ms=14_000, end_ms=16_000),
                words=words,
                locale="en-US",
                timing=TimingSource.HUMAN,
                key=b"k" * 32,
            )
            return (time.process_time() - before) * 1000

        cut()
        found = statistics.median(cut() for _ in range(ROUNDS))
    return [Measured("a 6 s snippet of a 30 s WAV", found, 300, "ms CPU")]


def thirty_seconds() -> np.ndarray:
    """The samples' speech again and again at 44.1 kHz, as good as real to every
    step.
    """
    speech = []
    for file in sorted(DEMO_CLIPS.glob("en-us-*.flac")):
        samples, rate = soundfile.read(file, dtype="float32")
        at = np.arange(0, len(samples), rate / 44_100)
        speech.append(np.interp(at, np.arange(len(samples)), samples))
    joined = np.concatenate(speech)
    return np.resize(joined, 30 * 44_100).astype("float32")


def demo_ready() -> list[Measured]:
    """Seconds from `help-clip demo` to its address, and the CPU that took."""
    seconds = [_demo_once() for _ in range(ROUNDS)]
    return [Measured("the demo is ready after", statistics.median(seconds), 10, "s")]


def _demo_once() -> float:
    command = [
        sys.executable,
        "-u",
        "-m",
        "bot",
        "demo",
        "--port",
        "0",
        "--pages-port",
        "0",
    ]
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if line.startswith("Open "))
        took = time.monotonic() - started
        httpx.get(line.split()[1], trust_env=False).raise_for_status()
        process.terminate()
        process.stdout.read()
    return took


def memory() -> list[Measured]:
    """Resident and proportional set size of the bot with its pages, idle."""
    with tempfile.TemporaryDirectory() as folder, fake_slack() as api_url:
        with bot(Path(folder), api_url) as (pid, port):
            with connected(port) as connection:
                send(connection, "")
            time.sleep(2)
            found = memory_mb(pid)
    return [
        Measured("idle memory of bot and pages, resident", found["Rss"], 200, "MB"),
        Measured("idle memory of bot and pages, proportional", found["Pss"], 200, "MB"),
    ]


def memory_mb(pid: int) -> dict[str, float]:
    """What the kernel says of a process's memory (man 5 proc_pid_smaps), in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: float(line.split()[1]) for line in lines}
    return {name: kib * 1024 / 1e6 for name, kib in sizes.items()}


def main() -> None:
    if "--serve" in sys.argv:
        what, port, api_url = sys.argv[2:]
        serve_bolt(what, int(port), api_url)
        return
    if "--connect" in sys.argv:
        connect_bolt(sys.argv[2])
        return
    wanted = sys.argv[1:] or [
        "acknowledgement",
        "socket_acknowledgement",
        "snippet",
        "demo_ready",
        "memory",
    ]
    for name in wanted:
        for found in globals()[name]():
            print(found.line(), flush=True)


if __name__ == "__main__":
    main()
