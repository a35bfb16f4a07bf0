"""People whose notifications run on skipped time: real rules, stores, push services and mails, in an own database."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.notifications import NotificationActivities
from parlour.core.chat.access import enter
from parlour.core.chat.create import create as create_channel
from parlour.core.chat.read import mark_read
from parlour.core.chat.send import Draft, compose
from parlour.core.clock import now
from parlour.core.house import House, open_house
from parlour.core.ids import ChannelId, DeviceId, FileId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import Entry
from parlour.core.model.notifications import Dispatch
from parlour.core.notify import preferences
from parlour.core.notify.choices import PreferencesPatch
from parlour.core.notify.route import notify_wanting
from parlour.core.onboarding.quick import create as create_workspace
from parlour.core.outside.mail import Rendered
from parlour.core.outside.notice import Mail
from parlour.core.outside.outside import Outside
from parlour.core.people import accounts, profiles, workspaces
from parlour.core.settings import Settings
from parlour.core.store.devices import DeviceRecord
from parlour.core.store.dispatches import Filter
from parlour.workflows.links import notify_id
from parlour.workflows.member_notifications import MemberNotifications, MemberNotificationsState
from parlour.workflows.teller import TemporalTeller
from tests.outside.fixtures import towards
from tests.outside.mail_server import MailServer, mail_server
from tests.outside.push_service import PushService, Subscriber, push_service
from tests.person import eventually


def render(mail: Mail) -> Rendered:
    """Return a mail's words; how it looks is tested elsewhere."""
    lines = [message.text for each in mail.conversations for message in each.messages]
    more = sum(each.more for each in mail.conversations)
    text = "\n".join([*lines, f"and {more} more"])
    return Rendered(subject=f"{mail.total} messages", html=f"<p>{text}</p>", text=text)


PASSWORD = "correct horse battery"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Member:
    """Someone who is written to. Their clock is their workflow's: time passes by `later`."""

    world: "World"
    id: UserId
    handle: str
    email: str
    workspace_id: WorkspaceId
    author: UserId
    channel: ChannelId
    devices: list[Subscriber] = field(default_factory=list)

    @property
    def run(self) -> WorkflowHandle[MemberNotifications, MemberNotificationsState]:
        client = self.world.environment.client
        return client.get_workflow_handle_for(MemberNotifications.run, notify_id(self.id))

    async def now(self) -> datetime:
        """Return the time of their workflow, or ours while there is none."""
        return await self.world.environment.get_current_time(self.run) if await self.is_pending() else now()

    async def is_pending(self) -> bool:
        """Return whether their workflow lives."""
        try:
            described = await self.run.describe()
        except Exception:
            return False
        return described.status is not None and described.status.name == "RUNNING"

    async def later(self, span: timedelta) -> None:
        """Let time pass for them."""
        await self.world.environment.fast_forward(self.run, span)

    async def to_the_end(self) -> MemberNotificationsState:
        """Let time pass until nothing is pending."""
        while await self.is_pending():
            await self.later(timedelta(days=2))
        return await self.run.result()

    async def buys(self, name: str = "Firefox on Linux") -> Subscriber:
        """Register another device, and return what it gets."""
        browser = self.world.pushes.subscribe()
        self.devices.append(browser)
        record = DeviceRecord(
            id=DeviceId(new_id()),
            user_id=self.id,
            kind="webpush",
            target=browser.endpoint,
            keys=browser.keys,
            name=name,
            created_at=now(),
        )
        await self.world.house.devices.put(record)
        return browser

    async def is_told(
        self,
        *texts: str,
        channel: ChannelId | None = None,
        urgent: bool = False,
        at: datetime | None = None,
        file_ids: Sequence[FileId] = (),
    ) -> list[Entry]:
        """Be written to, now by their clock, and have it routed."""
        house, place = self.world.house, channel or self.channel
        access, at = await enter(house, place, self.author), at or await self.now()
        drafts = [
            await compose(
                house, self.author, access, Draft(text=text, urgent=urgent, file_ids=list(file_ids))
            )
            for text in texts
        ]
        appended = await asyncio.gather(
            *(house.log.append(replace(entry, created_at=at), origin) for entry, origin in drafts)
        )
        entries = [each.entry for each in appended]
        await notify_wanting(house, self.workspace_id, place, entries)
        return entries

    async def reads(self, entry: Entry) -> None:
        """Read up to a message, and wait until that has its effect on record."""
        house = self.world.house
        concerns = await house.dispatches.under_way_or_shown([self.id])
        planned = await self._plans()
        await mark_read(house, self.id, entry.channel_id, entry.n)

        async def is_read() -> bool:
            rows = await house.notifications.of_message(entry.id, [self.id])
            return all(row.read_at for row in rows.values())

        async def has_effect() -> bool:
            return not concerns or await self._plans() != planned

        await eventually(is_read)
        await eventually(has_effect)

    async def _plans(self) -> tuple[str | None, int]:
        """Return which run is the last, and how often it has planned."""
        described = await self.run.describe()
        return described.run_id, (await self.run.query(MemberNotifications.progress)).plans

    async def prefers(self, **choices: Any) -> None:
        """Choose how to be notified."""
        await preferences.change(self.world.house, self.id, self.workspace_id, PreferencesPatch(**choices))

    async def lives_in(self, timezone: str) -> None:
        await profiles.change(self.world.house, self.id, profiles.ProfileChange(timezone=timezone))

    async def dispatches(self) -> list[Dispatch]:
        """Return all that left or was to leave for them, the oldest first."""
        wanted = Filter(user_id=self.id)
        found = await self.world.house.dispatches.page(self.workspace_id, wanted, before=None, limit=1000)
        return found[::-1]

    def mails(self) -> Sequence[Any]:
        return self.world.mails.to(self.email)


@dataclass
class World:
    """The house and the servers outside that all tests of a module share."""

    house: House
    environment: WorkflowEnvironment
    pushes: PushService
    mails: MailServer
    worker: Worker

    async def member(self, **choices: Any) -> Member:
        """Return a new member of a new workspace, to whom its owner writes directly."""
        owner, ben = await self._account("ada"), await self._account("ben")
        workspace = await create_workspace(self.house, owner.id, name="Analytical Engines")
        await workspaces.admit(self.house, workspace.id, ben.id)
        direct, _ = await create_channel(
            self.house, owner.id, workspace.id, name="", kind="direct", user_ids=[ben.id]
        )
        member = Member(self, ben.id, ben.handle, ben.email, workspace.id, owner.id, direct.id)
        if choices:
            await member.prefers(**choices)
        return member

    async def _account(self, name: str) -> Any:
        email = f"{name}-{uuid.uuid4().hex}@example.com"
        return (await accounts.register(self.house, email=email, password=PASSWORD, name=name)).user


@asynccontextmanager
async def notifying(environment: WorkflowEnvironment, settings: Settings) -> AsyncIterator[World]:
    """Run a worker for notifications alone, on skipped time, in a database and on a Redis of its own."""
    name = uuid.uuid4().hex
    async with push_service() as pushes, mail_server() as mails:
        own = towards(
            settings,
            mails,
            mongo_database=f"skipped_{name}",
            redis_url=settings.redis_url.rsplit("/", 1)[0] + "/5",
            temporal_task_queue=f"notifying-{name}",
        )
        async with open_house(own) as house, Outside(own, render) as outside:
            await house.prepare()
            await house.redis.flushdb()
            house.outside, house.teller = outside, TemporalTeller(own, environment.client)
            activities = NotificationActivities(house)
            worker = Worker(
                environment.client,
                task_queue=own.temporal_task_queue,
                workflows=[MemberNotifications],
                activities=[activities.plan_notifications, activities.attempt_dispatch],
            )
            async with worker:
                with environment.with_time_skipping_disabled():
                    yield World(house, environment, pushes, mails, worker)
            await house.database.client.drop_database(own.mongo_database)
