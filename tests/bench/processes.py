"""Processes being measured: their numbers, how busy they are, and the memory they hold."""

import resource
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

Pids = Mapping[str, Sequence[int]]

QUIET = 0.08
"""Cores that idle servers may use together: heartbeats, polls, schedules."""
QUIET_WITHIN_S = 60


def family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = psutil.Process(pid)
    return [pid, *(child.pid for child in found.children(recursive=True))]


def wait_until_quiet(pids: Iterable[int]) -> float:
    """Return once these processes have finished what they were doing, after at most a minute, with the cores in use."""
    known = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    deadline = time.monotonic() + QUIET_WITHIN_S
    while True:
        before = cpu_seconds(known)
        time.sleep(1)
        used = cpu_seconds(known) - before
        if used < QUIET or time.monotonic() > deadline:
            return used


class Watch:
    """A stretch of time, and how many cores were busy in it for others than these processes and this run's own."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._known = [psutil.Process(pid) for pid in pids]
        self._began = self._now()

    def others_cores(self, *, started: Iterable[int] = ()) -> float:
        """Return the cores that others kept busy until now.

        This run's children count as its own once they have ended; what was `started` meanwhile has to be named.
        """
        self._known += [psutil.Process(pid) for pid in started]
        seconds, busy = (now - then for now, then in zip(self._now(), self._began, strict=True))
        return max(0.0, busy / seconds)

    def _now(self) -> tuple[float, float]:
        whole = psutil.cpu_times()
        busy = sum(whole) - whole.idle - whole.iowait - whole.guest - whole.guest_nice
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
        return time.monotonic(), busy - own - cpu_seconds(self._known)


class Usage:
    """What each program uses of the CPU from now on, and the memory it holds."""

    def __init__(self, pids: Pids) -> None:
        self._known = {name: [psutil.Process(pid) for pid in own] for name, own in pids.items()}
        self._began = {name: cpu_seconds(known) for name, known in self._known.items()}

    def seconds(self) -> dict[str, float]:
        """Return CPU seconds of each program until now."""
        return {name: cpu_seconds(known) - self._began[name] for name, known in self._known.items()}

    def resident(self, name: str) -> int:
        """Return the bytes a program holds in memory."""
        return sum(process.memory_info().rss for process in self._known[name])


def load_average() -> float:
    """Return how many processes wanted to run during the last minute."""
    return float(Path("/proc/loadavg").read_text().split()[0])


def cpu_seconds(known: Iterable[psutil.Process]) -> float:
    """Return what these processes have used so far; one that ended counts no more."""
    total = 0.0
    for process in known:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total
