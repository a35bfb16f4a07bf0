"""Where what is being done just now was asked from: set at the edges, told by the audit.

Without one it is Parlour itself that acts: a workflow, a sweep.
"""

from contextvars import ContextVar

from msgspec import Struct

from parlour.core.ids import SessionId
from parlour.core.model.people import SessionKind

AGENT_MAX_LENGTH = 400


class Origin(Struct, frozen=True):
    """The network address and the browser or program of a request, and what its sender came in with, if they did."""

    address: str
    agent: str
    session_id: SessionId | None = None
    kind: SessionKind | None = None


origin: ContextVar[Origin | None] = ContextVar("origin", default=None)
