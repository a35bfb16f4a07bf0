"""What a searcher may see: the channels they are in, and, if they may browse, the public ones of the workspace."""

from collections.abc import Collection, Iterable

from parlour.core.chat.channel_state import with_changes
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.rights import Right
from parlour.core.people.rights import standing
from parlour.core.search.interface import Scope, scope_of
from parlour.core.store.channels import ChannelRecord


class Sight:
    """One searcher's view of a workspace, as it is at this moment."""

    def __init__(
        self,
        searcher: UserId,
        workspace_id: WorkspaceId,
        mine: Iterable[ChannelRecord],
        rights: Collection[Right],
    ) -> None:
        self.searcher = searcher
        self.workspace_id = workspace_id
        self.browses = "channel.browse" in rights
        self.mine = {record.id: record for record in mine}

    @property
    def scopes(self) -> list[Scope]:
        """The scopes that hold all they may see; for who does not browse, that of public channels holds more."""
        own = {scope_of(record.kind, record.id, self.workspace_id) for record in self.mine.values()}
        return sorted(own | ({Scope(self.workspace_id)} if self.browses else set()))

    def sees(self, record: ChannelRecord) -> bool:
        """Return whether they may see a channel."""
        if record.workspace_id != self.workspace_id:
            return False
        return record.id in self.mine or (self.browses and record.kind == "public")

    async def channels(
        self, house: House, channel_ids: Iterable[ChannelId]
    ) -> dict[ChannelId, ChannelRecord]:
        """Return those of some channels that they may see."""
        wanted = set(channel_ids)
        others = wanted - set(self.mine)
        found = [self.mine[i] for i in wanted & set(self.mine)]
        if others:
            found += await with_changes(house, await house.channels.many(others))
        return {record.id: record for record in found if self.sees(record)}


async def look(house: House, searcher: UserId, workspace_id: WorkspaceId) -> Sight:
    """Return what somebody may see.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    place = await standing(house, workspace_id, searcher)
    memberships = await house.channels.memberships_of(searcher, workspace_id)
    records = await house.channels.many(m.channel_id for m in memberships)
    return Sight(searcher, workspace_id, await with_changes(house, records), place.rights)
