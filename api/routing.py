"""Routes: declared once, and from that declaration served, guarded and documented.

Every route names who may call it. The body and the query are types; the OpenAPI document is made of the same.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct
from sanic import Request
from sanic.http import Http

from parlour.core.errors import InvalidError, ParlourError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import Identity
from parlour.core.model.rights import SCOPES, Family, Right, Scope

Who = Literal["anyone", "signed in"]
Method = Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
Model = TypeVar("Model")
READING = ("GET", "HEAD", "OPTIONS")


class Content(Struct, frozen=True):
    """A body that is no JSON, with its media type, and how long others may keep it (Cache-Control)."""

    data: bytes
    media_type: str
    keep: str


class Streamed(Struct, frozen=True):
    """A body that is sent as it comes; `length` in bytes, none where nobody knows it before the end."""

    chunks: AsyncGenerator[bytes, None]
    media_type: str
    length: int | None = None


class Answer(Struct, frozen=True):
    """What a handler answers: a status, a body (none for 204), headers, and cookies to set or (empty) to delete."""

    status: int
    body: object = None
    cookies: dict[str, str] = {}
    headers: Mapping[str, str] = {}


class StalledError(ParlourError):
    """A body whose sender fell silent."""

    status = 408
    title = "The request stalled"


class Bodies:
    """The bodies that a process reads as they come in: none outlives it, and none falls silent for long."""

    def __init__(self) -> None:
        self._waits: set[asyncio.Timeout] = set()
        self._closed = False

    def close(self) -> None:
        """End them all, since the process ends: their senders go on elsewhere."""
        self._closed = True
        for wait in self._waits:
            wait.reschedule(0)

    @asynccontextmanager
    async def wait(self, idle: float) -> AsyncIterator[None]:
        """Wait for the next bytes, `idle` seconds at most.

        Raises:
            StalledError: none came.
            UnavailableError: `stopping`.
        """
        try:
            async with asyncio.timeout(0 if self._closed else idle) as wait:
                self._waits.add(wait)
                try:
                    yield
                finally:
                    self._waits.discard(wait)
        except TimeoutError as error:
            if self._closed:
                raise UnavailableError(
                    "stopping", "This process ends. Go on in a moment.", retry_after=1
                ) from error
            raise StalledError("stalled", f"Nothing came for {idle:g} seconds.") from error


class Call:
    """One request on its way to a rule."""

    __slots__ = ("house", "identity", "request", "route")

    def __init__(self, house: House, request: Request, route: "Route", identity: Identity | None) -> None:
        self.house = house
        self.request = request
        self.route = route
        self.identity = identity

    @property
    def user_id(self) -> UserId:
        """Who calls; only for routes that are for those signed in."""
        return self.signed_in.user_id

    @property
    def signed_in(self) -> Identity:
        """Who calls, and by which session; only for routes that are for those signed in."""
        if self.identity is None:
            raise ParlourError("internal", "This route asks who calls, but is open to anyone.")
        return self.identity

    def path(self, name: str) -> Any:
        """Return a part of the path."""
        return self.request.match_info[name]

    def body(self, model: type[Model]) -> Model:
        """Return the JSON body as `model`; what does not fit is the caller's error."""
        return msgspec.json.decode(self.request.body or b"{}", type=model)

    def query(self, model: type[Model]) -> Model:
        """Return the query's parameters as `model`."""
        given = {name: values[-1] for name, values in self.request.args.items()}
        return msgspec.convert(given, type=model, strict=False)

    async def chunks(self, *, idle: float) -> AsyncIterator[bytes]:
        """Yield the body as it comes in; only for routes that are `streamed`.

        Raises:
            StalledError: nothing came for `idle` seconds.
            UnavailableError: `stopping`, this process ends.
        """
        stream, bodies = self.request.stream, self.request.app.ctx.bodies
        while isinstance(stream, Http) and stream.request_body:
            try:
                async with bodies.wait(idle):
                    chunk = await stream.read()
            except asyncio.CancelledError:
                # The connection is lost; what it brought before is not.
                while stream.recv_buffer and stream.request_bytes_left:
                    yield await stream.read() or b""
                raise
            if chunk:
                yield chunk

    def limit(self, asked: int | None) -> int:
        """Return how many items a page has.

        Raises:
            InvalidError: more than the setting `page_max`, or less than one.
        """
        most = self.house.settings.page_max
        if asked is not None and not 1 <= asked <= most:
            raise InvalidError.field("limit", f"limit is between 1 and {most} (page_max).")
        return asked or min(self.house.settings.page_size, most)


Handler = Callable[[Call], Awaitable[Answer]]


class Route(Struct, frozen=True, kw_only=True):
    """A declared route. `answers` maps each success status to its body's type.

    The handler of a `streamed` route reads the body as it comes in, which has no limit but the handler's own, and which
    is of the media type that it `takes`. `headers` go with every answer, refusals included.

    `needs` is the right that its caller has to have in the workspace, `others` the one for what is not their own: where
    the path names the workspace, `needs` is asked for before the handler runs; elsewhere both are by the rule, which
    knows what belongs where. Without one, everybody who is in sight of the thing may. `scope` is what a token has to
    open; without one, tokens may never call.
    """

    method: Method
    path: str
    who: Who
    needs: Right | None = None
    others: Right | None = None
    scope: Scope | None = None
    summary: str
    tag: str
    handler: Handler
    body: Any = None
    query: Any = None
    answers: dict[int, Any]
    errors: Sequence[int] = ()
    repeatable: bool = False
    streamed: bool = False
    takes: str = ""
    headers: Mapping[str, str] = {}


class Routes:
    """The routes of one resource; tokens call them who have its family of scopes: without one, they never may."""

    def __init__(self, tag: str, *, family: Family | None = None) -> None:
        self.tag = tag
        self.family = family
        self.all: list[Route] = []

    def add(
        self,
        method: Method,
        path: str,
        *,
        who: Who,
        needs: Right | None = None,
        others: Right | None = None,
        summary: str,
        answers: dict[int, Any],
        body: Any = None,
        query: Any = None,
        errors: Sequence[int] = (),
        repeatable: bool = False,
        streamed: bool = False,
        takes: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated handler. A `repeatable` route honours `Idempotency-Key`."""

        def declare(handler: Handler) -> Handler:
            self.all.append(
                Route(
                    method=method,
                    path=path,
                    who=who,
                    needs=needs,
                    others=others,
                    scope=scope_of(self.family, method),
                    summary=summary,
                    tag=self.tag,
                    handler=handler,
                    body=body,
                    query=query,
                    answers=answers,
                    errors=errors,
                    repeatable=repeatable,
                    streamed=streamed,
                    takes=takes,
                    headers=headers or {},
                )
            )
            return handler

        return declare


def scope_of(family: Family | None, method: Method) -> Scope | None:
    """Return what a token has to open for a method of a family's routes."""
    if family is None:
        return None
    return SCOPES[f"{family}:{'read' if method in READING else 'write'}"]


class PageQuery(Struct, frozen=True):
    """Which page of a list: `cursor` is the `next` of the page before."""

    limit: int | None = None
    cursor: str | None = None
