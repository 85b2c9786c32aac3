"""Run a sandbox, in the foreground or in a thread."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import TracebackType

import uvicorn

from bot.sandbox.asgi_app import build_app
from bot.sandbox.config import SandboxConfig
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.state_file import open_sandbox

_START_WITHIN_S = 10.0
_POLL_S = 0.01
_SERVER_PING_S = 10.0
"""Official clients expect a server ping at least every 30 s (@slack/socket-mode)."""


def listen(config: SandboxConfig) -> socket.socket:
    """Return a listening socket. Raises OSError when the port is taken."""
    family = socket.AF_INET
    if ":" in config.host:
        family = socket.AF_INET6
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
    """Return the address of a listening socket as a URL, without a final slash."""
    host, port = listener.getsockname()[:2]
    if ":" in host:
        return f"http://[{host}]:{port}"
    return f"http://{host}:{port}"


class SandboxServer(uvicorn.Server):
    """uvicorn, which also ends the pages' event streams when it is asked to stop."""

    def __init__(
        self,
        sandbox: Sandbox,
        on_started: Callable[[str], None] | None = None,
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
        """Begin to accept connections, then announce the address."""
        await super().startup(sockets)
        if self._on_started is not None:
            self._on_started(self.sandbox.base_url)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but a stop by signal is a clean end, not a re-raised signal."""
        # Python delivers signals to the main thread only.
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
        """End the pages' streams, which keep their connections open, then stop."""
        self.sandbox.end_streams()
        await super().shutdown(sockets)


class RunningSandbox:
    """A sandbox in a thread; leaving the `with` block stops it."""

    def __init__(self, config: SandboxConfig) -> None:
        self._listener = listen(config)
        self.url = base_url_of(self._listener)
        try:
            sandbox = open_sandbox(config, self.url)
        except ValueError:
            self._listener.close()
            raise
        self._server = SandboxServer(sandbox)
        self._thread = threading.Thread(
            target=self._server.run,
            args=([self._listener],),
            name="sandbox",
            daemon=True,
        )

    def start(self) -> RunningSandbox:
        """Start the thread and wait until the sandbox accepts connections."""
        self._thread.start()
        for _ in range(int(_START_WITHIN_S / _POLL_S)):
            if self._server.started:
                return self
            self._thread.join(_POLL_S)
        raise RuntimeError("the sandbox did not start")

    def stop(self) -> None:
        """Stop the server and wait for its thread to end."""
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
    """Stop the server when standard input ends.

    A killed parent sends no signal, but its end of the pipe closes on every system.
    """
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    server.should_exit = True


def start_in_thread(config: SandboxConfig) -> RunningSandbox:
    """Start a sandbox, wait until it accepts connections, and return it."""
    return RunningSandbox(config).start()


def serve(config: SandboxConfig, ready: Callable[[str], None] | None = None) -> None:
    """Run a sandbox until SIGINT or SIGTERM.

    `ready` receives the base URL once connections are accepted. Raises OSError when the
    port is taken, ValueError for a bad manifest or state file.
    """
    with contextlib.closing(listen(config)) as listener:
        sandbox = open_sandbox(config, base_url_of(listener))
        server = SandboxServer(sandbox, on_started=ready)
        if config.end_with_stdin:
            watcher = threading.Thread(
                target=_end_with_stdin,
                args=(server,),
                daemon=True,
            )
            watcher.start()
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listener])
