"""The embedded stack as one thing: every server and role of one data folder.

For the tests too: `Stack.here()` is the stack that `deploy/test` started, its programs to kill and to stop.
"""

import fcntl
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy import preflight, processes, progress
from deploy.failure import StackError
from deploy.program import Port, Program, Service
from deploy.roles import ROLES, role_services, write_environment
from deploy.server import Server
from deploy.servers import embedded_servers
from deploy.settings import read_settings
from deploy.supervision import ProgramState, Supervisor
from parlour.core.settings import Settings

POLL_S = 0.2
# A program that was started this often before it served will not serve the next time either.
STARTS_MAX = 5
LEFTOVERS_END_S = 30
LOG_TAIL_LINES = 15


class Stack:
    """Start, wait for, disturb and stop the servers and roles of one data folder."""

    def __init__(self, settings: Settings, *, roles: Sequence[str] = tuple(ROLES)) -> None:
        self.settings = settings
        self.supervisor = Supervisor(settings)
        self._log_sizes: dict[Path, int] = {}
        self.services: list[Service] = [*embedded_servers(settings), *role_services(settings, roles)]

    @classmethod
    def here(cls) -> "Stack":
        """Return the stack that the environment's `PARLOUR_*` variables describe."""
        return cls(read_settings())

    @property
    def programs(self) -> list[Program]:
        """Everything that runs."""
        return [program for service in self.services for program in service.programs]

    @property
    def ports(self) -> list[Port]:
        """Every port that is listened on."""
        return [port for service in self.services for port in service.ports]

    def start(self) -> None:
        """Start everything; returns before it is ready.

        Raises:
            StackError: when something stands in the way; nothing runs then.
        """
        preflight.check_address(self.settings)
        preflight.claim_data_folder(self.settings)
        with self._starting_alone():
            if (pid := self.supervisor.pid()) is not None:
                raise StackError(f"already running (pid {pid}): deploy/up --status shows it, --stop ends it")
            if processes.owned(self.settings.data_dir):
                with progress.step("ending what an earlier run left"):
                    self.end_leftovers()
            preflight.check_ports(self.ports)
            (self.settings.data_dir / "run").mkdir(exist_ok=True)
            write_environment(self.settings)
            for service in self.services:
                service.prepare()
            self._log_sizes = {path: path.stat().st_size for path in self.supervisor.log_dir.glob("*.log")}
            self.supervisor.start(self.programs)

    def wait_ready(self) -> None:
        """Return once everything serves, telling each as it comes up.

        Raises:
            StackError: with the end of its log, when one does not in time, or keeps ending.
        """
        began = time.monotonic()
        starts = _Starts()
        waiting = self.services
        while missing := self._still_missing(waiting, began):
            starts.note(self.supervisor.states())
            for service, what in missing:
                if starts.too_many(service.name):
                    raise self._fault(service.name, f"{service.name} does not stay up")
                if time.monotonic() - began > self.settings.start_timeout:
                    limit = f"{self.settings.start_timeout:g} s (PARLOUR_START_TIMEOUT)"
                    raise self._fault(service.name, f"{service.name} still lacks {what} after {limit}")
            waiting = [service for service, _ in missing]
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Stop everything that runs for this data folder, supervised or left behind, if anything."""
        self.supervisor.shutdown()
        self.end_leftovers()
        self._tidy()

    def end(self) -> None:
        """Stop what runs, telling it; a Ctrl-C meanwhile kills what still does."""
        if not processes.owned(self.settings.data_dir):
            return
        try:
            with progress.step("stopping"):
                self.stop()
        except KeyboardInterrupt:
            self.discard()

    def discard(self) -> None:
        """Kill what runs, telling it: nobody needs its data, or wants to wait for a clean end."""
        with progress.step("killing what still runs"):
            processes.end(processes.owned(self.settings.data_dir), patience_s=0)
        self._tidy()

    def end_leftovers(self) -> None:
        """End what a supervisor that died left running, as far as it is provably of this data folder."""
        processes.end(processes.owned(self.settings.data_dir), patience_s=LEFTOVERS_END_S)

    def pid(self, name: str) -> int:
        """Return the process number of a running program.

        Raises:
            StackError: when it does not run; so of every call below.
        """
        state = self.supervisor.states().get(name)
        if state is None or not state.pid:
            raise StackError(f"{name} does not run")
        return state.pid

    def kill(self, name: str) -> None:
        """Kill a program and its children without warning; the supervisor starts it again."""
        os.killpg(self.pid(name), signal.SIGKILL)

    def stop_program(self, name: str) -> None:
        """Stop a program cleanly; it stays down until `start_program`."""
        self.supervisor.stop_program(name)

    def start_program(self, name: str) -> None:
        """Start a stopped program; returns when it stays up, not yet when it serves."""
        self.supervisor.start_program(name)

    def log_path(self, name: str) -> Path:
        """Return a program's log file."""
        return self.supervisor.log_dir / f"{name}.log"

    def _tidy(self) -> None:
        for service in self.services:
            if isinstance(service, Server):
                service.tidy()

    def _still_missing(self, services: Sequence[Service], began: float) -> list[tuple[Service, str]]:
        missing = []
        for service in services:
            if (what := service.waits_for()) is None:
                title = f"{service.name} on port {service.ports[0].number}"
                progress.done(title, time.monotonic() - began)
            else:
                missing.append((service, what))
        return missing

    def _fault(self, name: str, sentence: str) -> StackError:
        path = self.log_path(name)
        lines = self._logged_since_start(path) or [self.supervisor.states()[name].note]
        return StackError(f"{sentence}: see {path}", details="\n".join(lines[-LOG_TAIL_LINES:]))

    def _logged_since_start(self, path: Path) -> list[str]:
        if not path.exists():
            return []
        with path.open(errors="replace") as log:
            log.seek(self._log_sizes.get(path, 0))
            return log.read().splitlines()

    @contextmanager
    def _starting_alone(self) -> Iterator[None]:
        """Hold a lock, so that of two starts in one data folder one sees the other's supervisor."""
        with (self.settings.data_dir / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StackError(f"another deploy/up is just starting in {self.settings.data_dir}") from None
            yield


class _Starts:
    """Counts how often programs were started."""

    def __init__(self) -> None:
        self._times: dict[str, set[int]] = {}

    def note(self, states: dict[str, ProgramState]) -> None:
        for state in states.values():
            self._times.setdefault(state.name, set()).add(state.started_at)

    def too_many(self, name: str) -> bool:
        return len(self._times[name]) > STARTS_MAX
