"""One thing of each kind that has an id, for somebody in their workspace."""

import secrets
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import (
    ChannelId,
    InvitationId,
    RunId,
    SlashCommandId,
    UserId,
    WebhookDeliveryId,
    WebhookId,
    WorkspaceId,
    new_id,
)
from parlour.core.model.slash_commands import CommandRun
from parlour.core.model.webhooks import WebhookDelivery
from parlour.core.store.passkeys import PasskeyRecord
from tests.person import PASSWORD, Json, Person, eventually
from tests.programs import make_bot, make_token
from tests.service.noticed import dispatched, noticed
from tests.service.test_access import PICTURE
from tests.service.waiting import waiting_onboarding
from tests.stored import store_file
from tests.uploading import Tus

Things = dict[str, str]
"""An id by its kind."""


def never(kind: str) -> str:
    """Return an id of a kind that nothing ever had."""
    if kind == "Workflow":
        return quote(f"delivery/{new_id()}", safe="")
    if kind == "Emoji":
        return f"never_{uuid4().hex[:8]}"
    return secrets.token_urlsafe(24) if kind == "Passkey" else new_id()


async def things_of(house: House, person: Person, *, other: Person, channel: str) -> Things:
    """Make one of each kind; `other` is somebody to speak of and to, who is in the channel."""
    made: Things = {
        "WorkspaceId": person.workspace["id"],
        "UserId": other.id,
        "ChannelId": channel,
        "Workflow": quote(f"delivery/{channel}", safe=""),
    }
    for more in (_talk, _later, _own, _run_by_programs, _of_workspace, _promises):
        made |= await more(house, person, made)
    return made


async def _talk(house: House, person: Person, made: Things) -> Things:
    message = await person.send(made["ChannelId"], "What nobody else is to see.")
    await person.ask("PUT", f"/api/v1/messages/{message['id']}/saved", {})
    await person.ask("PUT", f"/api/v1/channels/{made['ChannelId']}/draft", {"text": "Begun."})
    row = await noticed(house, person, message)
    shared = await store_file(house, person, f"of {person.id}".encode(), thumb=b"small")
    holds = {"text": "A file.", "file_ids": [shared.id]}
    await person.post(f"/api/v1/channels/{made['ChannelId']}/messages", holds)
    asked = {"channel_id": made["ChannelId"], "text": "May I?", "user_ids": [made["UserId"]]}
    approval = await person.post(f"{_at(person)}/approvals", asked)
    return {
        "EntryId": message["id"],
        "NotificationId": row.id,
        "DispatchId": (await dispatched(house, row)).id,
        "FileId": shared.id,
        "ApprovalId": approval["id"],
    }


async def _later(_house: House, person: Person, made: Things) -> Things:
    scheduled = {"text": "Later.", "when": "tomorrow 9:00"}
    at_channel = f"/api/v1/channels/{made['ChannelId']}/scheduled"
    reminder = {"text": "Tea.", "when": "tomorrow 9:00"}
    return {
        "ScheduledId": (await person.post(at_channel, scheduled))["id"],
        "ReminderId": (await person.post(f"{_at(person)}/reminders", reminder))["id"],
        "SectionId": (await person.post(f"{_at(person)}/sections", {"name": "Work"}))["id"],
    }


async def _own(_house: House, person: Person, _made: Things) -> Things:
    await person.ask("POST", "/api/v1/auth/login", {"email": person.email, "password": PASSWORD})
    sessions = (await person.get("/api/v1/me/sessions"))["items"]
    phone = {"kind": "unifiedpush", "endpoint": f"https://push.example.com/{uuid4().hex}"}
    upload = Tus(person)
    await upload.create(10)
    return {
        "SessionId": next(one["id"] for one in sessions if not one["current"]),
        "DeviceId": (await person.post("/api/v1/me/devices", phone))["id"],
        "Token": (await make_token(person))["token"]["id"],
        "Upload": upload.id,
    }


async def a_passkey(house: House, person: Person) -> str:
    """Make one; from then on its person is asked for a second step."""
    record = PasskeyRecord(
        id=never("Passkey"),
        user_id=UserId(person.id),
        public_key=b"key",
        sign_count=0,
        name="Key",
        created_at=now(),
        synced=False,
        transports=[],
    )
    await house.passkeys.add(record)
    return record.id


async def _run_by_programs(house: House, person: Person, made: Things) -> Things:
    at, channel = _at(person), made["ChannelId"]
    hook = {"name": "CI", "url": "https://hooks.example.com/", "events": ["member.joined"]}
    webhook = (await person.post(f"{at}/webhooks", hook | {"channel_ids": [channel]}))["webhook"]["id"]
    incoming = await person.post(f"{at}/incoming-webhooks", {"name": "Alerts", "channel_id": channel})
    weather = {"name": "weather", "url": "https://hooks.example.com/", "help": "Tells it"}
    command = (await person.post(f"{at}/slash-commands", weather))["command"]
    bot = (await make_bot(person))["bot"]["id"]
    return {
        "WebhookId": webhook,
        "WebhookDeliveryId": await _delivery(house, person, webhook),
        "IncomingHookId": incoming["hook"]["id"],
        "SlashCommandId": command["id"],
        "CommandRun": await _command_run(house, person, made, command["id"], bot),
        "Bot": bot,
    }


async def _delivery(house: House, person: Person, webhook: str) -> str:
    at = now()
    record = WebhookDelivery(
        id=WebhookDeliveryId(new_id()),
        webhook_id=WebhookId(webhook),
        workspace_id=WorkspaceId(person.workspace["id"]),
        event="member.joined",
        subject=new_id(),
        channel_id=None,
        state="dead",
        words="It was given up.",
        created_at=at,
        updated_at=at,
        since=at,
    )
    await house.webhooks.queue([record], expires_at=at + timedelta(days=1))
    return record.id


async def _command_run(house: House, person: Person, made: Things, command: str, bot: str) -> str:
    run = CommandRun(
        id=new_id(),
        command_id=SlashCommandId(command),
        command="weather",
        workspace_id=WorkspaceId(person.workspace["id"]),
        channel_id=ChannelId(made["ChannelId"]),
        user_id=UserId(person.id),
        bot_id=UserId(bot),
        secret_hash="none",
        expires_at=now() + timedelta(hours=1),
    )
    await house.slash_commands.begin(run)
    return run.id


async def _of_workspace(house: House, person: Person, made: Things) -> Things:
    at, mark = _at(person), uuid4().hex[:8]
    crew = {"name": "Crew", "handle": f"crew-{mark}", "user_ids": [made["UserId"]]}
    await person.post(f"{at}/emoji", {"name": f"of_{mark}", "image": PICTURE})
    invited = {"invitations": [{"email": f"friend-{uuid4().hex}@example.com"}]}
    [invitation] = (await person.post(f"{at}/invitations", invited, status=202))["items"]
    await _mailed(house, InvitationId(invitation["invitation_id"]))
    return {
        "GroupId": (await person.post(f"{at}/groups", crew))["id"],
        "RoleId": (await person.post(f"{at}/roles", {"name": f"Role {mark}", "rights": []}))["id"],
        "Emoji": f"of_{mark}",
        "InvitationId": invitation["invitation_id"],
    }


async def _mailed(house: House, invitation: InvitationId) -> None:
    """Wait until a mail has left, so that nothing of its invitation changes by itself any more."""

    async def is_sent() -> bool:
        found = await house.invitations.get(invitation)
        return found is not None and found.state == "sent"

    await eventually(is_sent, within_s=60)


async def _promises(house: House, person: Person, made: Things) -> Things:
    later = {"channel_id": made["ChannelId"], "text": "Later.", "when": "tomorrow 9:00"}
    run = await _started(person, "message.send", later)
    export = await _started(person, "export", {})

    async def is_exported() -> bool:
        found = await person.get(f"/api/v1/workflow-runs/{export['id']}")
        return bool(found["state"] == "done")

    await eventually(is_exported, within_s=60)
    [record] = await house.runs.named(RunId(export["id"]), [WorkspaceId(person.workspace["id"])])
    return {"RunId": run["id"], "RunKey": record.key, "Onboarding": await waiting_onboarding(house, person)}


async def _started(person: Person, name: str, given: Json) -> Json:
    body = {"type": name, "workspace_id": person.workspace["id"], "input": given}
    return dict(await person.post("/api/v1/workflow-runs", body, status=202))


def _at(person: Person) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}"
