"""What a receiver gets: made of what is on record when it is sent, so that nothing deleted leaves the house."""

from datetime import datetime

import msgspec
from msgspec import Struct

from parlour.core.chat.current import current_one
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, FileId, UserId
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from parlour.core.model.files import FileRecord
from parlour.core.model.people import Person
from parlour.core.model.webhooks import Webhook, WebhookDelivery
from parlour.core.store.channels import ChannelRecord
from parlour.core.webhooks.events import (
    CameOrWent,
    ChannelTold,
    FileFacts,
    FileTold,
    MessageDeleted,
    MessageEdited,
    MessageSent,
    Ping,
    Reacted,
    Said,
    Told,
    Where,
    Who,
)
from parlour.core.webhooks.feed import sees

Sight = dict[ChannelId, ChannelRecord | None]
"""The channels that a webhook is told of, as far as that was looked at a moment ago; none: not told of."""


async def body_of(house: House, hook: Webhook, delivery: WebhookDelivery, sight: Sight) -> bytes | None:
    """Return what is sent for an event; none when it is nothing any more that the webhook's maker may see."""
    if delivery.event == "webhook.ping":
        ping = Ping(webhook_id=hook.id, words="Parlour can reach this address.")
        return _encoded(delivery, ping, delivery.created_at)
    channel = await _seen(house, hook, delivery.channel_id, sight) if delivery.channel_id else None
    if channel is None:
        return None
    if delivery.event.startswith("file."):
        record = await house.files.get(FileId(delivery.subject))
        told = await _of_file(house, channel, record, delivery) if record else None
        return _encoded(delivery, told, delivery.created_at) if told else None
    entry = await house.entries.get(EntryId(delivery.subject))
    return _encoded(delivery, await _of_entry(house, channel, entry), entry.created_at) if entry else None


async def _seen(house: House, hook: Webhook, channel_id: ChannelId, sight: Sight) -> ChannelRecord | None:
    if channel_id not in sight:
        channel = await house.channels.get(channel_id)
        sight[channel_id] = channel if channel and await sees(house, hook, channel) else None
    return sight[channel_id]


def _encoded(delivery: WebhookDelivery, data: Struct, at: datetime) -> bytes:
    told = Told(type=delivery.event, timestamp=at, workspace_id=delivery.workspace_id, data=data)
    return msgspec.json.encode(told)


async def _of_entry(house: House, channel: ChannelRecord, entry: Entry) -> Struct:
    concerned = {entry.author_id, *([entry.user_id] if entry.user_id else [])}
    people = await house.users.people(concerned)
    where, by = _where(channel), _who(people, entry.user_id or entry.author_id)
    if entry.kind in (MESSAGE, REPLY):
        return MessageSent(channel=where, message=await _said(house, entry, people))
    message_id = entry.message_id or EntryId("")
    if entry.kind == "message.edited":
        text = entry.text or ""
        return MessageEdited(channel=where, message_id=message_id, seq=entry.seq, by=by, text=text)
    if entry.kind == "message.deleted":
        return MessageDeleted(channel=where, message_id=message_id, seq=entry.seq, by=by)
    if entry.kind in ("reaction.added", "reaction.removed"):
        emoji = entry.emoji or ""
        return Reacted(channel=where, message_id=message_id, seq=entry.seq, by=by, emoji=emoji)
    author = _who(people, entry.author_id)
    if entry.kind in ("member.joined", "member.left"):
        return CameOrWent(channel=where, seq=entry.seq, user=by, by=author)
    return ChannelTold(channel=where, seq=entry.seq, by=author)


async def _said(house: House, entry: Entry, people: dict[UserId, Person]) -> Said:
    """Return a message as it was sent; of one that was deleted since, that it was sent."""
    as_it_is = await current_one(house, entry)
    is_gone = as_it_is.deleted_at is not None
    sent, _ = await house.entries.versions(entry.id) if as_it_is.edited_at and not is_gone else (entry, [])
    return Said(
        id=entry.id,
        seq=entry.seq,
        author=_who(people, entry.author_id),
        text="" if is_gone else sent.text or "",
        created_at=entry.created_at,
        thread_root_id=entry.thread_root_id,
        file_ids=[] if is_gone else sent.file_ids or [],
        cards=[] if is_gone else sent.cards or [],
    )


async def _of_file(
    house: House, channel: ChannelRecord, record: FileRecord, delivery: WebhookDelivery
) -> Struct:
    people = await house.users.people({record.uploader_id})
    facts = FileFacts(
        id=record.id,
        name=record.name,
        size=record.size,
        mime_type=record.mime_type,
        state=delivery.event.partition(".")[2],
        uploader=_who(people, record.uploader_id),
    )
    return FileTold(channel=_where(channel), file=facts)


def _where(channel: ChannelRecord) -> Where:
    return Where(id=channel.id, name=channel.name, kind=channel.kind)


def _who(people: dict[UserId, Person], user_id: UserId) -> Who:
    person = people.get(user_id)
    if person is None:
        return Who(id=user_id, name="Former member", handle="", kind="person")
    return Who(id=user_id, name=person.name, handle=person.handle, kind=person.kind)
