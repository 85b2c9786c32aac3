"""`help-clip serve`: the bot and its pages in one process."""

import contextlib
import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn

from bot.cli.logs import set_up_logging
from bot.config.settings import read_settings
from bot.errors import Unavailable
from bot.pages.header_timeout import PunctualProtocol
from bot.wiring import Program, build, prepare_database

log = logging.getLogger(__name__)


def serve() -> None:
    """Run the bot and its pages. Settings come from the environment and .env."""
    end_on_sigterm()
    settings = read_settings()
    set_up_logging(settings.log_level)
    listener = open_listener(settings.host, settings.port)
    prepare_database(settings)
    program = build(settings)
    program.services.clips.clip_ids(
        limit=1
    )  # a source that is not there is said at once
    run(program, listener, lambda: log.info("ready at %s", settings.public_url))


def end_on_sigterm() -> None:
    """Until the server takes it over, SIGTERM unwinds like any exit: nothing is left
    running.
    """

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


def open_listener(host: str, port: int) -> socket.socket:
    """Take the port first, so that a taken one is said at once. Raises
    `Unavailable`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it, answers on
    # a connection that is kept wait 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        raise Unavailable(
            f"Port {port} on {host} cannot be used: {error.strerror}. Choose another."
        ) from None
    return listener


def run(
    program: Program, listener: socket.socket, on_ready: Callable[[], None]
) -> None:
    """Serve until interrupted or terminated, then stop cleanly."""
    server = Server(program, on_ready)
    try:
        program.start()
        server.run(sockets=[listener])
    finally:
        program.stop()


class Server(uvicorn.Server):
    """uvicorn, ending where it was called from.

    uvicorn raises the signal again once it has shut down; SIGTERM would then end the
    process before the workers have finished the row at hand.
    """

    def __init__(
        self, program: Program, on_ready: Callable[[], None] | None = None
    ) -> None:
        self._on_ready = on_ready
        super().__init__(
            uvicorn.Config(
                program.web,
                http=PunctualProtocol,
                log_level="warning",
                access_log=False,  # addresses hold request keys
                server_header=False,
                timeout_graceful_shutdown=3,
                timeout_keep_alive=15,
                lifespan="off",
                proxy_headers=False,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept, then say so."""
        await super().startup(sockets)
        # What is loaded by now stays; collections need not walk it again and again.
        gc.collect()
        gc.freeze()
        if self._on_ready is not None:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle SIGINT and SIGTERM while serving, and leave it at that."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            s: signal.signal(s, self.handle_exit)
            for s in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
