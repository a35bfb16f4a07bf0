"""What a push or a mail says: the messages as they are now, as far as the workspace lets them leave the house."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from parlour.core.chat.current import current
from parlour.core.chat.said import said_in_short
from parlour.core.files.words import sent_files
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, FileId, UserId
from parlour.core.model.chat import Entry
from parlour.core.model.notifications import Covered, Dispatch
from parlour.core.model.people import User, Workspace
from parlour.core.notify.preferences import effective_of
from parlour.core.notify.unsubscribe import link as unsubscribe_link
from parlour.core.outside.notice import Mail, MailConversation, MailMessage, Push
from parlour.core.store.channels import ChannelRecord
from parlour.core.store.notifications import Row

TITLE_MAX = 120
BODY_MAX = 240
END_OF_LOG = 2**53
BADGE_MAX = 1000


class Told(Struct, frozen=True, kw_only=True):
    """Unread notifications, with what it takes to speak of them."""

    workspace: Workspace
    user: User
    rows: Sequence[Row]
    messages: Mapping[EntryId, Entry]
    file_names: Mapping[FileId, str]
    names: Mapping[UserId, str]
    channels: Mapping[str, ChannelRecord]

    @property
    def shows_text(self) -> bool:
        """Whether text may leave the house."""
        return self.workspace.notification_content == "full"

    @property
    def shows_nothing(self) -> bool:
        """Whether not even who wrote where may leave it."""
        return self.workspace.notification_content == "nothing"

    def author(self, row: Row) -> str:
        """Return who wrote a message."""
        return self.names.get(row.author_id, "Someone")

    def place(self, row: Row) -> str:
        """Return where it stands: `#general`, or nothing for a conversation that is its people."""
        channel = self.channels.get(row.channel_id)
        return f"#{channel.name}" if channel and channel.name else ""

    def text(self, row: Row) -> str:
        """Return what it says, if that may leave."""
        if not self.shows_text:
            return ""
        message = self.messages[row.message_id]
        return said_in_short(message) or sent_files(message.file_ids or [], self.file_names)

    def url(self, row: Row) -> str:
        """Return the path of it in the app."""
        return f"/app/{self.workspace.slug}/{row.channel_id}/{row.message_id}"


async def told_by(house: House, dispatch: Dispatch) -> Told | None:
    """Return what a dispatch speaks of now, in the log's order: none when all was read, or deleted."""
    workspace = await house.workspaces.for_notices(dispatch.workspace_id)
    user = await house.users.by_id(dispatch.user_id)
    rows = [row for covered in dispatch.covers for row in await _unread(house, dispatch.user_id, covered)]
    if workspace is None or user is None or not rows:
        return None
    stored = await house.entries.many([row.message_id for row in rows[-house.settings.digest_shown :]])
    messages = {entry.id: entry for entry in await current(house, list(stored.values()))}
    gone = {entry.id for entry in messages.values() if entry.deleted_at}
    rows = [row for row in rows if row.message_id not in gone]
    if not rows:
        return None
    channels = await house.channels.many({row.channel_id for row in rows})
    return Told(
        workspace=workspace,
        user=user,
        rows=rows,
        messages=messages,
        file_names=await _file_names(house, messages.values()),
        names=await house.users.names({row.author_id for row in rows}),
        channels={channel.id: channel for channel in channels},
    )


async def _file_names(house: House, messages: Iterable[Entry]) -> dict[FileId, str]:
    """Return the names of the files of messages that say nothing else."""
    ids = [file_id for message in messages if not message.text for file_id in message.file_ids or []]
    if not ids:
        return {}
    found = await house.files.many(ids)
    return {record.id: record.name for record in found.values() if record.state != "deleted"}


async def _unread(house: House, user_id: UserId, covered: Covered) -> list[Row]:
    rows = await house.notifications.covered(user_id, covered.channel_id, covered.first_seq, END_OF_LOG)
    return [row for row in rows if row.conversation == covered.conversation]


async def push_of(house: House, dispatch: Dispatch, told: Told) -> Push:
    """Return what a device shows of unread messages of one conversation: the last one, and how many they are."""
    last, count = told.rows[-1], len(told.rows)
    preferences = (await effective_of(house, dispatch.workspace_id, [dispatch.user_id]))[dispatch.user_id]
    unread = await house.notifications.count_unread(dispatch.user_id, most=BADGE_MAX)
    return Push(
        dispatch_id=dispatch.id,
        user_id=dispatch.user_id,
        workspace_id=dispatch.workspace_id,
        channel_id=last.channel_id,
        tag=last.conversation,
        title=_cut(_title(told, last, count), TITLE_MAX),
        body=_cut(_body(told, last, count), BODY_MAX),
        url="/app" if told.shows_nothing else told.url(told.rows[0]),
        count=count,
        badge=sum(unread.values()) if preferences.badge != "nothing" else 0,
        sound=preferences.sound,
        urgency="high"
        if any(row.urgent for row in told.rows) or last.kind in ("mention", "direct")
        else "normal",
        at=last.at,
    )


def close_of(dispatch: Dispatch) -> Push:
    """Return what takes away what a device shows of a conversation."""
    covered = dispatch.covers[0]
    return Push(
        dispatch_id=dispatch.id,
        user_id=dispatch.user_id,
        workspace_id=dispatch.workspace_id,
        channel_id=covered.channel_id,
        tag=covered.conversation,
        close=True,
    )


def test_of(dispatch: Dispatch) -> Push:
    """Return what a device shows that is only tried."""
    return Push(
        dispatch_id=dispatch.id,
        user_id=dispatch.user_id,
        workspace_id=dispatch.workspace_id,
        channel_id=ChannelId(""),
        tag=f"test-{dispatch.device_id}",
        title="This device gets your notifications",
        body="You asked Parlour for a test. It works.",
    )


def _title(told: Told, last: Row, count: int) -> str:
    if told.shows_nothing:
        return told.workspace.name
    place, author = told.place(last), told.author(last)
    where = f" in {place}" if place else ""
    if count > 1:
        return f"{count} new messages{where}" if place else f"{author}: {count} new messages"
    says = {
        "mention": f" {last.why}",
        "group": f" {last.why}",
        "everyone": f" {last.why}",
        "thread": " replied",
    }
    return f"{'Urgent: ' if last.urgent else ''}{author}{says.get(last.kind, '')}{where}"


def _body(told: Told, last: Row, count: int) -> str:
    if told.shows_nothing or not told.shows_text:
        return "New message" if count == 1 else f"{count} new messages"
    text = " ".join(told.text(last).split())
    return f"{told.author(last)}: {text}" if count > 1 and told.place(last) else text


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def mail_of(house: House, dispatch: Dispatch, told: Told) -> Mail:
    """Return a mail of unread messages, conversation by conversation."""
    settings, slug = house.settings, told.workspace.slug
    last = told.rows[-1]
    return Mail(
        dispatch_id=dispatch.id,
        to_name=told.user.name,
        to_email=told.user.email,
        workspace=told.workspace.name,
        conversations=[] if told.shows_nothing else _conversations(settings.address, told),
        total=len(told.rows),
        timezone=told.user.timezone or settings.default_timezone,
        home_url=f"{settings.address}/app/{slug}",
        preferences_url=f"{settings.address}/app/{slug}?open=notifications",
        unsubscribe_url=unsubscribe_link(settings, dispatch.user_id, dispatch.workspace_id),
        thread_key=None if dispatch.digest else last.conversation,
        digest=dispatch.digest,
        urgent=any(row.urgent for row in told.rows),
    )


def _conversations(address: str, told: Told) -> list[MailConversation]:
    grouped: dict[str, list[Row]] = {}
    for row in told.rows:
        grouped.setdefault(row.conversation, []).append(row)
    return [_conversation(address, told, rows) for rows in grouped.values()]


def _conversation(address: str, told: Told, rows: Sequence[Row]) -> MailConversation:
    shown = [row for row in rows if row.message_id in told.messages]
    title = told.place(rows[-1]) or told.author(rows[-1])
    return MailConversation(
        title=f"Thread in {title}" if rows[-1].thread_root_id else title,
        url=address + told.url(rows[0]),
        messages=[
            MailMessage(
                author=told.author(row),
                at=row.at,
                text=told.text(row),
                url=address + told.url(row),
                why=row.why,
            )
            for row in shown
        ],
        more=len(rows) - len(shown),
        root_id=rows[-1].thread_root_id,
    )
