"""The bot's side of the decoders: send a recording, receive its samples."""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import imageio_ffmpeg

from bot.errors import Invalid, Unavailable
from bot.redaction.audio.decoder import server
from bot.text import text

# The largest allowed reply is 10.5 s of 8 channels of float32 at 192 kHz, and a head.
MOST_BYTES = 70_000_000
_PIECE_BYTES = 1 << 18
_QUEUED_BYTES = 1 << 20
_START_SECONDS = 60
_GRACE_SECONDS = 10
_MOST_AT_ONCE = 4
_NOTHING = memoryview(b"")
_ROOT = Path(__file__).parents[4]
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from bot.redaction.audio.decoder.server import main; main()"
)


@dataclass(frozen=True)
class Reply:
    """The output of one job, and whether the job ended well."""

    content: memoryview
    is_whole: bool


@dataclass(frozen=True)
class Confinement:
    """The means of confinement on this platform, beside limits of the process."""

    files: bool
    network: bool


def decode_with_sndfile(
    recording: BinaryIO,
    start_ms: int,
    end_ms: int,
) -> Reply:
    """Return the output of `sndfile.read` for [start_ms, end_ms).

    Raises Invalid where the job was stopped, Unavailable where no job can be started.
    """
    return _decoders().run(
        recording,
        {
            "start_ms": start_ms,
            "end_ms": end_ms,
        },
    )


def decode_with_ffmpeg(recording: BinaryIO, arguments: Sequence[str]) -> Reply:
    """Return the output of ffmpeg, which reads the recording at `fd:`.

    Raises Invalid where the job was stopped, Unavailable where no job can be started.
    """
    return _decoders().run(recording, {"ffmpeg": list(arguments)})


def confinement() -> Confinement:
    """Return the confinement of the decoders on this machine."""
    return _decoders().confinement()


class _Decoders:
    """The server process, started when it is first needed and again when it is gone."""

    def __init__(self, owner: int) -> None:
        self._owner = owner
        self._lock = threading.Lock()
        self._seats = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._confinement = Confinement(files=False, network=False)

    def run(self, recording: BinaryIO, job: dict[str, Any]) -> Reply:
        with self._seats:
            for _ in range(2):
                reply = self._try(recording, job)
                if reply is not None:
                    return reply
        raise Unavailable(text("redaction.decode.no_decoder"))

    def confinement(self) -> Confinement:
        with self._lock:
            self._start_if_needed()
            return self._confinement

    def stop(self) -> None:
        """End the server process, in the process that started it."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            self._end()

    def _try(self, recording: BinaryIO, job: dict[str, Any]) -> Reply | None:
        """Return the reply to one job, None where the server went away meanwhile."""
        ours, theirs = socket.socketpair()
        with ours:
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _QUEUED_BYTES)
            with theirs:
                if not self._send(job, [recording.fileno(), theirs.fileno()]):
                    return None
            content = _receive(ours)
        last = bytes(content[-1:])
        if last == server.STOPPED:
            raise Invalid(text("redaction.decode.takes_too_long"))
        if last not in (server.DONE, server.FAILED):
            self.stop()
            return None
        return Reply(content[:-1], last == server.DONE)

    def _send(self, job: dict[str, Any], fds: Sequence[int]) -> bool:
        """Send one job. Return False, with the server ended, where it did not take it."""
        message = json.dumps(job).encode()
        with self._lock:
            control = self._start_if_needed()
            try:
                socket.send_fds(control, [message], fds)
                is_taken = control.recv(1) == b"1"
            except OSError:
                is_taken = False
            if not is_taken:
                self._end()
        return is_taken

    def _start_if_needed(self) -> socket.socket:
        if self._control is not None:
            return self._control
        control, theirs = socket.socketpair()
        ffmpeg = os.path.realpath(imageio_ffmpeg.get_ffmpeg_exe())
        arguments = [str(_ROOT), str(theirs.fileno()), ffmpeg]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _PROGRAM, *arguments],
                env={},
                cwd="/",
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # A damaged file may fill it without end.
                start_new_session=True,  # Ctrl+C is for the bot, which then ends this.
            )
        control.settimeout(_START_SECONDS)
        self._control = control
        try:
            report = json.loads(control.recv(server.MESSAGE_BYTES))
        except (OSError, ValueError):
            self._end()
            raise Unavailable(text("redaction.decode.no_decoder")) from None
        self._confinement = Confinement(**report)
        return control

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _receive(reply: socket.socket) -> memoryview:
    """Return the whole output until its end, or nothing where it comes too late.

    Raises Invalid where the output is larger than any window of a recording.
    """
    ends_at = time.monotonic() + server.WALL_SECONDS + _GRACE_SECONDS
    pieces: list[bytes] = []
    n_bytes = 0
    while True:
        left = max(0.0, ends_at - time.monotonic())
        ready, _, _ = select.select([reply], [], [], left)
        if not ready:
            return _NOTHING
        if n_bytes > MOST_BYTES:
            raise Invalid(text("redaction.decode.takes_too_long"))
        try:
            piece = reply.recv(_PIECE_BYTES)
        except OSError:
            return _NOTHING
        if not piece:
            return memoryview(b"".join(pieces))
        pieces.append(piece)
        n_bytes += len(piece)


_starting = threading.Lock()


def _decoders() -> _Decoders:
    """Return the decoders of this process; a forked process gets its own."""
    with _starting:
        return _decoders_of(os.getpid())


@cache
def _decoders_of(process: int) -> _Decoders:
    decoders = _Decoders(process)
    atexit.register(decoders.stop)
    return decoders
