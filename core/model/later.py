"""What happens at a later time: scheduled messages, reminders, what is saved for later, drafts."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, ScheduledId, WorkspaceId
from parlour.core.model.chat import WorkflowLink

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Every = Literal["day", "week", "month", "year"]
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
    message_id: EntryId | None = None
    failure: Failure | None = None
    workflow: WorkflowLink | None = None
