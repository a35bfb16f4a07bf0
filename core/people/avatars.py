"""The picture of a person, which is shown wherever their initials are.

Its address names a version that nobody guesses and that never changes: browsers keep it, and a new picture has another
one. Who is shown a person is told the address; without it nobody finds the picture.
"""

import asyncio
import secrets

from parlour.core.errors import NotFoundError, UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import User
from parlour.core.people import profiles
from parlour.core.people.avatar_images import SIDES, written_anew

PATH = "/api/v1/avatars"


async def put(house: House, user_id: UserId, image: bytes) -> User:
    """Take a picture of oneself; the one before is gone.

    Raises:
        TooLargeError: `avatar_too_large`.
        InvalidError: `not_an_image`.
    """
    pictures = await asyncio.to_thread(written_anew, image, house.settings)
    version = secrets.token_hex(16)
    await house.avatars.add(version, user_id, pictures)
    return await _change(house, user_id, version)


async def remove(house: House, user_id: UserId) -> User:
    """Take one's picture away; one's initials are shown again."""
    return await _change(house, user_id, None)


async def picture(house: House, version: str, side: str) -> bytes:
    """Return a picture in one size.

    Raises:
        NotFoundError: there is none, or not any more.
    """
    known = {str(one) for one in SIDES}
    found: bytes | None = await house.avatars.get(version, side) if side in known else None
    if found is None:
        raise NotFoundError.of("picture")
    return found


async def _change(house: House, user_id: UserId, version: str | None) -> User:
    user: User | None = await house.users.change(user_id, avatar=version)
    if user is None:
        raise UnauthenticatedError("session_ended", "This account is gone.")
    await house.avatars.keep_only(user_id, version)
    await profiles.tell(house, user)
    return user
