"""Drafts: what a person has begun to write, the same on all their devices. The last written one counts."""

from datetime import datetime, timedelta

from msgspec import Struct

from parlour.core.chat.access import enter
from parlour.core.chat.text import checked_text
from parlour.core.clock import as_stored, now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.later import KeptDraft
from parlour.core.model.page import Page

EMPTIED_KEPT = timedelta(days=7)
"""For how long an emptied draft keeps an older one, of a device that was offline, from coming back."""


class NewDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written by now; empty when it was sent or given up. `written_at` is for what was written offline."""

    text: str
    thread_root_id: EntryId | None = None
    written_at: datetime | None = None


async def keep(house: House, writer: UserId, channel_id: ChannelId, given: NewDraft) -> KeptDraft:
    """Keep a draft, unless a later one is there; return the one that is there now.

    Raises:
        NotFoundError: the writer is not in the channel, or the thread is not there.
        ConflictError: `too_many_drafts` (setting `drafts_per_person`).
        InvalidError: the text cannot be taken.
    """
    access = await enter(house, channel_id, writer)
    await _check_thread(house, channel_id, given.thread_root_id)
    draft = KeptDraft(
        channel_id=channel_id,
        workspace_id=access.workspace_id,
        thread_root_id=given.thread_root_id,
        text=_checked(house, given.text),
        written_at=_written_at(given.written_at),
    )
    there = await house.drafts.get(writer, channel_id, given.thread_root_id)
    if there is None:
        await _room_for_another(house, writer)
    days = timedelta(days=house.settings.drafts_kept_days) if draft.text else EMPTIED_KEPT
    if await house.drafts.put(writer, draft, expires_at=now() + days):
        event = packet("draft.changed", {"draft": draft})
        house.live.publish(Live(user_topic(writer), "draft.changed", event))
        return draft
    return await house.drafts.get(writer, channel_id, given.thread_root_id) or draft


async def get(
    house: House, writer: UserId, channel_id: ChannelId, thread_root_id: EntryId | None
) -> KeptDraft:
    """Return what someone has begun to write in a channel or thread.

    Raises:
        NotFoundError: they are not in the channel, or have no draft there.
    """
    await enter(house, channel_id, writer)
    found = await house.drafts.get(writer, channel_id, thread_root_id)
    if found is None:
        raise NotFoundError.of("draft")
    return found


async def mine(house: House, writer: UserId, workspace_id: WorkspaceId) -> Page[KeptDraft]:
    """Return someone's drafts in a workspace, the last written first, in channels they are still in.

    Those emptied lately are among them, so that a device that was away empties its own.

    Raises:
        NotFoundError: they do not belong to the workspace.
    """
    if await house.workspaces.role(workspace_id, writer) is None:
        raise NotFoundError.of("workspace")
    channels = {m.channel_id for m in await house.channels.memberships_of(writer, workspace_id)}
    found = await house.drafts.of(writer, workspace_id, limit=house.settings.drafts_per_person)
    return Page([draft for draft in found if draft.channel_id in channels])


def _checked(house: House, text: str) -> str:
    return checked_text(text, longest=house.settings.message_max_length) if text.strip() else ""


def _written_at(given: datetime | None) -> datetime:
    """Return when it was written: by its device's clock if that is not ahead of ours."""
    if given is None:
        return now()
    if given.tzinfo is None:
        raise InvalidError.field("written_at", "written_at is a time with an offset (RFC 3339).")
    return min(as_stored(given), now())


async def _check_thread(house: House, channel_id: ChannelId, root_id: EntryId | None) -> None:
    if root_id is None:
        return
    root = await house.entries.get(root_id)
    if root is None or root.channel_id != channel_id:
        raise NotFoundError.of("thread")


async def _room_for_another(house: House, writer: UserId) -> None:
    most = house.settings.drafts_per_person
    if await house.drafts.count(writer) >= most:
        raise ConflictError("too_many_drafts", f"A person has at most {most} drafts (drafts_per_person).")
