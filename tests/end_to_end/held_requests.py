"""A gate between the bot and a server it calls: it can hold one exchange until the bot
is dead.

Held "before", the request has not reached the server; held "after", the server has
acted and its answer has not reached the bot. Those are the two moments at which a
process can die in a call.
"""

import contextlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.end_to_end.processes import PATIENCE_S


@dataclass(frozen=True)
class Exchange:
    """What the bot asks."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What it is answered."""

    status: int
    headers: list[tuple[str, str]] = field(
        default_factory=list
    )  # Set-Cookie may come twice
    body: bytes = b""


Upstream = Callable[[Exchange], Reply]


class Gate:
    """Passes everything on to `upstream`, but for what it is told to hold."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._rule: tuple[re.Pattern[str], str] | None = None
        self._held = threading.Event()
        self._go = threading.Event()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                with contextlib.suppress(
                    ConnectionError
                ):  # the bot was killed meanwhile
                    super().handle_one_request()

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return lambda: gate._exchange(self)
                raise AttributeError(name)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        ).start()

    def hold(self, pattern: str, when: str) -> None:
        """Hold the next exchange whose "METHOD path" matches, `when` is "before" or
        "after".
        """
        self._held.clear()
        self._go.clear()
        self._rule = (re.compile(pattern), when)

    def wait_until_held(self) -> None:
        assert self._held.wait(PATIENCE_S), f"nothing came to be held: {self._rule}"

    def release(self) -> None:
        """Let go of what is held; whoever waited for it is dead by now, or gets its
        answer.
        """
        self._rule = None
        self._go.set()

    def close(self) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def _exchange(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", 0))
        exchange = Exchange(
            method=handler.command,
            path=handler.path,
            headers={k.lower(): v for k, v in handler.headers.items()},
            body=handler.rfile.read(length),
        )
        when = self._take_rule(exchange)
        if when == "before":
            self._wait()
            handler.close_connection = True
            return
        reply = self._upstream(exchange)
        if when == "after":
            self._wait()
        handler.send_response(reply.status)
        for name, value in (*reply.headers, ("content-length", str(len(reply.body)))):
            handler.send_header(name, value)
        handler.end_headers()
        if exchange.method != "HEAD":
            handler.wfile.write(reply.body)

    def _take_rule(self, exchange: Exchange) -> str | None:
        rule = self._rule
        if rule is None or not rule[0].search(f"{exchange.method} {exchange.path}"):
            return None
        self._rule = None
        return rule[1]

    def _wait(self) -> None:
        self._held.set()
        self._go.wait(PATIENCE_S)


class Forward:
    """An upstream: another server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server = (
            httpx.HTTPTransport()
        )  # a client would mix everybody's cookies up

    def __call__(self, exchange: Exchange) -> Reply:
        kept = {
            k: v for k, v in exchange.headers.items() if k not in ("host", "connection")
        }
        url = self._url + exchange.path
        request = httpx.Request(
            exchange.method, url, headers=kept, content=exchange.body
        )
        answer = self._server.handle_request(request)
        answer.read()
        dropped = (
            "content-length",
            "transfer-encoding",
            "connection",
            "content-encoding",
        )
        headers = [(k, v) for k, v in answer.headers.multi_items() if k not in dropped]
        return Reply(answer.status_code, headers, answer.content)

    def close(self) -> None:
        self._server.close()


class Bucket:
    """An upstream: as much of S3 as storing one object under one name needs."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def __call__(self, exchange: Exchange) -> Reply:
        name = exchange.path.partition("?")[0]
        if exchange.method == "PUT":
            self.objects[name] = exchange.body
            return Reply(200, [("etag", _etag(exchange.body))])
        if exchange.method == "DELETE":
            self.objects.pop(name, None)
            return Reply(204)
        if name not in self.objects:
            return Reply(404, [("content-type", "application/xml")], b"<Error/>")
        body = self.objects[name]
        headers = [("etag", _etag(body)), ("last-modified", formatdate(usegmt=True))]
        return Reply(200, headers, body)


def _etag(body: bytes) -> str:
    return f'"{md5(body, usedforsecurity=False).hexdigest()}"'
