"""How a declared route is served: who calls, the handler, its answer, and one shape for every failure."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from http import HTTPStatus
from typing import Any

import msgspec
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import PayloadTooLarge, SanicException
from sanic.http import Http
from sanic.response import BaseHTTPResponse

from parlour.api import idempotency
from parlour.api.pace import keep_pace, show_pace
from parlour.api.protection import COOKIE_PATH, add_headers, check_cookies_use
from parlour.api.ranges import RangeError
from parlour.api.routing import Answer, Call, Content, Route, Streamed
from parlour.api.whence import whence
from parlour.core.errors import ParlourError, UnauthenticatedError
from parlour.core.failures import translate
from parlour.core.house import House
from parlour.core.model.people import Identity
from parlour.core.origin import Origin, origin
from parlour.core.people import rights
from parlour.core.people.identify import identify
from parlour.core.people.limits import OverLimitError
from parlour.core.people.scopes import check_scope
from parlour.core.settings import Settings
from parlour.core.store.mongo import StoreError
from parlour.core.telemetry import HTTP_SECONDS, correlation, correlation_id

REFRESH_COOKIE = "parlour_refresh"
DEVICE_COOKIE = "parlour_device"
"""By which a browser is known at an account that it has signed in with."""
SIGN_UP_COOKIE = "parlour_sign_up"
"""By which a browser is known that began to sign up."""
WAY_COOKIE = "parlour_way"
"""What a browser keeps while it is at another server. It comes back by a link, so that Lax is as strict as can be."""
JSON = "application/json"
PROBLEM = "application/problem+json"
LINGER_SECONDS = 5

App = Sanic[Any, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as every route answers it (RFC 9457); `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] | None = None


def serve(app: App, route: Route) -> None:
    """Serve one declared route."""

    async def handle(request: Request, **_path: str) -> HTTPResponse | None:
        if not route.streamed:
            return await _handle(request, route)
        try:
            response = await _handle(request, route)
        except (ParlourError, StoreError) as error:
            response = _refused(request, translate(error))
        if response is not None:
            await _send_early(request, response)
        return None

    path = route.path.replace("{", "<").replace("}", ":str>")
    app.add_route(
        handle,
        path,
        methods=[route.method],
        name=route.handler.__name__,
        stream=route.streamed,
        ctx_headers=tuple(route.headers.items()),
    )


async def _handle(request: Request, route: Route) -> HTTPResponse | None:
    """Return the answer, or none when it was streamed already."""
    house: House = request.app.ctx.house
    request.ctx.served = route
    check_cookies_use(request)
    identity = await _let_in(house, request, route) if route.who == "signed in" else None
    if identity is None:
        await keep_pace(house, request, None)
    call = Call(house, request, route, identity)
    if route.repeatable and (key := request.headers.get("idempotency-key")):
        return await idempotency.once(call, key, respond)
    answer = await route.handler(call)
    if isinstance(answer.body, Streamed):
        await _stream(request, answer, answer.body)
        return None
    return respond(call, answer)


async def _send_early(request: Request, response: HTTPResponse) -> None:
    """Answer, and let pass for a while what is still being sent.

    A connection that is closed on bytes nobody read is reset, and the answer that was on its way is lost.
    """
    sent = await request.respond(response)
    await sent.send(end_stream=True)
    stream = request.stream
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while isinstance(stream, Http) and stream.request_body:
                await stream.read()


async def _stream(request: Request, answer: Answer, body: Streamed) -> None:
    """Send a body as it comes; what makes it is closed as soon as nobody takes it any more.

    It begins with the first chunk: what cannot be read at all is an error like any other. What breaks off later ends
    the connection, so that nobody takes a part for the whole.
    """
    length = {} if body.length is None else {"Content-Length": str(body.length)}
    headers = {**answer.headers, **length}
    async with aclosing(body.chunks) as chunks:
        is_head = request.method == "HEAD"
        first = None if is_head else await anext(chunks, None)
        response = await request.respond(status=answer.status, headers=headers, content_type=body.media_type)
        if first is not None:
            await response.send(first)
            async for chunk in chunks:
                await response.send(chunk)
        await response.eof()


async def _let_in(house: House, request: Request, route: Route) -> Identity:
    """Return who calls, if what they came with opens the route, and they have the right that it needs.

    Raises:
        UnauthenticatedError: nobody calls.
        ForbiddenError: `missing_scope`, `sessions_only`, `missing_right`.
        NotFoundError: the workspace that the path names is not theirs.
        OverLimitError: they call too often.
    """
    try:
        identity = await caller(house, request)
    except UnauthenticatedError:
        await keep_pace(house, request, None)
        raise
    request.ctx.caller = identity.user_id
    await keep_pace(house, request, identity)
    check_scope(identity, route.scope)
    workspace_id = request.match_info.get("workspace")
    if route.needs and workspace_id:
        await rights.require(house, workspace_id, identity.user_id, route.needs)
    return identity


async def caller(house: House, request: Request) -> Identity:
    """Return who calls.

    Raises:
        UnauthenticatedError: nobody, or nobody any more.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("unauthenticated", "Send an access token: Authorization: Bearer …")
    address, agent = whence(request)
    return await identify(house, token.strip(), address=address, agent=agent)


def respond(call: Call, answer: Answer) -> HTTPResponse:
    """Return an answer as HTTP."""
    if answer.body is None:
        response = HTTPResponse(status=answer.status)
    elif isinstance(answer.body, Content):
        headers = {
            "Cache-Control": answer.body.keep,
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        response = HTTPResponse(answer.body.data, answer.status, headers, content_type=answer.body.media_type)
    else:
        response = HTTPResponse(msgspec.json.encode(answer.body), answer.status, content_type=JSON)
    response.headers.update(answer.headers)
    for name, value in answer.cookies.items():
        _set_cookie(response, name, value, call.house)
    return response


def _set_cookie(response: HTTPResponse, name: str, value: str, house: House) -> None:
    response.add_cookie(
        name,
        value,
        path=COOKIE_PATH,
        httponly=True,
        secure=house.settings.secure_cookies,
        samesite="Lax" if name == WAY_COOKIE else "Strict",
        max_age=_lifetime_s(name, house) if value else 0,
    )


def _lifetime_s(name: str, house: House) -> int:
    if name == SIGN_UP_COOKIE:
        return house.settings.sign_up_minutes * 60
    if name == WAY_COOKIE:
        return house.settings.oidc_sign_in_seconds
    is_device = name == DEVICE_COOKIE
    days = house.settings.known_device_days if is_device else house.settings.refresh_token_days
    return days * 86_400


def guard(app: App, settings: Settings, page: Callable[[HTTPStatus], HTTPResponse]) -> None:
    """Give every request its correlation id and time, and every failure its one shape.

    Someone who looks for a page gets `page`; everyone else, and the whole API, problem+json.
    """

    async def begin(request: Request) -> None:
        request.ctx.started = time.perf_counter()
        request.ctx.correlation_id = correlation(request.headers.get("x-request-id"))
        correlation_id.set(request.ctx.correlation_id)
        origin.set(Origin(*whence(request)))

    app.register_middleware(begin, "request")

    async def finish(request: Request, response: BaseHTTPResponse) -> None:
        response.headers["X-Request-Id"] = getattr(request.ctx, "correlation_id", "")
        add_headers(request, response, settings)
        show_pace(request, response)
        for name, value in getattr(request.route and request.route.ctx, "headers", ()):
            response.headers.setdefault(name, value)
        route = request.route.path if request.route else "none"
        took = time.perf_counter() - getattr(request.ctx, "started", time.perf_counter())
        HTTP_SECONDS.labels(request.method, route, response.status).observe(took)

    app.register_middleware(finish, "response")

    @app.exception(Exception)
    async def fail(request: Request, error: Exception) -> HTTPResponse:
        known = _known(error, app)
        if "text/html" in request.headers.get("accept", "") and not request.path.startswith("/api/"):
            return page(HTTPStatus(known.status))
        return _refused(request, known)


def _refused(request: Request, error: ParlourError) -> HTTPResponse:
    """Return an error as problem+json, and note it where it is one of access or of input at a route of ours."""
    route: Route | None = getattr(request.ctx, "served", None)
    # Who is refused at signing in has a line of that already.
    if route is not None and (route.who == "signed in" or error.status != UnauthenticatedError.status):
        house: House = request.app.ctx.house
        house.security_log.refused(
            error,
            door=f"{route.method} {route.path}",
            user_id=getattr(request.ctx, "caller", None),
            address=whence(request)[0],
        )
    return problem(error)


def problem(error: ParlourError) -> HTTPResponse:
    """Return an error as problem+json."""
    body = Problem(
        type=f"urn:parlour:error:{error.code}",
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.detail,
        errors=error.errors,
    )
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    headers |= error.headers if isinstance(error, RangeError) else {}
    headers |= error.window.headers if isinstance(error, OverLimitError) else {}
    if error.status == UnauthenticatedError.status:
        headers["WWW-Authenticate"] = "Bearer"
    return HTTPResponse(msgspec.json.encode(body), body.status, headers, content_type=PROBLEM)


class RefusedError(ParlourError):
    """What Sanic refuses by itself: an unknown path, a wrong method, a body that is too large."""

    def __init__(self, error: SanicException, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.status = error.status_code
        self.title = "The request was refused"


def _known(error: Exception, app: App) -> ParlourError:
    if isinstance(error, PayloadTooLarge):
        most = app.config.REQUEST_MAX_SIZE
        return RefusedError(error, "too_large", f"A request has at most {most} bytes (request_max_bytes).")
    if isinstance(error, SanicException):
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
        return RefusedError(error, code, str(error) or "The request was refused.")
    return translate(error)
