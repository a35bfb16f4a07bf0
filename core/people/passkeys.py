"""Asking for passkeys, and checking what they answer (WebAuthn level 3): to sign in, and as the second step.

Every question is kept until it is answered, for some minutes and once. Signing in without a password asks that the
authenticator verified its person (by finger, face or PIN), so that a passkey counts for two factors.
"""

from collections.abc import Sequence
from datetime import timedelta

from webauthn import generate_authentication_options, verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    generate_challenge,
    options_to_json_dict,
    parse_client_data_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from parlour.core.clock import now
from parlour.core.errors import InvalidError, UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import Device, SignedIn
from parlour.core.model.sign_in import Ceremony, PasskeyJson
from parlour.core.people.relying_party import relying_party
from parlour.core.people.sign_ins import admit
from parlour.core.people.tokens import hash_of
from parlour.core.store.challenges import Purpose
from parlour.core.store.passkeys import PasskeyRecord
from parlour.core.telemetry import log

MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What the library raises at answers that are none."""


async def sign_in_options(house: House) -> PasskeyJson:
    """Return what a browser asks any passkey of this house with, before anybody is known."""
    return await _ask(house, "passkey sign-in", None, [])


async def sign_in(house: House, answer: PasskeyJson, device: Device) -> SignedIn:
    """Open a session for the owner of the passkey that answered.

    Raises:
        UnauthenticatedError: `wrong_passkey`, it is unknown or its answer is not right; `passkey_over`, too late.
    """
    ceremony = await take(house, "passkey sign-in", answer)
    if ceremony is None:
        raise UnauthenticatedError("passkey_over", "That took too long. Try again.")
    owner = _owner_in(answer)
    user = await house.users.by_id(owner) if owner else None
    if user is None or not await _is_right(house, answer, ceremony, user.id):
        known = user.id if user else None
        house.security_log.note("sign_in.failed", user_id=known, by="passkey", address=device.address)
        raise UnauthenticatedError(
            "wrong_passkey", "This passkey is not known here. Sign in by your password instead."
        )
    return await admit(house, user, device, by="passkey")


async def second_step_options(house: House, user_id: UserId) -> PasskeyJson:
    """Return what a browser asks somebody's own passkeys with."""
    return await _ask(house, "passkey second step", user_id, await house.passkeys.of(user_id))


async def check_second_step(house: House, user_id: UserId, answer: PasskeyJson) -> None:
    """Check that one of somebody's own passkeys answered.

    Raises:
        InvalidError: `wrong_passkey`.
    """
    ceremony = await take(house, "passkey second step", answer)
    asked_them = ceremony is not None and ceremony.user_id == user_id
    if not (ceremony and asked_them and await _is_right(house, answer, ceremony, user_id)):
        raise InvalidError.field(
            "passkey", "This passkey did not answer rightly. Try again.", "wrong_passkey"
        )


async def ask(house: House, purpose: Purpose, user_id: UserId | None) -> bytes:
    """Return a fresh challenge, and keep it for the answer."""
    asked = generate_challenge()
    until = now() + timedelta(seconds=house.settings.passkey_seconds)
    await house.challenges.add(hash_of(asked.hex()), purpose, Ceremony(user_id, asked), expires_at=until)
    return asked


async def take(house: House, purpose: Purpose, answer: PasskeyJson) -> Ceremony | None:
    """Return the question that is answered, for the only time; none when nothing such was asked, or too long ago."""
    try:
        asked = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"])).challenge
    except MALFORMED:
        return None
    return await house.challenges.take(hash_of(asked.hex()), purpose, Ceremony)


def descriptors(records: Sequence[PasskeyRecord]) -> list[PublicKeyCredentialDescriptor]:
    """Return how browsers are told of passkeys."""
    return [
        PublicKeyCredentialDescriptor(
            base64url_to_bytes(record.id),
            transports=[AuthenticatorTransport(way) for way in record.transports],
        )
        for record in records
    ]


async def _ask(
    house: House, purpose: Purpose, user_id: UserId | None, records: Sequence[PasskeyRecord]
) -> PasskeyJson:
    options = generate_authentication_options(
        rp_id=relying_party(house.settings).id,
        challenge=await ask(house, purpose, user_id),
        timeout=house.settings.passkey_seconds * 1000,
        allow_credentials=descriptors(records),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


async def _is_right(house: House, answer: PasskeyJson, ceremony: Ceremony, owner: UserId) -> bool:
    """Return whether a passkey of its owner's answered the question, and note its use."""
    record = await house.passkeys.get(str(answer.get("id")))
    if record is None or record.user_id != owner:
        return False
    verified = _verified(house, answer, ceremony, record)
    return verified is not None and await house.passkeys.used(
        record.id, old_count=record.sign_count, new_count=verified.new_sign_count, at=now()
    )


def _verified(
    house: House, answer: PasskeyJson, ceremony: Ceremony, record: PasskeyRecord
) -> VerifiedAuthentication | None:
    party = relying_party(house.settings)
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=ceremony.asked,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=record.public_key,
            credential_current_sign_count=record.sign_count,
            require_user_verification=True,
        )
    except MALFORMED as error:
        # A counter that did not go on is the sign of a copied authenticator: the reason belongs into the log.
        log.warning("passkey.refused", user_id=record.user_id, reason=str(error)[:200])
        return None


def _owner_in(answer: PasskeyJson) -> UserId | None:
    """Return whom the passkey says that it is of: it must, where nobody else does."""
    try:
        return UserId(base64url_to_bytes(answer["response"]["userHandle"]).decode())
    except MALFORMED:
        return None
