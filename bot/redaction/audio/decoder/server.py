"""The other process: waits for recordings and has each decoded by a process of its own.

It holds no secret: its environment is empty, and it never sees a setting. A job is
forked from it, so that libraries are loaded once and one recording never meets another.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import soundfile

from bot.redaction.audio.decoder import confinement, sndfile

WALL_SECONDS = 15
MESSAGE_BYTES = 8192
# Each reply ends with one of these bytes.
DONE, FAILED, STOPPED = b"d", b"f", b"s"
_RECORDING_FD, _REPLY_FD, _ERRORS_FD = 0, 1, 2
_STOPPING_SIGNALS = {signal.SIGKILL, signal.SIGXCPU}


@dataclass(frozen=True)
class _Running:
    """A job that has not ended yet; `reply` is where its last byte goes."""

    ends_at: float
    reply: int


def main() -> None:
    """Serve until the bot closes its end. Arguments: the socket, ffmpeg's path."""
    control = socket.socket(fileno=int(sys.argv[2]))
    ffmpeg = sys.argv[3]
    report = {
        "files": confinement.forbid_files(ffmpeg),
        "network": confinement.can_forbid_calls(),
    }
    gc.freeze()
    control.sendall(json.dumps(report).encode())
    _Server(control, ffmpeg).run()


class _Server:
    def __init__(self, control: socket.socket, ffmpeg: str) -> None:
        self._control = control
        self._ffmpeg = ffmpeg
        self._running: dict[int, _Running] = {}
        self._ended, ending = os.pipe()
        os.set_blocking(self._ended, False)
        os.set_blocking(ending, False)
        signal.set_wakeup_fd(ending)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> None:
        """Start jobs as they come; end those that take too long."""
        is_open = True
        while is_open:
            wanted = [self._control.fileno(), self._ended]
            ready, _, _ = select.select(wanted, [], [], self._seconds_left())
            if self._ended in ready:
                os.read(self._ended, 4096)
            self._reap()
            self._stop_overdue()
            if self._control.fileno() in ready:
                is_open = self._take()
        for process in self._running:
            _kill_group(process)

    def _seconds_left(self) -> float | None:
        if not self._running:
            return None
        first = min(job.ends_at for job in self._running.values())
        return max(0.0, first - time.monotonic())

    def _take(self) -> bool:
        """Start the job of the next message. Return False where there will be none."""
        message, fds, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, 2)
        if not message:
            return False
        recording, reply = fds
        job = json.loads(message)
        process = os.fork()
        if process == 0:
            self._become(job, recording, reply)
        with contextlib.suppress(OSError):  # The job itself may have been faster.
            os.setpgid(process, process)
        self._running[process] = _Running(time.monotonic() + WALL_SECONDS, reply)
        os.close(recording)
        self._control.sendall(b"1")
        return True

    def _become(
        self,
        job: Mapping[str, Any],
        recording: int,
        reply: int,
    ) -> None:
        """Do one job in the forked process, and end it."""
        code = 1
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(recording, _RECORDING_FD)
            os.dup2(reply, _REPLY_FD)
            os.closerange(_ERRORS_FD + 1, 256)
            os.lseek(_RECORDING_FD, 0, os.SEEK_SET)
            confinement.end_with_parent()
            confinement.limit_resources()
            arguments = job.get("ffmpeg")
            confinement.forbid_calls(may_execute=arguments is not None)
            if arguments is not None:
                signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                os.execve(self._ffmpeg, ["ffmpeg", *arguments], {})
            sndfile.read(_RECORDING_FD, _REPLY_FD, job["start_ms"], job["end_ms"])
            code = 0
        except (soundfile.SoundFileError, ValueError, OSError, MemoryError):
            # soundfile raises ValueError when a damaged file reports a position behind
            # its end.
            code = 1
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while self._running:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            job = self._running.pop(process, None)
            if job is None:
                continue
            _kill_group(process)
            # Where the bot did not wait for it, the write fails.
            with contextlib.suppress(OSError):
                os.write(job.reply, _last_byte(status))
            os.close(job.reply)

    def _stop_overdue(self) -> None:
        now = time.monotonic()
        for process, job in self._running.items():
            if job.ends_at <= now:
                _kill_group(process)


def _last_byte(status: int) -> bytes:
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return DONE
    if -code in _STOPPING_SIGNALS:
        return STOPPED
    return FAILED


def _kill_group(process: int) -> None:
    """Kill a running job and all processes that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
