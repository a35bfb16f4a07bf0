"""Channels as they are now: what is stored, and what the log says of changes that may not be applied yet."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId
from parlour.core.model.chat import CHANGED, MESSAGE, Change, Entry, EntryKind
from parlour.core.people.names import folded
from parlour.core.store.channels import ChannelRecord
from parlour.core.telemetry import log

COMINGS: tuple[EntryKind, ...] = ("member.joined", "member.left")
Values = Mapping[str, str | datetime | None]


async def current(house: House, channel_id: ChannelId) -> ChannelRecord:
    """Return a channel, whoever asks: the caller checks access.

    Raises:
        NotFoundError: it does not exist.
    """
    record = await house.channels.get(channel_id)
    if record is None:
        raise NotFoundError.of("channel")
    return (await with_changes(house, [record]))[0]


async def with_changes(house: House, records: Sequence[ChannelRecord]) -> list[ChannelRecord]:
    """Return channels with the changes applied that are under way."""
    under_way = [intent.entry_id for record in records for intent in record.changing]
    found = await house.entries.many(under_way) if under_way else {}
    for record in records:
        await _settle_old(house, record, found)
    return [_changed(record, found) for record in records]


def _changed(record: ChannelRecord, entries: Mapping[EntryId, Entry]) -> ChannelRecord:
    mine = (entries[intent.entry_id] for intent in record.changing if intent.entry_id in entries)
    for entry in sorted(mine, key=lambda entry: entry.seq):
        news = {field: v for field, v in _values(entry).items() if entry.seq > record.changed.get(field, 0)}
        record = replace(record, **news)
    return record


async def _settle_old(house: House, record: ChannelRecord, entries: Mapping[EntryId, Entry]) -> None:
    """Apply or give up what someone began and did not end; nothing can reach the log so late any more."""
    too_old = now() - timedelta(seconds=house.settings.mongo_timeout * 4)
    for intent in record.changing:
        if intent.at > too_old:
            continue
        if entry := entries.get(intent.entry_id):
            await apply(house, entry)
        else:
            await house.channel_changes.give_up(record.id, intent.entry_id)


async def apply(house: House, entry: Entry) -> None:
    """Bring a channel's document up to an entry of its log; again changes nothing."""
    if entry.kind == CHANGED and not await house.channel_changes.apply(entry, _values(entry)):
        # It came into the log after its intent was given up, which takes longer than any request may.
        log.error("channel.name_lost", channel_id=entry.channel_id, seq=entry.seq)


async def catch_up(house: House, entries: Sequence[Entry]) -> None:
    """Bring a channel's document up to entries of its log; again changes nothing."""
    for entry in entries:
        await apply(house, entry)
    for entry in _last(entries, COMINGS):
        await house.channels.recount(entry.channel_id, seq=entry.seq)
    for entry in _last(entries, (MESSAGE,)):
        await house.directory.note_activity(entry.channel_id, entry.created_at)


def _last(entries: Sequence[Entry], kinds: Collection[EntryKind]) -> list[Entry]:
    return [entry for entry in entries if entry.kind in kinds][-1:]


def _values(entry: Entry) -> Values:
    """Return what a change sets in the channel's document."""
    values: dict[str, str | datetime | None] = {}
    for field, value in (entry.changes or {}).items():
        values |= _stored(field, value, entry.created_at)
    return values


def _stored(field: str, value: Change, at: datetime) -> Values:
    if field == "archived":
        return {"archived_at": at if value else None}
    if field == "name":
        return {"name": str(value), "name_key": folded(str(value))}
    return {field: str(value)}
