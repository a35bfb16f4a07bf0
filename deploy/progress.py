"""Steps and faults, told one line each."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.failure import StackError


@contextmanager
def step(name: str) -> Iterator[None]:
    """Name a step, then the time it took, or that it failed."""
    print(f"  {name} ... ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def done(name: str, seconds: float) -> None:
    """Tell a step that ended among others that go on."""
    print(f"  {name} ... {seconds:.1f} s", flush=True)


def say(text: str = "") -> None:
    """Tell a line."""
    print(text, flush=True)


def complain(error: StackError) -> None:
    """Tell a fault: its details, indented, then the line that says what to do."""
    for line in error.details.splitlines():
        print(f"    {line}", file=sys.stderr)
    print(f"error: {error}", file=sys.stderr, flush=True)
