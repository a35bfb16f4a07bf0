"""The pages and the files a browser loads.

What a page shows of a workspace comes from the public API, in the browser.
"""

from functools import cache
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sanic import Blueprint, HTTPResponse, Request
from sanic import response as answer

from parlour.core.settings import settings
from parlour.ui.assets import Asset, assets
from parlour.ui.policy import asset_headers, page_headers, worker_headers

pages = Blueprint("pages")
WORKER = "js/worker/sw.js"


@pages.get("/")
async def landing(_: Request) -> HTTPResponse:
    """Say what Parlour is."""
    return page("landing.html")


@pages.get("/sign-in")
async def sign_in(_: Request) -> HTTPResponse:
    """Ask for e-mail and password."""
    return page("sign_in.html")


@pages.get("/sign-up")
async def sign_up(_: Request) -> HTTPResponse:
    """Ask for what a new account needs."""
    return page("sign_up.html", **_account_rules())


@pages.get("/invite/<token:str>")
async def invite(_: Request, token: str) -> HTTPResponse:
    """Show who invites to which workspace, and take the visitor in."""
    return page("invite.html", token=token, **_account_rules())


@pages.get("/app")
async def app(_: Request) -> HTTPResponse:
    """Load the chat."""
    return _app()


@pages.get("/app/<path:path>")
async def app_path(_: Request, path: str) -> HTTPResponse:  # noqa: ARG001
    """Load the chat, which finds the place itself: /app/{workspace}/{channel}."""
    return _app()


@pages.get("/docs")
async def docs(_: Request) -> HTTPResponse:
    """Load the API's documentation, drawn from /openapi.json."""
    return page("docs.html")


@pages.get("/favicon.ico")
async def favicon(_: Request) -> HTTPResponse:
    """Point those who guess at the icon to where it is."""
    return answer.redirect(assets().url("img/icon.svg"), status=HTTPStatus.FOUND)


@pages.get("/static/<path:path>")
async def static(request: Request, path: str) -> HTTPResponse:
    """Serve a file, or 304 to who has it."""
    asset, lasting = assets().find(path)
    if asset is None:
        return error_page(HTTPStatus.NOT_FOUND)
    return _file(request, asset, asset_headers(lasting=lasting))


@pages.get("/sw.js")
async def worker(request: Request) -> HTTPResponse:
    """Serve the service worker from the root, which is what it may look after."""
    return _file(request, assets().files[WORKER], worker_headers())


def error_page(status: HTTPStatus) -> HTTPResponse:
    """Return the page for a visitor whose address leads nowhere, or whose request failed."""
    return page("error.html", status=status)


def _file(request: Request, asset: Asset, headers: dict[str, str]) -> HTTPResponse:
    headers = {**headers, "ETag": asset.etag}
    # A proxy that compresses marks the tag as weak.
    if asset.etag in request.headers.get("if-none-match", "").replace("W/", "").split(", "):
        return answer.empty(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return answer.raw(asset.body, headers=headers, content_type=asset.media_type)


def _app() -> HTTPResponse:
    known = settings()
    window = "" if known.edit_window is None else known.edit_window
    return page(
        "app.html",
        message_max_length=known.message_max_length,
        edit_window=window,
        file_max_bytes=known.file_max_bytes,
        files_per_message=known.files_per_message,
    )


def page(template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> HTTPResponse:
    """Return a page made of a template."""
    body = _templates().get_template(template).render(status=status, **values)
    return answer.html(body, status=status, headers=page_headers())


def _account_rules() -> dict[str, Any]:
    known = settings()
    return {
        "password_min_length": known.password_min_length,
        "password_max_length": known.password_max_length,
        "name_max_length": known.name_max_length,
        "email_max_length": known.email_max_length,
    }


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("parlour.ui"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known = assets()
    environment.globals.update(
        url=known.url,
        preloads=known.preloads,
        # Safe: built from our own table, and the policy names its hash.
        import_map=Markup(known.import_map),  # noqa: S704
    )
    return environment
