"""Seeing to someone's notifications: what is known is gathered, planned upon, and the plan is stored.

Every step may be done twice: made again at the same time, a plan makes the same dispatches.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.house import House
from parlour.core.ids import ChannelId, DispatchId, EntryId, NotificationId, UserId, new_id
from parlour.core.model.notification_promises import DueDispatch, Planned
from parlour.core.model.notifications import Dispatch, Leg, Way
from parlour.core.model.people import User
from parlour.core.notify.plan import MAIL, Facts, Plan, Planner, Route
from parlour.core.notify.preferences import effective_of
from parlour.core.notify.reading import were_read
from parlour.core.notify.words import clock
from parlour.core.outside.outside import MAIL as MAIL_WORLD
from parlour.core.outside.outside import configured, mail_configured, world_of
from parlour.core.store.channels import Membership
from parlour.core.store.devices import DeviceRecord
from parlour.core.store.dispatches import OPEN
from parlour.core.store.notifications import Row

SHOWN_FOR = timedelta(days=1)
"""How long a push may still be seen on a device."""
LEFT = "is not in the channel any more"


class Seen(Struct, frozen=True, kw_only=True):
    """Someone's place in the channels that they have notifications of, and how far they read threads."""

    places: Mapping[ChannelId, Membership]
    threads: Mapping[EntryId, int]

    def has_read(self, row: Row) -> bool:
        """Return whether a message was read, by the marks."""
        place = self.places.get(row.channel_id)
        in_timeline = place is not None and row.n is not None and row.n <= place.read_n
        return in_timeline or bool(row.thread_root_id and row.seq <= self.threads.get(row.thread_root_id, 0))


async def see_to(house: House, user_id: UserId, at: datetime) -> Planned:
    """Plan what is to become of someone's notifications as of `at`, and store it.

    Raises:
        UnavailableError: Temporal did not take it, for another device's sake; trying again is harmless.
    """
    await house.notifications.looks(user_id, None)
    facts = await gather(house, user_id, at)
    plan = Planner(facts).plan()
    closing = await _closing(house, facts)
    await _store(house, facts, plan, closing)
    due = [*closing, *plan.due]
    most = house.settings.notify_attempts_at_once
    look_at = at if len(due) > most else plan.next[0] if plan.next else None
    await house.notifications.looks(user_id, look_at)
    named = [DueDispatch(dispatch.id, _named(dispatch)) for dispatch in due[:most]]
    return Planned(named, look_at, _state(due, plan), _in_words(facts, due, plan))


async def gather(house: House, user_id: UserId, at: datetime, rows: Sequence[Row] | None = None) -> Facts:
    """Return what is known of someone's notifications: of all that may still take a way, or of `rows`."""
    found = rows
    if found is None:
        found = await house.notifications.open_rows(user_id, limit=house.settings.notify_open_max)
        found = await _catch_up(house, user_id, found, at)
    user = await house.users.by_id(user_id)
    routes, missing = await _routes(house, user_id, user)
    dispatches = await _dispatches(house, user_id, found)
    found = [*found, *await _reopened(house, user_id, dispatches, found)]
    seen = await _seen(house, user_id, found)
    workspaces = {row.workspace_id for row in found} | {dispatch.workspace_id for dispatch in dispatches}
    preferences = {
        workspace_id: (await effective_of(house, workspace_id, [user_id]))[user_id]
        for workspace_id in sorted(workspaces)
    }
    return Facts(
        at=at,
        user_id=user_id,
        name=user.name if user else "someone",
        rows=sorted(found, key=lambda row: row.seq),
        dispatches=dispatches,
        preferences=preferences,
        places=seen.places,
        routes=routes,
        missing=missing,
        zone=ZoneInfo((user and user.timezone) or house.settings.default_timezone),
        dnd_until=user.dnd_until if user else None,
        group=timedelta(seconds=house.settings.notify_group),
        dropped={row.id: LEFT for row in found if row.channel_id not in seen.places},
    )


async def forecast(house: House, user_id: UserId, rows: Sequence[Row], at: datetime) -> dict[str, list[Leg]]:
    """Return what is to become of some of someone's notifications on ways that have no dispatch yet, by their ids.

    All that waits is looked at: what goes together leaves together.
    """
    waiting = await house.notifications.open_rows(user_id, limit=house.settings.notify_open_max)
    planner = Planner(await gather(house, user_id, at, waiting))
    return {row.id: planner.legs(row) for row in rows}


async def _catch_up(house: House, user_id: UserId, rows: Sequence[Row], at: datetime) -> list[Row]:
    """Mark as read what was read by the marks, though the reader's process died before it said so."""
    seen = await _seen(house, user_id, rows)
    read = [row for row in rows if not row.read_at and seen.has_read(row)]
    if not read:
        return list(rows)
    await were_read(house, read, at=at)
    ids: set[NotificationId] = {row.id for row in read}
    return [replace(row, read_at=at) if row.id in ids else row for row in rows]


async def _seen(house: House, user_id: UserId, rows: Iterable[Row]) -> Seen:
    roots = {row.thread_root_id for row in rows if row.thread_root_id}
    mine = await house.channels.memberships_in(user_id, {row.channel_id for row in rows})
    threads = await house.threads.read_seqs(user_id, roots) if roots else {}
    return Seen(places={place.channel_id: place for place in mine}, threads=threads)


async def _routes(house: House, user_id: UserId, user: User | None) -> tuple[list[Route], dict[Way, str]]:
    """Return a person's devices and mailbox, and why there is none of a kind."""
    settings, missing = house.settings, dict[Way, str]()
    devices = await _living(house, user_id)
    usable = [device for device in devices if device.enabled and configured(settings, device.kind)]
    routes = [
        Route(
            way="push",
            key=device.id,
            to=device.name,
            world=world_of(device.address),
            device_id=device.id,
            kinds=device.kinds,
        )
        for device in usable
    ]
    if not routes:
        missing["push"] = "has switched all devices off" if devices else "has no device that takes pushes"
    if user is not None and mail_configured(settings):
        routes.append(Route(way="email", key=MAIL, to=masked(user.email), world=MAIL_WORLD))
    else:
        missing["email"] = "e-mail is not set up on this server"
    return routes, missing


async def _living(house: House, user_id: UserId) -> list[DeviceRecord]:
    """Return a person's devices, but those that are gone, or whose session nobody used for so long that it expired."""
    devices = [device for device in await house.devices.of(user_id) if not device.gone]
    sessions = {device.session_id for device in devices if device.session_id}
    alive = await house.sessions.alive(sessions) if sessions else set()
    return [device for device in devices if device.session_id is None or device.session_id in alive]


def masked(email: str) -> str:
    """Return an e-mail address as much of it as tells its owner which it is: `a…@example.com`."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


async def _dispatches(house: House, user_id: UserId, rows: Iterable[Row]) -> list[Dispatch]:
    found = {dispatch.id: dispatch for dispatch in await house.dispatches.open_of(user_id)}
    conversations = {row.conversation for row in rows}
    if conversations:
        found |= {d.id: d for d in await house.dispatches.last_of(user_id, conversations)}
    return list(found.values())


async def _reopened(
    house: House, user_id: UserId, dispatches: Iterable[Dispatch], rows: Iterable[Row]
) -> list[Row]:
    """Return what dispatches speak of that were given up, and opened again when all else was settled."""
    known = {row.conversation for row in rows}
    return [
        row
        for dispatch in dispatches
        if dispatch.state in OPEN and not dispatch.closes
        for covered in dispatch.covers
        if covered.conversation not in known
        for row in await house.notifications.covered(
            user_id, covered.channel_id, covered.first_seq, covered.last_seq
        )
        if row.conversation == covered.conversation
    ]


async def _closing(house: House, facts: Facts) -> list[Dispatch]:
    """Return what takes away the pushes that devices may still show of what was read."""
    shown = await house.dispatches.shown_to(facts.user_id)
    if not shown:
        return []
    channels = {covered.channel_id for dispatch in shown for covered in dispatch.covers}
    rows = await house.notifications.unread_among(
        [facts.user_id], channels, limit=house.settings.notify_open_max
    )
    unread = {row.conversation for row in rows}
    over = [d for d in shown if not any(covered.conversation in unread for covered in d.covers)]
    await house.dispatches.not_shown([dispatch.id for dispatch in over])
    routes = {route.key: route for route in facts.routes}
    return [
        _close(dispatch, facts.at)
        for dispatch in over
        if dispatch.device_id in routes and facts.at - dispatch.updated_at < SHOWN_FOR
    ]


def _close(dispatch: Dispatch, at: datetime) -> Dispatch:
    return replace(
        dispatch,
        id=DispatchId(new_id()),
        state="waiting",
        words="read elsewhere: to be taken away",
        created_at=at,
        updated_at=at,
        since=at,
        due_at=at,
        attempts=[],
        attempted=0,
        tries=0,
        closes=True,
    )


async def _store(house: House, facts: Facts, plan: Plan, closing: Sequence[Dispatch]) -> None:
    expires_at = facts.at + timedelta(days=house.settings.notifications_kept_days)
    for words, ids in plan.cancel.items():
        await house.dispatches.end(ids, "cancelled", words, at=facts.at)
    for dispatch in [*plan.make, *closing]:
        await house.dispatches.add(dispatch, expires_at=expires_at)
    await house.notifications.close(plan.close)


def _named(dispatch: Dispatch) -> str:
    """Return what an attempt is, for the Temporal UI: `3 messages to Firefox on Linux`."""
    count = sum(covered.count for covered in dispatch.covers)
    what = "take away what was read" if dispatch.closes else f"{count} messages" if count else "a test"
    return f"{what} to {dispatch.to}" if not dispatch.closes else f"{what} from {dispatch.to}"


def _state(due: Sequence[Dispatch], plan: Plan) -> str:
    if due:
        return "sending"
    if plan.next is None:
        return "settled"
    return "quiet" if plan.next[1].startswith(("quiet", "do not disturb")) else "waiting"


def _in_words(facts: Facts, due: Sequence[Dispatch], plan: Plan) -> str:
    """Return where a person's notifications are, for the Temporal UI: no names of channels, no text."""
    pending = len(facts.rows) - len(plan.close)
    parts = [
        f"{pending} notifications may still leave the house"
        if pending
        else "nothing more may leave the house"
    ]
    if due:
        parts.append(f"{len(due)} attempts are due now")
    if plan.next:
        at, why = plan.next
        parts.append(f"next at {clock(at, facts.zone, facts.at)} {facts.zone.key} ({why})")
    return f"{facts.name}: {'; '.join(parts)}."
