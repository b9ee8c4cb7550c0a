"""Takes from a process all that a decoder does not need: files, the network, other processes. Linux only.

Decoders of strangers' bytes have had holes and will have more. Whoever comes in through one finds a process that can
open no file, not even the database of its own user, no socket, and start no program: it can compute and answer.
Landlock (since kernel 5.13) keeps files away and a seccomp filter the rest. Both need no rights, work in containers,
and cannot be undone. Their numbers are those of the kernel's headers, which Python does not know.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
import sys
from collections.abc import Callable

# prctl(2)
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
# landlock(7); calls as new as these have one number on every machine.
_CREATE_RULESET, _RESTRICT_SELF, _ASK_VERSION = 444, 446, 1
# Rights to files by the version that knows them, then all rights to TCP ports, to signals and abstract sockets.
_FILES, _PORTS, _SCOPES = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}, 0x3, 0x3

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""What the kernel calls a machine (AUDIT_ARCH_…), and where its numbers stand in `_CALLS`."""
_CALLS = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "chroot": (161, 51),
    "open_by_handle_at": (304, 265),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
}
"""Calls that are refused: sockets, programs, other processes, and ways around."""

# seccomp(2), and the instructions of its filters (linux/bpf_common.h).
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x50000 | errno.EACCES, 0x80000000
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06
_CALL_NUMBER, _MACHINE = 0, 4
# From here on, x86_64 has the same calls once more (x32).
_SECOND_NUMBERS = 0x40000000


def seal() -> None:
    """Give up files, network and other processes for good; what is open stays open.

    Raises OSError if the kernel does not let a process do that, or not wholly.
    """
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    libc = ctypes.CDLL(None, use_errno=True)
    _done(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _give_up_files(libc)
    _give_up_calls(libc, *_MACHINES[platform.machine()])
    _check()


def why_not() -> str:
    """Why the kernel lets no process be sealed, in its own words; empty if it does. Tried in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            seal()
            os._exit(0)
        except OSError as error:
            os._exit(error.errno or 1)
        finally:
            os._exit(1)
    reason = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return os.strerror(abs(reason)) if reason else ""


def _give_up_files(libc: ctypes.CDLL) -> None:
    """A set of rules without any rule: all that Landlock knows is forbidden."""
    version = _done(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))
    handled = [_FILES[min(version, max(_FILES))]]
    if version >= 4:
        handled.append(_PORTS)
    if version >= 6:
        handled.append(_SCOPES)
    attributes = struct.pack(f"{len(handled)}Q", *handled)
    rules = _done(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    try:
        _done(libc.syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _give_up_calls(libc: ctypes.CDLL, machine: int, column: int) -> None:
    steps = [
        (_LOAD, 0, 0, _MACHINE),
        (_JUMP_IF_EQUAL, 1, 0, machine),
        (_ANSWER, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL_NUMBER),
        (_JUMP_IF_AT_LEAST, 0, 1, _SECOND_NUMBERS),
        (_ANSWER, 0, 0, _REFUSE),
    ]
    for numbers in _CALLS.values():
        steps += [(_JUMP_IF_EQUAL, 0, 1, numbers[column]), (_ANSWER, 0, 0, _REFUSE)]
    steps.append((_ANSWER, 0, 0, _ALLOW))
    instructions = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), instructions)
    _done(libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0))


def _check() -> None:
    """Raise OSError unless files and network are gone."""
    attempts: tuple[Callable[[], object], ...] = (lambda: os.open("/", os.O_RDONLY), socket.socket)
    for attempt in attempts:
        try:
            attempt()
        except PermissionError:
            continue
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def _done(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
