"""The second step of signing in, and what it is taken by: authenticator apps, recovery codes."""

from msgspec import Struct

from parlour.api.auth import Tokens, device_of, tokens
from parlour.api.routing import Answer, Call, Routes
from parlour.core.model.sign_in import (
    PasskeyJson,
    Proof,
    RecoveryCodes,
    SecondFactorState,
    SecondStep,
    TotpSetup,
)
from parlour.core.people import authenticator, second_factor, second_step

routes = Routes("People")


class Challenged(Struct, frozen=True, forbid_unknown_fields=True):
    """Which sign-in is meant: the challenge that followed on the password."""

    challenge: str


class SecondStepOfSignIn(SecondStep, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second step of a sign-in: its challenge, and one of a code, a recovery code or a passkey's answer."""

    challenge: str


class Code(Struct, frozen=True, forbid_unknown_fields=True):
    """A code of an authenticator app."""

    code: str


@routes.add(
    "POST",
    "/api/v1/auth/login/second",
    who="anyone",
    summary="The second step of signing in: a code, a recovery code or a passkey",
    body=SecondStepOfSignIn,
    answers={200: Tokens},
    errors=(401, 422, 429),
)
async def login_second(call: Call) -> Answer:
    """End a sign-in that was answered with a challenge."""
    given = call.body(SecondStepOfSignIn)
    return tokens(200, await second_step.finish(call.house, given.challenge, given, device_of(call)))


@routes.add(
    "POST",
    "/api/v1/auth/login/second/passkey-options",
    who="anyone",
    summary="What a browser asks a passkey with for the second step",
    body=Challenged,
    answers={200: PasskeyJson},
    errors=(401, 422),
)
async def second_step_passkey_options(call: Call) -> Answer:
    """Return PublicKeyCredentialRequestOptions as JSON (WebAuthn level 3)."""
    given = call.body(Challenged)
    return Answer(200, await second_step.passkey_options(call.house, given.challenge))


@routes.add(
    "GET",
    "/api/v1/me/second-factor",
    who="signed in",
    summary="How my sign-in is guarded",
    answers={200: SecondFactorState},
)
async def get_second_factor(call: Call) -> Answer:
    """Return what guards the caller's account besides the password."""
    return Answer(200, await second_factor.state(call.house, call.user_id))


@routes.add(
    "POST",
    "/api/v1/me/second-factor/totp",
    who="signed in",
    summary="Begin to set up an authenticator app; its secret is shown this once",
    body=Proof,
    answers={201: TotpSetup},
    errors=(403, 409, 429),
)
async def begin_totp(call: Call) -> Answer:
    """Return a secret and its QR code; nothing is asked for at sign-in until it is confirmed."""
    return Answer(201, await authenticator.begin(call.house, call.signed_in, call.body(Proof)))


@routes.add(
    "POST",
    "/api/v1/me/second-factor/totp/confirm",
    who="signed in",
    summary="Switch the authenticator app on by its first code",
    body=Code,
    answers={200: RecoveryCodes},
    errors=(404, 409),
)
async def confirm_totp(call: Call) -> Answer:
    """Switch the second step on. With the first guard of an account come recovery codes, shown this once."""
    return Answer(200, await authenticator.confirm(call.house, call.signed_in, call.body(Code).code))


@routes.add(
    "POST",
    "/api/v1/me/second-factor/totp/remove",
    who="signed in",
    summary="Remove the authenticator app",
    body=Proof,
    answers={204: None},
    errors=(403, 404, 429),
)
async def remove_totp(call: Call) -> Answer:
    """Remove it, by password and code."""
    await authenticator.remove(call.house, call.signed_in, call.body(Proof))
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/me/second-factor/recovery-codes",
    who="signed in",
    summary="New recovery codes; those before are void",
    body=Proof,
    answers={201: RecoveryCodes},
    errors=(403, 409, 429),
)
async def renew_recovery_codes(call: Call) -> Answer:
    """Make new recovery codes, shown this once."""
    given = call.body(Proof)
    return Answer(201, await authenticator.renew_recovery_codes(call.house, call.signed_in, given))
