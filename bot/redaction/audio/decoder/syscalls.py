"""The seccomp filter of a decoder: which system calls it may not make.

Numbers are those of the kernel's tables (arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h); instructions are classic BPF (linux/filter.h).
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Code, jump if true, jump if false, operand.
Program = tuple[int, int, int, int]

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_JUMP_IF_SET = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

# Places in struct seccomp_data of linux/seccomp.h.
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16

_ALLOW = 0x7FFF_0000
_KILL_PROCESS = 0x8000_0000
# This is EPERM.
_REFUSE = 0x0005_0000 | 1
# This is ENOSYS, after which the C library calls clone.
_NOT_THERE = 0x0005_0000 | 38

_CLONE_THREAD = 0x0001_0000
# This bit marks the same calls under other numbers, on x86-64.
_X32_CALLS = 0x4000_0000


@dataclass(frozen=True)
class _Machine:
    """Numbers of one architecture."""

    architecture: int
    clone: int
    execute: tuple[int, ...]
    refused: tuple[int, ...]


_CLONE3 = 435
# pidfd_send_signal, io_uring_setup, pidfd_open, pidfd_getfd: alike everywhere.
_REFUSED_EVERYWHERE = (424, 425, 434, 438)
_MACHINES: Mapping[str, _Machine] = {
    "x86_64": _Machine(
        architecture=0xC000_003E,
        clone=56,
        execute=(59, 322),
        # socket, connect, socketpair, fork, vfork, kill, ptrace, mount, add_key,
        # request_key, keyctl, unshare, perf_event_open, setns, process_vm_readv,
        # process_vm_writev, bpf, userfaultfd.
        refused=(
            *(41, 42, 53, 57, 58, 62, 101, 165, 248, 249, 250),
            *(272, 298, 308, 310, 311, 321, 323),
        ),
    ),
    "aarch64": _Machine(
        architecture=0xC000_00B7,
        clone=220,
        execute=(221, 281),
        # mount, unshare, ptrace, kill, socket, socketpair, connect, add_key,
        # request_key, keyctl, perf_event_open, setns, process_vm_readv,
        # process_vm_writev, bpf, userfaultfd.
        refused=(
            *(40, 97, 117, 129, 198, 199, 203, 217, 218, 219),
            *(241, 268, 270, 271, 280, 282),
        ),
    ),
}


def filter_program(machine: str, *, may_execute: bool) -> list[Program] | None:
    """Return the filter for a machine as `uname` names it, None where none is known."""
    known = _MACHINES.get(machine)
    if known is None:
        return None
    refused = known.refused + _REFUSED_EVERYWHERE
    if not may_execute:
        refused += known.execute
    return [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 1, 0, known.architecture),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD_WORD, 0, 0, _NUMBER_AT),
        *_answer(_JUMP_IF_AT_LEAST, _X32_CALLS, _REFUSE),
        *_answer(_JUMP_IF_EQUAL, _CLONE3, _NOT_THERE),
        *(step for number in refused for step in _refusal(number)),
        (_JUMP_IF_EQUAL, 1, 0, known.clone),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD_WORD, 0, 0, _FIRST_ARGUMENT_AT),
        (_JUMP_IF_SET, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _refusal(number: int) -> tuple[Program, Program]:
    return _answer(_JUMP_IF_EQUAL, number, _REFUSE)


def _answer(
    test: int,
    operand: int,
    answer: int,
) -> tuple[Program, Program]:
    """Return the two instructions that answer where the test holds."""
    return (test, 0, 1, operand), (_RETURN, 0, 0, answer)
