"""Sending a message: may you, is it text, into the log; acknowledged once it is journaled on a majority."""

import re

from msgspec import Struct

from parlour.core.chat.access import enter
from parlour.core.chat.current import current_one
from parlour.core.chat.mentions import resolve
from parlour.core.chat.posting import check_may_post, check_may_urge, check_open
from parlour.core.chat.text import checked_text
from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.files.attach import bind_files, check_files
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, FileId, UserId, new_id
from parlour.core.integrations.buttons import check_actions
from parlour.core.model.actions import MessageAction
from parlour.core.model.chat import MESSAGE, REPLY, Access, Entry, Mentions, Style
from parlour.core.store.channel_log import Appended, Origin
from parlour.core.telemetry import correlation_id

CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to send. The same `client_id` again returns the first message instead of a second one.

    `thread_root_id` makes it a reply; `also_in_channel` shows that reply in the timeline too. `confirm_everyone` says
    that the sender knows how many people `@channel` or `@here` calls (setting `everyone_asks_above`). `urgent` notifies
    also those who do not want to be disturbed (the workspace says by whom: `urgent_by`). With `file_ids` the
    text may be empty. `actions` are buttons, at a bot's message.
    """

    text: str = ""
    client_id: str | None = None
    thread_root_id: EntryId | None = None
    also_in_channel: bool = False
    confirm_everyone: bool = False
    style: Style | None = None
    urgent: bool = False
    file_ids: list[FileId] = []
    actions: list[MessageAction] = []

    @property
    def is_plain(self) -> bool:
        """Whether nothing has to be looked up before it can be stored."""
        asks = self.thread_root_id or self.urgent or self.file_ids or self.actions
        return not asks and "@" not in self.text


async def send(house: House, sender: UserId, channel_id: ChannelId, draft: Draft) -> Appended:
    """Send a message into a channel.

    Raises:
        NotFoundError: the sender is not a member, or there is no such thread.
        ForbiddenError: `channel_archived`, `posting_restricted` or `urgent_restricted`.
        ConflictError: `confirm_everyone`, `message_deleted` (the root of the thread is gone), or of a file.
        InvalidError: the text, `client_id` or `file_ids` cannot be taken.
        UnavailableError: MongoDB did not confirm; nothing is promised.
    """
    access = await enter(house, channel_id, sender)
    entry, origin = await compose(house, sender, access, draft)
    await bind_files(house, entry)
    return await house.log.append(entry, origin)


async def compose(house: House, sender: UserId, access: Access, draft: Draft) -> tuple[Entry, Origin]:
    """Return a message ready for the log, by a sender whose access was just checked.

    Raises:
        NotFoundError: there is no such thread, or file.
        ForbiddenError: `channel_archived`, `posting_restricted` or `urgent_restricted`.
        ConflictError: `confirm_everyone`, `message_deleted`, or of a file.
        InvalidError: the text, `client_id` or `file_ids` cannot be taken.
    """
    root_id = await root_of(house, access, draft.thread_root_id) if draft.thread_root_id else None
    quiet_reply = root_id is not None and not draft.also_in_channel
    await (check_open(house, access) if quiet_reply else check_may_post(house, access, sender))
    if draft.file_ids:
        await check_files(house, sender, access, draft.file_ids)
    if draft.actions:
        await check_actions(house, sender, draft.actions)
    if draft.urgent:
        await check_may_urge(house, access.workspace_id, sender)
    mentions = await resolve(house, access.workspace_id, draft.text, by=sender)
    if mentions and (mentions.channel or mentions.here) and not draft.confirm_everyone:
        await _ask_first(house, access.channel_id)
    return compose_plain(house, sender, access, draft, root_id=root_id, mentions=mentions)


def compose_plain(
    house: House,
    sender: UserId,
    access: Access,
    draft: Draft,
    *,
    root_id: EntryId | None = None,
    mentions: Mentions | None = None,
) -> tuple[Entry, Origin]:
    """Return a message ready for the log, without looking anything up: what it refers to is known.

    Raises:
        InvalidError: the text or `client_id` cannot be taken.
    """
    longest = house.settings.message_max_length
    text = checked_text(draft.text, longest=longest, may_be_empty=bool(draft.file_ids))
    client_id = draft.client_id
    if client_id is not None and not CLIENT_ID.fullmatch(client_id):
        raise InvalidError.field("client_id", "A client_id has 1 to 64 letters, digits or . _ : -")
    message_id = EntryId(new_id())
    entry = Entry(
        id=message_id,
        channel_id=access.channel_id,
        seq=0,
        n=0,
        kind=MESSAGE if root_id is None or draft.also_in_channel else REPLY,
        author_id=sender,
        created_at=now(),
        client_id=client_id or message_id,
        text=text,
        thread_root_id=root_id,
        mentions=mentions,
        style=draft.style,
        urgent=draft.urgent,
        file_ids=draft.file_ids or None,
        actions=draft.actions or None,
    )
    return entry, Origin(access.workspace_id, correlation_id.get() or client_id or message_id)


async def root_of(house: House, access: Access, message_id: EntryId) -> EntryId:
    """Return the root of the thread that a reply to a message belongs to: a reply's own root, or itself.

    Raises:
        NotFoundError: it is no message of this channel.
        ConflictError: `message_deleted`.
    """
    found = await house.entries.get(message_id)
    if found is None or found.kind not in (MESSAGE, REPLY) or found.channel_id != access.channel_id:
        raise NotFoundError.of("thread")
    if found.thread_root_id:
        return found.thread_root_id
    message = await current_one(house, found)
    if message.deleted_at and not message.reply_count:
        raise ConflictError("message_deleted", "This message was deleted; nobody can reply to it any more.")
    return message.id


async def _ask_first(house: House, channel_id: ChannelId) -> None:
    most = house.settings.everyone_asks_above
    if await house.channels.is_larger_than(channel_id, most):
        raise ConflictError(
            "confirm_everyone",
            f"This calls more than {most} people (everyone_asks_above). Send confirm_everyone to do it.",
        )
