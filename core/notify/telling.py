"""Telling people's notifications that something they go by changed.

Telling may be lost: what is stored is the truth, and whoever looks next goes by it.
"""

from collections.abc import Sequence

from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.telemetry import log

PAGE = 1000


def tell_soon(house: House, user_ids: Sequence[UserId]) -> None:
    """Tell the notifications of some people, without waiting for it."""
    if house.teller is not None:
        house.tasks.start(_try_to_tell(house, user_ids), "tell-notifications")


def tell_members_soon(house: House, workspace_id: WorkspaceId) -> None:
    """Tell the notifications of all members of a workspace who wait for something."""
    if house.teller is not None:
        house.tasks.start(_tell_members(house, workspace_id), "tell-notifications")


async def _tell_members(house: House, workspace_id: WorkspaceId) -> None:
    after: str | None = None
    while people := await house.workspaces.members(workspace_id, after=after, limit=PAGE):
        ids = [row[0] for row in people]
        await _try_to_tell(house, await house.notifications.waiting(ids))
        after = ids[-1]


async def _try_to_tell(house: House, user_ids: Sequence[UserId]) -> None:
    if house.teller is None or not user_ids:
        return
    try:
        await house.teller.notify(user_ids)
    except UnavailableError as error:
        log.warning("notify.untold", people=len(user_ids), error=error.detail)
