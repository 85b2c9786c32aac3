"""`help-clip serve`: the bot and its pages in one process."""

import contextlib
import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.cli.logs import set_up_logging
from bot.config.settings import read_settings
from bot.errors import Unavailable
from bot.pages.header_timeout import HeaderTimeoutProtocol
from bot.sources.clips.left_copies import remove_left_copies
from bot.starting import (
    OperatorsWeb,
    refuse_unrecorded_restore,
    wait_for_slack,
)
from bot.text import text
from bot.wiring import STOP_SECONDS, Program, build, prepare_database

log = logging.getLogger(__name__)
# Uvicorn's own default.
_BACKLOG = 2048


def serve() -> None:
    """Run the bot and its pages. Settings come from the environment and .env."""
    end_on_sigterm()
    settings = read_settings()
    set_up_logging(settings.log_level)
    listener = open_listener(*settings.public_address)
    operators_listener = open_listener(*settings.operators_address)
    n_left = remove_left_copies()
    if n_left:
        log.warning("removed %d copies that an earlier release left behind", n_left)
    prepare_database(settings)
    refuse_unrecorded_restore(settings)
    operators = OperatorsWeb()
    with serve_apart(operators, operators_listener):
        slack = wait_for_slack(settings, operators)
        program = build(settings, slack=slack)
        # One look at the source reports a missing source before the first request.
        program.services.clips.clip_ids(limit=1)
        # Connections wait from here on, so that none is refused once `/readyz` is green.
        listener.listen(_BACKLOG)
        operators.hand_over(program.operators_web)
        run(program, listener, lambda: log.info("ready at %s", settings.public_url))


def end_on_sigterm() -> None:
    """Let SIGTERM unwind the process like any exit, so that nothing keeps running.

    The server takes the signal over while it serves.
    """

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


def open_listener(host: str, port: int) -> socket.socket:
    """Return a bound TCP socket. Raises `Unavailable` if the port is taken.

    The port is bound before anything else starts, so that a taken port is reported at
    once.
    """
    family = socket.AF_INET
    if ":" in host:
        family = socket.AF_INET6
    # asyncio sets TCP_NODELAY only where the protocol is named; without it, answers on
    # a kept connection wait 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        reason = error.strerror
        raise Unavailable(
            text(
                "cli.serve.port_unusable",
                port=port,
                host=host,
                reason=reason,
            )
        ) from None
    return listener


def run(
    program: Program,
    listener: socket.socket,
    on_ready: Callable[[], None],
) -> None:
    """Serve until interrupted or terminated, then stop cleanly."""
    server = Server(program.web, on_ready)
    try:
        program.start()
        server.run(sockets=[listener])
    finally:
        program.stop()


@contextlib.contextmanager
def serve_apart(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve `app` in a thread of its own while the block runs."""
    server = Server(app)
    thread = threading.Thread(
        target=server.run,
        kwargs={"sockets": [listener]},
        name="operators",
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=STOP_SECONDS)


class Server(uvicorn.Server):
    """A uvicorn server that returns to its caller after a signal.

    uvicorn raises the signal again once it has shut down; SIGTERM would then end the
    process before the workers have finished their current row.
    """

    def __init__(
        self, app: ASGIApp, on_ready: Callable[[], None] | None = None
    ) -> None:
        self._on_ready = on_ready
        super().__init__(
            uvicorn.Config(
                app,
                http=HeaderTimeoutProtocol,
                # The loggers of uvicorn use the formatter of `set_up_logging`.
                log_config=None,
                log_level="warning",
                # An access log would hold request keys, which are in the addresses.
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=3,
                timeout_keep_alive=15,
                lifespan="off",
                proxy_headers=False,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections, then report readiness."""
        await super().startup(sockets)
        # Objects loaded by now live as long as the process. Freezing spares the
        # collector from walking them again.
        gc.collect()
        gc.freeze()
        if self._on_ready is not None:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle SIGINT and SIGTERM while serving, and do not raise them again."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        earlier_handlers = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in earlier_handlers.items():
                signal.signal(number, handler)
