"""A person's password: asked for again where much depends on it, and changed."""

from parlour.core.errors import ConflictError, InvalidError, UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import Identity, User
from parlour.core.people import account_notes, doors, mails, sessions
from parlour.core.people.password_rules import checked_password
from parlour.core.people.passwords import hash_password, is_password
from parlour.core.people.places import origin_words


async def check_present(house: House, user_id: UserId, password: str, *, field: str = "password") -> User:
    """Return the account of somebody who is signed in and knows its password.

    Raises:
        InvalidError: `wrong_password`, of the `field` it came in.
        ConflictError: `no_password`, the account has none.
        OverLimitError: too many wrong ones lately.
    """
    user, present = await house.users.by_id(user_id), await house.users.password_hash(user_id)
    if user is None:
        raise UnauthenticatedError("session_ended", "This account is gone.")
    if not present:
        raise ConflictError("no_password", "Your account has no password yet. Ask for one by e-mail first.")
    await doors.begin_present_password(house, user_id)
    if not await is_password(house.settings, password, present):
        raise InvalidError.field(field, "This is not your present password.", "wrong_password")
    await doors.present_password_right(house, user_id)
    return user


async def change_password(house: House, identity: Identity, *, present: str, new: str) -> None:
    """Give the caller another password, and end their sessions but this one.

    Raises:
        InvalidError: `wrong_password`, `password_refused`.
        ConflictError: `no_password`.
        OverLimitError: too many wrong ones lately.
    """
    user = await check_present(house, identity.user_id, present, field="present")
    checked = checked_password(new, house.settings, email=user.email, name=user.name)
    hashed = await hash_password(house.settings, checked)
    await house.tasks.to_the_end(_change(house, identity, user, hashed), "change-password")


async def _change(house: House, identity: Identity, user: User, hashed: str) -> None:
    await house.users.set_password(user.id, hashed)
    await house.account_requests.forget(user.id, ["reset_password"])
    await sessions.end_others(house, identity, reason="password changed")
    await tell_of_change(house, user, "it was changed in the settings of the account")


async def tell_of_change(house: House, user: User, how: str) -> None:
    """Mail somebody that they have another password, and note it."""
    await mails.queue(
        house,
        "password_changed",
        user.email,
        user.id,
        name=user.name,
        how=how,
        origin=await origin_words(),
        link=f"{house.settings.address}/forgot-password",
    )
    await account_notes.note(house, user.id, "member.password_changed", f"got another password: {how}")
