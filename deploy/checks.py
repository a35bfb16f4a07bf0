"""Lint and types, over the whole repository."""

import subprocess

from deploy.failure import StackError
from deploy.progress import complain, step
from deploy.servers import BIN
from deploy.settings import ROOT


def checks_pass() -> bool:
    """Run every check, telling each; what a failing one printed is shown. Return whether all passed."""
    results = [_passes(name, command) for name, command in _checks().items()]
    return all(results)


def _checks() -> dict[str, list[str]]:
    programs = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("deploy/*.py"))
    return {
        "ruff check": ["ruff", "check"],
        "ruff format --check": ["ruff", "format", "--check"],
        "mypy parlour tests": ["mypy"],
        "mypy deploy": ["mypy", *programs],
    }


def _passes(name: str, command: list[str]) -> bool:
    try:
        with step(name):
            _run(name, command)
    except StackError as error:
        complain(error)
        return False
    return True


def _run(name: str, command: list[str]) -> None:
    program, *arguments = command
    check = subprocess.run(
        [BIN / program, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if check.returncode:
        raise StackError(f"{name} found faults", details=check.stdout)
