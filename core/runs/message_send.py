"""`message.send`: a message in its starter's name, now or at a time."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.chat.access import enter
from parlour.core.chat.send import Draft, compose, send
from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, ScheduledId, UserId, WorkspaceId
from parlour.core.later import scheduled
from parlour.core.later.moments import At, planned
from parlour.core.later.scheduled import NewScheduled, ScheduledChange
from parlour.core.later.zones import in_words
from parlour.core.model.runs import Fault, Subject
from parlour.core.runs.kinds import Begun, Checked, Nothing, RunType, Seen, Signal, input_of
from parlour.core.store.runs import RunRecord
from parlour.core.store.scheduled import ScheduledRecord


class MessageToSend(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message for a channel: at once, or `at` a time (RFC 3339), or `when` in words as "tomorrow 9:00".

    Wall clocks are those of `timezone`, by default one's own. `confirm_everyone` says that one knows how many people
    `@channel` calls.
    """

    channel_id: ChannelId
    text: str
    thread_root_id: EntryId | None = None
    also_in_channel: bool = False
    confirm_everyone: bool = False
    at: datetime | None = None
    when: str | None = None
    timezone: str | None = None


class MessageSent(Struct, frozen=True, kw_only=True):
    """The message that it became."""

    message_id: EntryId
    channel_id: ChannelId


async def check(house: House, starter: UserId, workspace_id: WorkspaceId, given: MessageToSend) -> Checked:
    """Check that the starter could send it now, and that its time can be kept."""
    access = await enter(house, given.channel_id, starter)
    if access.workspace_id != workspace_id:
        raise NotFoundError.of("channel")
    await compose(house, starter, access, _draft(given))
    about = Subject(kind="channel", id=given.channel_id)
    if given.at is None and given.when is None:
        return Checked(given, about)
    days = house.settings.scheduled_days_ahead
    asked = At(at=given.at, when=given.when, timezone=given.timezone)
    plan = await planned(house, starter, asked, days_ahead=days, setting="scheduled_days_ahead")
    return Checked(replace(given, at=plan.at, when=None, timezone=plan.timezone), about)


async def begin(house: House, record: RunRecord) -> Begun:
    """Send it, or let it wait for its time. What is sent or waits already is found again."""
    given = input_of(record, MessageToSend)
    if given.at is not None and given.at > now():
        return await _schedule(house, record, given, given.at)
    draft = replace(_draft(given), client_id=client_id_of(record), confirm_everyone=True)
    sent = await house.entries.by_client_id(given.channel_id, record.user_id, client_id_of(record))
    message = sent or (await send(house, record.user_id, given.channel_id, draft)).entry
    return Begun(f"delivery/{given.channel_id}", _sent(message.id, given.channel_id))


async def look(house: House, record: RunRecord) -> Seen | None:
    """Return how the scheduled message stands."""
    found = await house.scheduled.get(scheduled_id_of(record))
    return _seen(found) if found else None


async def cancel(house: House, record: RunRecord) -> Seen | None:
    """Cancel it, as its author would."""
    await scheduled.cancel(house, record.user_id, scheduled_id_of(record))
    return None


async def retry(house: House, record: RunRecord) -> Seen | None:
    """Let one that failed be sent at once."""
    await scheduled.send_now(house, record.user_id, scheduled_id_of(record))
    return None


async def send_now(house: House, record: RunRecord, _payload: Nothing) -> Seen | None:
    """Send it at once instead of at its time."""
    await scheduled.send_now(house, record.user_id, scheduled_id_of(record))
    return None


async def change(house: House, record: RunRecord, payload: ScheduledChange) -> Seen | None:
    """Change its text, its time, or both."""
    await scheduled.change(house, record.user_id, scheduled_id_of(record), payload)
    return None


def client_id_of(record: RunRecord) -> str:
    """Return what makes a run's message the same one, however often it is sent."""
    return f"run.{record.key}"


def scheduled_id_of(record: RunRecord) -> ScheduledId:
    """Return the scheduled message behind a run.

    Raises:
        NotFoundError: it was sent at once.
    """
    kind, _, found = (record.workflow_id or "").partition("/")
    if kind != "scheduled":
        raise NotFoundError.of("scheduled message")
    return ScheduledId(found)


async def _schedule(house: House, record: RunRecord, given: MessageToSend, at: datetime) -> Begun:
    new = NewScheduled(
        text=given.text,
        client_id=client_id_of(record),
        thread_root_id=given.thread_root_id,
        also_in_channel=given.also_in_channel,
        confirm_everyone=True,
        at=at,
        timezone=given.timezone,
    )
    made = await scheduled.schedule(house, record.user_id, given.channel_id, new)
    words = f"Waiting until {in_words(made.send_at, made.timezone)} to send."
    return Begun(f"scheduled/{made.id}", Seen(state="waiting", words=words))


def _draft(given: MessageToSend) -> Draft:
    return Draft(
        text=given.text,
        thread_root_id=given.thread_root_id,
        also_in_channel=given.also_in_channel,
        confirm_everyone=given.confirm_everyone,
    )


def _sent(message_id: EntryId, channel_id: ChannelId) -> Seen:
    result = MessageSent(message_id=message_id, channel_id=channel_id)
    return Seen(state="done", words="Sent.", result=result)


def _seen(found: ScheduledRecord) -> Seen:
    if found.state == "sent" and found.message_id:
        return _sent(found.message_id, found.channel_id)
    if found.state == "failed":
        failure = Fault(code=found.failure.code, detail=found.failure.detail) if found.failure else None
        return Seen(state="failed", words=f"Not sent: {failure.detail if failure else ''}", failure=failure)
    if found.state == "cancelled":
        return Seen(state="cancelled", words="Cancelled before its time.")
    if found.state == "waiting":
        words = f"Waiting until {in_words(found.due_at, found.timezone)} to send."
        return Seen(state="waiting", words=words)
    return Seen(state="running", words="Being sent.")


MESSAGE_SEND = RunType(
    name="message.send",
    title="Send a message",
    promises="Sends a message in your name, once: at once, or at a time that you may change until then.",
    may_start="Whoever may write into the channel.",
    input=MessageToSend,
    result=MessageSent,
    subject="channel",
    scope="messages:write",
    workflow="ScheduledMessage",
    needs="message.send",
    check=check,
    begin=begin,
    look=look,
    cancel=cancel,
    retry=retry,
    signals={
        "send_now": Signal("Sends it at once.", Nothing, send_now),
        "change": Signal("Changes its text, its time, or both.", ScheduledChange, change),
    },
)
