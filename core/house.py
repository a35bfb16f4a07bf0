"""The house: everything that a rule of Parlour needs, opened once a process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

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
from parlour.core.model.workflows import Inspector
from parlour.core.notify.reading import Readings
from parlour.core.outside.circuit import Circuit
from parlour.core.outside.objects import Objects
from parlour.core.outside.outside import Outside
from parlour.core.outside.scanner import Scanner
from parlour.core.people.keyring import Keyring
from parlour.core.people.limits import Limits
from parlour.core.people.oidc.server import Servers
from parlour.core.security_log import SecurityLog
from parlour.core.settings import Settings
from parlour.core.store import mongo
from parlour.core.store.channel_log import ChannelLog
from parlour.core.stores import ALL_INDEXES, Stores
from parlour.core.tasks import Tasks
from parlour.core.webhooks.sending import Sender


class House(Stores):
    """One process's stores, caches and connections.

    A role that can reach Temporal sets the `teller` of promises; the worker sets the door `outside`. `uploading` counts
    the requests that bring bytes of files just now, `waiting` those that wait for a run to change. `on_moved` is told
    of workflows to which something happened.
    """

    def __init__(self, settings: Settings, *, gateway: str | None) -> None:
        log_client, is_local = mongo.connect_log(settings), gateway is not None
        super().__init__(
            mongo.connect(settings)[settings.mongo_database], log_client[settings.mongo_database], settings
        )
        self.settings = settings
        self.redis = live_module.connect(settings)
        self.bus = Bus(settings)
        self.publisher = Publisher(self.bus, settings)
        self.live = LiveBus(self.redis, gateway=gateway)
        self.log = ChannelLog(
            self.entries,
            committed=announcer(self.live, self.publisher),
            commit_max=settings.commit_max,
            backlog_max=settings.commit_backlog,
        )
        self.access = AccessCache(
            self.redis, self.channels.access, seconds=settings.membership_cache, local=is_local
        )
        self.open_channels = OpenChannels(seconds=settings.membership_cache, local=is_local)
        self.readings = Readings()
        self.marks = Marks(self.channels, read=self.readings.note_timeline)
        self.circuit = Circuit(self.redis, settings)
        self.limits = Limits(self.redis, settings)
        self.keys = Keyring(settings.keys_dir)
        self.security_log = SecurityLog(settings.security_lines_per_minute)
        self.sign_in_servers = Servers(settings)
        self.objects = Objects(settings)
        self.preview_maker = PreviewMaker(settings)
        self.scanner = Scanner(settings)
        self.sender = Sender(settings)
        self.teller: Teller | None = None
        self.inspector: Inspector | None = None
        self.outside: Outside | None = None
        self.on_moved: Callable[[House, str], None] | None = None
        self.tasks = Tasks()
        self.uploading = 0
        self.waiting = 0

    def moved(self, workflow_id: str) -> None:
        """Say that something happened to what a workflow keeps: runs that are about it follow, beside the caller."""
        if self.on_moved is not None:
            self.on_moved(self, workflow_id)

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
    house = House(settings, gateway=gateway)
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
        await house.sender.close()
        await house.redis.aclose()
        await house.bus.close()
        house.database.client.close()
        await house.entries.collection.database.client.close()
