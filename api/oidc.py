"""Signing in by other servers (OpenID Connect): the way there and back, and accounts linked to one's own.

Browsers come here by links and redirects, so what goes wrong leads back to the sign-in page, which has the words.
"""

from http import HTTPStatus
from urllib.parse import urlencode

from msgspec import Struct

from parlour.api.auth import device_of
from parlour.api.routing import Answer, Call, Routes
from parlour.api.serving import DEVICE_COOKIE, REFRESH_COOKIE, WAY_COOKIE
from parlour.core.errors import ParlourError
from parlour.core.model.page import Page
from parlour.core.model.people import Challenge, SignedIn
from parlour.core.model.sign_in import LinkedAccount, Proof, SignInOption, SignInOptions
from parlour.core.people.oidc import accounts, sign_in
from parlour.core.people.oidc.providers import providers
from parlour.core.people.relying_party import relying_party

routes = Routes("People")


class NextPlace(Struct, frozen=True):
    """Where to go on after signing in: a path of this site."""

    next: str = "/app"


class CodeQuery(Struct, frozen=True):
    """What a server sends a browser back with (RFC 6749 section 4.1.2, RFC 9207)."""

    state: str = ""
    code: str = ""
    error: str = ""
    iss: str | None = None


class LinkProof(Proof, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That it is really they who link an account, and where to go on afterwards: a path of this site."""

    next: str = "/app"


class LinkBegun(Struct, frozen=True):
    """Where the browser is to go to link an account."""

    url: str


@routes.add(
    "GET",
    "/api/v1/auth/options",
    who="anyone",
    summary="How people may sign in besides e-mail and password",
    answers={200: SignInOptions},
)
async def sign_in_options(call: Call) -> Answer:
    """Return the sign-in servers, and where passkeys work."""
    settings = call.house.settings
    options = [
        SignInOption(id=known.id, label=known.label, url=f"/api/v1/auth/oidc/{known.id}")
        for known in providers(settings).values()
    ]
    return Answer(200, SignInOptions(providers=options, passkey_origin=relying_party(settings).origin))


@routes.add(
    "GET",
    "/api/v1/auth/oidc/{provider}",
    who="anyone",
    summary="Sign in by another server: leads a browser there",
    query=NextPlace,
    answers={303: None},
    errors=(404, 422),
)
async def begin_oidc(call: Call) -> Answer:
    """Redirect to the server's own sign-in."""
    next_place = call.query(NextPlace).next
    try:
        begun = await sign_in.begin(
            call.house, call.path("provider"), next_place=next_place, note=device_of(call).note
        )
    except ParlourError as error:
        return _led_to(_sign_in_page(problem=error.code))
    return _led_to(begun.url, {WAY_COOKIE: begun.browser})


@routes.add(
    "GET",
    "/api/v1/auth/oidc/{provider}/callback",
    who="anyone",
    summary="Where a sign-in server sends browsers back to",
    query=CodeQuery,
    answers={303: None},
    errors=(404, 422),
)
async def finish_oidc(call: Call) -> Answer:
    """Sign in, or link, and lead the browser on."""
    query, provider_id = call.query(CodeQuery), call.path("provider")
    try:
        if query.error or not query.code:
            raise sign_in.denied(sign_in.known(call.house, provider_id))
        returned = await sign_in.finish(
            call.house,
            provider_id,
            state=query.state,
            browser=call.request.cookies.get(WAY_COOKIE) or "",
            code=query.code,
            issuer=query.iss,
            device=device_of(call),
        )
    except ParlourError as error:
        return _led_to(_sign_in_page(problem=error.code), {WAY_COOKIE: ""})
    return _ended(returned)


@routes.add(
    "GET",
    "/api/v1/me/linked-accounts",
    who="signed in",
    summary="My accounts at other servers, by which I sign in",
    answers={200: Page[LinkedAccount]},
)
async def list_linked_accounts(call: Call) -> Answer:
    """List the caller's linked accounts; at most one a server, so one page holds them all."""
    return Answer(200, Page(await accounts.mine(call.house, call.user_id)))


@routes.add(
    "POST",
    "/api/v1/me/linked-accounts/{provider}",
    who="signed in",
    summary="Link an account at another server: says where the browser is to go",
    body=LinkProof,
    answers={200: LinkBegun},
    errors=(403, 404, 429),
)
async def link_account(call: Call) -> Answer:
    """Begin to link; it ends where that server sends the browser back to."""
    given = call.body(LinkProof)
    begun = await sign_in.begin_link(
        call.house, call.signed_in, call.path("provider"), given, next_place=given.next
    )
    return Answer(200, LinkBegun(begun.url), {WAY_COOKIE: begun.browser})


@routes.add(
    "POST",
    "/api/v1/me/linked-accounts/{provider}/remove",
    who="signed in",
    summary="Unlink an account at another server",
    body=Proof,
    answers={204: None},
    errors=(403, 404, 409, 429),
)
async def unlink_account(call: Call) -> Answer:
    """Sign in by that server no more."""
    provider = sign_in.known(call.house, call.path("provider"))
    await accounts.unlink(call.house, call.signed_in, provider, call.body(Proof))
    return Answer(204)


def _ended(returned: sign_in.Returned) -> Answer:
    outcome = returned.outcome
    if isinstance(outcome, SignedIn):
        place = _sign_in_page(done="1", next=returned.next)
        cookies = {REFRESH_COOKIE: outcome.refresh_token, DEVICE_COOKIE: outcome.device_note}
        return _led_to(place, {WAY_COOKIE: ""} | cookies)
    if isinstance(outcome, Challenge):
        # Behind `#` it is neither sent to a server nor kept in a log.
        secret = urlencode({"challenge": outcome.id, "methods": ",".join(outcome.methods)})
        return _led_to(f"{_sign_in_page(next=returned.next)}#{secret}", {WAY_COOKIE: ""})
    return _led_to(returned.next, {WAY_COOKIE: ""})


def _sign_in_page(**query: str) -> str:
    return f"/sign-in?{urlencode(query)}"


def _led_to(place: str, cookies: dict[str, str] | None = None) -> Answer:
    headers = {"Location": place, "Referrer-Policy": "no-referrer"}
    return Answer(HTTPStatus.SEE_OTHER, None, cookies or {}, headers)
