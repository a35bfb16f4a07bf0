"""Reminders: for oneself or for a channel, once or again and again."""

from typing import Literal

from msgspec.structs import replace

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.ids import ReminderId
from parlour.core.later import reminders
from parlour.core.later.moments import AtTimes
from parlour.core.model.later import Reminder
from parlour.core.model.page import Page
from parlour.workflows.links import link_to, reminder_id

routes = Routes("Reminders", family="messages")


class RemindersQuery(PageQuery, frozen=True):
    """Which reminders: those that are open, or those that are done."""

    state: Literal["open", "done"] = "open"


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/reminders",
    who="signed in",
    summary="Remind me, or a channel, at a time or again and again",
    body=reminders.NewReminder,
    answers={201: Reminder},
    errors=(403, 404, 409, 422),
    repeatable=True,
)
async def create_reminder(call: Call) -> Answer:
    """Make a reminder: `at`, maybe with a `recurrence`, or `when` in words."""
    given = call.body(reminders.NewReminder)
    return Answer(201, await reminders.remind(call.house, call.user_id, call.path("workspace"), given))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/reminders",
    who="signed in",
    summary="My reminders: those that rang and those to come, or those that are done",
    query=RemindersQuery,
    answers={200: Page[Reminder]},
    errors=(404, 422),
)
async def list_reminders(call: Call) -> Answer:
    """List the caller's reminders by their time."""
    query = call.query(RemindersQuery)
    return Answer(
        200,
        await reminders.mine(
            call.house,
            call.user_id,
            call.path("workspace"),
            query.state,
            after=query.cursor,
            limit=call.limit(query.limit),
        ),
    )


@routes.add(
    "GET",
    "/api/v1/reminders/{reminder}",
    who="signed in",
    summary="A reminder of mine, and its workflow",
    answers={200: Reminder},
    errors=(404,),
)
async def get_reminder(call: Call) -> Answer:
    """Return one of the caller's reminders."""
    found = await reminders.get(call.house, call.user_id, _id(call))
    return Answer(200, replace(found, workflow=link_to(call.house.settings, reminder_id(found.id))))


@routes.add(
    "PATCH",
    "/api/v1/reminders/{reminder}",
    who="signed in",
    summary="Change the text or the time of a reminder",
    body=reminders.ReminderChange,
    answers={200: Reminder},
    errors=(403, 404, 409, 422),
)
async def change_reminder(call: Call) -> Answer:
    """Change one; with a new time it waits again."""
    given = call.body(reminders.ReminderChange)
    return Answer(200, await reminders.change(call.house, call.user_id, _id(call), given))


@routes.add(
    "POST",
    "/api/v1/reminders/{reminder}/done",
    who="signed in",
    summary="A reminder is done; one that recurs comes again",
    answers={200: Reminder},
    errors=(404, 409),
)
async def complete_reminder(call: Call) -> Answer:
    """Take a reminder as done; again changes nothing."""
    return Answer(200, await reminders.complete(call.house, call.user_id, _id(call)))


@routes.add(
    "POST",
    "/api/v1/reminders/{reminder}/snooze",
    who="signed in",
    summary="Put a reminder off to another time",
    body=AtTimes,
    answers={200: Reminder},
    errors=(404, 409, 422),
)
async def snooze_reminder(call: Call) -> Answer:
    """Put a reminder off; of one that recurs, this one time."""
    given = call.body(AtTimes)
    return Answer(200, await reminders.snooze(call.house, call.user_id, _id(call), given))


@routes.add(
    "DELETE",
    "/api/v1/reminders/{reminder}",
    who="signed in",
    summary="Delete a reminder",
    answers={204: None},
    errors=(404,),
)
async def delete_reminder(call: Call) -> Answer:
    """Delete a reminder, all its times with it."""
    await reminders.remove(call.house, call.user_id, _id(call))
    return Answer(204)


def _id(call: Call) -> ReminderId:
    return ReminderId(call.path("reminder"))
