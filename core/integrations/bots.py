"""Bots: accounts of a workspace that programs act as. They have no password and no address; a token lets them in."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.integrations.tokens import checked_scopes, issue, shown
from parlour.core.model.audit import AuditAction
from parlour.core.model.integrations import Bot, BotRecord, MadeBot
from parlour.core.model.page import Page
from parlour.core.model.people import Person, User
from parlour.core.model.rights import Right, Scope
from parlour.core.people import profiles, sessions
from parlour.core.people.names import checked_handle, checked_line, checked_name
from parlour.core.people.newcomers import tell_joined
from parlour.core.people.rights import require
from parlour.core.people.sessions import handles_for
from parlour.core.store.users import handle_taken

MANAGES: Right = "integration.manage"


class NewBot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bot to make; without a `handle` it gets one of its name."""

    name: str
    scopes: list[Scope]
    handle: str | None = None
    description: str = ""


class BotChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a bot; what is left out stays. New scopes hold from the next request on."""

    name: str | None = None
    description: str | None = None
    scopes: list[Scope] | None = None


async def bots(
    house: House, actor: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[Bot]:
    """Return a page of a workspace's bots, the oldest first, deactivated ones included.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, actor, MANAGES)
    found = await house.bots.page(workspace_id, after=after, limit=limit + 1)
    return Page(await _shown(house, found[:limit]), found[limit - 1].id if len(found) > limit else None)


async def make(house: House, actor: UserId, workspace_id: WorkspaceId, given: NewBot) -> MadeBot:
    """Make a bot with a token.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        ConflictError: `handle_taken`, or `too_many_bots` (setting `bots_per_workspace`).
        InvalidError: a name, the description or a scope cannot be taken.
    """
    await require(house, workspace_id, actor, MANAGES)
    name, scopes = checked_name(given.name, house.settings), checked_scopes(given.scopes)
    description = _checked_description(house, given.description)
    most = house.settings.bots_per_workspace
    if await house.bots.count_active(workspace_id) >= most:
        raise ConflictError("too_many_bots", f"A workspace has at most {most} bots (bots_per_workspace).")
    user = await _account(house, actor, name, given.handle)
    await house.workspaces.add_member(workspace_id, user.id, "bot", now())
    record = BotRecord(
        id=user.id,
        workspace_id=workspace_id,
        owner_id=actor,
        created_at=user.created_at,
        scopes=scopes,
        description=description,
    )
    await house.bots.add(record)
    if description:
        await house.users.change(user.id, title=description)
    tell_joined(house, workspace_id, Person(user.id, name, user.handle, description, kind="bot"))
    await _note(house, actor, record, "bot.made", f"Made the bot {name} with {', '.join(scopes)}")
    return await _with_token(house, record, name)


async def change(
    house: House, actor: UserId, workspace_id: WorkspaceId, bot_id: UserId, wanted: BotChange
) -> Bot:
    """Change a bot.

    Raises:
        NotFoundError: there is no such bot in a workspace of the actor's.
        ForbiddenError: `missing_right`.
        InvalidError: the name, the description or a scope cannot be taken.
    """
    record = await _managed(house, actor, workspace_id, bot_id)
    if wanted.name is not None:
        await house.users.change(bot_id, name=checked_name(wanted.name, house.settings))
    if wanted.description is not None:
        description = _checked_description(house, wanted.description)
        record = replace(record, description=description)
        await house.bots.change(bot_id, description=description)
        await house.users.change(bot_id, title=description or None)
    if wanted.scopes is not None:
        record = await _change_scopes(house, record, checked_scopes(wanted.scopes))
    if user := await house.users.by_id(bot_id):
        await profiles.tell(house, user)
    told = ", ".join(name for name in wanted.__struct_fields__ if getattr(wanted, name) is not None)
    await _note(house, actor, record, "bot.changed", f"Changed a bot: {told}")
    return (await _shown(house, [record]))[0]


async def rotate(house: House, actor: UserId, workspace_id: WorkspaceId, bot_id: UserId) -> MadeBot:
    """Give a bot another token; the one before ends at once. A bot that was deactivated is back by that.

    Raises:
        NotFoundError: there is no such bot in a workspace of the actor's.
        ForbiddenError: `missing_right`.
    """
    record = await _managed(house, actor, workspace_id, bot_id)
    await _end_token(house, record, reason="rotated")
    name = (await house.users.names([bot_id])).get(bot_id, "someone")
    await _note(house, actor, record, "bot.token_rotated", f"Gave the bot {name} another token")
    return await _with_token(house, record, name)


async def deactivate(house: House, actor: UserId, workspace_id: WorkspaceId, bot_id: UserId) -> Bot:
    """Let a bot in no more; what it said stays, and another token brings it back. Again changes nothing.

    Raises:
        NotFoundError: there is no such bot in a workspace of the actor's.
        ForbiddenError: `missing_right`.
    """
    record = await _managed(house, actor, workspace_id, bot_id)
    if record.deactivated_at is None:
        record = replace(record, deactivated_at=now())
        await house.bots.change(bot_id, deactivated_at=record.deactivated_at)
        await _note(house, actor, record, "bot.deactivated", "Deactivated a bot")
    await _end_token(house, record, reason="deactivated")
    return (await _shown(house, [record]))[0]


async def _managed(house: House, actor: UserId, workspace_id: WorkspaceId, bot_id: UserId) -> BotRecord:
    await require(house, workspace_id, actor, MANAGES)
    record = await house.bots.get(workspace_id, bot_id)
    if record is None:
        raise NotFoundError.of("bot")
    return record


async def _account(house: House, owner: UserId, name: str, handle: str | None) -> User:
    """Make a bot's account, with the handle that was wished for, or the first free one of its name."""
    wished = [checked_handle(handle)] if handle else handles_for(name, "bot")
    for one in wished:
        user = User(id=UserId(new_id()), name=name, handle=one, email="", created_at=now(), kind="bot")
        try:
            await house.users.add_bot(user, owner_id=owner)
        except ConflictError as taken:
            if taken.code != "handle_taken":
                raise
        else:
            return user
    raise handle_taken(handle or name)


async def _with_token(house: House, record: BotRecord, name: str) -> MadeBot:
    made = await issue(
        house, record.id, "bot", name=name, scopes=checked_scopes(record.scopes), expires_at=None
    )
    await house.bots.change(record.id, token_id=made.token.id, deactivated_at=None)
    record = replace(record, token_id=made.token.id, deactivated_at=None)
    return MadeBot(secret=made.secret, bot=(await _shown(house, [record]))[0])


async def _end_token(house: House, record: BotRecord, *, reason: str) -> None:
    if record.token_id:
        await sessions.end(house, record.token_id, reason=reason)


async def _change_scopes(house: House, record: BotRecord, scopes: Sequence[Scope]) -> BotRecord:
    """Change what a bot's token opens; its connections are cut, since they were let in with what it opened before."""
    await house.bots.change(record.id, scopes=list(scopes))
    if record.token_id:
        await house.sessions.change_token(record.token_id, scopes=sorted(scopes))
        sessions.cut(house, record.id, record.token_id)
    return replace(record, scopes=list(scopes))


async def _shown(house: House, records: Sequence[BotRecord]) -> list[Bot]:
    people = await house.users.people(record.id for record in records)
    return [await _view(house, record, people) for record in records]


async def _view(house: House, record: BotRecord, people: Mapping[UserId, Person]) -> Bot:
    person = people.get(record.id, Person(record.id, "someone", "", kind="bot"))
    entrance = await house.sessions.get(record.token_id) if record.token_id else None
    return Bot(
        id=record.id,
        workspace_id=record.workspace_id,
        name=person.name,
        handle=person.handle,
        description=record.description,
        scopes=record.scopes,
        owner_id=record.owner_id,
        created_at=record.created_at,
        deactivated_at=record.deactivated_at,
        token=shown(entrance) if entrance and record.deactivated_at is None else None,
    )


def _checked_description(house: House, given: str) -> str:
    longest = house.settings.title_max_length
    return checked_line(given, field="description", longest=longest, limit="title_max_length")


async def _note(house: House, actor: UserId, record: BotRecord, action: AuditAction, detail: str) -> None:
    await house.audit.note(record.workspace_id, actor, action, record.id, detail)
