"""Whom somebody may know of: without the right `people.see`, those alone with whom they share a channel."""

from collections.abc import Iterable

from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.rights import Standing
from parlour.core.people.rights import standing


async def known_to(house: House, workspace_id: WorkspaceId, user_id: UserId) -> set[UserId] | None:
    """Return everybody whom someone may know of, or none when that is the whole workspace.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    return await known_from(house, workspace_id, user_id, await standing(house, workspace_id, user_id))


async def known_from(
    house: House, workspace_id: WorkspaceId, user_id: UserId, place: Standing
) -> set[UserId] | None:
    """Return the same for whose place is known."""
    return None if place.may("people.see") else await house.channels.companions(user_id, workspace_id)


async def check_known(
    house: House, workspace_id: WorkspaceId, user_id: UserId, others: Iterable[UserId]
) -> None:
    """Check that someone may know of all of several people.

    Raises:
        NotFoundError: the workspace is not theirs, or one of the people is out of their sight.
    """
    known = await known_to(house, workspace_id, user_id)
    if known is not None and set(others) - known:
        raise NotFoundError.of("person")
