"""The events that outgoing webhooks are told of, each with what it says: the list that people choose from, as data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, FileId, UserId, WebhookId, WorkspaceId
from parlour.core.model.cards import Card
from parlour.core.model.chat import CHANGED, MESSAGE, REPLY, ChannelKind, Entry, EntryKind
from parlour.core.model.people import UserKind
from parlour.core.model.webhooks import EventName


class Who(Struct, frozen=True, kw_only=True):
    """A person or a bot."""

    id: UserId
    name: str
    handle: str
    kind: UserKind


class Where(Struct, frozen=True, kw_only=True):
    """A channel."""

    id: ChannelId
    name: str
    kind: ChannelKind


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message. `seq` counts all that happens in its channel: by it, events are put in order."""

    id: EntryId
    seq: int
    author: Who
    text: str
    created_at: datetime
    thread_root_id: EntryId | None = None
    file_ids: list[FileId] = []
    cards: list[Card] = []


class MessageSent(Struct, frozen=True, kw_only=True):
    """A message was sent, into a channel or a thread. Its text is empty if it was deleted before this was told."""

    channel: Where
    message: Said


class MessageEdited(Struct, frozen=True, kw_only=True):
    """A message says something else: `text` from then on."""

    channel: Where
    message_id: EntryId
    seq: int
    by: Who
    text: str


class MessageDeleted(Struct, frozen=True, kw_only=True):
    """A message was deleted."""

    channel: Where
    message_id: EntryId
    seq: int
    by: Who


class Reacted(Struct, frozen=True, kw_only=True):
    """Somebody reacted to a message, or took that back."""

    channel: Where
    message_id: EntryId
    seq: int
    by: Who
    emoji: str


class CameOrWent(Struct, frozen=True, kw_only=True):
    """Somebody joined a channel or left it, `by` themselves or somebody else."""

    channel: Where
    seq: int
    user: Who
    by: Who


class ChannelTold(Struct, frozen=True, kw_only=True):
    """A channel was made, or archived."""

    channel: Where
    seq: int
    by: Who


class FileFacts(Struct, frozen=True, kw_only=True):
    """A file, without its content."""

    id: FileId
    name: str
    size: int
    mime_type: str
    state: str
    uploader: Who


class FileTold(Struct, frozen=True, kw_only=True):
    """A file that a message of the channel holds was found clean and is ready, or was put into quarantine."""

    channel: Where
    file: FileFacts


class Ping(Struct, frozen=True, kw_only=True):
    """Nothing happened: somebody tries this webhook."""

    webhook_id: WebhookId
    words: str


class Told(Struct, frozen=True, kw_only=True):
    """What a receiver gets, as Standard Webhooks has it: what happened, when, and all about it."""

    type: EventName
    timestamp: datetime
    workspace_id: WorkspaceId
    data: Struct


class EventType(Struct, frozen=True, kw_only=True):
    """An event that can be chosen, in words and as a JSON Schema of what is sent."""

    name: EventName
    title: str
    group: Literal["Messages", "People and channels", "Files"]
    schema: dict[str, Any]


DATA: Mapping[EventName, type[Struct]] = {
    "message.sent": MessageSent,
    "message.edited": MessageEdited,
    "message.deleted": MessageDeleted,
    "reaction.added": Reacted,
    "reaction.removed": Reacted,
    "member.joined": CameOrWent,
    "member.left": CameOrWent,
    "channel.created": ChannelTold,
    "channel.archived": ChannelTold,
    "file.ready": FileTold,
    "file.quarantined": FileTold,
    "webhook.ping": Ping,
}
TITLES: Mapping[EventName, str] = {
    "message.sent": "A message was sent",
    "message.edited": "A message was edited",
    "message.deleted": "A message was deleted",
    "reaction.added": "Somebody reacted",
    "reaction.removed": "A reaction was taken back",
    "member.joined": "Somebody joined a channel",
    "member.left": "Somebody left a channel",
    "channel.created": "A channel was made",
    "channel.archived": "A channel was archived",
    "file.ready": "A file is ready",
    "file.quarantined": "A file was put into quarantine",
}
WITH_WORDS: frozenset[EventName] = frozenset({"message.sent", "message.edited"})
"""Events that keywords are looked for in."""
OF_ENTRIES: Mapping[EntryKind, EventName] = {
    MESSAGE: "message.sent",
    REPLY: "message.sent",
    "message.edited": "message.edited",
    "message.deleted": "message.deleted",
    "reaction.added": "reaction.added",
    "reaction.removed": "reaction.removed",
    "member.joined": "member.joined",
    "member.left": "member.left",
    "channel.created": "channel.created",
}


def event_of(entry: Entry) -> EventName | None:
    """Return the event that an entry of a channel's log is, if it is one."""
    if entry.kind == CHANGED:
        return "channel.archived" if (entry.changes or {}).get("archived") is True else None
    return OF_ENTRIES.get(entry.kind)


def event_types() -> list[EventType]:
    """Return the events that can be chosen."""
    return [
        EventType(name=name, title=title, group=_group(name), schema=_schema(name))
        for name, title in TITLES.items()
    ]


def _group(name: EventName) -> Literal["Messages", "People and channels", "Files"]:
    if name.startswith("file."):
        return "Files"
    return "Messages" if name.startswith(("message.", "reaction.")) else "People and channels"


def _schema(name: EventName) -> dict[str, Any]:
    """Return the JSON Schema of what is sent for an event."""
    (data,), components = msgspec.json.schema_components([DATA[name]], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "required": ["type", "timestamp", "workspace_id", "data"],
        "properties": {
            "type": {"const": name},
            "timestamp": {"type": "string", "format": "date-time"},
            "workspace_id": {"type": "string"},
            "data": data,
        },
        "$defs": components,
    }
