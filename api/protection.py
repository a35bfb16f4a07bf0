"""What protects browsers: headers of every answer of the API, and what is refused where cookies count."""

from urllib.parse import urlsplit

from sanic import Request
from sanic.response import BaseHTTPResponse

from parlour.core.errors import ForbiddenError, ParlourError
from parlour.core.settings import Settings

API = "/api/"
COOKIE_PATH = "/api/v1/auth"
"""Where cookies count; everywhere else a token in a header does, which no other site can make a browser send."""
JSON_TYPES = ("application/json", "application/problem+json")
OF_JSON = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Content-Disposition": 'attachment; filename="api.json"',
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


class MediaTypeError(ParlourError):
    """A body of another kind than is taken here."""

    status = 415
    title = "Another media type is wanted"


def add_headers(request: Request, response: BaseHTTPResponse, settings: Settings) -> None:
    """Say what a browser may do with an answer: read it, and nothing else."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if settings.address.startswith("https:") and settings.hsts_seconds:
        response.headers["Strict-Transport-Security"] = f"max-age={settings.hsts_seconds}; includeSubDomains"
    if not request.path.startswith(API):
        return
    response.headers.setdefault("Cache-Control", "no-store")
    if response.content_type in JSON_TYPES:
        for name, value in OF_JSON.items():
            response.headers.setdefault(name, value)


def check_cookies_use(request: Request) -> None:
    """Refuse what a page of another site may have made a browser send to where cookies count.

    Raises:
        ForbiddenError: `foreign_origin`.
        MediaTypeError: the body is what a mere form could be.
    """
    if request.method == "GET" or not request.path.startswith(COOKIE_PATH):
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForbiddenError("foreign_origin", "This can be asked for by Parlour's own pages alone.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.body and kind != "application/json":
        raise MediaTypeError("json_wanted", "Send JSON: Content-Type: application/json.")
