"""Signing up, in and out, and staying signed in."""

from msgspec import Struct
from msgspec.structs import asdict

from parlour.api.routing import Answer, Call, Routes
from parlour.api.serving import REFRESH_COOKIE, caller
from parlour.core.errors import UnauthenticatedError
from parlour.core.model.people import SignedIn, User, Workspace
from parlour.core.people import accounts, workspaces

routes = Routes("People")


class Registration(Struct, frozen=True, forbid_unknown_fields=True):
    """A new account."""

    email: str
    password: str
    name: str


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


class Me(User, frozen=True, kw_only=True):
    """The caller and their workspaces."""

    workspaces: list[Workspace]


@routes.add(
    "POST",
    "/api/v1/auth/register",
    who="anyone",
    summary="Sign up",
    body=Registration,
    answers={201: Tokens},
    errors=(409, 422),
)
async def register(call: Call) -> Answer:
    """Make an account and sign it in."""
    given = call.body(Registration)
    signed_in = await accounts.register(
        call.house, email=given.email, password=given.password, name=given.name
    )
    return _tokens(201, signed_in)


@routes.add(
    "POST",
    "/api/v1/auth/login",
    who="anyone",
    summary="Sign in",
    body=Credentials,
    answers={200: Tokens},
    errors=(401, 422, 429),
)
async def login(call: Call) -> Answer:
    """Open a session."""
    given = call.body(Credentials)
    address = call.request.remote_addr or call.request.ip
    signed_in = await accounts.sign_in(
        call.house, email=given.email, password=given.password, address=address
    )
    return _tokens(200, signed_in)


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
    return _tokens(200, await accounts.refresh(call.house, token))


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


@routes.add("GET", "/api/v1/me", who="signed in", summary="Who am I", answers={200: Me})
async def me(call: Call) -> Answer:
    """Return the caller and their workspaces."""
    user = await accounts.me(call.house, call.user_id)
    mine = await workspaces.mine(call.house, call.user_id)
    return Answer(200, Me(**asdict(user), workspaces=mine))


def _tokens(status: int, signed_in: SignedIn) -> Answer:
    body = Tokens(user=signed_in.user, access_token=signed_in.access_token, expires_in=signed_in.expires_in)
    return Answer(status, body, {REFRESH_COOKIE: signed_in.refresh_token})
