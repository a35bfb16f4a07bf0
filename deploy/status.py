"""`deploy/up --status`: every server and role at a glance."""

from datetime import timedelta

from deploy import probes
from deploy.failure import StackError
from deploy.program import Service
from deploy.progress import say
from deploy.roles import reachable
from deploy.stack import Stack
from deploy.supervision import ProgramState
from parlour.core.settings import Settings

ROW = "{:<10} {:<9} {:>7} {:>9}  {:<12} {}"


def show(stack: Stack) -> int:
    """Print the state of everything; return 0 when all is ready, else 1."""
    if stack.supervisor.pid() is None:
        say(f"not running (data folder {stack.settings.data_dir}): deploy/up starts it")
        return 1
    states = _states(stack)
    say(ROW.format("name", "process", "pid", "uptime", "port", "serves").rstrip())
    rows = [_row(service, states.get(service.name)) for service in stack.services]
    for cells, _ in rows:
        say(ROW.format(*cells).rstrip())
    say(_readiness(stack.settings))
    return 0 if all(ready for _, ready in rows) else 1


def _states(stack: Stack) -> dict[str, ProgramState]:
    try:
        return stack.supervisor.states()
    except StackError:
        raise StackError("starting or stopping just now: ask again in a moment") from None


def _row(service: Service, state: ProgramState | None) -> tuple[tuple[str, ...], bool]:
    missing = service.waits_for() if state and state.pid else "its process"
    cells = (
        service.name,
        state.state if state else "absent",
        str(state.pid) if state and state.pid else "-",
        str(timedelta(seconds=state.uptime_s)) if state and state.pid else "-",
        str(service.ports[0].number),
        "yes" if missing is None else f"no, lacks {missing}",
    )
    return cells, missing is None


def _readiness(settings: Settings) -> str:
    try:
        status, body = probes.fetch(reachable(settings.host), settings.port, "/readyz")
    except OSError:
        return f"{settings.address}/readyz does not answer"
    states = probes.dependencies(body).items()
    summary = ", ".join(f"{name} {state['state']} ({state['ms']:g} ms)" for name, state in states)
    return f"{settings.address}/readyz says {status}: {summary or 'nothing more'}"
