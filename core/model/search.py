"""What may be asked of a search, and what it answers."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, FileId, UserId
from parlour.core.model.chat import Channel, Entry, WorkflowLink
from parlour.core.model.files import File

Sort = Literal["relevance", "time"]
Wanted = Literal["message", "messages", "channel", "channels", "person", "people", "file", "files"]


class MessageHit(Struct, frozen=True, kw_only=True, tag_field="type", tag="message"):
    """A message as it is now. `highlight` is the place in its text, escaped as HTML, hits within `<mark>`."""

    id: EntryId
    channel_id: ChannelId
    highlight: str
    message: Entry


class ChannelHit(Struct, frozen=True, kw_only=True, tag_field="type", tag="channel"):
    """A channel by its name, topic or purpose; `highlight` is its name, escaped and marked likewise."""

    id: ChannelId
    highlight: str
    channel: Channel


class PersonHit(Struct, frozen=True, kw_only=True, tag_field="type", tag="person"):
    """A member of the workspace by name or handle; `highlight` is their name, escaped and marked likewise."""

    id: UserId
    highlight: str
    name: str
    handle: str


class FileHit(Struct, frozen=True, kw_only=True, tag_field="type", tag="file"):
    """A file by its name or its text, in a message that the searcher may read, the first of that channel.

    `highlight` is its name, escaped and marked likewise; `excerpt` the place in its text, if it was found there.
    """

    id: FileId
    channel_id: ChannelId
    message_id: EntryId
    highlight: str
    excerpt: str = ""
    file: File


Hit = MessageHit | ChannelHit | PersonHit | FileHit


class Order(Struct, frozen=True, kw_only=True):
    """What kinds of things are wanted (none: every kind), how sorted, and which page."""

    kind: Wanted | None = None
    sort: Sort = "relevance"
    cursor: str | None = None
    limit: int


class Results(Struct, frozen=True):
    """A page of hits. With `next` there may be more, also behind a page that is short or empty.

    `unknown` are the operators that name nobody and nothing that the searcher can see.
    """

    items: list[Hit]
    next: str | None = None
    unknown: list[str] = []


class Context(Struct, frozen=True):
    """The messages around one, oldest first; of a reply that stands in its thread alone, the thread's."""

    items: list[Entry]
    message_id: EntryId


class RecentSearch(Struct, frozen=True):
    """What somebody searched for, and when last."""

    q: str
    at: datetime


class ReindexProgress(Struct, frozen=True, kw_only=True):
    """How far the rebuilding of a workspace's index is, or went the last time."""

    state: Literal["never", "running", "done"]
    channels: int = 0
    channels_done: int = 0
    messages: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Reindexing(ReindexProgress, frozen=True, kw_only=True):
    """The same, with the workflow that does it."""

    workflow: WorkflowLink
