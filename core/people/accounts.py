"""Accounts: signing up, in and out, and staying signed in."""

from datetime import datetime

from parlour.core.clock import now
from parlour.core.errors import ConflictError, UnauthenticatedError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import SessionId, UserId, new_id
from parlour.core.model.people import Challenge, Device, Identity, SignedIn, User
from parlour.core.people import doors, second_step
from parlour.core.people.names import checked_email, checked_name
from parlour.core.people.password_rules import checked_password
from parlour.core.people.passwords import hash_password, is_outdated, is_password
from parlour.core.people.sessions import end, handles_for, lasts_until, open_session, signed_in
from parlour.core.people.tokens import hash_of, new_secret
from parlour.core.telemetry import log


async def register(house: House, *, email: str, password: str, name: str) -> SignedIn:
    """Make an account at once and sign it in; that its address is its person's is proved later.

    Raises:
        InvalidError: a field cannot be taken.
        ConflictError: `email_taken`.
    """
    shown, address = checked_name(name, house.settings), checked_email(email, house.settings)
    checked = checked_password(password, house.settings, email=address, name=shown)
    hashed = await hash_password(house.settings, checked)
    user = await create(house, email=address, name=shown, password_hash=hashed)
    log.info("account.made", user_id=user.id, verified=False)
    return await open_session(house, user)


async def create(
    house: House, *, email: str, name: str, password_hash: str | None, verified_at: datetime | None = None
) -> User:
    """Make an account of what was checked; `verified_at` says that the address is known to be its person's.

    Raises:
        ConflictError: `email_taken`.
    """
    for handle in handles_for(name, email):
        user = User(
            id=UserId(new_id()),
            name=name,
            handle=handle,
            email=email,
            created_at=now(),
            email_verified_at=verified_at,
        )
        try:
            await house.users.add(user, password_hash=password_hash)
        except ConflictError as taken:
            if taken.code != "handle_taken":
                raise
        else:
            return user
    raise UnavailableError("no_free_handle", "No free handle was found for this name. Try again.")


async def sign_in(house: House, *, email: str, password: str, device: Device) -> SignedIn | Challenge:
    """Sign in with a browser or program; a challenge asks for a second proof first.

    Raises:
        UnauthenticatedError: `wrong_credentials`, the same for an unknown e-mail and a wrong password.
        OverLimitError: too many failures lately.
    """
    address = email.strip().casefold()
    await doors.begin_sign_in(house, device, address)
    found = await house.users.by_email(address)
    user, stored = found or (None, None)
    if not await is_password(house.settings, password, stored) or user is None:
        await doors.sign_in_failed(house, device, address)
        known = user.id if user else None
        house.security_log.note("sign_in.failed", user_id=known, by="password", address=device.address)
        raise UnauthenticatedError("wrong_credentials", "E-mail address or password is wrong.")
    await doors.sign_in_succeeded(house, device, address)
    if stored and is_outdated(stored):
        await house.users.renew_password_hash(user.id, stored, await hash_password(house.settings, password))
    return await second_step.after_password(house, user, device)


async def refresh(house: House, token: str) -> SignedIn:
    """Exchange a refresh token for a new one and a new access token (RFC 9700 section 4.14: rotation).

    Raises:
        UnauthenticatedError: `session_ended`. A token that was exchanged before ends its session: either its
            owner or a thief holds an old copy, and nobody can tell which.
    """
    session_id, _, secret = token.partition(".")
    session, renewed = SessionId(session_id), new_secret()
    expires_at = lasts_until(house.settings, session)
    if expires_at <= now():
        await end(house, session, reason="it lasted as long as a session may")
        raise _over()
    user_id = await house.sessions.rotate(
        session, old_hash=hash_of(secret), new_hash=hash_of(renewed), expires_at=expires_at
    )
    user = await house.users.by_id(user_id) if user_id else None
    if user is None:
        await end(house, session, reason="refresh token used again")
        raise _over()
    return signed_in(house, user, session, renewed)


async def sign_out(house: House, *, token: str | None, identity: Identity | None) -> None:
    """End the session that the refresh token or the access token belongs to; nothing when there is none."""
    if identity is not None:
        await end(house, identity.session_id, reason="signed out")
    elif token:
        session_id, _, secret = token.partition(".")
        rotated = await house.sessions.rotate(
            SessionId(session_id), old_hash=hash_of(secret), new_hash=hash_of(new_secret()), expires_at=now()
        )
        if rotated:
            await end(house, SessionId(session_id), reason="signed out")


async def me(house: House, user_id: UserId) -> User:
    """Return the caller's own account.

    Raises:
        UnauthenticatedError: it is gone.
    """
    user = await house.users.by_id(user_id)
    if user is None:
        raise UnauthenticatedError("session_ended", "This account is gone.")
    return user


def _over() -> UnauthenticatedError:
    return UnauthenticatedError("session_ended", "This session has ended. Sign in again.")
