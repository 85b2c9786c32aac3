"""Apps under test: Bolt on Socket Mode, and an HTTP receiver that keeps requests."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.sandbox.workspace import APP, BOT, Workspace

SECRET = "sandbox-signing-secret"
Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""
_EMPTY_ANSWER: Answer = (200, {}, b"")


def bolt_app(workspace: Workspace) -> App:
    """Return a Bolt app that calls this workspace's Web API."""
    client = WebClient(BOT, base_url=f"{workspace.url}/api/")
    return App(client=client, signing_secret=SECRET, process_before_response=True)


@contextmanager
def connected(workspace: Workspace, app: App) -> Iterator[None]:
    """Connect the app by one Socket Mode connection."""

    def connections() -> int:
        return int(workspace.read("state")["app"]["connections"])

    handler = SocketModeHandler(app, APP)
    handler.connect()
    try:
        wait_for(lambda: connections() >= 1)
        yield
    finally:
        handler.close()
        wait_for(lambda: connections() == 0)


def wait_for(condition: Callable[[], Any], within_s: float = 10.0) -> Any:
    """Poll until the condition holds, and return its value."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


class Receiver:
    """An HTTP endpoint that keeps its requests and gives the planned answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[Answer] = []
        self.delay_s = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((dict(self.headers), body))
                time.sleep(receiver.delay_s)
                status, headers, content = receiver.next_answer()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/slack/events"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def next_answer(self) -> Answer:
        """Return the next planned answer, an empty 200 after the last."""
        if not self.answers:
            return _EMPTY_ANSWER
        return self.answers.pop(0)

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
