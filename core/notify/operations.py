"""Notifications as those see them who run a workspace: what left, what was given up, how the worlds outside fare."""

from collections.abc import Mapping

import msgspec

from parlour.core.clock import now
from parlour.core.errors import InvalidError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import DispatchId, UserId, WorkspaceId
from parlour.core.model.notifications import Dispatch, DispatchState
from parlour.core.model.operations import Fault, Redrive, RedriveFilter, Redriven, World, Worlds
from parlour.core.model.page import Page
from parlour.core.notify.asking import LinkTo
from parlour.core.outside.circuit import CircuitState
from parlour.core.people.rights import require
from parlour.core.store.dispatches import Filter
from parlour.core.store.mongo import Document
from parlour.core.store.operations import RECENT

NAMES = {
    "smtp": "Mail server",
    "fcm": "Firebase (Android)",
    "apns": "Apple Push",
    "webpush:updates.push.services.mozilla.com": "Firefox",
    "webpush:fcm.googleapis.com": "Chrome",
    "webpush:web.push.apple.com": "Safari",
}
KINDS = {"webpush": "Web Push", "unifiedpush": "UnifiedPush"}


async def dispatches(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    wanted: Filter,
    *,
    before: str | None,
    limit: int,
    link_to: LinkTo,
) -> Page[Dispatch]:
    """Return a page of a workspace's dispatches, the newest first.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "operations.read")
    found = await house.dispatches.page(workspace_id, wanted, before=before, limit=limit + 1)
    page = [msgspec.structs.replace(one, workflow=link_to(one.user_id)) for one in found[:limit]]
    return Page(page, page[-1].id if len(found) > limit else None)


async def redrive(house: House, actor: UserId, workspace_id: WorkspaceId, wanted: Redrive) -> Redriven:
    """Open dispatches again that were given up: some by their ids, or what a filter lets through, the oldest first.

    What is none of the workspace's, or was not given up, stays as it is and does not count.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        InvalidError: neither or both of ids and filter, or more ids than the setting `redrive_at_once`.
    """
    await require(house, workspace_id, actor, "operations.act")
    opening = await _chosen(house, workspace_id, wanted)
    by = (await house.users.names([actor])).get(actor, "an owner")
    whose = await house.dispatches.redrive(opening, f"opened again by {by}", at=now())
    if opening:
        words = f"{len(opening)} dispatches that were given up, of {len(whose)} people."
        await house.audit.note(workspace_id, actor, "notifications.redriven", workspace_id, words)
    await _wake(house, whose)
    left = await _left(house, workspace_id, wanted.filter) if wanted.filter else 0
    return Redriven(redriven=len(opening), people=len(whose), left=left)


async def worlds(house: House, asker: UserId, workspace_id: WorkspaceId) -> Worlds:
    """Return how the worlds outside fare with a workspace's notifications.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "operations.read")
    under_way = await house.operations.under_way(workspace_id)
    at = now()
    days = await house.operations.last_day(workspace_id, at)
    attempts = await house.operations.last_attempts(workspace_id, at)
    fared = {world: days[world] | attempts.get(world, {}) for world in days}
    circuits = {one.world: one for one in await house.circuit.states()}
    return Worlds(
        [
            _world(world, under_way.get(world, {}), fared.get(world, {}), circuits.get(world))
            for world in sorted({*under_way, *fared})
        ]
    )


async def _chosen(house: House, workspace_id: WorkspaceId, wanted: Redrive) -> list[DispatchId]:
    most = house.settings.redrive_at_once
    if (wanted.ids is None) == (wanted.filter is None):
        raise InvalidError.field("ids", "Give either ids or a filter.")
    if wanted.filter is not None:
        world, user_id = wanted.filter.world, wanted.filter.user
        return await house.operations.given_up(workspace_id, world=world, user_id=user_id, limit=most)
    ids = list(dict.fromkeys(wanted.ids or []))
    if len(ids) > most:
        raise InvalidError.field("ids", f"At most {most} are opened again at once (redrive_at_once).")
    return await house.operations.given_up(workspace_id, ids=ids, limit=most)


async def _left(house: House, workspace_id: WorkspaceId, wanted: RedriveFilter) -> int:
    return await house.operations.count_given_up(workspace_id, world=wanted.world, user_id=wanted.user)


async def _wake(house: House, user_ids: list[UserId]) -> None:
    """Tell people's workflows; while Temporal is away, leave it to the sweep to find them."""
    try:
        if house.teller is None:
            raise UnavailableError.of("Temporal")
        await house.teller.notify(user_ids)
    except UnavailableError:
        await house.notifications.told(dict.fromkeys(user_ids, now()))


def _world(
    world: str, under_way: Mapping[DispatchState, int], day: Document, circuit: CircuitState | None
) -> World:
    attempts = day.get("attempts", 0)
    return World(
        world=world,
        name=name_of(world),
        waiting=under_way.get("waiting", 0) + under_way.get("sending", 0),
        retrying=under_way.get("retrying", 0),
        sent_hour=day.get("sent_hour", 0),
        sent_day=day.get("sent_day", 0),
        given_up_hour=day.get("given_up_hour", 0),
        given_up_day=day.get("given_up_day", 0),
        attempts_per_minute=round(day.get("recent", 0) / (RECENT.total_seconds() / 60), 1),
        failure_rate=day["failed"] / attempts if attempts else None,
        last_error=msgspec.convert(fault, Fault) if (fault := day.get("last_error")) else None,
        circuit=circuit,
    )


def name_of(world: str) -> str:
    """Return what people call a world: `Mail server`, `Firefox`, `UnifiedPush at push.example.com`."""
    kind, _, host = world.partition(":")
    return NAMES.get(world) or (f"{KINDS[kind]} at {host}" if kind in KINDS else world)
