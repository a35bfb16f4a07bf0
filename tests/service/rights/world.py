"""A workspace with somebody in each role, and those who are not, or no more, in it."""

from datetime import timedelta
from itertools import count

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import Access
from parlour.core.model.rights import ROLES, Right, Role
from parlour.core.people import guests
from tests.conftest import Signup
from tests.person import PASSWORD, Device, Person
from tests.programs import OpenProgram, make_bot

INSIDE: tuple[Role, ...] = ("guest", "bot", "member", "moderator", "admin", "owner")
numbers = count()


def allows(role: Role, *asked: Right | None) -> bool:
    return all(right is None or right in ROLES[role] for right in asked)


class World:
    """A workspace of Ada's with somebody in each role, a channel that all are in, and a member who makes things."""

    def __init__(self, house: House, owner: Person, maker: Person) -> None:
        self.house = house
        self.owner = owner
        self.maker = maker
        self.people: dict[Role, Person] = {"owner": owner}
        self.channel = ""

    @property
    def workspace(self) -> WorkspaceId:
        return WorkspaceId(self.owner.workspace["id"])

    def of(self, rest: str) -> str:
        return f"/api/v1/workspaces/{self.workspace}/{rest}"

    async def somebody(self) -> str:
        """A member who is there to be dealt with."""
        user_id = UserId(new_id())
        await self.house.workspaces.add_member(self.workspace, user_id, "member", now())
        return user_id

    async def admit(self, person: Person, role: Role) -> None:
        """Let somebody in, into the channel too."""
        user_id = UserId(person.id)
        if role == "guest":
            ends = now() + timedelta(days=9)
            await guests.admit(self.house, self.workspace, user_id, [ChannelId(self.channel)], ends)
        else:
            await person.join(self.owner)
            await self.house.members.give(self.workspace, user_id, role, None)
            await self.let_into_channel(person)
        person.workspace = self.owner.workspace

    async def let_into_channel(self, person: Person) -> None:
        path = f"/api/v1/channels/{self.channel}/members"
        await self.maker.post(path, {"user_id": person.id}, status=204)


async def make_world(house: House, sign_up: Signup, program: OpenProgram) -> World:
    """Make one; its bot calls with a token of all scopes."""
    owner, maker = await sign_up("ada"), await sign_up("ben")
    await owner.make_workspace("Analytical Engines")
    await maker.join(owner)
    made = World(house, owner, maker)
    made.channel = await maker.make_channel("private", owner)
    for role in INSIDE[:-1]:
        if role == "bot":
            bot = await make_bot(owner)
            person = await program(bot["secret"], bot["bot"]["id"])
            person.workspace = owner.workspace
            await made.let_into_channel(person)
        else:
            person = await sign_up(role)
            await made.admit(person, role)
        made.people[role] = person
    return made


class Gone:
    """Somebody who is not, or no more, in a workspace; `status` is what each route of it answers them.

    Who was in it has a device that was connected while they were.
    """

    def __init__(self, person: Person, *, status: int = 404, device: Device | None = None) -> None:
        self.person = person
        self.status = status
        self.device = device


async def make_gone(world: World, sign_up: Signup) -> dict[str, Gone]:
    """Make one of each kind."""
    outsider, nobody = await sign_up("eve"), await sign_up("nobody")
    await outsider.make_workspace("Elsewhere")
    nobody.token = ""
    return {
        "an outsider": Gone(outsider),
        "somebody removed": await _removed(world, await sign_up("removed")),
        "a guest whose time is over": await _expired(world, await sign_up("expired")),
        "a deactivated member": await _deactivated(world, await sign_up("deactivated")),
        "somebody whose account is deactivated": await _left(world, await sign_up("left")),
        "nobody": Gone(nobody, status=401),
    }


async def _removed(world: World, person: Person) -> Gone:
    device = await _known_there(world, person)
    await world.owner.ask("DELETE", world.of(f"members/{person.id}"))
    await device.wait_for("workspace.left")
    return Gone(person, device=device)


async def _deactivated(world: World, person: Person) -> Gone:
    device = await _known_there(world, person)
    await world.owner.ask("PUT", world.of(f"members/{person.id}/deactivation"))
    await device.wait_for("workspace.left")
    return Gone(person, device=device)


async def _left(world: World, person: Person) -> Gone:
    await world.admit(person, "member")
    await person.post("/api/v1/me/deactivation", {"password": PASSWORD}, status=204)
    return Gone(person, status=401)


async def _expired(world: World, person: Person) -> Gone:
    """Let a guest's time be over by the clock, while nobody has put them out yet."""
    await world.admit(person, "guest")
    ended, user_id = now() - timedelta(seconds=1), UserId(person.id)
    over = {"ends_at": ended, "stay.due_at": now() + timedelta(days=9)}
    await world.house.database.workspace_members.update_one({"user_id": user_id}, {"$set": over})
    for channel_id in await world.house.channels.end_at(user_id, world.workspace, ended):
        known = Access(channel_id, world.workspace, ended.timestamp())
        await world.house.access.changed(channel_id, user_id, known)
    return Gone(person)


async def _known_there(world: World, person: Person) -> Device:
    """Let somebody write by a socket, so that their gateway knows them as a member of the channel."""
    await world.admit(person, "member")
    device = await person.device()
    sent = {"channel_id": world.channel, "text": "I am in.", "client_id": new_id()}
    assert (await device.call("message.send", sent))["ok"]
    return device
