"""How many requests each caller makes: the one limit of the whole API, far above what people and tests ever need."""

from sanic import Request
from sanic.response import BaseHTTPResponse

from parlour.api.whence import whence
from parlour.core.house import House
from parlour.core.model.people import Identity
from parlour.core.people.limits import MINUTE, Limit, OverLimitError, Window, network_of

API = "/api/"


async def keep_pace(house: House, request: Request, identity: Identity | None) -> None:
    """Count a request to the API: a person's with all their sessions, a token's by itself, a stranger's by address.

    While Redis is away nobody is counted.

    Raises:
        OverLimitError: it is one too many.
    """
    if not request.path.startswith(API):
        return
    limit, key = _by_person(house, identity) if identity else _by_address(house, request)
    window = await house.limits.count_gathered(limit, key)
    if window is None:
        return
    if window.remaining < 0:
        raise OverLimitError(Window(limit, 0, window.reset))
    request.ctx.window = window


def show_pace(request: Request, response: BaseHTTPResponse) -> None:
    """Tell a caller what is left of their limit, unless the answer tells of another one."""
    window: Window | None = getattr(request.ctx, "window", None)
    if window is not None and "RateLimit-Limit" not in response.headers:
        response.headers.update(window.headers)


def _by_person(house: House, identity: Identity) -> tuple[Limit, str]:
    key = identity.user_id if identity.kind == "session" else identity.session_id
    return Limit("requests", house.settings.calls_per_minute, MINUTE, "calls_per_minute"), key


def _by_address(house: House, request: Request) -> tuple[Limit, str]:
    most = house.settings.calls_per_minute_by_address
    limit = Limit("requests", most, MINUTE, "calls_per_minute_by_address")
    return limit, network_of(whence(request)[0])
