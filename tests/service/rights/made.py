"""Things that the maker of a world makes, so that others try what they may do to them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from parlour.core.clock import now
from parlour.core.ids import ChannelId, InvitationId, UserId, new_id
from parlour.core.model.onboarding import InvitationRecord
from parlour.core.onboarding.invitations import token_of
from parlour.core.people.tokens import hash_of
from parlour.core.store.channels import Membership
from tests.person import Json, Person
from tests.service.kept import a_content, a_file, verdict
from tests.service.rights.world import World, numbers
from tests.service.test_access import PICTURE
from tests.service.waiting import waiting_onboarding
from tests.stored import store_file


async def message(world: World, author: Person | None = None) -> str:
    return str((await (author or world.maker).send(world.channel, f"Number {next(numbers)}."))["id"])


async def message_with_button(world: World) -> str:
    """Return a message of the bot's; its button is `go`."""
    body = {"text": "Shall I?", "actions": [{"id": "go", "label": "Go"}]}
    path = f"/api/v1/channels/{world.channel}/messages"
    return str((await world.people["bot"].post(path, body))["id"])


async def file(world: World) -> str:
    record = await store_file(world.house, world.maker, f"Number {next(numbers)}.".encode())
    body = {"text": "A file.", "file_ids": [record.id]}
    await world.maker.post(f"/api/v1/channels/{world.channel}/messages", body)
    return record.id


async def quarantined(world: World) -> str:
    data = f"Number {next(numbers)}.".encode()
    content = await a_content(world.house, world.maker, data, verdict("encrypted"))
    return (await a_file(world.house, world.maker, content)).id


async def failed_file(world: World) -> str:
    content = await a_content(world.house, world.maker, f"Number {next(numbers)}.".encode())
    return (await a_file(world.house, world.maker, content, state="failed")).id


async def group(world: World) -> str:
    await world.owner.ask("PATCH", world.of("")[:-1], {"groups_by": "owners"})
    handle = f"g-{next(numbers)}-{world.workspace[-8:]}"
    return str((await world.owner.post(world.of("groups"), {"name": handle, "handle": handle}))["id"])


async def emoji(world: World) -> str:
    name = f"made_{next(numbers)}"
    await world.maker.post(world.of("emoji"), {"name": name, "image": PICTURE})
    return name


async def somebody_in_channel(world: World) -> str:
    user_id = UserId(await world.somebody())
    place = Membership(
        channel_id=ChannelId(world.channel), workspace_id=world.workspace, user_id=user_id, joined_at=now()
    )
    await world.house.channels.join(place)
    return user_id


async def invitation(world: World) -> str:
    """Return one whose mail bounced."""
    made, begun = InvitationId(new_id()), now()
    record = InvitationRecord(
        id=made,
        workspace_id=world.workspace,
        kind="email",
        token_hash=hash_of(token_of(world.house.settings, made)),
        invited_by=UserId(world.maker.id),
        created_at=begun,
        expires_at=begun + timedelta(days=9),
        state="bounced",
        email=f"friend-{uuid4().hex}@example.com",
    )
    await world.house.invitations.add([record], kept_until=record.expires_at)
    return made


async def onboarding(world: World) -> str:
    """Return one that waits for somebody, in a workspace where everybody has the role that they have in the world."""
    made = await waiting_onboarding(world.house, world.maker)
    for role, person in world.people.items():
        await world.house.workspaces.add_member(made, UserId(person.id), role, now())
    return made


async def run(world: World, name: str = "message.send", given: Json | None = None) -> str:
    """Return a run of the maker's: a message for later."""
    later: Json = {"channel_id": world.channel, "text": "Later.", "when": "tomorrow 9:00"}
    return str(
        (await world.maker.post("/api/v1/workflow-runs", new_run(world, name, given or later), status=202))[
            "id"
        ]
    )


async def failed_run(world: World) -> str:
    return await run(world, "members.invite", {"invitations": [{"email": "not an address"}]})


def new_run(world: World, name: str, given: Json) -> Json:
    return {"type": name, "workspace_id": world.workspace, "input": given}


async def approval(world: World) -> str:
    asked: Any = {"channel_id": world.channel, "text": "May I?", "user_ids": [world.owner.id]}
    return str((await world.maker.post(world.of("approvals"), asked))["id"])
