"""The house: everything that a rule of Parlour needs, opened once a process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from parlour.core import bus as bus_module
from parlour.core import live as live_module
from parlour.core.bus import Bus, Publisher
from parlour.core.cache import AccessCache
from parlour.core.chat.announce import announcer
from parlour.core.chat.marks import Marks
from parlour.core.chat.open_channels import OpenChannels
from parlour.core.files.making import PreviewMaker
from parlour.core.health import Dependency
from parlour.core.live import LiveBus
from parlour.core.model.promises import Teller
from parlour.core.notify.reading import Readings
from parlour.core.outside.circuit import Circuit
from parlour.core.outside.objects import Objects
from parlour.core.outside.outside import Outside
from parlour.core.outside.scanner import Scanner
from parlour.core.search.interface import MessageIndex
from parlour.core.settings import Settings
from parlour.core.store import (
    audit,
    channel_changes,
    channels,
    contents,
    deliveries,
    devices,
    directory,
    dispatches,
    drafts,
    emoji,
    entries,
    file_keeping,
    file_texts,
    files,
    groups,
    hearing,
    idempotency,
    mongo,
    notification_preferences,
    notifications,
    operations,
    recent_searches,
    reindexes,
    reminders,
    rescans,
    saved,
    scheduled,
    search,
    sessions,
    sidebars,
    threads,
    uploads,
    users,
    workspaces,
)
from parlour.core.store.channel_log import ChannelLog
from parlour.core.tasks import Tasks

ALL_INDEXES = (
    users.INDEXES
    | sessions.INDEXES
    | workspaces.INDEXES
    | channels.INDEXES
    | entries.INDEXES
    | threads.INDEXES
    | groups.INDEXES
    | emoji.INDEXES
    | idempotency.INDEXES
    | scheduled.INDEXES
    | search.INDEXES
    | reminders.INDEXES
    | saved.INDEXES
    | drafts.INDEXES
    | devices.INDEXES
    | dispatches.INDEXES
    | files.INDEXES
    | contents.INDEXES
    | audit.INDEXES
    | uploads.INDEXES
    | notifications.INDEXES
    | notification_preferences.INDEXES
)


@dataclass(kw_only=True)
class House:
    """One process's stores, caches and connections.

    A role that can reach Temporal sets the `teller` of promises; the worker sets the door `outside`. `uploading` counts
    the requests that bring bytes of files just now.
    """

    settings: Settings
    database: Any
    redis: Redis
    bus: Bus
    publisher: Publisher
    live: LiveBus
    circuit: Circuit
    log: ChannelLog
    access: AccessCache
    open_channels: OpenChannels
    marks: Marks
    readings: Readings
    users: users.Users
    sessions: sessions.Sessions
    workspaces: workspaces.Workspaces
    channels: channels.Channels
    channel_changes: channel_changes.ChannelChanges
    directory: directory.Directory
    sidebars: sidebars.Sidebars
    entries: entries.Entries
    threads: threads.Threads
    groups: groups.Groups
    hearing: hearing.Hearing
    deliveries: deliveries.Deliveries
    emoji: emoji.EmojiStore
    idempotency: idempotency.IdempotencyKeys
    scheduled: scheduled.ScheduledMessages
    reminders: reminders.Reminders
    saved: saved.SavedMessages
    drafts: drafts.Drafts
    devices: devices.Devices
    notifications: notifications.Notifications
    notification_preferences: notification_preferences.PreferenceStore
    dispatches: dispatches.Dispatches
    operations: operations.Operations
    files: files.Files
    contents: contents.Contents
    objects: Objects
    file_texts: file_texts.FileTexts
    preview_maker: PreviewMaker
    audit: audit.Audit
    file_keeping: file_keeping.FileKeeping
    rescans: rescans.Rescans
    uploads: uploads.Uploads
    scanner: Scanner
    teller: Teller | None = None
    outside: Outside | None = None
    search: MessageIndex
    file_search: MessageIndex
    recent_searches: recent_searches.RecentSearches
    reindexes: reindexes.Reindexes
    tasks: Tasks = field(default_factory=Tasks)
    uploading: int = 0

    async def probe_mongo(self) -> str:
        """Return what MongoDB says of itself."""
        return await mongo.ping(self.database)

    async def probe_redis(self) -> str:
        """Return what Redis says of itself."""
        info = await self.redis.info("server")
        return f"Redis {info['redis_version']}"

    async def prepare(self) -> None:
        """Create missing indexes; needs MongoDB."""
        await mongo.ensure_indexes(self.database, ALL_INDEXES)

    def dependencies(self) -> list[Dependency]:
        """Return the servers behind every role: only MongoDB is a need."""
        return [
            Dependency("mongodb", self.probe_mongo, required=True),
            Dependency("redis", self.probe_redis, required=False),
            Dependency("rabbitmq", self.bus.probe, required=False),
            Dependency("s3", self.objects.probe, required=False),
            Dependency("clamav", self.scanner.probe, required=False),
        ]


@asynccontextmanager
async def open_house(settings: Settings, *, gateway: str | None = None) -> AsyncIterator[House]:
    """Open the house, run its background work, and close it again.

    Only a `gateway` (its id) hears live changes, and so may remember memberships and open channels in its own memory.
    """
    house = _build(settings, gateway)
    house.tasks.start(house.log.run(), "channel-log")
    house.tasks.start(house.live.run(), "live")
    house.tasks.start(house.publisher.run(), "publisher")
    house.tasks.start(house.marks.run(), "marks")
    house.tasks.start(house.readings.run(house), "readings")
    try:
        yield house
    finally:
        with suppress(*bus_module.FAILURES):
            await house.publisher.drain()
        await house.tasks.stop()
        await house.redis.aclose()
        await house.bus.close()
        house.database.client.close()
        await house.entries.collection.database.client.close()


def _build(settings: Settings, gateway: str | None) -> House:
    database = mongo.connect(settings)[settings.mongo_database]
    log_client = mongo.connect_log(settings)
    redis = live_module.connect(settings)
    bus = Bus(settings)
    publisher = Publisher(bus, settings)
    live = LiveBus(redis, gateway=gateway)
    all_entries = entries.Entries(log_client[settings.mongo_database])
    all_channels = channels.Channels(database)
    access = AccessCache(
        redis, all_channels.access, seconds=settings.membership_cache, local=gateway is not None
    )
    readings = Readings()
    return House(
        settings=settings,
        database=database,
        redis=redis,
        bus=bus,
        publisher=publisher,
        live=live,
        circuit=Circuit(redis, settings),
        log=ChannelLog(
            all_entries,
            committed=announcer(live, publisher),
            commit_max=settings.commit_max,
            backlog_max=settings.commit_backlog,
        ),
        access=access,
        open_channels=OpenChannels(seconds=settings.membership_cache, local=gateway is not None),
        marks=Marks(all_channels, read=readings.note_timeline),
        readings=readings,
        users=users.Users(database),
        sessions=sessions.Sessions(database),
        workspaces=workspaces.Workspaces(database),
        channels=all_channels,
        channel_changes=channel_changes.ChannelChanges(database),
        directory=directory.Directory(database),
        sidebars=sidebars.Sidebars(database),
        entries=all_entries,
        threads=threads.Threads(database),
        groups=groups.Groups(database),
        hearing=hearing.Hearing(database),
        deliveries=deliveries.Deliveries(database),
        emoji=emoji.EmojiStore(database),
        idempotency=idempotency.IdempotencyKeys(database),
        scheduled=scheduled.ScheduledMessages(database),
        search=search.SearchIndex(log_client[settings.mongo_database]),
        file_search=search.SearchIndex(log_client[settings.mongo_database], of="files"),
        recent_searches=recent_searches.RecentSearches(database),
        reindexes=reindexes.Reindexes(database),
        reminders=reminders.Reminders(database),
        saved=saved.SavedMessages(database),
        drafts=drafts.Drafts(database),
        devices=devices.Devices(database),
        notifications=notifications.Notifications(database),
        notification_preferences=notification_preferences.PreferenceStore(database),
        dispatches=dispatches.Dispatches(database),
        operations=operations.Operations(database),
        files=files.Files(database),
        contents=contents.Contents(database),
        objects=Objects(settings),
        file_texts=file_texts.FileTexts(database),
        preview_maker=PreviewMaker(settings),
        audit=audit.Audit(database),
        file_keeping=file_keeping.FileKeeping(database),
        rescans=rescans.Rescans(database),
        uploads=uploads.Uploads(database),
        scanner=Scanner(settings),
    )
