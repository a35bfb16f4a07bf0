"""People, channels and memberships in numbers, made by the stores of `core`: signed in without a password each."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from parlour.core.chat.channels import direct_key
from parlour.core.clock import now
from parlour.core.house import House, open_house
from parlour.core.ids import ChannelId, SessionId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import ChannelKind
from parlour.core.model.people import Identity, User, Workspace
from parlour.core.people.tokens import issue_access_token
from parlour.core.settings import Settings
from parlour.core.store.channels import ChannelRecord, Membership

AT_ONCE = 50
NO_PASSWORD = "nobody signs in with this"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Member:
    """Someone signed in: who, and their access token."""

    user_id: UserId
    token: str


@dataclass(frozen=True)
class Room:
    """A channel and its people."""

    channel_id: ChannelId
    workspace_id: WorkspaceId
    members: Sequence[Member]


def handle_of(user_id: UserId) -> str:
    """Return what calls someone, without its `@`."""
    return user_id.replace("-", "")


def make_rooms(
    settings: Settings, count: int, *, members: int, kind: ChannelKind, a_workspace: int = 1_000_000
) -> list[Room]:
    """Make `count` channels of `members` people each, nobody in two, `a_workspace` channels in one workspace."""
    return asyncio.run(_make_rooms(settings, count, members, kind, a_workspace))


async def _make_rooms(
    settings: Settings, count: int, members: int, kind: ChannelKind, a_workspace: int
) -> list[Room]:
    async with crew(settings) as maker:
        rooms: list[Room] = []
        while len(rooms) < count:
            workspace_id = await maker.workspace()
            wanted = min(a_workspace, count - len(rooms))
            rooms += await maker.together(maker.room(workspace_id, kind, members) for _ in range(wanted))
        return rooms


@asynccontextmanager
async def crew(settings: Settings) -> AsyncIterator["Maker"]:
    """Open the house for as long as things are made."""
    async with open_house(settings) as house:
        yield Maker(house)


class Maker:
    """Makes people and places, many at once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._numbers = itertools.count(1)

    async def together(self, works: Iterable[Awaitable[Result]]) -> list[Result]:
        """Await all."""
        return list(await asyncio.gather(*works))

    async def workspace(self) -> WorkspaceId:
        """Make a workspace without anyone in it."""
        workspace_id = WorkspaceId(new_id())
        made = Workspace(id=workspace_id, name="Bench", slug=workspace_id, role="owner", created_at=now())
        await self.house.workspaces.add(made)
        return workspace_id

    async def people(self, workspace_id: WorkspaceId, count: int) -> list[Member]:
        """Make new people in a workspace."""
        return await self.together(self._person(workspace_id) for _ in range(count))

    async def channel(self, workspace_id: WorkspaceId, people: Sequence[Member]) -> ChannelId:
        """Make a public channel with people who are there."""
        channel_id, ids = ChannelId(new_id()), [person.user_id for person in people]
        record = ChannelRecord(
            id=channel_id,
            workspace_id=workspace_id,
            kind="public",
            name=channel_id,
            created_by=ids[0],
            created_at=now(),
            name_key=channel_id,
        )
        async with self._limit:
            await self.house.channels.add(record)
        await self.together(self._join(record, user_id) for user_id in ids)
        await self.house.channels.recount(channel_id, seq=0)
        return channel_id

    async def room(self, workspace_id: WorkspaceId, kind: ChannelKind, members: int) -> Room:
        """Make a channel with new people in it."""
        people = await self.together(self._person(workspace_id) for _ in range(members))
        channel_id = ChannelId(new_id())
        ids = [person.user_id for person in people]
        record = ChannelRecord(
            id=channel_id,
            workspace_id=workspace_id,
            kind=kind,
            name="" if kind == "direct" else channel_id,
            created_by=ids[0],
            created_at=now(),
            name_key=None if kind == "direct" else channel_id,
            direct_key=direct_key(*ids) if kind == "direct" else None,
        )
        await self.house.channels.add(record)
        await self.together(self._join(record, user_id) for user_id in ids)
        return Room(channel_id, workspace_id, people)

    async def _person(self, workspace_id: WorkspaceId) -> Member:
        user_id, session_id, number = UserId(new_id()), SessionId(new_id()), next(self._numbers)
        user = User(
            id=user_id,
            name=f"Person {number}",
            handle=handle_of(user_id),
            email=f"{user_id}@bench.example",
            created_at=now(),
        )
        expires_at = now() + timedelta(days=1)
        async with self._limit:
            await self.house.users.add(user, password_hash=NO_PASSWORD)
            await self.house.sessions.add(session_id, user_id, refresh_hash=session_id, expires_at=expires_at)
            await self.house.workspaces.add_member(workspace_id, user_id, "member", now())
        return Member(
            user_id, issue_access_token(Identity(user_id, session_id), self.house.keys, self.house.settings)
        )

    async def _join(self, record: ChannelRecord, user_id: UserId) -> None:
        async with self._limit:
            await self.house.channels.join(
                Membership(
                    channel_id=record.id, workspace_id=record.workspace_id, user_id=user_id, joined_at=now()
                )
            )
