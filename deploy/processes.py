"""Which processes belong to this stack, which one holds a port, and how processes are ended.

Every program of a stack is started with `PARLOUR_STACK=<data folder>` in its environment and in a working
folder below the data folder. That, read from the kernel, is the proof of ownership: a process number in a
file proves nothing once the number has been used again.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "PARLOUR_STACK"


def owned(data_dir: Path) -> list[psutil.Process]:
    """Return the living processes that were started for this data folder, this process apart."""
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and _belongs(p, data_dir)]


def belongs(pid: int, data_dir: Path) -> bool:
    """Return whether a process lives and was started for this data folder."""
    try:
        return alive(pid) and _belongs(psutil.Process(pid), data_dir)
    except psutil.NoSuchProcess:
        return False


def holder(port: int) -> psutil.Process | None:
    """Return the process that listens on a port; None when nobody does, or none that we may see."""
    with suppress(psutil.AccessDenied):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            if listens and connection.pid:
                return psutil.Process(connection.pid)
    return None


def name_of(process: psutil.Process) -> str:
    """Return a process's name, whatever it calls itself."""
    try:
        return str(process.name())
    except psutil.Error:
        return "a process that just ended"


def end(processes: Iterable[psutil.Process], *, patience_s: float) -> None:
    """Ask processes to end, wait, and kill those that did not."""
    remaining = list(processes)
    for process in remaining:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, remaining = psutil.wait_procs(remaining, timeout=patience_s)
    for process in remaining:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(remaining, timeout=5)


def wait_gone(pid: int, *, patience_s: float) -> bool:
    """Return whether a process, ours or not, ended in time."""
    deadline = time.monotonic() + patience_s
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not alive(pid)


def alive(pid: int) -> bool:
    """Return whether a process runs; one that ended and was not collected yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _belongs(process: psutil.Process, data_dir: Path) -> bool:
    with suppress(psutil.Error, OSError):
        if process.environ().get(MARK) == str(data_dir):
            return True
        # nginx writes its title over its environment, so it is known by its working folder.
        return process.name() == "nginx" and Path(process.cwd()) == data_dir / "nginx"
    return False
