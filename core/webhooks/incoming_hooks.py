"""Managing incoming webhooks: for whoever manages a workspace's integrations."""

import hashlib
import hmac

from msgspec import Struct
from msgspec.structs import asdict

from parlour.core.chat import channel_state
from parlour.core.clock import now
from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, IncomingHookId, UserId, WorkspaceId, new_id
from parlour.core.model.page import Page
from parlour.core.model.people import Person, User
from parlour.core.model.webhooks import IncomingHook, MadeIncomingHook
from parlour.core.people.names import checked_name
from parlour.core.people.newcomers import tell_joined
from parlour.core.people.rights import require
from parlour.core.people.tokens import new_secret


class NewIncomingHook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook; messages appear in its name."""

    name: str
    channel_id: ChannelId
    may_choose_channel: bool = False


class IncomingHookChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a webhook; what is left out stays."""

    name: str | None = None
    channel_id: ChannelId | None = None
    may_choose_channel: bool | None = None
    enabled: bool | None = None


async def hooks(
    house: House, asker: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[IncomingHook]:
    """Return a page of a workspace's incoming webhooks.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "integration.manage")
    found = await house.incoming_hooks.page(workspace_id, after=after, limit=limit + 1)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


async def make(
    house: House, maker: UserId, workspace_id: WorkspaceId, wanted: NewIncomingHook
) -> MadeIncomingHook:
    """Make an incoming webhook for a channel that its maker may write to.

    Raises:
        NotFoundError: the workspace is not the maker's, or there is no such channel for them.
        ForbiddenError: `missing_right`.
        InvalidError: the name cannot be taken.
        ConflictError: `too_many_webhooks` (setting `incoming_hooks_per_workspace`).
    """
    await require(house, workspace_id, maker, "integration.manage")
    name = checked_name(wanted.name, house.settings)
    await check_channel(house, maker, workspace_id, wanted.channel_id)
    most = house.settings.incoming_hooks_per_workspace
    if await house.incoming_hooks.count(workspace_id) >= most:
        raise ConflictError(
            "too_many_webhooks",
            f"A workspace has at most {most} incoming webhooks (incoming_hooks_per_workspace).",
        )
    hook = IncomingHook(
        id=IncomingHookId(new_id()),
        workspace_id=workspace_id,
        channel_id=wanted.channel_id,
        name=name,
        user_id=UserId(new_id()),
        created_by=maker,
        created_at=now(),
        may_choose_channel=wanted.may_choose_channel,
    )
    await _make_bot(house, hook)
    secret = new_secret()
    await house.incoming_hooks.add(hook, secret_hash=_hash(secret))
    await house.audit.note(workspace_id, maker, "webhook.made", hook.id, f"Incoming webhook “{name}”")
    return MadeIncomingHook(hook=hook, url=_url(house, hook, secret))


async def change(
    house: House,
    actor: UserId,
    workspace_id: WorkspaceId,
    hook_id: IncomingHookId,
    wanted: IncomingHookChange,
) -> IncomingHook:
    """Change an incoming webhook.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook, or channel for them.
        ForbiddenError: `missing_right`.
        InvalidError: the name cannot be taken.
    """
    hook = await _managed(house, actor, workspace_id, hook_id)
    fields = {name: value for name, value in asdict(wanted).items() if value is not None}
    if wanted.name is not None:
        fields["name"] = checked_name(wanted.name, house.settings)
        await house.users.change(hook.user_id, name=fields["name"])
    if wanted.channel_id is not None:
        await check_channel(house, actor, workspace_id, wanted.channel_id)
    changed = await house.incoming_hooks.change(workspace_id, hook_id, fields) if fields else hook
    if changed is None:
        raise NotFoundError.of("webhook")
    words = f"Incoming webhook “{changed.name}”: {', '.join(fields)}"
    await house.audit.note(workspace_id, actor, "webhook.changed", hook_id, words)
    return changed


async def rotate(
    house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: IncomingHookId
) -> MadeIncomingHook:
    """Give an incoming webhook another address; the one before ends at once.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook.
        ForbiddenError: `missing_right`.
    """
    await _managed(house, actor, workspace_id, hook_id)
    secret = new_secret()
    hook = await house.incoming_hooks.change(workspace_id, hook_id, {"secret_hash": _hash(secret)})
    if hook is None:
        raise NotFoundError.of("webhook")
    await house.audit.note(workspace_id, actor, "webhook.rotated", hook_id, f"Incoming webhook “{hook.name}”")
    return MadeIncomingHook(hook=hook, url=_url(house, hook, secret))


async def remove(house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: IncomingHookId) -> None:
    """Delete an incoming webhook; what it posted stays.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook.
        ForbiddenError: `missing_right`.
    """
    hook = await _managed(house, actor, workspace_id, hook_id)
    await house.incoming_hooks.remove(workspace_id, hook_id)
    await house.audit.note(workspace_id, actor, "webhook.removed", hook_id, f"Incoming webhook “{hook.name}”")


def is_secret_of(given: str, secret_hash: str) -> bool:
    """Return whether a secret is the one of a hash; how long that takes tells nothing."""
    return hmac.compare_digest(_hash(given), secret_hash)


async def check_channel(
    house: House, maker: UserId, workspace_id: WorkspaceId, channel_id: ChannelId
) -> None:
    """Check that somebody may have a webhook in a channel: they are in it, or it is public.

    Raises:
        NotFoundError: there is no such channel of this workspace for them.
    """
    record = await channel_state.current(house, channel_id)
    is_theirs = record.kind == "public" or await house.access.get(channel_id, maker)
    if record.workspace_id != workspace_id or not is_theirs:
        raise NotFoundError.of("channel")


async def _managed(
    house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: IncomingHookId
) -> IncomingHook:
    await require(house, workspace_id, actor, "integration.manage")
    hook = await house.incoming_hooks.get(workspace_id, hook_id)
    if hook is None:
        raise NotFoundError.of("webhook")
    return hook


async def _make_bot(house: House, hook: IncomingHook) -> None:
    """Make the account in whose name messages appear; nobody signs in as it."""
    handle = f"hook-{hook.user_id[-12:]}"
    bot = User(
        id=hook.user_id, name=hook.name, handle=handle, email="", created_at=hook.created_at, kind="bot"
    )
    await house.users.add_bot(bot, owner_id=hook.created_by)
    await house.workspaces.add_member(hook.workspace_id, bot.id, "bot", hook.created_at)
    tell_joined(house, hook.workspace_id, Person(bot.id, bot.name, bot.handle, kind="bot"))


def _url(house: House, hook: IncomingHook, secret: str) -> str:
    return f"{house.settings.address}/hooks/{hook.id}/{secret}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
