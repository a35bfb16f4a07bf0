"""Servers that are there, and do not answer."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.stack import Stack


@contextmanager
def hanging(stack: Stack, name: str) -> Iterator[None]:
    """Freeze a server's processes, and let them go on again."""
    group = stack.pid(name)
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)
