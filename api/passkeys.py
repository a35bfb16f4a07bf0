"""Passkeys: signing in by one, and keeping one's own. Options and answers are WebAuthn's, as JSON (level 3)."""

from msgspec import Struct

from parlour.api.auth import Tokens, device_of, tokens
from parlour.api.routing import Answer, Call, Routes
from parlour.core.model.page import Page
from parlour.core.model.sign_in import Passkey, PasskeyJson, Proof
from parlour.core.people import passkey_keeping, passkeys

routes = Routes("People")


class PasskeyAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """What a passkey answered: a PublicKeyCredential as JSON."""

    passkey: PasskeyJson


class NewPasskey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey that a browser made, and what it is called."""

    passkey: PasskeyJson
    name: str = ""


class PasskeyMade(Struct, frozen=True, kw_only=True):
    """A passkey that was kept, and with an account's first guard its recovery codes, shown this once."""

    passkey: Passkey
    recovery_codes: list[str]


class PasskeyName(Struct, frozen=True, forbid_unknown_fields=True):
    """What a passkey is called."""

    name: str


@routes.add(
    "POST",
    "/api/v1/auth/passkey/options",
    who="anyone",
    summary="What a browser asks for a passkey with, to sign in",
    answers={200: PasskeyJson},
    errors=(429,),
)
async def passkey_sign_in_options(call: Call) -> Answer:
    """Return PublicKeyCredentialRequestOptions."""
    return Answer(200, await passkeys.sign_in_options(call.house))


@routes.add(
    "POST",
    "/api/v1/auth/passkey",
    who="anyone",
    summary="Sign in by a passkey",
    body=PasskeyAnswer,
    answers={200: Tokens},
    errors=(401, 422, 429),
)
async def passkey_sign_in(call: Call) -> Answer:
    """Open a session for the passkey's owner; it counts for both steps."""
    answer = call.body(PasskeyAnswer).passkey
    return tokens(200, await passkeys.sign_in(call.house, answer, device_of(call)))


@routes.add(
    "GET",
    "/api/v1/me/passkeys",
    who="signed in",
    summary="My passkeys",
    answers={200: Page[Passkey]},
)
async def list_passkeys(call: Call) -> Answer:
    """List the caller's passkeys, oldest first; their number is limited, so one page holds them all."""
    return Answer(200, Page(await passkey_keeping.mine(call.house, call.user_id)))


@routes.add(
    "POST",
    "/api/v1/me/passkeys/options",
    who="signed in",
    summary="What a browser makes a passkey with",
    body=Proof,
    answers={200: PasskeyJson},
    errors=(403, 409, 429),
)
async def passkey_options(call: Call) -> Answer:
    """Return PublicKeyCredentialCreationOptions."""
    return Answer(200, await passkey_keeping.begin(call.house, call.signed_in, call.body(Proof)))


@routes.add(
    "POST",
    "/api/v1/me/passkeys/proof-options",
    who="signed in",
    summary="What a browser asks one of my passkeys with, to prove that it is me",
    answers={200: PasskeyJson},
)
async def passkey_proof_options(call: Call) -> Answer:
    """Return PublicKeyCredentialRequestOptions for the `passkey` of a proof."""
    return Answer(200, await passkeys.second_step_options(call.house, call.user_id))


@routes.add(
    "POST",
    "/api/v1/me/passkeys",
    who="signed in",
    summary="Keep a passkey that a browser made",
    body=NewPasskey,
    answers={201: PasskeyMade},
    errors=(409,),
)
async def add_passkey(call: Call) -> Answer:
    """Keep a passkey; from the first on, the password alone signs nobody in any more."""
    given = call.body(NewPasskey)
    made, codes = await passkey_keeping.finish(call.house, call.signed_in, given.passkey, name=given.name)
    return Answer(201, PasskeyMade(passkey=made, recovery_codes=codes))


@routes.add(
    "PATCH",
    "/api/v1/me/passkeys/{passkey}",
    who="signed in",
    summary="Name a passkey",
    body=PasskeyName,
    answers={204: None},
    errors=(404,),
)
async def rename_passkey(call: Call) -> Answer:
    """Name one of the caller's passkeys."""
    await passkey_keeping.rename(call.house, call.user_id, call.path("passkey"), call.body(PasskeyName).name)
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/me/passkeys/{passkey}/remove",
    who="signed in",
    summary="Remove a passkey",
    body=Proof,
    answers={204: None},
    errors=(403, 404, 429),
)
async def remove_passkey(call: Call) -> Answer:
    """Remove one of the caller's passkeys, by password and second step."""
    await passkey_keeping.remove(call.house, call.signed_in, call.path("passkey"), call.body(Proof))
    return Answer(204)
