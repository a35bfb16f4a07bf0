"""Proving again who one is, before something changes of how one signs in.

A session that somebody left open, or that was stolen, must not be enough to lock its owner out.
"""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import ForbiddenError, InvalidError
from parlour.core.house import House
from parlour.core.ids import moment_of_id
from parlour.core.model.people import Identity
from parlour.core.model.sign_in import Proof
from parlour.core.people import doors, second_factor
from parlour.core.people.passwords import is_password


async def prove(house: House, who: Identity, proof: Proof) -> None:
    """Check the password, and a second step where one is asked for at sign-in.

    Raises:
        InvalidError: `wrong_password`, `wrong_code`, `wrong_passkey` or `code_needed`, naming the field.
        ForbiddenError: `sign_in_again`, someone without a password signed in too long ago.
        TooManyError: too many wrong ones.
    """
    await _check_password(house, who, proof.password)
    if await second_factor.methods_of(house, who.user_id):
        await second_factor.check(house, who.user_id, proof)


async def _check_password(house: House, who: Identity, password: str) -> None:
    stored = await house.users.password_hash(who.user_id)
    if stored is None:
        return _check_is_fresh(house, who)
    await doors.begin_present_password(house, who.user_id)
    if not await is_password(house.settings, password, stored):
        raise InvalidError.field("password", "This is not your password.", "wrong_password")
    return await doors.present_password_right(house, who.user_id)


def _check_is_fresh(house: House, who: Identity) -> None:
    """Let pass who signed in just now: a session's id tells when it began."""
    began = moment_of_id(who.session_id)
    if began is None or began < now() - timedelta(seconds=house.settings.fresh_sign_in_seconds):
        raise ForbiddenError("sign_in_again", "To change how you sign in, sign out and in again first.")
