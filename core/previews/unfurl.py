"""The rules of previews: which messages get them, what becomes of them, and who takes them away."""

import asyncio
from collections.abc import Sequence

from parlour.core.chat.change import change, open_for_change
from parlour.core.chat.current import current_one
from parlour.core.errors import ForbiddenError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY, Access, Entry, Preview
from parlour.core.model.promises import PreviewRequest
from parlour.core.people.rights import may
from parlour.core.previews.fetch import TryAgainError, fetch
from parlour.core.previews.links import has_links, links_of
from parlour.core.previews.page import preview_of

SPEAKING = (MESSAGE, REPLY, "message.edited")


def wanted(workspace_id: WorkspaceId, entries: Sequence[Entry]) -> list[PreviewRequest]:
    """Return what is to be looked up for new entries: the last text of each message that holds links.

    Programs that post show what they want shown.
    """
    last = {entry.message_id or entry.id: entry for entry in entries if entry.kind in SPEAKING}
    return [
        PreviewRequest(message_id, workspace_id, entry.seq)
        for message_id, entry in last.items()
        if entry.via != "webhook" and has_links(entry.text)
    ]


async def unfurl(house: House, request: PreviewRequest, *, is_last_try: bool) -> int:
    """Look up what a message links to, and add it as an entry of the log, once; return how many previews it got.

    Raises:
        TryAgainError: a page could not be fetched, and this is not the last try.
    """
    found = await house.entries.get(request.message_id)
    if found is None or not await house.workspaces.previews_links(request.workspace_id):
        return 0
    message = await current_one(house, found)
    links = [] if message.deleted_at else links_of(message.text or "", most=house.settings.previews_max)
    looked_up = await asyncio.gather(*(_preview(house, link, is_last_try=is_last_try) for link in links))
    previews = [preview for preview in looked_up if preview]
    if previews:
        access = Access(message.channel_id, request.workspace_id)
        # A fixed client_id, so that however often this is tried, it becomes one entry.
        once = f"unfurled:{message.id}:{request.seq}"
        await change(
            house,
            message,
            access,
            "message.unfurled",
            by=message.author_id,
            client_id=once,
            previews=previews,
        )
    return len(previews)


async def _preview(house: House, link: str, *, is_last_try: bool) -> Preview | None:
    try:
        page = await fetch(link, house.settings)
    except TryAgainError:
        if is_last_try:
            return None
        raise
    return preview_of(link, page) if page else None


async def remove_preview(house: House, remover: UserId, message_id: EntryId, url: str | None) -> Entry:
    """Take one preview off a message, or all of them; none left changes nothing.

    Raises:
        NotFoundError: the message is out of sight.
        ForbiddenError: `not_yours`: only its author and moderators may.
    """
    message, access = await open_for_change(house, message_id, remover)
    if message.author_id != remover and not await may(
        house, access.workspace_id, remover, "message.delete_any"
    ):
        raise ForbiddenError("not_yours", "Only its author and moderators take previews off a message.")
    left = [preview for preview in message.previews or [] if url is not None and preview.url != url]
    if left == (message.previews or []):
        return message
    return await change(house, message, access, "message.unfurled", by=remover, previews=left)
