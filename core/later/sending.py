"""Sending what was scheduled: once, whatever is killed or tried again, or else its author is told why not."""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from parlour.core.chat.access import enter
from parlour.core.chat.send import Draft, compose
from parlour.core.clock import now
from parlour.core.errors import ForbiddenError, NotFoundError, ParlourError
from parlour.core.files.attach import bind_files
from parlour.core.house import House
from parlour.core.ids import ChannelId, ScheduledId, UserId
from parlour.core.later.scheduled import announce, kept_until, wake_of
from parlour.core.later.telling import gone
from parlour.core.later.zones import in_words
from parlour.core.model.chat import Entry, Via
from parlour.core.model.later import Failure
from parlour.core.model.promises import Due, DueRequest
from parlour.core.store.scheduled import ScheduledRecord
from parlour.core.telemetry import correlation_id, log

FINAL = (403, 404, 409, 422)
"""The statuses of errors that trying again does not mend."""
GAVE_UP = Failure(code="unavailable", detail="The server could not send it for too long.")


async def send_scheduled(house: House, request: DueRequest) -> Due:
    """Send one whose time has come, and return what became of it.

    Raises:
        UnavailableError: trying again may help.
    """
    scheduled_id = ScheduledId(request.id)
    claimed = await house.scheduled.claim(scheduled_id, request.version)
    if claimed is None:
        return await _as_it_is(house, request)
    correlation_id.set(scheduled_id)
    try:
        message = await _send(house, claimed)
    except ParlourError as error:
        if error.status not in FINAL:
            raise
        return await fail_scheduled(house, request, failure_of(error))
    done = await house.scheduled.sent(scheduled_id, message.id, expires_at=kept_until(house))
    log.info("scheduled.sent", scheduled_id=scheduled_id, channel_id=claimed.channel_id)
    return _due(announced(house, done or claimed))


async def fail_scheduled(house: House, request: DueRequest, failure: Failure) -> Due:
    """Record why one was not sent, and tell its author; nothing if it was sent after all."""
    failed = await house.scheduled.failed(ScheduledId(request.id), failure)
    if failed is None:
        return await _as_it_is(house, request)
    log.warning("scheduled.failed", scheduled_id=request.id, code=failure.code)
    return _due(announced(house, failed))


def announced(house: House, record: ScheduledRecord) -> ScheduledRecord:
    """Tell what became of one to its author's devices, and return it."""
    announce(house, record)
    return record


async def _send(house: House, record: ScheduledRecord) -> Entry:
    draft = msgspec.json.decode(record.draft, type=Draft)
    draft = replace(draft, client_id=record.id, confirm_everyone=True)
    return await send_for(
        house,
        record.user_id,
        record.channel_id,
        draft,
        due_at=record.due_at,
        timezone=record.timezone,
    )


async def send_for(
    house: House,
    author: UserId,
    channel_id: ChannelId,
    draft: Draft,
    *,
    due_at: datetime,
    timezone: str,
    via: Via | None = None,
) -> Entry:
    """Send a message in its author's name at a time that has come; again returns the first.

    Raises:
        ForbiddenError: `too_late` (setting `scheduled_late`), or as in `chat.send`, and all else that is there.
    """
    client_id = draft.client_id or ""
    # Asked before access: a first attempt may have sent it, and its author have left since.
    if sent := await house.entries.by_client_id(channel_id, author, client_id):
        return sent
    late = now() - due_at > timedelta(seconds=house.settings.scheduled_late_after)
    if late and house.settings.scheduled_late == "refuse":
        told = in_words(due_at, timezone)
        raise ForbiddenError(
            "too_late", f"It was to be sent on {told}, but the server was down then (scheduled_late: refuse)."
        )
    access = await enter(house, channel_id, author)
    entry, origin = await compose(house, author, access, draft)
    entry = replace(entry, via=via, late_for=due_at if late else None)
    await bind_files(house, entry)
    return (await house.log.append(entry, origin)).entry


def failure_of(error: ParlourError) -> Failure:
    """Return why something was not sent, in words for its author."""
    has_left = isinstance(error, NotFoundError) and "channel" in error.detail
    return Failure(
        code=error.code, detail="You are not in this channel any more." if has_left else error.detail
    )


async def _as_it_is(house: House, request: DueRequest) -> Due:
    record = await house.scheduled.get(ScheduledId(request.id))
    return _due(record) if record else gone("scheduled", request)


def _due(record: ScheduledRecord) -> Due:
    wake = wake_of(record)
    told = {
        "waiting": f"Waiting until {wake.words} to send",
        "sending": "Being sent",
        "sent": f"Sent as message {record.message_id}",
        "failed": f"Not sent: {record.failure.detail}" if record.failure else "Not sent",
        "cancelled": "Cancelled by its author",
    }
    return Due(record.state, told[record.state], wake)
