"""Setting someone's place in a workspace aside, and taking it up again.

Whoever is set aside belongs to no channel and no group, so that nothing reaches them and they reach nothing. What they
were in, with what they had read and how they wanted it, is remembered. Whoever is killed in between leaves a place that
is marked as `moving`: nobody enters by it, and a sweep goes on.
"""

from parlour.core.chat import membership
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic, workspace_topic
from parlour.core.model.people import Aside, AsideWhy
from parlour.core.notify.telling import tell_soon
from parlour.core.people import groups
from parlour.core.telemetry import log


async def park(
    house: House, workspace_id: WorkspaceId, user_id: UserId, *, by: UserId | None, why: AsideWhy
) -> bool:
    """Set someone's place aside; return whether they had one. Again goes on with what is left to do."""
    fresh = await house.asides.add(workspace_id, user_id, Aside(by, now(), why))
    aside = await house.asides.get(workspace_id, user_id)
    if aside is None:
        return False
    _tell_left(house, workspace_id, user_id)
    await house.asides.in_groups(workspace_id, user_id, await house.groups.of_in(workspace_id, user_id))
    await groups.leave_all(house, workspace_id, user_id)
    for place in await house.channels.memberships_of(user_id, workspace_id):
        await house.parked.keep(place.channel_id, user_id)
        await membership.expel(house, place.channel_id, user_id, by=aside.by or user_id)
    await house.asides.moved(workspace_id, user_id)
    tell_soon(house, [user_id])
    return fresh


async def unpark(house: House, workspace_id: WorkspaceId, user_id: UserId, *, by: UserId) -> bool:
    """Take someone's place up again; return whether it was set aside. Again goes on with what is left to do."""
    fresh = await house.asides.bring_back(workspace_id, user_id)
    await groups.rejoin(house, workspace_id, user_id, await house.asides.groups_left(workspace_id, user_id))
    await _tell_joined(house, workspace_id, user_id)
    for channel_id in await house.parked.of(user_id, workspace_id):
        await _restore(house, channel_id, user_id, by=by)
    await house.asides.moved(workspace_id, user_id)
    return fresh


async def sweep(house: House, *, limit: int) -> int:
    """Go on with what was left in between; return how many places that were."""
    left = await house.asides.moving(limit=limit)
    for workspace_id, user_id in left:
        aside = await house.asides.get(workspace_id, user_id)
        if aside is None:
            await unpark(house, workspace_id, user_id, by=user_id)
        else:
            await park(house, workspace_id, user_id, by=aside.by, why=aside.why)
        log.info("person.moved_later", workspace_id=workspace_id, user_id=user_id)
    return len(left)


async def _restore(house: House, channel_id: ChannelId, user_id: UserId, *, by: UserId) -> None:
    record = (await house.channels.many([channel_id]))[:1]
    if record and await house.parked.restore(channel_id, user_id):
        await membership.joined(house, record[0], user_id, by=by)
    await house.parked.forget(channel_id, user_id)


def _tell_left(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    left = {"workspace_id": workspace_id, "user_id": user_id, "deactivated": True}
    for topic in (user_topic(user_id), workspace_topic(workspace_id)):
        house.live.publish(Live(topic, "workspace.left", packet("workspace.left", left), user_id=user_id))


async def _tell_joined(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    workspace = await house.workspaces.get(workspace_id, user_id)
    person = (await house.users.people([user_id])).get(user_id)
    if workspace is None or person is None:
        return
    joined = packet("workspace.joined", {"workspace": workspace})
    house.live.publish(Live(user_topic(user_id), "workspace.joined", joined, user_id=user_id))
    news = packet("workspace.member_joined", {"workspace_id": workspace_id, "user": person})
    house.live.publish(Live(workspace_topic(workspace_id), "workspace.member_joined", news, user_id=user_id))
