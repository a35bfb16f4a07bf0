"""Sign-ins and refusals in the log, for whoever watches over it.

A line has the name of its event, codes, ids and a network address; never a body, a token, or what somebody typed. It is
bounded: nobody fills a disk by being refused. What is left out is counted, and said with the next line.
"""

import time

from parlour.core.errors import ForbiddenError, ParlourError
from parlour.core.ids import UserId
from parlour.core.telemetry import SECURITY_EVENTS, log

WINDOW_S = 60.0
NOT_THERE = 404
OF_ACCESS = (401, 403, NOT_THERE, 429)
OF_INPUT = (400, 413, 415, 422)
FIELDS_MAX = 10


class SecurityLog:
    """The lines of one process: `most` of each event a minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._windows: dict[str, _Window] = {}

    def note(self, event: str, **facts: object) -> None:
        """Log an event with its facts, if there were not too many of its name."""
        window = self._window(event)
        window.lines += 1
        is_told = window.lines <= self._most
        SECURITY_EVENTS.labels(event, "logged" if is_told else "left out").inc()
        if is_told:
            log.info(event, **facts)

    def refused(self, error: ParlourError, *, door: str, user_id: UserId | None, address: str) -> None:
        """Note that a request was refused at a `door` (a route, a socket's event): its sender, or its input.

        That something is not there concerns access only where we know who asks: it may be there for others.
        """
        if error.status in OF_INPUT:
            fields = [fault["field"] for fault in error.errors or ()][:FIELDS_MAX]
            self.note(
                "input.refused", door=door, code=error.code, fields=fields, user_id=user_id, address=address
            )
        elif error.status in OF_ACCESS and (user_id or error.status != NOT_THERE):
            right = error.right if isinstance(error, ForbiddenError) else None
            self.note(
                "access.refused", door=door, code=error.code, right=right, user_id=user_id, address=address
            )

    def _window(self, event: str) -> "_Window":
        """Return the minute that an event counts in; with a new one, say how much of the one before was left out."""
        moment, window = time.monotonic(), self._windows.get(event)
        if window is not None and moment < window.ends:
            return window
        if window is not None and window.lines > self._most:
            log.warning("security_log.left_out", about=event, lines=window.lines - self._most)
        self._windows[event] = _Window(moment + WINDOW_S)
        return self._windows[event]


class _Window:
    """A minute, and how often something happened in it."""

    __slots__ = ("ends", "lines")

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.lines = 0
