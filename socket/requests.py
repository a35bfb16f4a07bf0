"""Requests over the socket: who may make them, how they are decoded, run and acknowledged.

Every event names who may call it: anyone `connected` (which means signed in), a `member` of the channel that its
payload names, or a `reader` of the message that it names, whom the rule lets in as it fetches the message. Its
answer is `{ok: true, …}`, or `{ok: false, error: {code, detail}}`.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from parlour.core.errors import ParlourError
from parlour.core.failures import translate
from parlour.core.model.rights import SCOPES, Family, Right, Scope
from parlour.core.telemetry import SOCKET_REQUESTS
from parlour.socket.connections import Connection

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

Who = Literal["connected", "member", "reader"]
Payload = TypeVar("Payload", bound=Struct)
OK = b'{"ok":true}'


class Handler(Struct, frozen=True):
    """A declared event: its payload's type, who may call it and with which right and scope, and what answers with JSON.

    The right is asked for by the rule, which knows the workspace; `others` is the one for what is not the caller's own.
    """

    name: str
    who: Who
    needs: Right | None
    others: Right | None
    scope: Scope
    payload: type[Struct]
    run: Callable[["Gateway", Connection, Any], Awaitable[bytes]]


class Events:
    """The events of one family of scopes; all of them change something, unless they say that they only read."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self.all: dict[str, Handler] = {}

    def on(
        self,
        name: str,
        payload: type[Payload],
        *,
        who: Who,
        needs: Right | None = None,
        others: Right | None = None,
        access: Literal["read", "write"] = "write",
    ) -> Callable[
        [Callable[["Gateway", Connection, Payload], Awaitable[bytes]]],
        Callable[["Gateway", Connection, Payload], Awaitable[bytes]],
    ]:
        """Declare the decorated function as the handler of an event."""

        def declare(
            run: Callable[["Gateway", Connection, Payload], Awaitable[bytes]],
        ) -> Callable[["Gateway", Connection, Payload], Awaitable[bytes]]:
            self.all[name] = Handler(
                name, who, needs, others, SCOPES[f"{self._family}:{access}"], payload, run
            )
            return run

        return declare


def ok(**fields: object) -> bytes:
    """Return a positive answer as JSON."""
    return msgspec.json.encode({"ok": True, **fields}) if fields else OK


def refusal(error: BaseException) -> bytes:
    """Return a failure as JSON."""
    known: ParlourError = translate(error)
    told: dict[str, object] = {"code": known.code, "detail": known.detail}
    if known.errors:
        told["errors"] = known.errors
    if known.retry_after:
        told["retry_after"] = known.retry_after
    return msgspec.json.encode({"ok": False, "error": told})


def count(event: str, outcome: str) -> None:
    """Count a request."""
    SOCKET_REQUESTS.labels(event, outcome).inc()
