"""An authenticator app: setting it up, taking it away, and new recovery codes."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.model.people import Identity
from parlour.core.model.sign_in import Proof, RecoveryCodes, TotpSetup
from parlour.core.people import account_notes, demand, recovery, second_factor, sessions, totp
from parlour.core.people.proof import prove


async def begin(house: House, who: Identity, proof: Proof) -> TotpSetup:
    """Begin to set up an authenticator app, which takes the place of the one before once it is confirmed.

    Beginning again forgets the secret before.

    Raises:
        InvalidError: the proof is not right.
    """
    await prove(house, who, proof)
    user = await house.users.by_id(who.user_id)
    secret, seconds = totp.new_secret(), house.settings.second_factor_setup_seconds
    sealed = totp.seal_secret(house.settings, who.user_id, secret)
    await house.second_factors.begin(who.user_id, sealed, until=now() + timedelta(seconds=seconds))
    uri = totp.uri_of(secret, user.email if user else who.user_id)
    return TotpSetup(secret=secret, uri=uri, qr=totp.picture_of(uri), expires_in=seconds)


async def confirm(house: House, who: Identity, code: str) -> RecoveryCodes:
    """Switch it on with the first code it shows, which is used up by this, and end the caller's other sessions.

    Raises:
        NotFoundError: `no_setup`, nothing is being set up, or not any more.
        InvalidError: `wrong_code`.
        ConflictError: `setup_over`, another request was first.
    """
    factor = await house.second_factors.get(who.user_id)
    if factor.pending is None or factor.pending_until is None or factor.pending_until <= now():
        raise NotFoundError("no_setup", "Nothing is being set up, or it took too long. Begin again.")
    step = totp.matching_step(house.settings, who.user_id, factor.pending, code)
    if step is None:
        raise InvalidError.field(
            "code", "This code is not right. Does your phone's clock go right?", "wrong_code"
        )
    if not await house.second_factors.confirm(who.user_id, factor.pending, step=step, at=now()):
        raise ConflictError("setup_over", "This was confirmed, or begun anew, a moment ago.")
    how = "set up another authenticator app" if factor.totp else "set up an authenticator app"
    await sessions.end_others(house, who, reason="authenticator app set up")
    await account_notes.tell(house, who.user_id, "member.totp_added", how)
    await demand.guarded(house, who.user_id)
    return RecoveryCodes(await recovery.make(house, who.user_id, only_if_none=True))


async def remove(house: House, who: Identity, proof: Proof) -> None:
    """Take the authenticator app away, and end the caller's other sessions: it may be in other hands.

    Raises:
        NotFoundError: there is none.
        ConflictError: `second_factor_demanded`.
        InvalidError: the proof is not right.
    """
    if (await house.second_factors.get(who.user_id)).totp is None:
        raise NotFoundError.of("authenticator app")
    await demand.check_may_lose_one(house, who.user_id)
    await prove(house, who, proof)
    await house.second_factors.remove_totp(who.user_id)
    await second_factor.has_gone(house, who.user_id)
    await sessions.end_others(house, who, reason="authenticator app removed")
    await account_notes.tell(house, who.user_id, "member.totp_removed", "removed the authenticator app")


async def renew_recovery_codes(house: House, who: Identity, proof: Proof) -> RecoveryCodes:
    """Return new recovery codes; the ones before are void.

    Raises:
        ConflictError: `second_step_off`, nothing asks for them.
        InvalidError: the proof is not right.
    """
    if not await second_factor.methods_of(house, who.user_id):
        raise ConflictError(
            "second_step_off", "Recovery codes come with an authenticator app or a passkey. Set one up first."
        )
    await prove(house, who, proof)
    codes = await recovery.make(house, who.user_id, only_if_none=False)
    await account_notes.tell(house, who.user_id, "member.recovery_codes_renewed", "made new recovery codes")
    return RecoveryCodes(codes)
