"""Restrict a decoder by the means of the platform.

Limits of the process hold on Linux and macOS. Landlock (no files) and seccomp (no
network, no other processes) hold on Linux, where the kernel offers them.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence

from bot.redaction.audio.decoder.syscalls import Program, filter_program

CPU_SECONDS = 5
MEMORY_BYTES = 1_500_000_000
OPEN_FILES = 32

# The dynamic loader maps these libraries for ffmpeg.
_LIBRARY_PATHS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")

_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_ALL_TCP = 0b11
_ALL_SCOPES = 0b11
_PR_SET_PDEATHSIG = 1
_PR_GET_SECCOMP = 21
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr` of linux/landlock.h."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr` of linux/landlock.h."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


class _Instruction(ctypes.Structure):
    """`struct sock_filter` of linux/filter.h."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _FilterProgram(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = (
        ("length", ctypes.c_ushort),
        ("instructions", ctypes.POINTER(_Instruction)),
    )


def limit_resources() -> None:
    """Limit this process's CPU time, memory and open files; forbid writing files."""
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    # macOS does not enforce this limit.
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, MEMORY_BYTES)


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, where it can."""
    if sys.platform == "linux":
        _libc().prctl(
            _PR_SET_PDEATHSIG,
            signal.SIGKILL,
            0,
            0,
            0,
        )


def forbid_files(executable: str) -> bool:
    """Forbid opening any file but `executable` and the system's libraries.

    Return whether the platform has the means. It holds for all children, for good.
    """
    abi = _landlock_abi()
    if abi < 1:
        return False
    libc = _libc()
    ruleset = _Ruleset(_handled_files(abi))
    size = 8
    if abi >= 4:
        ruleset.handled_access_net = _ALL_TCP
        size = 16
    if abi >= 6:
        ruleset.scoped = _ALL_SCOPES
        size = 24
    rules = libc.syscall(
        _LANDLOCK_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), 0
    )
    if rules < 0:
        return False
    for path in (executable, *_LIBRARY_PATHS):
        _allow_reading(rules, path)
    _forbid_new_privileges()
    done = libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return int(done) == 0


def forbid_calls(*, may_execute: bool) -> bool:
    """Forbid sockets, new processes and a look into others; threads stay allowed.

    Return whether the platform has the means. It holds for this process, for good.
    """
    program = filter_program(os.uname().machine, may_execute=may_execute)
    if sys.platform != "linux":
        return False
    if program is None:
        return False
    _forbid_new_privileges()
    filters = _as_filter(program)
    done = _libc().prctl(
        _PR_SET_SECCOMP,
        _SECCOMP_MODE_FILTER,
        ctypes.byref(filters),
        0,
        0,
    )
    return int(done) == 0


def can_forbid_calls() -> bool:
    """Return whether `forbid_calls` will work here."""
    if sys.platform != "linux":
        return False
    known = filter_program(os.uname().machine, may_execute=True) is not None
    return (
        known
        and _libc().prctl(
            _PR_GET_SECCOMP,
            0,
            0,
            0,
            0,
        )
        >= 0
    )


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _forbid_new_privileges() -> None:
    _libc().prctl(
        _PR_SET_NO_NEW_PRIVS,
        1,
        0,
        0,
        0,
    )


def _landlock_abi() -> int:
    if sys.platform != "linux":
        return 0
    version = _libc().syscall(
        _LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_VERSION_FLAG
    )
    return int(version)


def _handled_files(abi: int) -> int:
    """Return the bits of all rights to files that this version of Landlock knows."""
    n_rights = 13
    if abi >= 2:
        n_rights = 14
    if abi >= 3:
        n_rights = 15
    if abi >= 5:
        n_rights = 16
    return (1 << n_rights) - 1


def _allow_reading(rules: int, path: str) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # Not every system has all of them.
    allowed = _EXECUTE | _READ_FILE
    if os.path.isdir(path):  # noqa: PTH112 - pathlib is not imported here
        allowed |= _READ_DIR
    rule = _PathBeneath(allowed, opened)
    _libc().syscall(
        _LANDLOCK_ADD_RULE,
        rules,
        _RULE_PATH_BENEATH,
        ctypes.byref(rule),
        0,
    )
    os.close(opened)


def _as_filter(program: Sequence[Program]) -> _FilterProgram:
    instructions = (_Instruction * len(program))(*(_Instruction(*p) for p in program))
    return _FilterProgram(len(program), instructions)
