"""The way there and back: a browser is sent to a server, and comes back with a code.

What belongs to one way is kept until it ends: the server, what the browser holds, the verifier of the code (PKCE,
RFC 7636), the nonce that its token has to bear. It is found by `state` and used once.
"""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from msgspec import Struct
from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import Challenge, Device, Identity, SignedIn
from parlour.core.model.sign_in import Proof
from parlour.core.people import second_step
from parlour.core.people.known_devices import note_for
from parlour.core.people.oidc import accounts, id_token, role_mapping
from parlour.core.people.oidc.id_token import Claims, WrongTokenError
from parlour.core.people.oidc.providers import Provider, providers
from parlour.core.people.proof import prove
from parlour.core.people.sign_ins import admit
from parlour.core.people.tokens import hash_of, is_secret, new_secret
from parlour.core.telemetry import log

HOME = "/app"


class Way(Struct, frozen=True, kw_only=True):
    """What is kept while somebody is at another server. `user_id`: they link the account there to theirs here.

    `note` is that of a known browser: on its way back from another site, its cookie stays at home.
    """

    provider: str
    browser: str
    verifier: str
    nonce: str
    next: str
    user_id: UserId | None = None
    note: str = ""


class Begun(Struct, frozen=True, kw_only=True):
    """Where a browser is to go, and what it keeps in a cookie meanwhile."""

    url: str
    browser: str


class Returned(Struct, frozen=True, kw_only=True):
    """How it ended: signed in, or asked for a second step, or (neither) linked; and where to go on."""

    outcome: SignedIn | Challenge | None
    next: str


async def begin(
    house: House, provider_id: str, *, next_place: str, user_id: UserId | None = None, note: str = ""
) -> Begun:
    """Send a browser to a server, to sign in or to link an account; `note` is a known browser's.

    Raises:
        NotFoundError: there is no such server.
        UnavailableError: it does not answer.
    """
    provider = known(house, provider_id)
    metadata = await house.sign_in_servers.metadata(provider)
    state, browser, verifier, nonce = (new_secret() for _ in range(4))
    way = Way(
        provider=provider.id,
        browser=hash_of(browser),
        verifier=verifier,
        nonce=nonce,
        next=local_place(next_place),
        user_id=user_id,
        note=note,
    )
    until = now() + timedelta(seconds=house.settings.oidc_sign_in_seconds)
    await house.challenges.add(hash_of(state), "oidc", way, expires_at=until)
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri(house, provider),
        "scope": " ".join(provider.scopes),
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return Begun(url=f"{metadata.authorization_endpoint}{joint}{urlencode(query)}", browser=browser)


async def begin_link(
    house: House, who: Identity, provider_id: str, proof: Proof, *, next_place: str
) -> Begun:
    """Send a browser to a server, to link the account there to the caller's.

    Raises:
        InvalidError: the proof is not right.
        NotFoundError: there is no such server.
        UnavailableError: it does not answer.
    """
    known(house, provider_id)
    await prove(house, who, proof)
    return await begin(house, provider_id, next_place=next_place, user_id=who.user_id)


async def finish(
    house: House, provider_id: str, *, state: str, browser: str, code: str, issuer: str | None, device: Device
) -> Returned:
    """End the way: exchange the code, check the token, and sign in or link.

    Raises:
        UnauthenticatedError: `sign_in_over`, `sign_in_refused`.
        ForbiddenError: `no_account`, `unverified_there`, `unverified_here`, `linked_elsewhere`.
        UnavailableError: the server does not answer.
    """
    provider = known(house, provider_id)
    way = await house.challenges.take(hash_of(state), "oidc", Way)
    if way is None or way.provider != provider.id or not is_secret(browser, way.browser):
        raise UnauthenticatedError(
            "sign_in_over", "This took too long, or began in another browser. Try again."
        )
    if issuer is not None and issuer != provider.issuer:
        raise refused(provider, f"the answer is of {issuer}")
    claims = await _claims(house, provider, code, way)
    if way.user_id is not None:
        await accounts.link(house, way.user_id, provider, claims)
        return Returned(outcome=None, next=way.next)
    began = now()
    user = await accounts.owner(house, provider, claims)
    await role_mapping.apply(house, user.id, provider, claims)
    # An account knows the browser that it was just made by.
    is_new = user.created_at >= began
    device = replace(device, note=note_for(house.settings, user.email) if is_new else way.note)
    if provider.second_step == "trust" or claims.strong:
        return Returned(outcome=await admit(house, user, device, by=provider.id), next=way.next)
    outcome = await second_step.after_password(house, user, device, by=provider.id)
    return Returned(outcome=outcome, next=way.next)


async def _claims(house: House, provider: Provider, code: str, way: Way) -> Claims:
    servers = house.sign_in_servers
    tokens = await servers.exchange(
        provider, code=code, verifier=way.verifier, redirect_uri=redirect_uri(house, provider)
    )
    try:
        return await id_token.read(servers, house.settings, provider, tokens, nonce=way.nonce)
    except WrongTokenError as error:
        raise refused(provider, str(error)) from error


def known(house: House, provider_id: str) -> Provider:
    """Return a server of the installation's.

    Raises:
        NotFoundError: there is none of this id.
    """
    found = providers(house.settings).get(provider_id)
    if found is None:
        raise NotFoundError.of("sign-in server")
    return found


def redirect_uri(house: House, provider: Provider) -> str:
    """Return where a server sends browsers back to: one address each, so that no answer counts for another's."""
    return f"{house.settings.address}/api/v1/auth/oidc/{provider.id}/callback"


def local_place(wanted: str) -> str:
    """Return where to go on: a path of this site, else the app. It is never another site."""
    odd = not wanted.startswith("/") or wanted.startswith(("//", "/\\", "/api/"))
    return HOME if odd or any(ord(sign) < 33 or sign == "\\" for sign in wanted) else wanted


def refused(provider: Provider, reason: str) -> UnauthenticatedError:
    """Return the error of an answer that is not right; why, the log tells."""
    log.warning("oidc.refused", provider=provider.id, reason=reason)
    return UnauthenticatedError("sign_in_refused", f"What {provider.label} answered is not right. Try again.")


def denied(provider: Provider) -> ForbiddenError:
    """Return the error of somebody who was not let in there, or went back."""
    return ForbiddenError("sign_in_denied", f"{provider.label} did not sign you in.")
