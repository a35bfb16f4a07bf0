"""Where the gateway's time goes while pairs send with a window of 10: samples of whoever holds the interpreter."""

import shutil
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from deploy.failure import StackError
from deploy.servers import BIN
from tests.bench import echo
from tests.bench.effort import Effort
from tests.bench.people import Room, make_rooms
from tests.bench.report import Section, number, table
from tests.bench.site import GATEWAY, WORKER, Site

WINDOW = 10
SAMPLES_PER_S = 250
SHOWN = 25


def measure(site: Site, effort: Effort) -> Section:
    """Profile the gateway, and weigh what the worker takes by measuring without it too."""
    section = Section("Profile")
    rooms = make_rooms(site.settings, echo.PAIRS, members=2, kind="direct")
    sampler = _Sampler(site.stack.pid(GATEWAY), effort.seconds)
    site.settle()
    threading.Timer(echo.WARM_UP_S + 1, sampler.run).start()
    sampled = echo.load(echo.cases(site)["Parlour"], rooms, WINDOW, effort.seconds + 2)
    stacks = sampler.stacks()
    effort.tell(f"profiled at {number(sampled['messages_per_s'])} messages/s")
    section.say(
        f"Samples of the gateway's threads that held the interpreter, window {WINDOW}.",
        table(["own time", "%"], _top(_own(stacks))),
        table(["by package", "%"], _top(_by_package(stacks))),
    )
    section.say(_without_worker(site, rooms, effort))
    return section


class _Sampler:
    """py-spy on one process, for some seconds."""

    def __init__(self, pid: int, seconds: float) -> None:
        found = shutil.which("py-spy") or shutil.which("py-spy", path=str(BIN))
        if found is None:
            raise StackError("no py-spy found: install it with  .venv/bin/pip install py-spy")
        self._output = Path(tempfile.mkdtemp(prefix="parlour-bench.")) / "stacks"
        self._command = [found, "record", "--gil", "--format", "raw", "--rate", str(SAMPLES_PER_S)]
        self._command += ["--duration", str(round(seconds)), "--pid", str(pid), "--output", str(self._output)]
        self._done = threading.Event()
        self._ran: subprocess.CompletedProcess[str] | None = None

    def run(self) -> None:
        """Sample."""
        self._ran = subprocess.run(self._command, capture_output=True, text=True)
        self._done.set()

    def stacks(self) -> list[tuple[list[str], int]]:
        """Return every stack, outermost frame first, with how often it was seen."""
        self._done.wait(120)
        try:
            lines = self._output.read_text().splitlines()
        except OSError:
            details = self._ran.stderr if self._ran else ""
            raise StackError("py-spy saw nothing", details=details) from None
        finally:
            shutil.rmtree(self._output.parent)
        parted = (line.rsplit(" ", 1) for line in lines)
        return [(stack.split(";"), int(count)) for stack, count in parted]


Stacks = list[tuple[list[str], int]]


def _own(stacks: Stacks) -> Counter[str]:
    """Count by function, whatever the line."""
    own: Counter[str] = Counter()
    for frames, count in stacks:
        own[frames[-1].rsplit(":", 1)[0] + ")"] += count
    return own


def _by_package(stacks: Stacks) -> Counter[str]:
    """Count by the folder of the function that ran."""
    packages: Counter[str] = Counter()
    for frames, count in stacks:
        path = frames[-1].rsplit("(", 1)[-1].split(":")[0]
        packages[path.split("/")[0]] += count
    return packages


def _top(counts: Counter[str]) -> Iterable[list[str]]:
    total = counts.total() or 1
    return [[name, f"{100 * count / total:.1f}"] for name, count in counts.most_common(SHOWN)]


def _without_worker(site: Site, rooms: list[Room], effort: Effort) -> str:
    """Return what the same load reaches while no workflow runs, whose work has to be made up for later."""
    rows = []
    for name, stop in (("all running", False), ("worker stopped", True)):
        if stop:
            site.stack.stop_program(WORKER)
        site.settle()
        found = effort.undisturbed(
            lambda: echo.load(echo.cases(site)["Parlour"], rooms, WINDOW, effort.seconds)
        )
        effort.tell(f"{name}: {number(found['messages_per_s'])} messages/s")
        us = sorted(found["us_per_message"].items(), key=lambda item: -item[1])
        shares = ", ".join(f"{process} {share:.0f}" for process, share in us if share >= 1)
        rows.append([name, number(found["messages_per_s"]), number(found["p50_ms"]), shares])
    site.stack.start_program(WORKER)
    return table(["window 10", "messages/s", "p50 ms", "CPU µs a message"], rows)
