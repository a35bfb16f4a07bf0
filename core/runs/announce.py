"""`announce`: one message into many channels, paced, into each once, by the workflow `Announcement`.

The record says which channels there are and what came of each; the workflow only asks for the next ones. A message
carries an id that is the same for each try, so that a channel that was written into is found again.
"""

from typing import Literal

import msgspec
from msgspec import Struct

from parlour.core.chat.access import enter
from parlour.core.chat.send import Draft, compose
from parlour.core.clock import now
from parlour.core.errors import ForbiddenError, InvalidError, NotFoundError, ParlourError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, RunKey, UserId, WorkspaceId
from parlour.core.later.sending import FINAL, failure_of, send_for
from parlour.core.model.run_promises import AnnounceStage, AnnounceStep
from parlour.core.model.runs import Fault, Subject
from parlour.core.runs.kinds import Begun, Checked, Nothing, RunType, Seen, Signal, input_of
from parlour.core.runs.telling import record_seen
from parlour.core.runs.waking import wake
from parlour.core.store.runs import RunRecord
from parlour.core.telemetry import correlation_id, log

BREATH_S = 5
"""Seconds between two turns, as far as the pace allows more than one channel in it."""


class ToAnnounce(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message for many channels, in the order given. `confirm_everyone` as when sending to one."""

    channel_ids: list[ChannelId]
    text: str
    confirm_everyone: bool = False


class Refusal(Struct, frozen=True, kw_only=True):
    """A channel that did not get it, and why."""

    channel_id: ChannelId
    code: str
    detail: str


class Announced(Struct, frozen=True, kw_only=True):
    """What came of it: how many channels have the message, which message it is in each, and which have it not."""

    sent: int
    messages: dict[str, EntryId]
    refused: list[Refusal]


async def check(house: House, starter: UserId, workspace_id: WorkspaceId, given: ToAnnounce) -> Checked:
    """Check that the starter may write into every one of the channels."""
    most, channel_ids = house.settings.announce_channels_max, list(dict.fromkeys(given.channel_ids))
    if not 1 <= len(channel_ids) <= most:
        raise InvalidError.field(
            "input.channel_ids", f"An announcement has 1 to {most} channels (announce_channels_max)."
        )
    for channel_id in channel_ids:
        await _check_one(house, starter, workspace_id, channel_id, given)
    kept = msgspec.structs.replace(given, channel_ids=channel_ids)
    return Checked(kept, Subject(kind="workspace", id=workspace_id))


async def begin(house: House, record: RunRecord) -> Begun:
    """Start its workflow."""
    await wake(house, record)
    total = len(input_of(record, ToAnnounce).channel_ids)
    return Begun(
        f"announce/{record.key}", Seen(state="running", words=f"Sent to 0 of {total} channels.", total=total)
    )


async def look(_house: House, _record: RunRecord) -> Seen | None:
    """Return nothing: its activities write down how it stands."""
    return None


async def cancel(house: House, record: RunRecord) -> Seen | None:
    """Send it to no further channel."""
    return await _ended(house, record, "cancelled", "Stopped")


async def terminate(house: House, record: RunRecord) -> Seen | None:
    """End it at once; the workflow hears of it when it next asks."""
    return await _ended(house, record, "terminated", "Ended by force")


async def retry(house: House, record: RunRecord) -> Seen | None:
    """Try again those channels that did not get it."""
    outcomes = await house.runs.outcomes(record.key)
    await house.runs.forget_outcomes(record.key, [c for c, o in outcomes.items() if "message_id" not in o])
    return Seen(state="waiting_to_start", words="To be tried again.")


async def pause(_house: House, record: RunRecord, _payload: Nothing) -> Seen | None:
    """Send it to no further channel until it is resumed."""
    return Seen(state="paused", words=f"Paused. {_so_far(record)}", done=record.done, total=record.total)


async def resume(_house: House, record: RunRecord, _payload: Nothing) -> Seen | None:
    """Go on."""
    return Seen(state="running", words=_so_far(record), done=record.done, total=record.total)


async def send_next(house: House, key: RunKey) -> AnnounceStep:
    """Send to the next channels that its pace allows; return how far it is and how long to wait then."""
    record = await house.runs.get(key)
    if record is None or record.state not in ("waiting_to_start", "running", "paused"):
        return AnnounceStep("over", record.words if record else "Its record is gone.")
    if record.state == "paused":
        return AnnounceStep("paused", record.words)
    given = input_of(record, ToAnnounce)
    known = await house.runs.outcomes(key)
    left = [channel_id for channel_id in given.channel_ids if channel_id not in known]
    at_once, pause_seconds = _pace(house.settings.announce_per_minute)
    for channel_id in left[:at_once]:
        outcome = await _send_one(house, record, channel_id, given)
        await house.runs.outcome(key, channel_id, outcome)
    return await _after(house, record, given, pause_seconds)


def _pace(per_minute: int) -> tuple[int, float]:
    at_once = max(1, per_minute * BREATH_S // 60)
    return at_once, at_once * 60 / per_minute


async def _check_one(
    house: House, starter: UserId, workspace_id: WorkspaceId, channel_id: ChannelId, given: ToAnnounce
) -> None:
    """Check one channel; what is wrong with it names it."""
    try:
        access = await enter(house, channel_id, starter)
        if access.workspace_id != workspace_id:
            raise NotFoundError.of("channel")
        await compose(house, starter, access, Draft(text=given.text, confirm_everyone=given.confirm_everyone))
    except (ForbiddenError, NotFoundError) as error:
        told = [{"field": "input.channel_ids", "detail": f"{channel_id}: {error.detail}"}]
        raise type(error)(error.code, error.detail, errors=told) from error


async def _send_one(
    house: House, record: RunRecord, channel_id: ChannelId, given: ToAnnounce
) -> dict[str, str]:
    draft = Draft(text=given.text, client_id=f"run.{record.key}", confirm_everyone=True)
    correlation_id.set(record.key)
    try:
        message = await send_for(house, record.user_id, channel_id, draft, due_at=now(), timezone="UTC")
    except ParlourError as error:
        if error.status not in FINAL:
            raise
        failure = failure_of(error)
        log.info("announce.refused", run=record.key, channel_id=channel_id, code=failure.code)
        return {"code": failure.code, "detail": failure.detail}
    return {"message_id": message.id}


async def _after(house: House, record: RunRecord, given: ToAnnounce, pause_seconds: float) -> AnnounceStep:
    result = await _result(house, record, given)
    done, total = result.sent + len(result.refused), len(given.channel_ids)
    words = _told(result, total)
    seen = Seen(state="running", words=words, done=done, total=total)
    if done == total and result.sent:
        seen = Seen(state="done", words=words, done=done, total=total, result=result)
    elif done == total:
        fault = Fault(code="refused", detail="No channel took it.")
        seen = Seen(state="failed", words=words, done=done, total=total, result=result, failure=fault)
    # Whoever paused or stopped it meanwhile is heard: what was done is on record all the same.
    now_is = await record_seen(house, record, seen)
    stage: AnnounceStage = "paused" if now_is.state == "paused" else "going" if now_is.is_open else "over"
    return AnnounceStep(stage, now_is.words, pause_seconds)


async def _result(house: House, record: RunRecord, given: ToAnnounce) -> Announced:
    outcomes = await house.runs.outcomes(record.key)
    messages: dict[str, EntryId] = {
        c: EntryId(o["message_id"]) for c, o in outcomes.items() if "message_id" in o
    }
    refused = [
        Refusal(channel_id=c, code=outcomes[c]["code"], detail=outcomes[c]["detail"])
        for c in given.channel_ids
        if c in outcomes and c not in messages
    ]
    return Announced(sent=len(messages), messages=messages, refused=refused)


def _told(result: Announced, total: int) -> str:
    words = f"Sent to {result.sent} of {total} {'channel' if total == 1 else 'channels'}"
    return f"{words}; {len(result.refused)} did not take it." if result.refused else f"{words}."


def _so_far(record: RunRecord) -> str:
    return f"Sent to {record.done} of {record.total} channels."


async def _ended(
    house: House, record: RunRecord, state: Literal["cancelled", "terminated"], how: str
) -> Seen:
    given = input_of(record, ToAnnounce)
    result = await _result(house, record, given)
    words = f"{how}. {_told(result, len(given.channel_ids))}"
    return Seen(state=state, words=words, result=result, done=result.sent, total=len(given.channel_ids))


ANNOUNCE = RunType(
    name="announce",
    title="Announce to many channels",
    promises="Sends one message into many channels, at a steady pace, into each once; says which did not take it.",
    may_start="Whoever may write into every one of the channels.",
    input=ToAnnounce,
    result=Announced,
    subject="workspace",
    scope="messages:write",
    workflow="Announcement",
    needs="message.send",
    unit="channels",
    is_audited=True,
    check=check,
    begin=begin,
    look=look,
    cancel=cancel,
    terminate=terminate,
    retry=retry,
    signals={
        "pause": Signal("Sends it to no further channel until it is resumed.", Nothing, pause),
        "resume": Signal("Goes on with the next channels.", Nothing, resume),
    },
)
