"""How a member wants to have a channel: muted, starred, in which section, and what to be notified of."""

from msgspec import UNSET, Struct, UnsetType, to_builtins

from parlour.core.chat.access import enter
from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, SectionId, UserId
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.chat import Notify, Preferences
from parlour.core.notify.hearing import recompute_one


class PreferencesPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is absent stays. A `section_id` of null takes the channel out of its section."""

    muted: bool | UnsetType = UNSET
    starred: bool | UnsetType = UNSET
    notify: Notify | UnsetType = UNSET
    section_id: SectionId | UnsetType | None = UNSET


async def change(
    house: House, user_id: UserId, channel_id: ChannelId, patch: PreferencesPatch
) -> Preferences:
    """Change how a member has a channel, and tell their devices.

    Raises:
        NotFoundError: they are not a member, or have no such section in the channel's workspace.
    """
    access = await enter(house, channel_id, user_id)
    if patch.section_id not in (UNSET, None):
        sidebar, _ = await house.sidebars.get(user_id, access.workspace_id)
        if patch.section_id not in [section.id for section in sidebar.sections]:
            raise NotFoundError.of("section")
    membership = await house.channels.prefer(channel_id, user_id, to_builtins(patch), at=now())
    if membership is None:
        raise NotFoundError.of("channel")
    if patch.muted is not UNSET or patch.notify is not UNSET:
        await recompute_one(house, access.workspace_id, channel_id, user_id)
    preferences = Preferences(
        channel_id=channel_id,
        muted=membership.muted,
        starred=membership.starred,
        notify=membership.notify,
        section_id=membership.section_id,
    )
    changed = packet("membership.changed", {"membership": preferences})
    house.live.publish(Live(user_topic(user_id), "membership.changed", changed, user_id=user_id))
    return preferences
