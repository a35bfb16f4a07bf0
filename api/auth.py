"""Signing up, in and out, and staying signed in."""

from msgspec import Struct
from msgspec.structs import asdict, replace

from parlour.api.routing import Answer, Call, Routes
from parlour.api.serving import DEVICE_COOKIE, REFRESH_COOKIE, SIGN_UP_COOKIE, caller
from parlour.api.whence import whence
from parlour.core.errors import UnauthenticatedError
from parlour.core.model.people import Challenge, Device, SignedIn, User, Workspace
from parlour.core.people import accounts, doors, verification, workspaces
from parlour.core.people.keyring import Jwks

routes = Routes("People")
about_me = Routes("People", family="people")


class Registration(Struct, frozen=True, forbid_unknown_fields=True):
    """A new account."""

    email: str
    password: str
    name: str


class SigningUp(Struct, frozen=True):
    """A sign-up that waits until the mail to `email` is read, for `expires_in` seconds at most."""

    id: str
    email: str
    expires_in: int


class Verification(Struct, frozen=True, forbid_unknown_fields=True):
    """What a mail says: the `token` of its link, or the `code` for the sign-up `id`."""

    token: str = ""
    id: str = ""
    code: str = ""
    password: str | None = None


class Verified(Struct, frozen=True):
    """The address that is confirmed."""

    email: str


class Credentials(Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in."""

    email: str
    password: str


class Tokens(Struct, frozen=True, kw_only=True):
    """A session's access token, good for `expires_in` seconds. The refresh token is in an HttpOnly cookie."""

    user: User
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the kind of token, not a token
    expires_in: int


class Challenged(Struct, frozen=True):
    """The password was right, and there is no session yet: a second proof is asked for."""

    challenge: Challenge


class Me(User, frozen=True, kw_only=True):
    """The caller and their workspaces."""

    workspaces: list[Workspace]


@routes.add(
    "POST",
    "/api/v1/auth/register",
    who="anyone",
    summary="Sign up",
    body=Registration,
    answers={201: Tokens, 202: SigningUp},
    errors=(409, 422, 429),
)
async def register(call: Call) -> Answer:
    """Make an account and sign it in, or (`email_verification`) have a mail sent by which that is done.

    The latter answer is the same whether the address has an account or not.
    """
    given, (address, _) = call.body(Registration), whence(call.request)
    await doors.begin_sign_up(call.house, address)
    fields = {"email": given.email, "password": given.password, "name": given.name}
    if call.house.settings.email_verification == "later":
        signed_in = await accounts.register(call.house, **fields)
        await verification.ask_to_verify(call.house, signed_in.user)
        return tokens(201, signed_in)
    await doors.ask_for_mail(call.house, address)
    begun = await verification.begin_sign_up(call.house, **fields)
    body = SigningUp(id=begun.id, email=begun.email, expires_in=begun.expires_in)
    return Answer(202, body, {SIGN_UP_COOKIE: begun.browser})


@routes.add(
    "POST",
    "/api/v1/auth/verify",
    who="anyone",
    summary="Confirm an e-mail address by what its mail says, and finish signing up",
    body=Verification,
    answers={200: Verified, 201: Tokens},
    errors=(409, 410, 422, 429),
)
async def verify(call: Call) -> Answer:
    """Make the account of a sign-up and sign it in (201), or note that an account's address is confirmed (200).

    In another browser than the one that began, a sign-up needs its password too (`password_needed`).
    """
    given, (address, _) = call.body(Verification), whence(call.request)
    await doors.try_link(call.house, address)
    if given.token and (email := await verification.verify(call.house, given.token)):
        return Answer(200, Verified(email))
    proof = verification.Proof(
        token=given.token,
        id=given.id,
        code=given.code,
        browser=call.request.cookies.get(SIGN_UP_COOKIE) or "",
        password=given.password,
    )
    answer = tokens(201, await verification.finish_sign_up(call.house, proof))
    return replace(answer, cookies=answer.cookies | {SIGN_UP_COOKIE: ""})


@routes.add(
    "POST",
    "/api/v1/auth/login",
    who="anyone",
    summary="Sign in",
    body=Credentials,
    answers={200: Tokens | Challenged},
    errors=(401, 422, 429),
)
async def login(call: Call) -> Answer:
    """Open a session, or ask for a second proof."""
    given = call.body(Credentials)
    outcome = await accounts.sign_in(
        call.house, email=given.email, password=given.password, device=device_of(call)
    )
    if isinstance(outcome, Challenge):
        return Answer(200, Challenged(outcome))
    return tokens(200, outcome)


@routes.add(
    "POST",
    "/api/v1/auth/refresh",
    who="anyone",
    summary="Exchange the refresh cookie for a new one and an access token",
    answers={200: Tokens},
    errors=(401,),
)
async def refresh(call: Call) -> Answer:
    """Stay signed in."""
    token = call.request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise UnauthenticatedError("unauthenticated", "There is no refresh cookie. Sign in.")
    return tokens(200, await accounts.refresh(call.house, token))


@routes.add(
    "POST", "/api/v1/auth/logout", who="anyone", summary="Sign out: end this session", answers={204: None}
)
async def logout(call: Call) -> Answer:
    """End the session of the access token, or else of the refresh cookie."""
    try:
        identity = await caller(call.house, call.request)
    except UnauthenticatedError:
        identity = None
    await accounts.sign_out(call.house, token=call.request.cookies.get(REFRESH_COOKIE), identity=identity)
    return Answer(204, cookies={REFRESH_COOKIE: ""})


@routes.add(
    "GET",
    "/.well-known/jwks.json",
    who="anyone",
    summary="The public keys of access tokens (RFC 7517)",
    answers={200: Jwks},
)
async def jwks(call: Call) -> Answer:
    """Show with which keys access tokens are checked."""
    return Answer(200, call.house.keys.public(), headers={"Cache-Control": "public, max-age=60"})


@about_me.add("GET", "/api/v1/me", who="signed in", summary="Who am I", answers={200: Me})
async def me(call: Call) -> Answer:
    """Return the caller and their workspaces."""
    user = await accounts.me(call.house, call.user_id)
    mine = await workspaces.mine(call.house, call.user_id)
    return Answer(200, Me(**asdict(user), workspaces=mine))


def device_of(call: Call) -> Device:
    """Return what somebody signs in with."""
    return Device(*whence(call.request), note=call.request.cookies.get(DEVICE_COOKIE) or "")


def tokens(status: int, signed_in: SignedIn) -> Answer:
    """Return what opens a session: the tokens, the refresh token in its cookie. The browser is known from here on."""
    body = Tokens(user=signed_in.user, access_token=signed_in.access_token, expires_in=signed_in.expires_in)
    cookies = {REFRESH_COOKIE: signed_in.refresh_token, DEVICE_COOKIE: signed_in.device_note}
    return Answer(status, body, cookies)
