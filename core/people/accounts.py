"""Accounts and sessions: signing up, in and out, and staying signed in."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import ConflictError, UnauthenticatedError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import SessionId, UserId, new_id
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.people import Identity, SignedIn, User
from parlour.core.notify import devices
from parlour.core.people import failed_attempts
from parlour.core.people.names import checked_email, checked_name, checked_password, handle_of
from parlour.core.people.passwords import hash_password, is_password
from parlour.core.people.tokens import hash_of, issue_access_token, new_secret, read_access_token
from parlour.core.telemetry import log


async def register(house: House, *, email: str, password: str, name: str) -> SignedIn:
    """Make an account and sign it in.

    Raises:
        InvalidError: a field cannot be taken.
        ConflictError: `email_taken`.
    """
    shown, address = checked_name(name, house.settings), checked_email(email, house.settings)
    password_hash = await hash_password(checked_password(password, house.settings))
    for handle in _handles(shown, address):
        user = User(id=UserId(new_id()), name=shown, handle=handle, email=address, created_at=now())
        try:
            await house.users.add(user, password_hash=password_hash)
        except ConflictError as taken:
            if taken.code != "handle_taken":
                raise
        else:
            return await _open_session(house, user)
    raise UnavailableError("no_free_handle", "No free handle was found for this name. Try again.")


def _handles(name: str, email: str) -> Iterator[str]:
    """Return handles to try: of the name, with a number behind it, and at last with a few random letters."""
    base = handle_of(name, email)
    yield base
    yield from (f"{base}{number}" for number in range(2, 5))
    yield from (f"{base}-{secrets.token_hex(3)}" for _ in range(5))


async def sign_in(house: House, *, email: str, password: str, address: str) -> SignedIn:
    """Sign in from a network `address`.

    Raises:
        UnauthenticatedError: `wrong_credentials`, the same for an unknown e-mail and a wrong password.
        TooManyError: too many failures lately (setting `sign_in_failures`).
    """
    key = f"{address}:{email.strip().casefold()}"
    await failed_attempts.check(house, key)
    found = await house.users.by_email(email.strip().casefold())
    if not await is_password(password, found[1] if found else None) or found is None:
        await failed_attempts.count(house, key)
        raise UnauthenticatedError("wrong_credentials", "E-mail address or password is wrong.")
    return await _open_session(house, found[0])


async def refresh(house: House, token: str) -> SignedIn:
    """Exchange a refresh token for a new one and a new access token (RFC 9700 section 4.14: rotation).

    Raises:
        UnauthenticatedError: `session_ended`. A token that was exchanged before ends its session: either its
            owner or a thief holds an old copy, and nobody can tell which.
    """
    session_id, _, secret = token.partition(".")
    session, renewed = SessionId(session_id), new_secret()
    expires_at = now() + timedelta(days=house.settings.refresh_token_days)
    user_id = await house.sessions.rotate(
        session, old_hash=hash_of(secret), new_hash=hash_of(renewed), expires_at=expires_at
    )
    user = await house.users.by_id(user_id) if user_id else None
    if user is None:
        await _end(house, session, reason="refresh token used again")
        raise UnauthenticatedError("session_ended", "This session has ended. Sign in again.")
    return _signed_in(house, user, session, renewed)


async def sign_out(house: House, *, token: str | None, identity: Identity | None) -> None:
    """End the session that the refresh token or the access token belongs to; nothing when there is none."""
    if identity is not None:
        await _end(house, identity.session_id, reason="signed out")
    elif token:
        session_id, _, secret = token.partition(".")
        rotated = await house.sessions.rotate(
            SessionId(session_id), old_hash=hash_of(secret), new_hash=hash_of(new_secret()), expires_at=now()
        )
        if rotated:
            await _end(house, SessionId(session_id), reason="signed out")


async def identify(house: House, token: str) -> Identity:
    """Return who calls with an access token, if their session still lasts.

    Raises:
        UnauthenticatedError: the token is not valid, or its session has ended.
    """
    identity = read_access_token(token, house.settings)
    if await house.sessions.owner(identity.session_id) != identity.user_id:
        raise UnauthenticatedError("session_ended", "This session has ended. Sign in again.")
    return identity


async def me(house: House, user_id: UserId) -> User:
    """Return the caller's own account.

    Raises:
        UnauthenticatedError: it is gone.
    """
    user = await house.users.by_id(user_id)
    if user is None:
        raise UnauthenticatedError("session_ended", "This account is gone.")
    return user


async def _open_session(house: House, user: User) -> SignedIn:
    if not user.handle:
        user = await _with_handle(house, user)
    session_id, secret = SessionId(new_id()), new_secret()
    await house.sessions.add(
        session_id,
        user.id,
        refresh_hash=hash_of(secret),
        expires_at=now() + timedelta(days=house.settings.refresh_token_days),
    )
    return _signed_in(house, user, session_id, secret)


async def _with_handle(house: House, user: User) -> User:
    """Give a handle to someone whose account is older than handles."""
    for handle in _handles(user.name, user.email):
        if await house.users.set_handle(user.id, handle):
            return replace(user, handle=handle)
    return user


def _signed_in(house: House, user: User, session_id: SessionId, secret: str) -> SignedIn:
    return SignedIn(
        user=user,
        access_token=issue_access_token(Identity(user.id, session_id), house.settings),
        expires_in=house.settings.access_token_seconds,
        refresh_token=f"{session_id}.{secret}",
    )


async def _end(house: House, session_id: SessionId, *, reason: str) -> None:
    """End a session everywhere: its connections are told and cut, its devices are pushed to no more."""
    user_id = await house.sessions.owner(session_id)
    if user_id is None:
        return
    await devices.session_ended(house, Identity(user_id, session_id))
    if await house.sessions.end(session_id):
        log.info("session.ended", session_id=session_id, user_id=user_id, reason=reason)
        ended = packet("session.ended", {"session_id": session_id})
        house.live.publish(Live(user_topic(user_id), "session.ended", ended, user_id=UserId(session_id)))
