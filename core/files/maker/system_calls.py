"""System calls that the kernel refuses to this process from now on, for good: a seccomp filter.

It opens and connects no sockets, also not through io_uring; starts no program; traces, reads and ends no other process.
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import platform
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2

# How the kernel calls each machine, and there the numbers of socket, connect, execve, execveat, ptrace,
# process_vm_readv, process_vm_writev, kill, io_uring_setup and pidfd_open.
REFUSED = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 310, 311, 62, 425, 434)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 270, 271, 129, 425, 434)),
}
FOREIGN = 0x40000000
"""Numbers from here are calls by another convention of x86-64, which would pass a filter."""
NUMBER, MACHINE = 0, 4
"""Where the filter finds a call's number, and the machine it was made for."""
LOAD, IF_EQUAL, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL, NOT_PERMITTED = 0x7FFF0000, 0x80000000, 0x00050000 | 13

Step = tuple[int, int, int, int]
"""What to do; how many steps to leave out if a test holds, and if not; the number it is about."""


def refuse() -> bool:
    """Refuse them; return whether that is possible here."""
    if platform.machine() not in REFUSED:
        return False
    steps = _steps(*REFUSED[platform.machine()])
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    given = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    return bool(LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, given, 0, 0) == 0)


def _steps(machine: int, calls: tuple[int, ...]) -> list[Step]:
    tests = [(IF_AT_LEAST, FOREIGN), *((IF_EQUAL, call) for call in calls)]
    return [
        (LOAD, 0, 0, MACHINE),
        (IF_EQUAL, 1, 0, machine),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        # A test that holds goes on at the last step.
        *((test, len(tests) - at, 0, number) for at, (test, number) in enumerate(tests)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, NOT_PERMITTED),
    ]
