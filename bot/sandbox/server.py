"""The ASGI application, and running it in the foreground or in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from types import TracebackType
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.sandbox.activity.file_uploads import UPLOAD_ROUTES
from bot.sandbox.activity.scheduled_messages import keep_posting
from bot.sandbox.chat_page import PAGE_ROUTES
from bot.sandbox.config import LOOPBACK_HOSTS, SandboxConfig
from bot.sandbox.interactions.responses import respond
from bot.sandbox.local_api.fault_controls import CONTROL_ROUTES
from bot.sandbox.local_api.person_actions import DRIVER_ROUTES
from bot.sandbox.local_api.person_views import READING_ROUTES
from bot.sandbox.local_api.workspace_changes import CHANGE_ROUTES
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.sign_in.authorize import OIDC_ROUTES
from bot.sandbox.webapi import web_api

_START_WITHIN_S = 10.0
_SERVER_PING_S = 10.0
"""Official clients expect a server ping at least every 30 s (@slack/socket-mode)."""


def build_app(sandbox: Sandbox) -> ASGIApp:
    """The whole server as one ASGI application."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = [
            asyncio.create_task(sandbox.keep_saved()),
            asyncio.create_task(keep_posting(sandbox)),
        ]
        yield
        for task in running:
            task.cancel()
        await sandbox.stop()

    async def socket_mode(websocket: WebSocket) -> None:
        await sandbox.sockets.serve(websocket)

    app = Starlette(
        routes=[
            Route("/api/{method}", web_api, methods=["GET", "POST"]),
            Route("/hooks/{key:path}", respond, methods=["POST"]),
            WebSocketRoute("/link/", socket_mode),
            *UPLOAD_ROUTES,
            *OIDC_ROUTES,
            *DRIVER_ROUTES,
            *CHANGE_ROUTES,
            *READING_ROUTES,
            *CONTROL_ROUTES,
            *PAGE_ROUTES,
        ],
        lifespan=lifespan,
    )
    app.state.sandbox = sandbox
    return Guard(app)


class Guard:
    """Loopback only: refuses foreign Host headers (DNS rebinding) and foreign origins.

    Also hands the Web API a way to cut the connection, for fault injection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not _is_local(scope):
            await _refuse(scope, send)
            return
        if scope["type"] == "http":
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            scope["sandbox.abort"] = getattr(transport, "abort", None)
        await self._app(scope, receive, send)


def _is_local(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    host = urlsplit("//" + headers.get(b"host", b"").decode("latin-1")).hostname
    if host not in LOOPBACK_HOSTS:
        return False
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin or origin == "null" or not scope["path"].startswith("/sandbox/"):
        return True
    return bool(urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1"))


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = b"The sandbox answers only on this machine."
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def bind(config: SandboxConfig) -> socket.socket:
    """A listening socket. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it, answers on
    # a connection that is kept wait 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError:
        listener.close()
        raise
    listener.listen(128)
    return listener


def base_url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class SandboxServer(uvicorn.Server):
    """uvicorn, which also ends the pages' event streams when it is asked to stop."""

    def __init__(
        self, sandbox: Sandbox, on_started: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                build_app(sandbox),
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                ws="websockets-sansio",
                ws_ping_interval=_SERVER_PING_S,
                ws_ping_timeout=30.0,
                timeout_graceful_shutdown=2,
            )
        )
        self.sandbox = sandbox
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_started is not None:
            self._on_started(self.sandbox.base_url)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but a stop by signal is a clean end, not a re-raised signal."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.sandbox.end_streams()
        await super().shutdown(sockets)


class RunningSandbox:
    """A sandbox in a thread; leaving the `with` block stops it."""

    def __init__(self, config: SandboxConfig) -> None:
        self._listener = bind(config)
        self.url = base_url_of(self._listener)
        self._server = SandboxServer(Sandbox(config, self.url))
        self._thread = threading.Thread(
            target=self._server.run,
            args=([self._listener],),
            name="sandbox",
            daemon=True,
        )

    def start(self) -> RunningSandbox:
        self._thread.start()
        for _ in range(int(_START_WITHIN_S / 0.01)):
            if self._server.started:
                return self
            self._thread.join(0.01)
        raise RuntimeError("the sandbox did not start")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(_START_WITHIN_S)
        self._listener.close()

    def __enter__(self) -> RunningSandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _end_with_stdin(server: uvicorn.Server) -> None:
    """A killed parent sends no signal, but its end of the pipe closes on every
    system.
    """
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    server.should_exit = True


def start_in_thread(config: SandboxConfig) -> RunningSandbox:
    """Start a sandbox and wait until it accepts connections."""
    return RunningSandbox(config).start()


def serve(config: SandboxConfig, ready: Callable[[str], None] | None = None) -> None:
    """Run a sandbox until SIGINT or SIGTERM; `ready` is told the base URL once it
    accepts.

    Raises OSError when the port is taken, ValueError for a bad manifest or state file.
    """
    with contextlib.closing(bind(config)) as listener:
        server = SandboxServer(Sandbox(config, base_url_of(listener)), on_started=ready)
        if config.end_with_stdin:
            threading.Thread(
                target=_end_with_stdin, args=(server,), daemon=True
            ).start()
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listener])
