"""Changing a channel: its topic and purpose, its name, who posts, who finds it, and whether it is archived.

Each change is one `channel.changed` entry of the channel's log, so that whoever was away learns of it too.
"""

import unicodedata
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, to_builtins

from parlour.core.chat import channel_state
from parlour.core.chat.channels import get, name_taken, seen_by
from parlour.core.chat.posting import check_not_archived, manages
from parlour.core.chat.text import FORBIDDEN
from parlour.core.clock import now
from parlour.core.errors import ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.model.audit import AuditAction
from parlour.core.model.chat import CHANGED, FIXED_KINDS, Change, Channel, Entry, Posting
from parlour.core.people.names import checked_name, folded
from parlour.core.people.workspaces import GENERAL
from parlour.core.store.channel_log import Origin
from parlour.core.store.channels import ChannelRecord
from parlour.core.telemetry import correlation_id

Changes = Mapping[str, Change]
NOTED: Mapping[tuple[str, Change], AuditAction] = {
    ("archived", True): "channel.archived",
    ("archived", False): "channel.restored",
    ("kind", "private"): "channel.made_private",
    ("kind", "public"): "channel.made_public",
}
"""What of a channel's changes the audit tells."""
OPEN_TO_MEMBERS = {"topic", "purpose"}
"""What every member may change; the rest is for those who manage the channel."""


class ChannelPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a channel; what is absent stays.

    `posting` says who begins something new (replies are everyone's); `archived` closes a channel for writing.
    """

    name: str | None = None
    topic: str | None = None
    purpose: str | None = None
    posting: Posting | None = None
    kind: Literal["public", "private"] | None = None
    archived: bool | None = None


async def change(house: House, actor: UserId, channel_id: ChannelId, patch: ChannelPatch) -> Channel:
    """Change a channel; what is so already changes nothing.

    Members set topic and purpose; the channel's creator and the workspace's owner all else.

    Raises:
        NotFoundError: the channel is out of the actor's sight.
        ForbiddenError: `forbidden`, `channel_archived`, `direct_is_fixed` or `general_is_fixed`.
        ConflictError: `name_taken`.
        InvalidError: a name, topic or purpose cannot be taken.
    """
    record = await seen_by(house, actor, channel_id)
    changes = _news(house, record, patch)
    if changes:
        await _check_may(house, actor, record, changes)
        await _commit(house, actor, record, changes)
        await _note(house, actor, record, changes)
    return await get(house, actor, channel_id)


async def administer(
    house: House, actor: UserId, workspace_id: WorkspaceId, channel_id: ChannelId, patch: ChannelPatch
) -> None:
    """Change a channel of a workspace as who manages its channels, also without seeing it. The caller checks that.

    Raises:
        NotFoundError: the workspace has no such channel, or it is a conversation between people.
        ForbiddenError, ConflictError, InvalidError: as `change`.
    """
    found = await channel_state.with_changes(house, await house.channels.many([channel_id]))
    if not found or found[0].workspace_id != workspace_id or found[0].kind in FIXED_KINDS:
        raise NotFoundError.of("channel")
    changes = _news(house, found[0], patch)
    if changes:
        await _check_may(house, actor, found[0], changes)
        await _commit(house, actor, found[0], changes)
        await _note(house, actor, found[0], changes)


def _news(house: House, record: ChannelRecord, patch: ChannelPatch) -> Changes:
    """Return the fields that a patch would give another value, checked."""
    settings = house.settings
    wanted: dict[str, Change] = {k: v for k, v in to_builtins(patch).items() if v is not None}
    if patch.name is not None and record.kind not in FIXED_KINDS:
        wanted["name"] = checked_name(patch.name.strip().removeprefix("#"), settings)
    if patch.topic is not None:
        wanted["topic"] = _one_line("topic", patch.topic, settings.topic_max_length)
    if patch.purpose is not None:
        wanted["purpose"] = _one_line("purpose", patch.purpose, settings.purpose_max_length)
    return {field: value for field, value in wanted.items() if value != _now(record, field)}


def _now(record: ChannelRecord, field: str) -> Change:
    if field == "archived":
        return record.archived_at is not None
    return str(getattr(record, field))


def _one_line(field: str, text: str, longest: int) -> str:
    shown = " ".join(unicodedata.normalize("NFC", text).split())
    if FORBIDDEN.search(shown):
        raise InvalidError.field(field, f"A {field} cannot hold control characters.")
    if len(shown) > longest:
        raise InvalidError.field(
            field, f"A {field} has at most {longest} characters ({field}_max_length); this has {len(shown)}."
        )
    return shown


async def _check_may(house: House, actor: UserId, record: ChannelRecord, changes: Changes) -> None:
    if record.kind in FIXED_KINDS and set(changes) != {"topic"}:
        raise ForbiddenError(
            "direct_is_fixed", "Of a direct channel or group, only the topic can be changed."
        )
    if record.name_key == GENERAL and set(changes) & {"name", "kind", "archived"}:
        raise ForbiddenError(
            "general_is_fixed", "#general stays public, open and called so: all belong to it."
        )
    if changes.get("archived") is not False:
        check_not_archived(record)
    for_members = set(changes) <= OPEN_TO_MEMBERS and record.posting == "everyone"
    if for_members and await house.access.get(record.id, actor):
        return
    if not await manages(house, record, actor):
        raise ForbiddenError(
            "forbidden", "Only the channel's creator and the workspace's moderators may change this."
        )


async def _commit(house: House, actor: UserId, record: ChannelRecord, changes: Changes) -> None:
    """Announce the change in the document, write it into the log, apply it: see `store.channel_changes`."""
    entry_id, name = EntryId(new_id()), changes.get("name")
    await _intend(house, record, entry_id, str(name) if name else None)
    entry = Entry(
        id=entry_id,
        channel_id=record.id,
        seq=0,
        n=0,
        kind=CHANGED,
        author_id=actor,
        created_at=now(),
        client_id=entry_id,
        changes=dict(changes),
    )
    origin = Origin(record.workspace_id, correlation_id.get() or entry_id)
    appended = await house.log.append(entry, origin)
    await channel_state.apply(house, appended.entry)


async def _note(house: House, actor: UserId, record: ChannelRecord, changes: Changes) -> None:
    noted = {(field, changes[field]) for field in ("archived", "kind") if field in changes}
    for fact in noted:
        await house.audit.note(record.workspace_id, actor, NOTED[fact], record.id, f"#{record.name}.")


async def _intend(house: House, record: ChannelRecord, entry_id: EntryId, name: str | None) -> None:
    name_key = folded(name) if name else None
    if await house.channel_changes.intend(record.id, entry_id, name_key=name_key, at=now()):
        return
    # Whoever was about to take the name may have died before they did.
    holder = await house.channel_changes.holder(record.workspace_id, name_key or "")
    if holder:
        await channel_state.current(house, holder)
    if not await house.channel_changes.intend(record.id, entry_id, name_key=name_key, at=now()):
        raise name_taken(name or "")
