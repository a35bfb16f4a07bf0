"""Making channels. Those that are who is in them are found again rather than made twice."""

from collections.abc import Sequence

from parlour.core.chat.channels import check_all_in_workspace, direct_key, get, name_taken
from parlour.core.chat.membership import admit, append_change
from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import (
    FIXED_KINDS,
    Channel,
    ChannelKind,
)
from parlour.core.model.rights import Right
from parlour.core.people import names
from parlour.core.people.acquaintance import check_known
from parlour.core.people.rights import require
from parlour.core.store.channels import ChannelRecord

DIRECT_MEMBERS = 2
GROUP_MEMBERS_MIN = 3


async def create(
    house: House,
    creator: UserId,
    workspace_id: WorkspaceId,
    *,
    name: str,
    kind: ChannelKind,
    user_ids: Sequence[UserId] = (),
) -> tuple[Channel, bool]:
    """Make a channel with its creator and `user_ids` in it; return it, and whether it is new.

    The direct channel of a pair, and the group of the same people, is found again rather than made twice.

    Raises:
        ForbiddenError: `missing_right`.
        NotFoundError: the workspace is not the creator's, or someone named is not in it.
        ConflictError: `name_taken`, or `too_many_channels` (setting `channels_per_workspace`).
        InvalidError: the name cannot be taken, or there are too many or too few people for a direct channel or a
            group (setting `group_members`).
    """
    needed: Right = "conversation.begin" if kind in FIXED_KINDS else "channel.create"
    await require(house, workspace_id, creator, needed)
    others = [user_id for user_id in dict.fromkeys(user_ids) if user_id != creator]
    await check_all_in_workspace(house, workspace_id, others)
    await check_known(house, workspace_id, creator, others)
    await _room_for_another(house, workspace_id)
    record = _record(house, creator, workspace_id, name, kind, others)
    if not await house.channels.add(record):
        return await _already_there(house, creator, record), False
    await append_change(house, record.id, workspace_id, "channel.created", author=creator)
    if kind not in FIXED_KINDS:
        await house.audit.note(
            workspace_id, creator, "channel.created", record.id, f"#{record.name}, {kind}."
        )
    for user_id in (creator, *others):
        await admit(house, record, user_id, by=creator)
    return await get(house, creator, record.id), True


def _record(
    house: House,
    creator: UserId,
    workspace_id: WorkspaceId,
    name: str,
    kind: ChannelKind,
    others: Sequence[UserId],
) -> ChannelRecord:
    _check_people(house, kind, len(others) + 1)
    fixed = kind in FIXED_KINDS
    shown = "" if fixed else names.checked_name(name.strip().removeprefix("#"), house.settings)
    return ChannelRecord(
        id=ChannelId(new_id()),
        workspace_id=workspace_id,
        kind=kind,
        name=shown,
        created_by=creator,
        created_at=now(),
        name_key=names.folded(shown) if shown else None,
        direct_key=direct_key(creator, *others) if fixed and others else None,
    )


def _check_people(house: House, kind: ChannelKind, people: int) -> None:
    most = house.settings.group_members
    if kind == "direct" and people > DIRECT_MEMBERS:
        raise InvalidError.field("user_ids", "A direct channel is between two people.")
    if kind == "group" and not GROUP_MEMBERS_MIN <= people <= most:
        raise InvalidError.field(
            "user_ids", f"A group has {GROUP_MEMBERS_MIN} to {most} people, you among them (group_members)."
        )


async def _already_there(house: House, creator: UserId, wanted: ChannelRecord) -> Channel:
    if wanted.direct_key is None:
        raise name_taken(wanted.name)
    found = await house.channels.by_direct_key(wanted.workspace_id, wanted.direct_key)
    if found is None:
        raise NotFoundError.of("channel")
    for user_id in wanted.direct_key.split(":"):
        await admit(house, found, UserId(user_id), by=creator)
    return await get(house, creator, found.id)


async def _room_for_another(house: House, workspace_id: WorkspaceId) -> None:
    if await house.channels.count(workspace_id) >= house.settings.channels_per_workspace:
        raise ConflictError(
            "too_many_channels",
            f"A workspace has at most {house.settings.channels_per_workspace} channels (channels_per_workspace).",
        )
