"""The process supervisor: supervisord, configured and started here, spoken to over its socket.

supervisord starts every program, starts again whatever ends, rotates the logs, and stops tier after tier. It
runs in a session of its own, so that Ctrl-C on a terminal reaches nobody but `deploy/up`.
"""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from deploy import processes
from deploy.failure import StackError
from deploy.limits import current_user_if_root, open_files
from deploy.program import Program, Tier
from deploy.rendering import render, write_private
from deploy.servers import BIN
from parlour.core.settings import Settings

START_S = 20.0
# Longer than the stop times of all tiers together; supervisord kills what exceeds its own.
STOP_S = 180.0


@dataclass(frozen=True)
class ProgramState:
    """What the supervisor knows of one program."""

    name: str
    state: str
    pid: int
    started_at: int
    uptime_s: int
    note: str


class Supervisor:
    """The supervisord of one data folder, running or not."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._run = settings.data_dir / "run"
        self.log_dir = settings.data_dir / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, programs: Sequence[Program]) -> None:
        """Start supervisord with these programs; returns when it answers.

        Raises:
            StackError: when it does not.
        """
        self.log_dir.mkdir(parents=True, exist_ok=True)
        self._run.mkdir(parents=True, exist_ok=True)
        write_private(self._run / "supervisord.conf", self._configuration(programs))
        with (self.log_dir / "supervisord.out").open("wb") as output:
            self.process = subprocess.Popen(
                [BIN / "supervisord", "-c", self._run / "supervisord.conf"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=self._environment(),
            )
        self._wait_until_it_answers()

    def pid(self) -> int | None:
        """Return supervisord's process number, None when it does not run."""
        try:
            pid = int((self._run / "supervisord.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if processes.belongs(pid, self._settings.data_dir) else None

    def states(self) -> dict[str, ProgramState]:
        """Return the state of every program, by name.

        Raises:
            StackError: when supervisord does not run; so of every call below.
        """
        return {info["name"]: _state(info) for info in self._call("getAllProcessInfo")}

    def start_program(self, name: str) -> None:
        """Start one program that was stopped; returns when it stays up."""
        self._call("startProcess", self._full_name(name))

    def stop_program(self, name: str) -> None:
        """Stop one program cleanly; it stays down until it is started again."""
        self._call("stopProcess", self._full_name(name))

    def shutdown(self) -> None:
        """Stop every program, the last tier first, then supervisord; returns when all have ended.

        Raises:
            StackError: when they have not after their longest stop times.
        """
        if (pid := self.pid()) is None:
            return
        os.kill(pid, signal.SIGTERM)
        if not processes.wait_gone(pid, patience_s=STOP_S):
            raise StackError(f"not everything ended within {STOP_S} s: see {self.log_dir}/supervisord.log")
        if self.process is not None:
            self.process.wait()

    def _configuration(self, programs: Sequence[Program]) -> str:
        tiers = {tier: [p for p in programs if p.tier is tier] for tier in Tier}
        return render(
            "supervisord.conf.j2",
            settings=self._settings,
            data_dir=self._settings.data_dir,
            run=self._run,
            log=self.log_dir,
            tiers={tier: members for tier, members in tiers.items() if members},
            user=current_user_if_root(),
            open_files=open_files(self._settings),
            mark=processes.MARK,
        )

    def _environment(self) -> dict[str, str]:
        """Return our environment less Parlour's settings, which roles get from a file."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARLOUR_")}
        # Debian keeps servers where an ordinary person's PATH does not look.
        path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
        return {**inherited, "PATH": path, processes.MARK: str(self._settings.data_dir)}

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_S
        while not self._answers():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                output = self.log_dir / "supervisord.out"
                raise StackError(f"the supervisor did not start: see {output}", details=output.read_text())
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            self._call("getState")
        except StackError:
            return False
        return True

    def _full_name(self, name: str) -> str:
        for info in self._call("getAllProcessInfo"):
            if info["name"] == name:
                return f"{info['group']}:{name}"
        raise StackError(f"there is no program {name}")

    def _call(self, method: str, *arguments: str) -> Any:
        socket = f"unix://{self._run}/supervisor.sock"
        with ServerProxy("http://supervisor", transport=SupervisorTransport(serverurl=socket)) as server:
            try:
                return getattr(server.supervisor, method)(*arguments)
            except Fault as fault:
                request = " ".join([method, *arguments])
                raise StackError(f"the supervisor refused {request}: {fault.faultString}") from None
            except (OSError, http.client.HTTPException):
                raise StackError(
                    f"the supervisor does not answer: see {self.log_dir}/supervisord.log"
                ) from None


def _state(info: dict[str, Any]) -> ProgramState:
    up = info["now"] - info["start"] if info["pid"] else 0
    return ProgramState(
        info["name"],
        state=info["statename"].lower(),
        pid=info["pid"],
        started_at=info["start"],
        uptime_s=up,
        note=info["spawnerr"],
    )
