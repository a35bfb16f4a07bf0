"""Reminders: made, listed, changed, done, put off and deleted by their person. Ringing is `ringing`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from parlour.core.chat.access import enter, open_message
from parlour.core.chat.send import Draft, compose
from parlour.core.chat.text import checked_text
from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, ReminderId, UserId, WorkspaceId, new_id
from parlour.core.later.moments import AtTimes, Planned, planned
from parlour.core.later.pages import cursor_of, position
from parlour.core.later.recurrence import recurrence_in_words
from parlour.core.later.telling import tell_soon
from parlour.core.later.visible import visible
from parlour.core.later.zones import in_words
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.later import Reminder
from parlour.core.model.page import Page
from parlour.core.model.promises import Wake
from parlour.core.store.reminders import ReminderRecord, Value, schedule_of


class NewReminder(AtTimes, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to remind of: a text, a message, or both; oneself, or the people of a channel."""

    text: str = ""
    channel_id: ChannelId | None = None
    message_id: EntryId | None = None


class ReminderChange(AtTimes, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes different of a reminder: its text, its time, or both."""

    text: str | None = None


async def remind(
    house: House,
    person: UserId,
    workspace_id: WorkspaceId,
    given: NewReminder,
    *,
    reminder_id: ReminderId | None = None,
) -> Reminder:
    """Make a reminder, with an id of one's own if need be.

    Raises:
        NotFoundError: the workspace, the channel or the message is out of sight.
        ForbiddenError: they could not write into the channel now either.
        ConflictError: `too_many_reminders` (setting `reminders_per_person`).
        InvalidError: the text or the time cannot be taken (setting `reminder_days_ahead`).
    """
    text, plan = await checked(house, person, workspace_id, given)
    at = now()
    record = ReminderRecord(
        id=reminder_id or ReminderId(new_id()),
        user_id=person,
        workspace_id=workspace_id,
        channel_id=given.channel_id,
        message_id=given.message_id,
        text=text,
        timezone=plan.timezone,
        due_at=plan.at,
        recurrence=plan.recurrence,
        starts=plan.starts,
        created_at=at,
        changed_at=at,
    )
    await house.reminders.add(record)
    return await changed(house, record)


async def checked(
    house: House, person: UserId, workspace_id: WorkspaceId, given: NewReminder
) -> tuple[str, Planned]:
    """Return the text and the time of a reminder that somebody could make now; raises as `remind`."""
    await _check_place(house, person, workspace_id, given)
    text = await _checked_text(house, person, given.text, given.channel_id, given.message_id)
    plan = await _planned(house, person, given)
    await _room_for_another(house, person)
    return text, plan


async def mine(
    house: House,
    person: UserId,
    workspace_id: WorkspaceId,
    which: Literal["open", "done"],
    *,
    after: str | None,
    limit: int,
) -> Page[Reminder]:
    """Return someone's reminders in a workspace, by the time they show.

    Raises:
        NotFoundError: they do not belong to the workspace.
        InvalidError: `after` is not the cursor of a page.
    """
    await _in_workspace(house, workspace_id, person)
    found = await house.reminders.of(person, workspace_id, which, after=position(after), limit=limit + 1)
    items = await shown(house, person, found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    return Page(items, cursor_of(last.shown_at or last.changed_at, last.id) if last else None)


async def get(house: House, person: UserId, reminder_id: ReminderId) -> Reminder:
    """Return one of someone's own.

    Raises:
        NotFoundError: it does not exist, or is another's.
    """
    return (await shown(house, person, [await own(house, person, reminder_id)]))[0]


async def change(house: House, person: UserId, reminder_id: ReminderId, given: ReminderChange) -> Reminder:
    """Change a reminder's text or time; with a new time it waits again, whatever it was.

    Raises:
        NotFoundError: it does not exist, or is another's.
        ConflictError: `changed_meanwhile`: it rang or was changed just now.
        InvalidError: the text or the time cannot be taken.
    """
    record = await own(house, person, reminder_id)
    fields: dict[str, Value] = {}
    if given.text is not None:
        fields["text"] = await _checked_text(house, person, given.text, record.channel_id, record.message_id)
    if given.at or given.when:
        fields |= _waits_for(await _planned(house, person, given))
    return await _change(house, record, fields)


async def complete(house: House, person: UserId, reminder_id: ReminderId) -> Reminder:
    """Take a reminder as done; one that recurs comes again at its next time.

    Raises:
        NotFoundError: it does not exist, or is another's.
        ConflictError: `changed_meanwhile`.
    """
    record = await own(house, person, reminder_id)
    if record.state == "done":
        return await get(house, person, reminder_id)
    if record.recurrence and record.due_at:
        return await _change(house, record, {"rung_at": None, "failure": None, "shown_at": record.due_at})
    over: dict[str, Value] = {"state": "done", "due_at": None, "failure": None, "shown_at": now()}
    return await _change(house, record, over | {"expires_at": kept_until(house)})


async def snooze(house: House, person: UserId, reminder_id: ReminderId, given: AtTimes) -> Reminder:
    """Put a reminder off. Of one that recurs, this one time is put off, as a reminder of its own.

    Raises:
        NotFoundError: it does not exist, or is another's.
        ConflictError: `changed_meanwhile`.
        InvalidError: the time cannot be taken.
    """
    record = await own(house, person, reminder_id)
    if not record.recurrence:
        return await _change(house, record, _waits_for(await _planned(house, person, given)))
    once = NewReminder(
        at=given.at, when=given.when, timezone=given.timezone, text=record.text, message_id=record.message_id
    )
    put_off = await remind(house, person, record.workspace_id, once)
    await complete(house, person, reminder_id)
    return put_off


async def remove(house: House, person: UserId, reminder_id: ReminderId) -> None:
    """Delete a reminder.

    Raises:
        NotFoundError: it does not exist, or is another's.
    """
    record = await own(house, person, reminder_id)
    if await house.reminders.remove(reminder_id):
        # Were this not told, the workflow would find nothing to ring.
        tell_soon(house, replace(wake_of(record), version=record.version + 1, over=True))
        removed = packet("reminder.removed", {"reminder_id": reminder_id, "message_id": record.message_id})
        house.live.publish(Live(user_topic(person), "reminder.removed", removed))
        house.moved(f"reminder/{reminder_id}")


async def changed(house: House, record: ReminderRecord) -> Reminder:
    """Tell a change to its person's devices and to the promise behind it; return what it is now."""
    tell_soon(house, wake_of(record))
    return await announce(house, record)


async def announce(house: House, record: ReminderRecord) -> Reminder:
    """Tell a change to its person's devices; return what it is now."""
    [view] = await shown(house, record.user_id, [record])
    event = packet("reminder.changed", {"reminder": view})
    house.live.publish(Live(user_topic(record.user_id), "reminder.changed", event))
    house.moved(f"reminder/{record.id}")
    return view


async def shown(house: House, person: UserId, records: Sequence[ReminderRecord]) -> list[Reminder]:
    """Return records as their person sees them, with the messages they are about."""
    messages = await visible(house, person, [r.message_id for r in records if r.message_id])
    return [
        Reminder(
            id=record.id,
            workspace_id=record.workspace_id,
            text=record.text,
            timezone=record.timezone,
            state=record.state,
            created_at=record.created_at,
            due_at=record.due_at,
            rung_at=record.rung_at,
            channel_id=record.channel_id,
            message_id=record.message_id,
            message=messages.get(record.message_id) if record.message_id else None,
            recurrence=record.recurrence,
            recurs=recurrence_in_words(record.recurrence) if record.recurrence else None,
            failure=record.failure,
        )
        for record in records
    ]


def wake_of(record: ReminderRecord) -> Wake:
    """Return what the promise behind a record has to know."""
    due_at = record.due_at or record.changed_at
    return Wake(
        kind="reminder",
        id=record.id,
        workspace_id=record.workspace_id,
        version=record.version,
        due_at=due_at,
        words=in_words(due_at, record.timezone),
        over=record.due_at is None or record.state != "waiting",
    )


async def own(house: House, person: UserId, reminder_id: ReminderId) -> ReminderRecord:
    """Return one of someone's own.

    Raises:
        NotFoundError: it does not exist, or is another's.
    """
    record = await house.reminders.get(reminder_id)
    if record is None or record.user_id != person:
        raise NotFoundError.of("reminder")
    return record


def kept_until(house: House) -> datetime:
    """Return until when it is on record that a reminder is done."""
    return now() + timedelta(days=house.settings.scheduled_kept_days)


async def _change(house: House, record: ReminderRecord, fields: dict[str, Value]) -> Reminder:
    at = now()
    found = await house.reminders.change(record.id, record.version, at=at, **fields)
    if found is None:
        raise ConflictError("changed_meanwhile", "This reminder has just changed; look again.")
    return await changed(house, found)


def _waits_for(plan: Planned) -> dict[str, Value]:
    again: dict[str, Value] = {"state": "waiting", "rung_at": None, "failure": None, "expires_at": None}
    return again | schedule_of(plan.at, plan.timezone, plan.recurrence, plan.starts)


async def _planned(house: House, person: UserId, given: AtTimes) -> Planned:
    days = house.settings.reminder_days_ahead
    return await planned(house, person, given, days_ahead=days, setting="reminder_days_ahead")


async def _check_place(house: House, person: UserId, workspace_id: WorkspaceId, given: NewReminder) -> None:
    await _in_workspace(house, workspace_id, person)
    if given.channel_id and (await enter(house, given.channel_id, person)).workspace_id != workspace_id:
        raise NotFoundError.of("channel")
    if given.message_id is None:
        return
    message, access = await open_message(house, given.message_id, person)
    if message.deleted_at or access.workspace_id != workspace_id:
        raise NotFoundError.of("message")
    if given.channel_id:
        raise InvalidError.field("channel_id", "A reminder of a message is for oneself.")


async def _checked_text(
    house: House, person: UserId, text: str, channel_id: ChannelId | None, message_id: EntryId | None
) -> str:
    if channel_id:
        draft = Draft(text=text, confirm_everyone=True)
        await compose(house, person, await enter(house, channel_id, person), draft)
    if message_id and not text.strip():
        return ""
    return checked_text(text, longest=house.settings.message_max_length)


async def _in_workspace(house: House, workspace_id: WorkspaceId, person: UserId) -> None:
    if await house.workspaces.role(workspace_id, person) is None:
        raise NotFoundError.of("workspace")


async def _room_for_another(house: House, person: UserId) -> None:
    most = house.settings.reminders_per_person
    if await house.reminders.count_open(person) >= most:
        raise ConflictError(
            "too_many_reminders", f"A person has at most {most} reminders (reminders_per_person)."
        )
