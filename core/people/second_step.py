"""What follows on a right password: the session, or a challenge to prove in a second way who one is."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import InvalidError, UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import Challenge, Device, SignedIn, User
from parlour.core.model.sign_in import PasskeyJson, SecondStep, SecondStepDue
from parlour.core.people import passkeys, second_factor
from parlour.core.people.sign_ins import admit
from parlour.core.people.tokens import hash_of, new_secret


async def after_password(
    house: House, user: User, device: Device, *, by: str = "password"
) -> SignedIn | Challenge:
    """Let in who has shown that they know the password, or came `by` another way; or ask for their second step."""
    methods = await second_factor.methods_of(house, user.id)
    if not methods:
        return await admit(house, user, device, by=by)
    secret, seconds = new_secret(), house.settings.second_step_seconds
    await house.challenges.add(
        hash_of(secret),
        "second step",
        SecondStepDue(user.id, await _password_of(house, user.id)),
        expires_at=now() + timedelta(seconds=seconds),
    )
    return Challenge(id=secret, methods=list(methods), expires_in=seconds)


async def finish(house: House, challenge: str, step: SecondStep, device: Device) -> SignedIn:
    """Take the second step and open the session.

    Raises:
        UnauthenticatedError: `challenge_over`, or what was shown is not right.
        TooManyError: too many wrong codes.
    """
    due = await house.challenges.attempt(
        hash_of(challenge), "second step", SecondStepDue, tries=house.settings.second_step_tries
    )
    user = await house.users.by_id(due.user_id) if due else None
    # Who changed their password meanwhile has shut out whoever knew the old one.
    if due is None or user is None or await _password_of(house, user.id) != due.password:
        raise challenge_over()
    try:
        await second_factor.check(house, user.id, step)
    except InvalidError as error:
        house.security_log.note(
            "sign_in.failed", user_id=user.id, by="second step", code=error.code, address=device.address
        )
        raise UnauthenticatedError(error.code, error.detail, errors=error.errors) from None
    if await house.challenges.take(hash_of(challenge), "second step", SecondStepDue) is None:
        raise challenge_over()
    return await admit(house, user, device, by="second step")


async def passkey_options(house: House, challenge: str) -> PasskeyJson:
    """Return what a browser asks the passkeys of a sign-in's person with.

    Raises:
        UnauthenticatedError: `challenge_over`.
    """
    due = await house.challenges.look(hash_of(challenge), "second step", SecondStepDue)
    if due is None:
        raise challenge_over()
    return await passkeys.second_step_options(house, due.user_id)


async def _password_of(house: House, user_id: UserId) -> str:
    """Return what changes with the password."""
    return hash_of(await house.users.password_hash(user_id) or "")


def challenge_over() -> UnauthenticatedError:
    """Return the error of a sign-in that took too long, had too many tries, or was finished before."""
    return UnauthenticatedError("challenge_over", "This sign-in is over. Enter your password again.")
