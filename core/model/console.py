"""What those who run a workspace see of its channels, its storage, and the servers behind it."""

from datetime import datetime

from msgspec import Struct

from parlour.core.health import Readiness
from parlour.core.ids import ChannelId, FileId, UserId
from parlour.core.model.chat import ChannelKind, Posting
from parlour.core.model.files import FileKind


class ChannelSummary(Struct, frozen=True, kw_only=True):
    """A channel in numbers. What is said in it is told to its members alone."""

    id: ChannelId
    kind: ChannelKind
    name: str
    created_by: UserId
    created_at: datetime
    members: int
    messages: int
    last_activity_at: datetime | None
    posting: Posting
    archived: bool


class KindUse(Struct, frozen=True):
    """How many files of a kind there are, and their bytes."""

    kind: FileKind
    files: int
    bytes: int


class UploaderUse(Struct, frozen=True):
    """How many files somebody uploaded, and their bytes."""

    user_id: UserId
    files: int
    bytes: int


class LargeFile(Struct, frozen=True, kw_only=True):
    """A large file: how large, whose, since when, and by how many messages it is held. Its name is its members'."""

    id: FileId
    kind: FileKind
    size: int
    uploader_id: UserId
    created_at: datetime
    messages: int


class Storage(Struct, frozen=True, kw_only=True):
    """What the files of a workspace take, and what the sweep does about it, in words."""

    quota_bytes: int
    used_bytes: int
    kinds: list[KindUse]
    uploaders: list[UploaderUse]
    largest: list[LargeFile]
    sweep: list[str]


class ProcessHealth(Struct, frozen=True):
    """A process: where it answers, what it says, or in words why it does not."""

    address: str
    readiness: Readiness | None
    words: str = ""


class QueueDepth(Struct, frozen=True):
    """A queue of RabbitMQ: how many events wait in it, and how many programs take from it."""

    name: str
    waiting: int
    consumers: int


class TaskBacklog(Struct, frozen=True):
    """A task queue of Temporal: how many workflow tasks and activities wait, and how many workers ask for them."""

    name: str
    waiting: int
    workers: int


class CollectionSize(Struct, frozen=True):
    """A collection of MongoDB: its documents, and the bytes of it and of its indexes."""

    name: str
    documents: int
    bytes: int
    index_bytes: int


class HouseHealth(Struct, frozen=True, kw_only=True):
    """How everything is that a workspace runs on, as of `at`. What could not be asked is none."""

    at: datetime
    version: str
    processes: list[ProcessHealth]
    queues: list[QueueDepth] | None
    backlogs: list[TaskBacklog] | None
    collections: list[CollectionSize] | None
