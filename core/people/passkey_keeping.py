"""Somebody's own passkeys: adding, naming, removing."""

from typing import Any

from webauthn import generate_registration_options, verify_registration_response
from webauthn.helpers import bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import Identity
from parlour.core.model.sign_in import Ceremony, Passkey, PasskeyJson, Proof
from parlour.core.people import account_notes, demand, passkeys, recovery, second_factor, sessions
from parlour.core.people.names import checked_line
from parlour.core.people.passkeys import MALFORMED
from parlour.core.people.proof import prove
from parlour.core.people.relying_party import relying_party
from parlour.core.store.passkeys import PasskeyRecord

TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "internal", "cable", "hybrid"})


async def mine(house: House, user_id: UserId) -> list[Passkey]:
    """Return somebody's passkeys, oldest first."""
    return [record.shown for record in await house.passkeys.of(user_id)]


async def begin(house: House, who: Identity, proof: Proof) -> PasskeyJson:
    """Return what a browser makes a passkey with.

    Raises:
        ConflictError: `too_many_passkeys` (setting `passkeys_per_person`).
        InvalidError: the proof is not right.
    """
    await prove(house, who, proof)
    known, user = await house.passkeys.of(who.user_id), await house.users.by_id(who.user_id)
    if len(known) >= house.settings.passkeys_per_person:
        raise _too_many(house)
    options = generate_registration_options(
        rp_id=relying_party(house.settings).id,
        rp_name="Parlour",
        user_id=who.user_id.encode(),
        user_name=user.email if user else who.user_id,
        user_display_name=user.name if user else "",
        challenge=await passkeys.ask(house, "passkey registration", who.user_id),
        timeout=house.settings.passkey_seconds * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=passkeys.descriptors(known),
    )
    return options_to_json_dict(options)


async def finish(house: House, who: Identity, answer: PasskeyJson, *, name: str) -> tuple[Passkey, list[str]]:
    """Keep the passkey that was made; with somebody's first guard come recovery codes, and end their other sessions.

    Raises:
        InvalidError: `wrong_passkey`, the answer is not right or came too late; the name cannot be taken.
        ConflictError: `passkey_known`, or `too_many_passkeys`.
    """
    longest = house.settings.passkey_name_max_length
    shown = checked_line(name, field="name", longest=longest, limit="passkey_name_max_length") or "Passkey"
    ceremony = await passkeys.take(house, "passkey registration", answer)
    made = _verified(house, answer, ceremony) if ceremony and ceremony.user_id == who.user_id else None
    if made is None:
        raise InvalidError.field("passkey", "This passkey could not be checked. Try again.", "wrong_passkey")
    if len(await house.passkeys.of(who.user_id)) >= house.settings.passkeys_per_person:
        raise _too_many(house)
    is_first = not await second_factor.methods_of(house, who.user_id)
    record = _record(who.user_id, shown, made, answer)
    if not await house.passkeys.add(record):
        raise ConflictError("passkey_known", "This passkey is registered already.")
    if is_first:
        await sessions.end_others(house, who, reason="second step set up")
    await account_notes.tell(house, who.user_id, "member.passkey_added", f"added the passkey “{shown}”")
    await demand.guarded(house, who.user_id)
    return record.shown, await recovery.make(house, who.user_id, only_if_none=True)


async def rename(house: House, user_id: UserId, passkey_id: str, name: str) -> None:
    """Name one of somebody's passkeys.

    Raises:
        NotFoundError: it is not theirs.
        InvalidError: the name cannot be taken.
    """
    longest = house.settings.passkey_name_max_length
    shown = checked_line(name, field="name", longest=longest, limit="passkey_name_max_length")
    if not shown:
        raise InvalidError.field("name", "A passkey needs a name.")
    if not await house.passkeys.rename(user_id, passkey_id, shown):
        raise NotFoundError.of("passkey")


async def remove(house: House, who: Identity, passkey_id: str, proof: Proof) -> None:
    """Remove one of somebody's passkeys, and end their other sessions: it may be in other hands.

    Raises:
        NotFoundError: it is not theirs.
        ConflictError: `second_factor_demanded`.
        InvalidError: the proof is not right.
    """
    record = await house.passkeys.get(passkey_id)
    if record is None or record.user_id != who.user_id:
        raise NotFoundError.of("passkey")
    await demand.check_may_lose_one(house, who.user_id)
    await prove(house, who, proof)
    await house.passkeys.remove(who.user_id, passkey_id)
    await second_factor.has_gone(house, who.user_id)
    await sessions.end_others(house, who, reason="passkey removed")
    await account_notes.tell(
        house, who.user_id, "member.passkey_removed", f"removed the passkey “{record.name}”"
    )


def _verified(house: House, answer: PasskeyJson, ceremony: Ceremony) -> VerifiedRegistration | None:
    party = relying_party(house.settings)
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=ceremony.asked,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except MALFORMED:
        return None


def _record(user_id: UserId, name: str, made: VerifiedRegistration, answer: PasskeyJson) -> PasskeyRecord:
    return PasskeyRecord(
        id=bytes_to_base64url(made.credential_id),
        user_id=user_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=now(),
        synced=made.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
        transports=_transports(answer),
    )


def _transports(answer: PasskeyJson) -> list[str]:
    given: Any = answer["response"].get("transports")
    return [one for one in TRANSPORTS if isinstance(given, list) and one in given]


def _too_many(house: House) -> ConflictError:
    most = house.settings.passkeys_per_person
    return ConflictError("too_many_passkeys", f"A person has at most {most} passkeys (passkeys_per_person).")
