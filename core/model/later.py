"""What happens at a later time: scheduled messages, reminders, what is saved for later, drafts."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, FileId, ReminderId, ScheduledId, WorkspaceId
from parlour.core.model.chat import Entry, WorkflowLink

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Every = Literal["day", "week", "month", "year"]
ReminderState = Literal["waiting", "due", "done", "failed"]
SavedState = Literal["todo", "done", "archived"]
ScheduledState = Literal["waiting", "sending", "sent", "failed", "cancelled"]


class Recurrence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often something happens: every `interval` days, weeks, months or years; weeks on `weekdays`."""

    every: Every
    interval: int = 1
    weekdays: list[Weekday] = []


class Failure(Struct, frozen=True, kw_only=True):
    """Why something was not sent: a stable code, and a sentence for its author."""

    code: str
    detail: str


class Scheduled(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that waits for its time, as its author sees it.

    `timezone` is the one its time was given in. `message_id` is what it became; `failure` why it did not.
    """

    id: ScheduledId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    text: str
    send_at: datetime
    timezone: str
    state: ScheduledState
    created_at: datetime
    thread_root_id: EntryId | None = None
    also_in_channel: bool = False
    urgent: bool = False
    file_ids: list[FileId] = []
    message_id: EntryId | None = None
    failure: Failure | None = None
    workflow: WorkflowLink | None = None


class Reminder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reminder, as who made it sees it: for themselves, or for a channel.

    `due_at` is its next time, `rung_at` a time that came and is not done yet: one that recurs may have both.
    `message` is the one it is about, as it is now, and absent when it is deleted or out of sight.
    """

    id: ReminderId
    workspace_id: WorkspaceId
    text: str
    timezone: str
    state: ReminderState
    created_at: datetime
    due_at: datetime | None = None
    rung_at: datetime | None = None
    channel_id: ChannelId | None = None
    message_id: EntryId | None = None
    message: Entry | None = None
    recurrence: Recurrence | None = None
    recurs: str | None = None
    failure: Failure | None = None
    workflow: WorkflowLink | None = None


class Saved(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that someone saved for later; without `message` it is deleted or out of their sight now."""

    message_id: EntryId
    workspace_id: WorkspaceId
    state: SavedState
    saved_at: datetime
    message: Entry | None = None
    reminder: Reminder | None = None


class KeptDraft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What someone has begun to write in a channel, or in a thread of it; an empty `text` is none any more."""

    channel_id: ChannelId
    workspace_id: WorkspaceId
    text: str
    written_at: datetime
    thread_root_id: EntryId | None = None
