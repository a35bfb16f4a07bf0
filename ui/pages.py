"""The pages and the files a browser loads.

What a page shows of a workspace comes from the public API, in the browser.
"""

import json
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sanic import Blueprint, HTTPResponse, Request
from sanic import response as answer

from parlour.core.people.proofs import span_words
from parlour.core.settings import settings
from parlour.ui.assets import Asset, assets
from parlour.ui.policy import asset_headers, page_headers, worker_headers

pages = Blueprint("pages")
WORKER = "js/worker/sw.js"
DOCS = Path(__file__).parent / "templates" / "docs"


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


@pages.get("/verify-email")
async def verify_email(_: Request) -> HTTPResponse:
    """Confirm an address by a mail's link: by a click, since programs follow links too."""
    return page("verify_email.html")


@pages.get("/forgot-password")
async def forgot_password(_: Request) -> HTTPResponse:
    """Ask for the address that gets a link."""
    return page("forgot_password.html", email_max_length=settings().email_max_length)


@pages.get("/reset-password")
async def reset_password(_: Request) -> HTTPResponse:
    """Ask for a new password."""
    return page("reset_password.html", **_account_rules())


@pages.get("/confirm-email")
async def confirm_email(_: Request) -> HTTPResponse:
    """Make the address to which a mail's link went that of the account."""
    return page(
        "mail_link.html",
        path="/auth/email/confirm",
        heading="Use this address?",
        lead="Your account gets the address to which this link was sent. The former one is told.",
        button="Use this address",
        done="Your address is changed",
        after="You sign in with it from now on.",
    )


@pages.get("/take-back-email")
async def take_back_email(_: Request) -> HTTPResponse:
    """Give an account its former address again."""
    return page(
        "mail_link.html",
        path="/auth/email/take-back",
        heading="Take your address back?",
        lead="Your account gets its former address again. Every session, token, passkey and second step of it ends, "
        "and another mail lets you choose a new password.",
        button="Take it back",
        done="Your account has its address again",
        after="Look into your mail: a link there lets you choose a new password.",
    )


@pages.get("/reactivate")
async def reactivate(_: Request) -> HTTPResponse:
    """Take up again an account that was deactivated."""
    return page(
        "mail_link.html",
        path="/auth/reactivation",
        heading="Take up your account again?",
        lead="You are in all your channels again, and others can write to you.",
        button="Reactivate my account",
        done="Your account is active again",
        after="Sign in, and go on where you were.",
    )


@pages.get("/erasure/<erasure:str>")
async def erasure(_: Request, erasure: str) -> HTTPResponse:
    """Show the erasure of an account to whoever holds its link, who may take it back."""
    return page("erasure.html", erasure=erasure)


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
    """Load the API's documentation: first steps, the codes of errors, and all else drawn from /openapi.json."""
    return page("docs.html", sample=_sample, errors=_error_codes())


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


@cache
def _sample(name: str) -> str:
    """Return a program that the documentation shows; tests run the very same."""
    return (DOCS / name).read_text()


@cache
def _error_codes() -> list[dict[str, str | int]]:
    """Return the stable codes of errors; `python -m tests.error_codes` makes the list of the source."""
    found: list[dict[str, str | int]] = json.loads((DOCS / "errors.json").read_text())
    return found


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
        "sign_up_lasts": span_words(timedelta(minutes=known.sign_up_minutes)),
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
    known, told = assets(), settings()
    environment.globals.update(
        run_by=told.run_by,
        terms_url=told.terms_url,
        privacy_url=told.privacy_url,
        url=known.url,
        preloads=known.preloads,
        # Safe: built from our own table, and the policy names its hash.
        import_map=Markup(known.import_map),  # noqa: S704
    )
    return environment
