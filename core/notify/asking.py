"""Who asks why somebody was or was not notified, and what they may learn."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from parlour.core.chat.current import current_one
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.chat import FIXED_KINDS, MESSAGE, REPLY, Entry, WorkflowLink
from parlour.core.people.rights import may
from parlour.core.store.channels import ChannelRecord

LinkTo = Callable[[UserId], WorkflowLink]


class View(Struct, frozen=True, kw_only=True):
    """Who asks, and what they may learn. `places` are the names of the channels that they are in."""

    asker: UserId
    sees_all: bool
    shows_seen: bool
    places: Mapping[ChannelId, str]
    link_to: LinkTo

    def is_me(self, user_id: UserId) -> bool:
        """Whether they ask about themselves."""
        return user_id == self.asker

    def knows_read(self, user_id: UserId) -> bool:
        """Whether they may learn what someone has read."""
        return self.shows_seen or self.is_me(user_id)

    def place(self, channel_id: ChannelId) -> str:
        """Return what they call a channel."""
        return self.places.get(channel_id, "the channel")


class Asked(Struct, frozen=True, kw_only=True):
    """A message that is asked about, and where it is."""

    message: Entry
    channel: ChannelRecord
    view: View
    is_settled: bool

    @property
    def is_everybodys(self) -> bool:
        """Whether whoever asks sees everybody."""
        return self.view.sees_all or self.view.is_me(self.message.author_id)


async def may_see(house: House, asker: UserId, workspace_id: WorkspaceId, user_id: UserId) -> bool:
    """Return whether someone may see what a member is notified of: they themselves, and who sees the operations."""
    place = await house.workspaces.standing(workspace_id, asker)
    return place is not None and (place.may("operations.read") or asker == user_id)


async def ask(house: House, asker: UserId, message_id: EntryId, link_to: LinkTo) -> Asked:
    """Return a message that someone asks about.

    Raises:
        NotFoundError: they are neither a member of its channel nor see the operations of its workspace.
    """
    entry = await house.entries.get(message_id)
    channel = await house.channels.get(entry.channel_id) if entry else None
    if entry is None or channel is None or entry.kind not in (MESSAGE, REPLY):
        raise NotFoundError.of("message")
    view = await view_of(house, asker, channel.workspace_id, [channel.id], link_to)
    if not view.sees_all and channel.id not in view.places:
        raise NotFoundError.of("message")
    settled = await house.deliveries.settled(channel.id)
    return Asked(
        message=await current_one(house, entry),
        channel=channel,
        view=view,
        is_settled=settled.settled_seq >= entry.seq,
    )


async def view_of(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    channel_ids: Iterable[ChannelId],
    link_to: LinkTo,
) -> View:
    """Return what someone may learn of a workspace and of some of its channels."""
    mine = [place.channel_id for place in await house.channels.memberships_in(asker, channel_ids)]
    return View(
        asker=asker,
        sees_all=await may(house, workspace_id, asker, "operations.read"),
        shows_seen=await house.workspaces.shows_seen(workspace_id),
        places={channel.id: _name(channel) for channel in await house.channels.many(mine)},
        link_to=link_to,
    )


def _name(channel: ChannelRecord) -> str:
    return "this conversation" if channel.kind in FIXED_KINDS else f"#{channel.name}"
