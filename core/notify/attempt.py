"""One attempt at a dispatch: begun on record, made, and its answer on record with what comes next.

An attempt whose worker died stays without an answer. It is made again: pushes of one conversation replace each other,
so that nobody sees two; a mail can arrive twice, never more often, and then that is on record.
"""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from parlour.core.house import House
from parlour.core.ids import DispatchId
from parlour.core.model.notification_promises import Attempted
from parlour.core.model.notifications import Attempt, Dispatch, DispatchState
from parlour.core.notify import devices
from parlour.core.notify.alarm import alarm
from parlour.core.notify.content import close_of, mail_of, push_of, test_of, told_by
from parlour.core.notify.operations import name_of
from parlour.core.notify.plan import merged
from parlour.core.notify.words import clock, lasting
from parlour.core.outside.answer import Answer
from parlour.core.outside.notice import Mail, Push
from parlour.core.outside.outside import Outside
from parlour.core.settings import Settings
from parlour.core.store.dispatches import OPEN
from parlour.core.telemetry import ATTEMPTS, log

MAILED_UNSURE = 2
"""Attempts at a mail that nobody knows the outcome of: the next one might be the third to arrive."""
CLOSING_LASTS = timedelta(minutes=1)
"""A push that only takes another one away is not worth more."""
INTERRUPTED = Answer(
    answered="unknown", code="", words="the worker stopped over it: nobody knows whether it arrived"
)


async def attempt(house: House, dispatch_id: DispatchId, at: datetime) -> Attempted:
    """Make one attempt as of `at`, unless the dispatch ended or its world does not answer anyone.

    Raises:
        UnavailableError: this process cannot reach the worlds outside.
    """
    dispatch = await house.dispatches.get(dispatch_id)
    if dispatch is None or dispatch.state not in OPEN:
        return Attempted("over", dispatch.words if dispatch else "its record was deleted")
    if house.outside is None:
        return await _end(house, dispatch, "given_up", "this server sends nothing", at)
    if dispatch.state == "sending":
        dispatch = await _interrupted(house, dispatch, at)
        if dispatch.state not in OPEN:
            return Attempted(dispatch.state, dispatch.words)
    if until := await house.circuit.closed_until(dispatch.world, at):
        return await _postpone(house, dispatch, until, at)
    notice, dispatch = await _notice(house, dispatch)
    if notice is None:
        return await _end(house, dispatch, "cancelled", "all of it was read or deleted", at)
    return await _make(house, house.outside, dispatch, notice, at)


async def _notice(house: House, dispatch: Dispatch) -> tuple[Push | Mail | None, Dispatch]:
    """Return what leaves, and the dispatch as far as it speaks of it."""
    if dispatch.closes:
        return close_of(dispatch), dispatch
    if not dispatch.covers:
        return test_of(dispatch), dispatch
    told = await told_by(house, dispatch)
    if told is None:
        return None, dispatch
    dispatch = merged(dispatch, told.rows)
    if dispatch.way == "email":
        return mail_of(house, dispatch, told), dispatch
    return await push_of(house, dispatch, told), dispatch


async def _make(
    house: House, outside: Outside, dispatch: Dispatch, notice: Push | Mail, at: datetime
) -> Attempted:
    begun = await house.dispatches.begin(dispatch, Attempt(at=at))
    if begun is None:
        return Attempted("over", "it ended meanwhile")
    started = time.monotonic()
    answer = await _send(house, outside, begun, notice)
    took_ms = round((time.monotonic() - started) * 1000)
    ATTEMPTS.labels(dispatch.world.partition(":")[0], answer.answered).inc()
    await house.circuit.note(dispatch.world, answer, at)
    ended = _answered(house.settings, begun, answer, at, took_ms)
    is_kept = await house.dispatches.answered(ended)
    await _learn(house, ended, answer, at)
    log.info(
        "notifications.attempted",
        dispatch_id=dispatch.id,
        world=dispatch.world,
        answered=answer.answered,
        code=answer.code,
        took_ms=took_ms,
    )
    return Attempted(ended.state if is_kept else "over", ended.words)


async def _send(house: House, outside: Outside, dispatch: Dispatch, notice: Push | Mail) -> Answer:
    if isinstance(notice, Mail):
        return await outside.mail(notice)
    device = await house.devices.get(dispatch.device_id) if dispatch.device_id else None
    if device is None or device.gone:
        return Answer(answered="refused", code="", words="the device was removed")
    return await outside.push(device.address, notice)


async def _learn(house: House, dispatch: Dispatch, answer: Answer, at: datetime) -> None:
    """Record what an answer says of the device, and of our configuration."""
    if answer.answered == "misconfigured":
        await alarm(house, dispatch, answer)
    if dispatch.device_id is None:
        return
    is_sent = answer.answered == "sent"
    if answer.answered == "gone":
        await house.devices.is_gone(dispatch.device_id, answer.words)
    else:
        await house.devices.answered(
            dispatch.device_id, sent_at=at if is_sent else None, error=None if is_sent else answer.words
        )
    # Who tries a device looks at the list of them; that all went well again is no news.
    if not is_sent or not dispatch.covers:
        await devices.tell(house, dispatch.user_id)
    if is_sent and dispatch.covers and not dispatch.closes:
        await house.dispatches.is_shown(dispatch.id)


def _answered(settings: Settings, dispatch: Dispatch, answer: Answer, at: datetime, took_ms: int) -> Dispatch:
    """Return a dispatch after an answer: at its end, or with the time of its next attempt."""
    state, words, next_at = _what_next(settings, dispatch, answer, at)
    last = replace(
        dispatch.attempts[-1],
        answered=answer.answered,
        code=answer.code,
        words=answer.words,
        took_ms=took_ms,
        next_at=next_at,
    )
    attempts = [*dispatch.attempts[:-1], last]
    return replace(dispatch, state=state, words=words, updated_at=at, due_at=next_at, attempts=attempts)


def _what_next(
    settings: Settings, dispatch: Dispatch, answer: Answer, at: datetime
) -> tuple[DispatchState, str, datetime | None]:
    if answer.answered == "sent":
        return "sent", f"sent to {dispatch.to}", None
    if answer.answered in ("gone", "refused"):
        return "given_up", answer.words, None
    if answer.answered == "unknown" and _may_have_come_twice(dispatch):
        return "given_up", "it may have arrived twice, and is not sent again", None
    next_at = at + _pause(settings, dispatch.tries, answer)
    lasts = CLOSING_LASTS if dispatch.closes else timedelta(seconds=settings.notify_retry_for)
    if next_at - dispatch.since > lasts:
        tried = f"tried {dispatch.tries} times in {lasting(at - dispatch.since)}"
        return "given_up", f"{tried}; the last answer was: {answer.words}", None
    return "retrying", answer.words, next_at


def _pause(settings: Settings, tries: int, answer: Answer) -> timedelta:
    """Return the pause before the next attempt: doubling, and at least what the world asked for."""
    doubled = settings.notify_retry_first * 2 ** min(tries - 1, 30)
    pause = timedelta(seconds=min(doubled, settings.notify_retry_longest))
    return max(pause, answer.retry_after or timedelta())


def _may_have_come_twice(dispatch: Dispatch) -> bool:
    """Return whether a mail whose last attempt has no answer might come a third time, if it were sent again."""
    unsure = sum(made.answered == "unknown" for made in dispatch.attempts[:-1]) + 1
    return dispatch.way == "email" and unsure >= MAILED_UNSURE


async def _interrupted(house: House, dispatch: Dispatch, at: datetime) -> Dispatch:
    """Return a dispatch whose worker died over the last attempt, with that on record: due at once, or at its end."""
    answered = _answered(house.settings, dispatch, INTERRUPTED, at, 0)
    if answered.state in OPEN:
        answered = replace(answered, due_at=at)
    await house.dispatches.answered(answered)
    return answered


async def _postpone(house: House, dispatch: Dispatch, until: datetime, at: datetime) -> Attempted:
    """Let a dispatch wait for its world, which counts as no attempt; but not beyond the end of trying."""
    if until - dispatch.since > timedelta(seconds=house.settings.notify_retry_for):
        words = f"{name_of(dispatch.world)} did not answer for too long"
        return await _end(house, dispatch, "given_up", words, at)
    zone = ZoneInfo(house.settings.default_timezone)
    words = f"{name_of(dispatch.world)} does not answer; asked again at {clock(until, zone, at)} {zone.key}"
    await house.dispatches.postpone(dispatch.id, until, words, at=at)
    return Attempted("waiting", words)


async def _end(house: House, dispatch: Dispatch, state: DispatchState, words: str, at: datetime) -> Attempted:
    await house.dispatches.end([dispatch.id], state, words, at=at)
    return Attempted(state, words)
