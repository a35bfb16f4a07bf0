"""Routing: whoever wants a message has it on record, hears of it on open devices, and is seen to until it is read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from parlour.core.model.notifications import EffectivePreferences
from parlour.core.notify.wanted import Wanted, live_among, wanted
from parlour.core.store.notifications import Row
from parlour.core.telemetry import NOTIFICATIONS

AT_ONCE = 2000
TOLD_ONE_BY_ONE = 10
"""Notifications of one person and batch of which devices hear one by one; for all the others they count anew."""
MISSED = timedelta(seconds=60)
"""Whose workflow should have looked so long ago is told again."""


async def notify_wanting(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, entries: Sequence[Entry]
) -> int:
    """Notify everyone who wants these entries of one channel, once however often; return how many rows are new.

    Raises:
        UnavailableError: Temporal did not take it; routing the same again is harmless.
    """
    messages = [entry for entry in entries if entry.kind in (MESSAGE, REPLY)]
    if not messages:
        return 0
    found, added = await wanted(house, workspace_id, channel_id, messages), 0
    while batch := list(islice(found, AT_ONCE)):
        added += await _notify(house, batch)
    return added


async def _notify(house: House, batch: Sequence[Wanted]) -> int:
    rows = [each.row for each in batch]
    live = await live_among(house, list({row.user_id for row in rows}))
    fresh = await house.notifications.add(
        [replace(row, live=row.user_id in live) for row in rows],
        expires_at=now() + timedelta(days=house.settings.notifications_kept_days),
    )
    _tell_added(house, fresh)
    await _see_to(house, batch)
    return len(fresh)


def _tell_added(house: House, rows: Sequence[Row]) -> None:
    """Tell people's open devices of notifications: of many at once the newest, the last of which says how many more."""
    mine: dict[UserId, list[Row]] = {}
    for row in rows:
        mine.setdefault(row.user_id, []).append(row)
        NOTIFICATIONS.labels(row.kind).inc()
    for user_id, added in mine.items():
        for row in added[-TOLD_ONE_BY_ONE:]:
            untold = max(0, len(added) - TOLD_ONE_BY_ONE) if row is added[-1] else 0
            news = {"notification": row.notification, "more": untold}
            told = packet("notification.added", news)
            house.live.publish(Live(user_topic(user_id), "notification.added", told, user_id=user_id))


async def _see_to(house: House, batch: Sequence[Wanted]) -> None:
    """Have each person's notifications looked at when the first of theirs may leave the house."""
    times: dict[UserId, datetime] = {}
    for each in batch:
        at = _first_look(each.row, each.chosen)
        times[each.row.user_id] = min(at, times.get(each.row.user_id, at))
    asleep = await house.notifications.asleep(times, stale=now() - MISSED)
    if not asleep:
        return
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.teller.look_by(asleep)
    await house.notifications.told(asleep)


def _first_look(row: Row, wanted: EffectivePreferences) -> datetime:
    """Return when a notification may first leave, or else the end of the hour: digests leave at full ones at most."""
    ways, waits = wanted.ways.get(row.kind, ()), [_until_the_hour_ends(row.at)]
    if "push" in ways:
        waits.append(timedelta(seconds=wanted.push_after))
    if "email" in ways and wanted.email == "at_once":
        waits.append(timedelta(seconds=wanted.email_after))
    return row.at + min(waits)


def _until_the_hour_ends(at: datetime) -> timedelta:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - at
