"""What a device needs to know first: who I am, my workspaces, my channels and how far they are."""

from collections.abc import Sequence

from msgspec import Struct

from parlour.core.chat.channels import describe
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId
from parlour.core.model.chat import Channel
from parlour.core.model.people import User, Workspace
from parlour.core.model.sidebar import Sidebar
from parlour.core.people.accounts import me


class Overview(Struct, frozen=True, kw_only=True):
    """The payload of `ready`. A device says `away` after `away_after` seconds without input, or hidden."""

    user: User
    workspaces: list[Workspace]
    channels: list[Channel]
    sidebars: list[Sidebar]
    away_after: float


async def overview(
    house: House, user_id: UserId, workspaces: list[Workspace], channel_ids: Sequence[ChannelId]
) -> Overview:
    """Return the first view of someone who belongs to `workspaces` and `channel_ids`."""
    return Overview(
        user=await me(house, user_id),
        workspaces=workspaces,
        channels=await describe(house, user_id, sorted(channel_ids)),
        sidebars=await house.sidebars.of(user_id, [workspace.id for workspace in workspaces]),
        away_after=house.settings.away_after,
    )
