"""Names of processes, by which one on the same machine can notice that another died."""

import contextlib
import hashlib
import os
import secrets
import socket
import uuid
from functools import cache
from pathlib import Path

# Linux numbers processes anew at each start of the machine and in each container.
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")


def new_process_name() -> str:
    """Return a name of at most 32 characters: place, process number, random part."""
    return f"{_place()}-{os.getpid()}-{secrets.token_hex(3)}"


def has_died_here(name: str) -> bool:
    """Return whether a process of this name ran in this place and runs no more.

    Return False for a name of another place, whose processes are not seen from here.
    """
    place, _, rest = name.partition("-")
    number = rest.partition("-")[0]
    if place != _place() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        # The process runs, under another user.
        return False
    return False


@cache
def _place() -> str:
    """Return a short digest of the machine, its start and its process namespace."""
    parts = [socket.gethostname(), str(uuid.getnode())]
    with contextlib.suppress(OSError):
        parts.append(_BOOT.read_text("ascii"))
    with contextlib.suppress(OSError):
        parts.append(str(_NAMESPACE.readlink()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
