"""Ringing reminders whose time has come: once a time, and then they wait for their next."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from parlour.core.chat.send import Draft
from parlour.core.clock import now
from parlour.core.errors import ParlourError
from parlour.core.house import House
from parlour.core.ids import ReminderId
from parlour.core.later.recurrence import next_after
from parlour.core.later.reminders import announce, kept_until, wake_of
from parlour.core.later.sending import FINAL, GAVE_UP, failure_of, send_for
from parlour.core.later.telling import gone
from parlour.core.model.later import Failure
from parlour.core.model.promises import Due, DueRequest
from parlour.core.store.reminders import ReminderRecord, Value
from parlour.core.telemetry import correlation_id, log

PASSING = ("too_late", GAVE_UP.code)
"""Why a reminder did not ring this time, and may the next."""


async def ring(house: House, request: DueRequest) -> Due:
    """Ring a reminder, and return what it waits for now; the same request again changes nothing.

    Raises:
        UnavailableError: trying again may help.
    """
    record = await house.reminders.get(ReminderId(request.id))
    if record is None:
        return gone("reminder", request)
    if record.version != request.version or record.due_at is None or record.state != "waiting":
        return await _as_it_is(house, record)
    correlation_id.set(record.id)
    if record.channel_id is None:
        return await _rang(house, record, _rung(record))
    try:
        await _tell_channel(house, record, record.due_at)
    except ParlourError as error:
        if error.status not in FINAL:
            raise
        return await _refused(house, record, failure_of(error))
    return await _rang(house, record, _next(house, record))


async def give_up(house: House, request: DueRequest, failure: Failure) -> Due:
    """Record why a reminder did not ring, and tell its person."""
    record = await house.reminders.get(ReminderId(request.id))
    if record is None:
        return gone("reminder", request)
    return await _refused(house, record, failure)


async def _tell_channel(house: House, record: ReminderRecord, due_at: datetime) -> None:
    if record.channel_id is None:
        return
    # One id a time of one reminder: a worker that is killed and tries again sends it once.
    draft = Draft(text=record.text, client_id=f"{record.id}.{due_at:%Y%m%dT%H%M%SZ}", confirm_everyone=True)
    await send_for(
        house,
        record.user_id,
        record.channel_id,
        draft,
        due_at=due_at,
        timezone=record.timezone,
        via="reminder",
    )


def _rung(record: ReminderRecord) -> dict[str, Value]:
    """Return what becomes of a reminder for oneself: it is there until it is done."""
    following = _following(record)
    return {
        "state": "waiting" if following else "due",
        "rung_at": record.due_at,
        "shown_at": record.due_at,
        "due_at": following,
        "failure": None,
    }


def _next(house: House, record: ReminderRecord) -> dict[str, Value]:
    """Return what becomes of a reminder that a channel has got."""
    if following := _following(record):
        return {"due_at": following, "shown_at": following, "failure": None}
    return {"state": "done", "due_at": None, "shown_at": now(), "expires_at": kept_until(house)}


def _following(record: ReminderRecord) -> datetime | None:
    """Return the next time, from now on: what was missed while the system was down is not made up for."""
    if record.recurrence is None or record.starts is None or record.due_at is None:
        return None
    after = max(now(), record.due_at).astimezone(UTC)
    return next_after(record.recurrence, starts=record.starts, after=after, zone=ZoneInfo(record.timezone))


async def _refused(house: House, record: ReminderRecord, failure: Failure) -> Due:
    """Keep why it did not ring. One that recurs has its next time, unless its person cannot tell that channel."""
    log.warning("reminder.failed", reminder_id=record.id, code=failure.code)
    following = _following(record) if failure.code in PASSING else None
    told: Value = {"code": failure.code, "detail": failure.detail}
    state = "waiting" if following else "failed"
    at: datetime | None = following or record.due_at
    return await _rang(house, record, {"state": state, "due_at": following, "shown_at": at, "failure": told})


async def _rang(house: House, record: ReminderRecord, fields: dict[str, Value]) -> Due:
    found = await house.reminders.rang(record.id, record.version, **fields)
    if found is None:
        latest = await house.reminders.get(record.id)
        return await _as_it_is(house, latest) if latest else gone("reminder", DueRequest(record.id, 0))
    log.info("reminder.rang", reminder_id=record.id, channel_id=record.channel_id)
    return await _as_it_is(house, found)


async def _as_it_is(house: House, record: ReminderRecord) -> Due:
    await announce(house, record)
    wake = wake_of(record)
    if record.failure and wake.over:
        return Due(record.state, f"Not told: {record.failure.detail}", wake)
    told = "There is nothing left to remind of" if wake.over else f"Waiting until {wake.words} to remind"
    return Due(record.state, told, wake)
