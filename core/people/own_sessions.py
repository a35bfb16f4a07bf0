"""Where somebody is signed in, as they see it, and ending that."""

from datetime import UTC, datetime

from msgspec import Struct

from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import SessionId
from parlour.core.model.people import Entrance, Identity
from parlour.core.people import account_notes, sessions
from parlour.core.people.places import device_words

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class OwnSession(Struct, frozen=True, kw_only=True):
    """A session: the browser in words (`Firefox on Linux`), and from where it was last used. `current`: by this one."""

    id: SessionId
    device: str
    address: str
    created_at: datetime | None
    last_used_at: datetime | None
    current: bool


async def all_of(house: House, identity: Identity) -> list[OwnSession]:
    """Return the caller's sessions: this one, then the others, the last used first."""
    found = await house.sessions.of(identity.user_id, kinds=["session"])
    shown = [await _shown(entrance, identity) for entrance in found]
    shown.sort(key=lambda one: one.last_used_at or LONG_AGO, reverse=True)
    return sorted(shown, key=lambda one: not one.current)


async def end_one(house: House, identity: Identity, session_id: SessionId) -> None:
    """End a session of the caller's own.

    Raises:
        NotFoundError: they have no such session.
    """
    found = await house.sessions.get(session_id)
    if found is None or found.user_id != identity.user_id or found.kind != "session":
        raise NotFoundError.of("session")
    await house.tasks.to_the_end(_end_one(house, identity, session_id), "end-session")


async def _end_one(house: House, identity: Identity, session_id: SessionId) -> None:
    await sessions.end(house, session_id, reason="ended by its person")
    which = "this session of theirs" if session_id == identity.session_id else "another session of theirs"
    await account_notes.note(house, identity.user_id, "member.sessions_ended", f"ended {which}")


async def end_others(house: House, identity: Identity) -> int:
    """End all sessions of the caller but this one; return how many there were."""
    return await house.tasks.to_the_end(_end_others(house, identity), "end-sessions")


async def _end_others(house: House, identity: Identity) -> int:
    ended = await sessions.end_others(house, identity, reason="ended by its person")
    if ended:
        words = f"ended {ended} other {'session' if ended == 1 else 'sessions'} of theirs"
        await account_notes.note(house, identity.user_id, "member.sessions_ended", words)
    return ended


async def _shown(entrance: Entrance, identity: Identity) -> OwnSession:
    return OwnSession(
        id=entrance.id,
        device=await device_words(entrance.agent),
        address=entrance.address,
        created_at=entrance.created_at,
        last_used_at=entrance.last_used_at,
        current=entrance.id == identity.session_id,
    )
