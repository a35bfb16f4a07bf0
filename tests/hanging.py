"""Servers that are there, and do not answer."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.stack import Stack

STOPPED = {"T", "Z"}
STOPPED_WITHIN_S = 5


@contextmanager
def hanging(stack: Stack, name: str) -> Iterator[None]:
    """Freeze a server's processes, and let them go on again."""
    group = stack.pid(name)
    os.killpg(group, signal.SIGSTOP)
    try:
        _wait_until_stopped(group)
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def _wait_until_stopped(group: int) -> None:
    """Wait until no thread runs any more: a signal is on its way for a moment, and its receiver still answers."""
    deadline = time.monotonic() + STOPPED_WITHIN_S
    while not _states(group) <= STOPPED:
        assert time.monotonic() < deadline, f"process group {group} was not stopped in {STOPPED_WITHIN_S} s"
        time.sleep(0.01)


def _states(group: int) -> set[str]:
    """Return the states of all threads of a process group (proc_pid_stat(5))."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
        # It may have ended since it was listed.
        with suppress(FileNotFoundError, ProcessLookupError):
            state, _parent, of_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of_group) == group:
                found.add(state)
    return found
