"""Alarming a workspace's owners: a world refuses what this server is configured with, and no retry mends that."""

from parlour.core.house import House
from parlour.core.live import FAILURES, Live, packet, user_topic
from parlour.core.model.notifications import Dispatch
from parlour.core.notify.operations import name_of
from parlour.core.outside.answer import Answer
from parlour.core.telemetry import log


async def alarm(house: House, dispatch: Dispatch, answer: Answer) -> None:
    """Tell the owners' open devices that a world refuses us, once an hour for each world."""
    log.error("notifications.misconfigured", world=dispatch.world, code=answer.code, words=answer.words)
    if not await _is_news(house, dispatch):
        return
    told = {
        "workspace_id": dispatch.workspace_id,
        "world": dispatch.world,
        "name": name_of(dispatch.world),
        "words": answer.words,
    }
    refused = packet("world.refused", told)
    for owner in await house.workspaces.holders(dispatch.workspace_id, "operations.read"):
        house.live.publish(Live(user_topic(owner), "world.refused", refused, user_id=owner))


async def _is_news(house: House, dispatch: Dispatch) -> bool:
    key = f"alarmed:{dispatch.workspace_id}:{dispatch.world}"
    try:
        return bool(await house.redis.set(key, 1, nx=True, ex=house.settings.notify_alarm_every))
    except FAILURES:
        return True
