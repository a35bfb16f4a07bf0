"""Scheduled messages: made, listed, changed, cancelled and sent now by their author. Sending is `sending`."""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from parlour.core.chat.access import enter
from parlour.core.chat.send import Draft, compose
from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, ScheduledId, UserId, WorkspaceId, new_id
from parlour.core.later.moments import At, planned
from parlour.core.later.pages import cursor_of, position
from parlour.core.later.telling import tell_soon
from parlour.core.later.zones import in_words
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.later import Scheduled
from parlour.core.model.page import Page
from parlour.core.model.promises import Wake
from parlour.core.store.scheduled import ScheduledRecord


class NewScheduled(Draft, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to send later. The same `client_id` again returns the first one. For `at` and `when` see `At`."""

    at: datetime | None = None
    when: str | None = None
    timezone: str | None = None


class ScheduledChange(At, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes different of a scheduled message: its text, its time, or both."""

    text: str | None = None


async def schedule(house: House, author: UserId, channel_id: ChannelId, given: NewScheduled) -> Scheduled:
    """Let a message wait for its time.

    Raises:
        NotFoundError: the author is not a member, or there is no such thread.
        ForbiddenError: they could not send it now either.
        ConflictError: `confirm_everyone`, or `too_many_scheduled` (setting `scheduled_per_person`).
        InvalidError: the text or the time cannot be taken (setting `scheduled_days_ahead`).
    """
    access = await enter(house, channel_id, author)
    due_at, timezone = await _checked_time(
        house, author, At(at=given.at, when=given.when, timezone=given.timezone)
    )
    draft = Draft(**{name: getattr(given, name) for name in Draft.__struct_fields__})
    await compose(house, author, access, draft)
    await _room_for_another(house, author)
    at = now()
    record = ScheduledRecord(
        id=ScheduledId(new_id()),
        user_id=author,
        workspace_id=access.workspace_id,
        channel_id=channel_id,
        draft=msgspec.json.encode(replace(draft, client_id=None)),
        due_at=due_at,
        timezone=timezone,
        created_at=at,
        changed_at=at,
        client_id=given.client_id,
        file_ids=draft.file_ids,
    )
    return changed(house, await house.scheduled.add(record))


async def mine(
    house: House, author: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[Scheduled]:
    """Return what waits or failed of someone's in a workspace, by its time.

    Raises:
        NotFoundError: they do not belong to the workspace.
        InvalidError: `after` is not the cursor of a page.
    """
    if await house.workspaces.role(workspace_id, author) is None:
        raise NotFoundError.of("workspace")
    found = await house.scheduled.open_of(author, workspace_id, after=position(after), limit=limit + 1)
    items = [shown(record) for record in found[:limit]]
    more = len(found) > limit
    return Page(items, cursor_of(items[-1].send_at, items[-1].id) if more else None)


async def get(house: House, author: UserId, scheduled_id: ScheduledId) -> Scheduled:
    """Return one of someone's own.

    Raises:
        NotFoundError: it does not exist, or is another's.
    """
    return shown(await _own(house, author, scheduled_id))


async def change(
    house: House, author: UserId, scheduled_id: ScheduledId, given: ScheduledChange
) -> Scheduled:
    """Change the text or the time of one that waits, or that failed: then it waits again.

    Raises:
        NotFoundError: it does not exist, or is another's; or the author has left its channel.
        ConflictError: `already_sent`: it was sent, is being sent, or was cancelled.
        InvalidError: the text or the time cannot be taken.
    """
    record = await _own(house, author, scheduled_id)
    draft = _draft_of(record)
    fields: dict[str, datetime | bytes | str] = {}
    if given.at or given.when or record.state == "failed":
        fields["due_at"], fields["timezone"] = await _checked_time(house, author, given)
    if given.text is not None:
        draft = replace(draft, text=given.text)
        await compose(house, author, await enter(house, record.channel_id, author), draft)
        fields["draft"] = msgspec.json.encode(draft)
    return _changed_or_late(house, await house.scheduled.change(scheduled_id, at=now(), **fields))


async def send_now(house: House, author: UserId, scheduled_id: ScheduledId) -> Scheduled:
    """Let one that waits or failed be sent at once.

    Raises:
        NotFoundError: it does not exist, or is another's.
        ConflictError: `already_sent`.
    """
    await _own(house, author, scheduled_id)
    at = now()
    return _changed_or_late(house, await house.scheduled.change(scheduled_id, at=at, due_at=at))


async def cancel(house: House, author: UserId, scheduled_id: ScheduledId) -> None:
    """Cancel one that waits, or put away one that failed; again changes nothing.

    Raises:
        NotFoundError: it does not exist, or is another's.
        ConflictError: `already_sent`.
    """
    record = await _own(house, author, scheduled_id)
    if record.state != "cancelled":
        over = await house.scheduled.cancel(scheduled_id, at=now(), expires_at=kept_until(house))
        _changed_or_late(house, over)


def changed(house: House, record: ScheduledRecord) -> Scheduled:
    """Tell a change to its author's devices and to the promise behind it; return what it is now."""
    tell_soon(house, wake_of(record))
    return announce(house, record)


def announce(house: House, record: ScheduledRecord) -> Scheduled:
    """Tell a change to its author's devices; return what it is now."""
    view = shown(record)
    event = packet("scheduled.changed", {"scheduled": view})
    house.live.publish(Live(user_topic(record.user_id), "scheduled.changed", event))
    house.moved(f"scheduled/{record.id}")
    return view


def shown(record: ScheduledRecord) -> Scheduled:
    """Return a record as its author sees it."""
    draft = _draft_of(record)
    return Scheduled(
        id=record.id,
        workspace_id=record.workspace_id,
        channel_id=record.channel_id,
        text=draft.text,
        thread_root_id=draft.thread_root_id,
        also_in_channel=draft.also_in_channel,
        urgent=draft.urgent,
        file_ids=draft.file_ids,
        send_at=record.due_at,
        timezone=record.timezone,
        state=record.state,
        created_at=record.created_at,
        message_id=record.message_id,
        failure=record.failure,
    )


def wake_of(record: ScheduledRecord) -> Wake:
    """Return what the promise behind a record has to know."""
    return Wake(
        kind="scheduled",
        id=record.id,
        workspace_id=record.workspace_id,
        version=record.version,
        due_at=record.due_at,
        words=in_words(record.due_at, record.timezone),
        over=record.state in ("sent", "failed", "cancelled"),
    )


def kept_until(house: House) -> datetime:
    """Return until when it is on record what became of something."""
    return now() + timedelta(days=house.settings.scheduled_kept_days)


async def _own(house: House, author: UserId, scheduled_id: ScheduledId) -> ScheduledRecord:
    record: ScheduledRecord | None = await house.scheduled.get(scheduled_id)
    if record is None or record.user_id != author:
        raise NotFoundError.of("scheduled message")
    return record


def _draft_of(record: ScheduledRecord) -> Draft:
    return msgspec.json.decode(record.draft, type=Draft) if record.draft else Draft(text="")


def _changed_or_late(house: House, record: ScheduledRecord | None) -> Scheduled:
    if record is None:
        raise ConflictError(
            "already_sent", "This message was sent, is being sent, or was cancelled in the meantime."
        )
    return changed(house, record)


async def _room_for_another(house: House, author: UserId) -> None:
    most = house.settings.scheduled_per_person
    if await house.scheduled.count_open(author) >= most:
        raise ConflictError(
            "too_many_scheduled", f"A person has at most {most} scheduled messages (scheduled_per_person)."
        )


async def _checked_time(house: House, author: UserId, given: At) -> tuple[datetime, str]:
    days = house.settings.scheduled_days_ahead
    plan = await planned(house, author, given, days_ahead=days, setting="scheduled_days_ahead")
    if plan.recurrence:
        raise InvalidError.field("when", "A message is scheduled for one time; make a reminder for more.")
    return plan.at, plan.timezone
