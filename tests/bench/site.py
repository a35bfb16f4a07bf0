"""Where a run takes place: a stack of Parlour of its own, and the bare server beside it."""

import os
import shutil
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deploy.failure import StackError
from deploy.free_ports import free_ports
from deploy.roles import environment
from deploy.settings import read_settings
from deploy.stack import Stack
from deploy.suite import REMAINS
from parlour.core.settings import Settings
from tests.bench.bare import Bare, bare_server
from tests.bench.processes import Pids, family, wait_until_quiet

GATEWAY = "socket-1"
WORKER = "worker"
READY_WITHIN_S = 60
ONE_GATEWAY = {
    "PARLOUR_SOCKET_PROCESSES": "1",
    "PARLOUR_API_PROCESSES": "1",
    "PARLOUR_DEMO": "false",
    # What is measured is what the API can do, not what it lets one caller do.
    "PARLOUR_CALLS_PER_MINUTE": "100000000",
    "PARLOUR_CALLS_PER_MINUTE_BY_ADDRESS": "100000000",
    # Filling a workspace may take longer than a token of the product lives.
    "PARLOUR_ACCESS_TOKEN_SECONDS": "86400",
    # A large file, larger than anybody may upload by default.
    "PARLOUR_FILE_MAX_BYTES": "2000000000",
    # The push service of the run.
    "PARLOUR_PUSH_ALLOW": "127.0.0.1",
}


@dataclass(frozen=True)
class Site:
    """The two sides of a comparison. `settings` are those by which Parlour's roles run."""

    stack: Stack
    settings: Settings
    bare: Bare

    @property
    def gateway_url(self) -> str:
        """The gateway itself, without the front door: the bare server has none either."""
        return f"http://127.0.0.1:{self.settings.socket_port}"

    @property
    def pids(self) -> Pids:
        """Every program of Parlour's stack."""
        names = self.stack.supervisor.states()
        return {name: family(self.stack.pid(name)) for name in names if names[name].pid}

    @property
    def all_pids(self) -> list[int]:
        """Every process of both sides."""
        return [pid for pids in self.pids.values() for pid in pids] + [self.bare.pid]

    def settle(self) -> None:
        """Wait until neither side works any more, so that the next measurement begins on a quiet machine."""
        wait_until_quiet(self.all_pids)

    def restart(self, program: str, port: int) -> None:
        """Start a program anew and return once it is ready."""
        self.stack.stop_program(program)
        self.stack.start_program(program)
        wait_until_ready(port)


def wait_until_ready(port: int) -> float:
    """Return at what `time.perf_counter()` the role on this port first said that it is ready."""
    deadline = time.perf_counter() + READY_WITHIN_S
    while time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return time.perf_counter()
        except OSError:
            time.sleep(0.02)
    raise StackError(f"nothing on port {port} became ready within {READY_WITHIN_S} s")


@contextmanager
def open_site(*, keep: bool) -> Iterator[Site]:
    """Start both sides on free ports; stop them, and delete their data unless it is to be kept."""
    for name in [name for name in os.environ if name.startswith("PARLOUR_")]:
        del os.environ[name]
    os.environ |= ONE_GATEWAY | {"PARLOUR_DATA_DIR": str(REMAINS / str(os.getpid()))}
    os.environ.update(free_ports(Stack.here().ports))
    stack = Stack(read_settings())
    try:
        stack.start()
        stack.wait_ready()
        os.environ.update(environment(stack.settings))
        with bare_server() as bare:
            yield Site(stack, Settings(), bare)
    finally:
        stack.end()
        if not keep:
            shutil.rmtree(stack.settings.data_dir, ignore_errors=True)
