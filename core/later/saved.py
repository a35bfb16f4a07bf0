"""Saved for later: messages that a person keeps at hand, to do, done or archived, with a reminder if they like."""

from collections.abc import Iterable

from parlour.core.chat.access import open_message
from parlour.core.clock import now
from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId, WorkspaceId
from parlour.core.later import reminders
from parlour.core.later.moments import AtTimes
from parlour.core.later.pages import cursor_of, position
from parlour.core.later.visible import visible
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.later import Reminder, Saved, SavedState
from parlour.core.model.page import Page
from parlour.core.store.saved import SavedRecord


class Saving(AtTimes, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a message is saved; with a time, a reminder of it is made."""

    state: SavedState = "todo"


async def save(house: House, person: UserId, message_id: EntryId, given: Saving) -> Saved:
    """Save a message for later, or give a saved one another state; with a time, be reminded of it.

    Raises:
        NotFoundError: the message is out of sight, or deleted.
        ConflictError: `too_many_saved` (setting `saved_per_person`), or too many reminders.
        InvalidError: the time cannot be taken.
    """
    message, access = await open_message(house, message_id, person)
    if message.deleted_at:
        raise NotFoundError.of("message")
    most = house.settings.saved_per_person
    if await house.saved.count(person) >= most and not await house.saved.among(person, [message_id]):
        raise ConflictError("too_many_saved", f"A person saves at most {most} messages (saved_per_person).")
    if given.at or given.when:
        await _remind(house, person, access.workspace_id, message_id, given)
    record = await house.saved.save(person, message_id, access.workspace_id, given.state, at=now())
    [view] = await _shown(house, person, [record])
    event = packet("saved.changed", {"saved": view})
    house.live.publish(Live(user_topic(person), "saved.changed", event))
    return view


async def unsave(house: House, person: UserId, message_id: EntryId) -> None:
    """Forget that a message was saved, and its reminder; nothing if it was not.

    One that is out of sight by now may be forgotten, too.

    Raises:
        NotFoundError: it was not saved, and is out of sight.
    """
    removed = await house.saved.remove(person, message_id)
    if removed is None:
        await open_message(house, message_id, person)
        return
    for record in await house.reminders.of_messages(person, [message_id]):
        await reminders.remove(house, person, record.id)
    event = packet("saved.removed", {"message_id": message_id, "workspace_id": removed.workspace_id})
    house.live.publish(Live(user_topic(person), "saved.removed", event))


async def mine(
    house: House,
    person: UserId,
    workspace_id: WorkspaceId,
    state: SavedState,
    *,
    after: str | None,
    limit: int,
) -> Page[Saved]:
    """Return what someone saved in a workspace, the last first, each message as it is now.

    Raises:
        NotFoundError: they do not belong to the workspace.
        InvalidError: `after` is not the cursor of a page.
    """
    if await house.workspaces.role(workspace_id, person) is None:
        raise NotFoundError.of("workspace")
    found = await house.saved.of(person, workspace_id, state, before=position(after), limit=limit + 1)
    items = await _shown(house, person, found[:limit])
    more = len(found) > limit
    return Page(items, cursor_of(items[-1].saved_at, items[-1].message_id) if more else None)


async def saved_among(house: House, person: UserId, message_ids: Iterable[EntryId]) -> set[EntryId]:
    """Return those of some messages that someone has saved."""
    return await house.saved.among(person, message_ids)


async def _shown(house: House, person: UserId, records: list[SavedRecord]) -> list[Saved]:
    ids = [record.message_id for record in records]
    messages = await visible(house, person, ids)
    due = await house.reminders.of_messages(person, ids)
    remind: dict[EntryId | None, Reminder] = {
        reminder.message_id: reminder for reminder in await reminders.shown(house, person, due)
    }
    return [
        Saved(
            message_id=record.message_id,
            workspace_id=record.workspace_id,
            state=record.state,
            saved_at=record.saved_at,
            message=messages.get(record.message_id),
            reminder=remind.get(record.message_id),
        )
        for record in records
    ]


async def _remind(
    house: House, person: UserId, workspace_id: WorkspaceId, message_id: EntryId, given: Saving
) -> None:
    """Make a reminder of the message, or give the one there is another time."""
    times = {
        "at": given.at,
        "when": given.when,
        "timezone": given.timezone,
        "recurrence": given.recurrence,
    }
    [*there] = await house.reminders.of_messages(person, [message_id])
    if there:
        await reminders.change(house, person, there[0].id, reminders.ReminderChange(**times))  # type: ignore[arg-type]
    else:
        new = reminders.NewReminder(message_id=message_id, **times)  # type: ignore[arg-type]
        await reminders.remind(house, person, workspace_id, new)
