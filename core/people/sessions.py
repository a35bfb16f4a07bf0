"""Sessions: opened by whoever proved who they are, kept alive by a rotating token, and ended everywhere at once."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import SessionId, UserId, moment_of_id, new_id
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.people import Identity, SignedIn, User
from parlour.core.notify import devices
from parlour.core.origin import origin
from parlour.core.people.known_devices import note_for
from parlour.core.people.names import handle_of
from parlour.core.people.tokens import hash_of, issue_access_token, new_secret
from parlour.core.settings import Settings
from parlour.core.telemetry import log


async def open_session(house: House, user: User) -> SignedIn:
    """Open a session for someone who has proved in every way that they are asked for who they are.

    Raises:
        UnauthenticatedError: `wrong_credentials`: their account is deactivated, which is nobody else's to know.
    """
    if not user.handle:
        user = await _with_handle(house, user)
    session_id, secret, at = SessionId(new_id()), new_secret(), now()
    asked_from = origin.get()
    await house.sessions.add(
        session_id,
        user.id,
        refresh_hash=hash_of(secret),
        created_at=at,
        expires_at=lasts_until(house.settings, session_id),
        address=asked_from.address if asked_from else "",
        agent=asked_from.agent if asked_from else "",
    )
    # Asked after it was stored: whoever deactivates marks the account first, and ends what is stored then.
    if await house.users.deactivated_since(user.id):
        await house.sessions.end(session_id)
        raise UnauthenticatedError("wrong_credentials", "E-mail address or password is wrong.")
    return signed_in(house, user, session_id, secret)


def lasts_until(settings: Settings, session_id: SessionId) -> datetime:
    """Return when a session ends that is used now, and no more: its id tells when it began."""
    began = moment_of_id(session_id) or now()
    return min(
        now() + timedelta(days=settings.refresh_token_days),
        began + timedelta(hours=settings.session_max_hours),
    )


def signed_in(house: House, user: User, session_id: SessionId, secret: str) -> SignedIn:
    """Return what someone gets for a session: a new access token, and the refresh token with its secret."""
    return SignedIn(
        user=user,
        access_token=issue_access_token(Identity(user.id, session_id), house.keys, house.settings),
        expires_in=house.settings.access_token_seconds,
        refresh_token=f"{session_id}.{secret}",
        device_note=note_for(house.settings, user.email),
    )


async def end(house: House, session_id: SessionId, *, reason: str) -> None:
    """End a session everywhere: its connections are told and cut, its devices are pushed to no more."""
    user_id = await house.sessions.owner(session_id)
    if user_id is None:
        return
    await devices.session_ended(house, Identity(user_id, session_id))
    if await house.sessions.end(session_id):
        log.info("session.ended", session_id=session_id, user_id=user_id, reason=reason)
        cut(house, user_id, session_id)


def cut(house: House, user_id: UserId, session_id: SessionId) -> None:
    """Tell the connections of a session or token that it does not let them in any more, and cut them."""
    ended = packet("session.ended", {"session_id": session_id})
    house.live.publish(Live(user_topic(user_id), "session.ended", ended, user_id=UserId(session_id)))


async def end_others(house: House, identity: Identity, *, reason: str) -> int:
    """End all sessions of the caller but the one they call by, and return how many there were. Tokens stay."""
    found = await house.sessions.of(identity.user_id, kinds=["session"])
    others = [entrance.id for entrance in found if entrance.id != identity.session_id]
    for session_id in others:
        await end(house, session_id, reason=reason)
    return len(others)


async def end_all(house: House, user_id: UserId, *, reason: str) -> None:
    """End all that lets somebody in: sessions, and tokens of their own."""
    for entrance in await house.sessions.of(user_id, kinds=["session", "personal"]):
        await end(house, entrance.id, reason=reason)


def handles_for(name: str, email: str) -> Iterator[str]:
    """Return handles to try: of the name, with a number behind it, and at last with a few random letters."""
    base = handle_of(name, email)
    yield base
    yield from (f"{base}{number}" for number in range(2, 5))
    yield from (f"{base}-{secrets.token_hex(3)}" for _ in range(5))


async def _with_handle(house: House, user: User) -> User:
    """Give a handle to someone whose account is older than handles."""
    for handle in handles_for(user.name, user.email):
        if await house.users.set_handle(user.id, handle):
            return replace(user, handle=handle)
    return user
