"""The ways to ask a running `deploy/up` or `deploy/test` to end, all told as `KeyboardInterrupt`."""

import signal
from types import FrameType


def interrupt_on_signals() -> None:
    """Take Ctrl-C, a termination and a closed terminal alike, also where a shell started us deaf to Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
