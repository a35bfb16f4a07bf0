"""`remind`: its starter, or a channel, is reminded at a time, once or again and again."""

from datetime import datetime

from msgspec import Struct

from parlour.core.house import House
from parlour.core.ids import ReminderId, UserId, WorkspaceId
from parlour.core.later import reminders
from parlour.core.later.moments import AtTimes
from parlour.core.later.reminders import NewReminder
from parlour.core.later.zones import in_words
from parlour.core.model.runs import Fault, Subject
from parlour.core.runs.kinds import Begun, Checked, Nothing, RunType, Seen, Signal, input_of
from parlour.core.store.reminders import ReminderRecord
from parlour.core.store.runs import RunRecord


class Reminded(Struct, frozen=True, kw_only=True):
    """When it rang last, and the reminder itself."""

    reminder_id: ReminderId
    rung_at: datetime | None


async def check(house: House, starter: UserId, workspace_id: WorkspaceId, given: NewReminder) -> Checked:
    """Check that the starter could make this reminder now."""
    await reminders.checked(house, starter, workspace_id, given)
    if given.channel_id:
        return Checked(given, Subject(kind="channel", id=given.channel_id))
    return Checked(given, Subject(kind="person", id=starter))


async def begin(house: House, record: RunRecord) -> Begun:
    """Make the reminder, which has the run's own key as its id."""
    reminder_id = ReminderId(record.key)
    if await house.reminders.get(reminder_id) is None:
        given = input_of(record, NewReminder)
        await reminders.remind(house, record.user_id, record.workspace_id, given, reminder_id=reminder_id)
    seen = await look(house, record)
    return Begun(f"reminder/{reminder_id}", seen or Seen(state="waiting", words="Waiting for its time."))


async def look(house: House, record: RunRecord) -> Seen | None:
    """Return how the reminder stands; one that is gone was deleted."""
    found = await house.reminders.get(ReminderId(record.key))
    if found is None:
        return Seen(state="cancelled", words="Deleted before its time.") if record.is_open else None
    return _seen(found)


async def cancel(house: House, record: RunRecord) -> Seen | None:
    """Delete the reminder."""
    await reminders.remove(house, record.user_id, ReminderId(record.key))
    return Seen(state="cancelled", words="Deleted before its time.")


async def snooze(house: House, record: RunRecord, payload: AtTimes) -> Seen | None:
    """Put it off."""
    await reminders.snooze(house, record.user_id, ReminderId(record.key), payload)
    return None


async def complete(house: House, record: RunRecord, _payload: Nothing) -> Seen | None:
    """Take it as done."""
    await reminders.complete(house, record.user_id, ReminderId(record.key))
    return None


def _seen(found: ReminderRecord) -> Seen:
    result = Reminded(reminder_id=found.id, rung_at=found.rung_at)
    if found.state == "failed":
        failure = Fault(code=found.failure.code, detail=found.failure.detail) if found.failure else None
        return Seen(
            state="failed", words=f"It could not ring: {failure.detail if failure else ''}", failure=failure
        )
    if found.due_at and (found.state == "waiting" or found.recurrence):
        words = f"Waiting until {in_words(found.due_at, found.timezone)} to remind."
        return Seen(state="waiting", words=words)
    return Seen(state="done", words="It rang." if found.rung_at else "Done.", result=result)


REMIND = RunType(
    name="remind",
    title="Remind",
    promises="Reminds you, or the people of a channel, at a time: once, or again and again until it is deleted.",
    may_start="Every member, for themselves; for a channel, whoever may write into it.",
    input=NewReminder,
    result=Reminded,
    subject="person",
    scope="messages:write",
    workflow="Reminder",
    check=check,
    begin=begin,
    look=look,
    cancel=cancel,
    signals={
        "snooze": Signal("Puts it off to another time.", AtTimes, snooze),
        "complete": Signal("Takes it as done; one that recurs comes again.", Nothing, complete),
    },
)
