"""Running slash commands of a workspace's own: an integrator's address is called, signed, and a person waits for it.

So there are no retries: what fails is said at once, and nothing was sent. What is answered is for the caller alone, or
for the channel, in the name of the command's bot; later answers come by an address that is given along, for a while.
"""

import hashlib
from datetime import timedelta
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from parlour.core.chat.access import enter
from parlour.core.chat.command_registry import Called, Outcome
from parlour.core.chat.posting import check_may_post, check_open
from parlour.core.chat.send import Draft, compose_plain, root_of
from parlour.core.chat.text import checked_text
from parlour.core.clock import now
from parlour.core.errors import ForbiddenError, GoneError, InvalidError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.integrations.buttons import is_bot
from parlour.core.integrations.slash_commands import PURPOSE
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.chat import Entry
from parlour.core.model.slash_commands import CommandRun, SlashCommand
from parlour.core.people.tokens import hash_of, is_secret, new_secret
from parlour.core.sealing import unseal
from parlour.core.telemetry import log
from parlour.core.webhooks.sending import Reply
from parlour.core.webhooks.signing import signed_headers

NOTED_EVERY = timedelta(minutes=1)


class CommandCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the integrator's address is sent."""

    type: Literal["command.run"]
    command: str
    text: str
    user_id: UserId
    user_name: str
    user_handle: str
    workspace_id: WorkspaceId
    channel_id: ChannelId
    response_url: str
    thread_root_id: EntryId | None = None


class CommandAnswer(Struct, frozen=True, kw_only=True):
    """What an integrator answers: words for the caller alone (`ephemeral`), or for the channel (`in_channel`)."""

    text: str = ""
    response_type: Literal["ephemeral", "in_channel"] = "ephemeral"


async def run(called: Called, name: str) -> Outcome | None:
    """Run a workspace's own command; none if it has no such command.

    Raises:
        ForbiddenError: `people_only`: bots run none.
        UnavailableError: `command_failed`: it did not answer as it should; nothing was sent.
    """
    house = called.house
    found = await house.slash_commands.named(called.workspace_id, name)
    if found is None:
        return None
    if await is_bot(house, called.user_id):
        raise ForbiddenError("people_only", "Commands are for people: bots run none.")
    command, sealed = found
    started, address = await _begin(called, command)
    body = msgspec.json.encode(await _call_of(called, command, address))
    secret = unseal(house.settings, sealed, purpose=PURPOSE, of=command.id).decode()
    headers = signed_headers([secret], _message_id(called, started), body, at=now())
    headers["Content-Type"] = "application/json"
    reply = await house.sender.post(command.url, body, headers, seconds=house.settings.slash_timeout)
    answer = await _answer_of(house, command, reply)
    await _note_used(house, command)
    if not answer.text:
        return Outcome(notice=f"/{command.name} has taken it.")
    return await _show_first(called, started, answer)


async def later(house: House, run_id: str, secret: str, answer: CommandAnswer) -> None:
    """Take an answer that comes later, by the address that was given along.

    Raises:
        NotFoundError: there is no such address.
        GoneError: `answers_over`: it is too late, or there were enough (`slash_response_minutes`, `_uses`).
        InvalidError: there is no text, or it is too long.
        ForbiddenError: the channel takes no more messages.
    """
    known = await house.slash_commands.run(run_id)
    if known is None or not is_secret(secret, known.secret_hash):
        raise NotFoundError.of("address")
    text = checked_text(answer.text, longest=house.settings.message_max_length)
    settings = house.settings
    used = await house.slash_commands.use(run_id, most=settings.slash_response_uses, at=now())
    if used is None:
        raise GoneError(
            "answers_over",
            f"A command is answered at most {settings.slash_response_uses} times (slash_response_uses), within "
            f"{settings.slash_response_minutes} minutes (slash_response_minutes).",
        )
    if answer.response_type == "in_channel":
        await _post(house, used, text)
    else:
        _tell(house, used, text)


async def _begin(called: Called, command: SlashCommand) -> tuple[CommandRun, str]:
    """Put a use of a command on record; return it, and the address by which it may be answered later."""
    settings, secret = called.house.settings, new_secret()
    started = CommandRun(
        id=new_id(),
        command_id=command.id,
        command=command.name,
        workspace_id=called.workspace_id,
        channel_id=called.channel_id,
        thread_root_id=called.thread_root_id,
        user_id=called.user_id,
        bot_id=command.bot_id,
        secret_hash=hash_of(secret),
        expires_at=now() + timedelta(minutes=settings.slash_response_minutes),
    )
    await called.house.slash_commands.begin(started)
    return started, f"{settings.address}/api/v1/command-answers/{started.id}/{secret}"


async def _call_of(called: Called, command: SlashCommand, address: str) -> CommandCall:
    person = (await called.house.users.people([called.user_id])).get(called.user_id)
    return CommandCall(
        type="command.run",
        command=f"/{command.name}",
        text=called.words,
        user_id=called.user_id,
        user_name=person.name if person else "",
        user_handle=person.handle if person else "",
        workspace_id=called.workspace_id,
        channel_id=called.channel_id,
        thread_root_id=called.thread_root_id,
        response_url=address,
    )


def _message_id(called: Called, started: CommandRun) -> str:
    """Return what the receiver knows a repetition by: a person who tries again sends the same `client_id`."""
    if called.client_id is None:
        return f"cmd_{started.id}"
    whole = f"{started.command_id} {called.user_id} {called.client_id}"
    return f"cmd_{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


async def _answer_of(house: House, command: SlashCommand, reply: Reply) -> CommandAnswer:
    """Return what was answered.

    Raises:
        UnavailableError: `command_failed`.
    """
    if not reply.is_ok:
        raise await _failed(house, command, reply.words)
    plain = reply.body.decode(errors="replace").strip()
    if not reply.headers.get("content-type", "").startswith("application/json"):
        return CommandAnswer(text=plain[: house.settings.message_max_length])
    try:
        answer = msgspec.json.decode(reply.body or b"{}", type=CommandAnswer)
        text = checked_text(answer.text, longest=house.settings.message_max_length, may_be_empty=True)
    except (msgspec.DecodeError, InvalidError):
        raise await _failed(house, command, "answered what is no answer to a command") from None
    return replace(answer, text=text)


async def _failed(house: House, command: SlashCommand, words: str) -> UnavailableError:
    log.warning("command.failed", command_id=command.id, workspace_id=command.workspace_id, why=words)
    await house.slash_commands.change(command.id, failed_at=now(), failure=words)
    return UnavailableError(
        "command_failed", f"/{command.name} did not work: its address {words}. Nothing was sent."
    )


async def _note_used(house: House, command: SlashCommand) -> None:
    at = now()
    if command.failure or command.last_used_at is None or at - command.last_used_at > NOTED_EVERY:
        await house.slash_commands.change(command.id, last_used_at=at, failed_at=None, failure="")


async def _show_first(called: Called, started: CommandRun, answer: CommandAnswer) -> Outcome:
    if answer.response_type == "in_channel":
        return Outcome(message=await _post(called.house, started, answer.text))
    return Outcome(notice=answer.text, answered_by=f"/{started.command}")


async def _post(house: House, run: CommandRun, text: str) -> Entry:
    """Send an answer to the channel as the command's bot, where whoever ran it may still write."""
    access = await enter(house, run.channel_id, run.user_id)
    root_id = await root_of(house, access, run.thread_root_id) if run.thread_root_id else None
    await (check_open(house, access) if root_id else check_may_post(house, access, run.user_id))
    draft = Draft(text=text, client_id=f"command:{run.id}:{run.uses}")
    entry, origin = compose_plain(house, run.bot_id, access, draft, root_id=root_id)
    entry = replace(entry, via="command", user_id=run.user_id)
    return (await house.log.append(entry, origin)).entry


def _tell(house: House, run: CommandRun, text: str) -> None:
    """Tell an answer to the devices of whoever ran the command; it is not kept."""
    told = {"channel_id": run.channel_id, "command": f"/{run.command}", "text": text}
    event = packet("command.answered", told)
    house.live.publish(Live(user_topic(run.user_id), "command.answered", event, user_id=run.user_id))
