"""Asking for the erasure of one's account, taking it back, and reading its report.

The account is deactivated at once. Whoever holds the link of the mail takes it back until it begins, and reads the
report: there is no account any more by which they could be known.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from parlour.core.clock import now
from parlour.core.erasure.kept import kept
from parlour.core.erasure.steps import STEPS
from parlour.core.errors import ConflictError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import ErasureId, UserId, new_id
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.erasures import Erased, Erasure, ErasureRecord, OwnMessages
from parlour.core.model.people import User
from parlour.core.people import mails
from parlour.core.people.deactivation import check_hands_over, reactivate, set_account_aside
from parlour.core.sealing import seal
from parlour.core.signing import is_signature, signature
from parlour.core.telemetry import log

PURPOSE = "erasure"
LinkTo = Callable[[UserId], WorkflowLink]
CHOICES = {
    "keep": "Your messages stay, under “Deleted person”.",
    "delete": "Your messages are deleted, where your workspaces leave that to you.",
}


class Farewell(Struct, frozen=True):
    """To whom the last mail goes."""

    name: str
    email: str


async def ask(house: House, user: User, *, messages: OwnMessages) -> Erasure:
    """Have an account erased when the days of grace are over; it is deactivated now.

    Raises:
        ConflictError: `last_owner`, naming the workspaces that have to be handed over first.
    """
    await check_hands_over(house, user.id)
    at = now()
    erasure_id = ErasureId(new_id())
    farewell = msgspec.json.encode(Farewell(user.name, user.email))
    record = ErasureRecord(
        id=erasure_id,
        user_id=user.id,
        state="waiting",
        messages=messages,
        requested_at=at,
        begins_at=at + timedelta(days=house.settings.erasure_grace_days),
        deactivated_at=at,
        sealed=seal(house.settings, farewell, purpose=PURPOSE, of=erasure_id),
        counted={"sessions": await house.erasing.count("sessions", {"user_id": user.id})},
    )
    if not await house.erasures.add(record):
        # Somebody was killed behind this line, or asks twice.
        record = await house.erasures.open_of(user.id) or record
    log.info("erasure.asked", erasure_id=record.id)
    # The end of their own session closes the page of whoever asks; this goes on.
    await house.tasks.to_the_end(_settle_and_tell(house, record), "settle-erasure")
    return shown(house, record)


async def _settle_and_tell(house: House, record: ErasureRecord) -> None:
    await settle(house, record)
    tell_soon(house, record)


async def settle(house: House, record: ErasureRecord) -> None:
    """Deactivate the account of an erasure that waits, and mail its link; again does what is left to do."""
    user = await house.users.by_id(record.user_id) if record.user_id else None
    if user is None:
        return
    since = await set_account_aside(house, user)
    await house.erasures.advance(record.id, deactivated_at=since)
    if await house.account_mails.last_since(user.email, "erasure_begun", record.requested_at) is None:
        await _mail(house, user, record)
    await house.erasures.advance(record.id, settled=True)


async def report(house: House, erasure_id: ErasureId, token: str, *, link_to: LinkTo) -> Erasure:
    """Return how an erasure is, to whoever holds its link.

    Raises:
        NotFoundError: the link is not good, or the report is gone.
    """
    record = await _by_link(house, erasure_id, token)
    return shown(house, record, link_to=link_to)


async def take_back(house: House, erasure_id: ErasureId, token: str) -> Erasure:
    """Take an erasure back, and reactivate the account; it still has to be signed into.

    Raises:
        NotFoundError: the link is not good.
        ConflictError: `erasure_begun`: it is too late.
    """
    record = await _by_link(house, erasure_id, token)
    lasts = now() + timedelta(days=house.settings.erasure_report_days)
    taken = await house.erasures.take_back(erasure_id, at=now(), expires_at=lasts)
    if taken is None and record.state != "taken_back":
        raise ConflictError("erasure_begun", "It is too late: the erasure has begun.")
    if record.user_id:
        await reactivate(house, record.user_id, record.deactivated_at)
    log.info("erasure.taken_back", erasure_id=erasure_id)
    if taken is not None:
        tell_soon(house, taken)
    return shown(house, taken or record)


def tell_soon(house: House, record: ErasureRecord) -> None:
    """Tell the workflow of an erasure how that is, without waiting for it."""
    if house.teller is not None:
        house.tasks.start(_try_to_tell(house, record), "tell-erasure")


async def sweep(house: House, *, limit: int) -> int:
    """Tell workflows that do not know of their erasure as it is, or are missing; return how many."""
    a_minute_ago = now() - timedelta(minutes=1)
    left = await house.erasures.untold(before=now() - timedelta(seconds=5), limit=limit)
    left += await house.erasures.overdue(before=a_minute_ago, limit=limit)
    for record in left:
        await tell(house, record)
    return len(left)


async def tell(house: House, record: ErasureRecord) -> None:
    """Tell the workflow of an erasure how that is, starting it if need be.

    Raises:
        UnavailableError: Temporal did not take it.
    """
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    if record.user_id:
        await house.teller.erase(record.id, record.user_id)
    await house.erasures.told(record.id)


async def _try_to_tell(house: House, record: ErasureRecord) -> None:
    try:
        await tell(house, record)
    except UnavailableError:
        log.warning("erasure.untold", erasure_id=record.id)


def shown(house: House, record: ErasureRecord, *, link_to: LinkTo | None = None) -> Erasure:
    """Return the report of an erasure."""
    done = set(record.done)
    return Erasure(
        id=record.id,
        state=record.state,
        messages=record.messages,
        requested_at=record.requested_at,
        begins_at=record.begins_at,
        ended_at=record.ended_at,
        erased=[Erased(step.what, record.counted.get(step.name), step.name in done) for step in STEPS],
        kept=kept(house, record),
        workflow=link_to(record.user_id) if link_to and record.user_id else None,
    )


def link_of(house: House, record: ErasureRecord) -> str:
    """Return the address of an erasure's page, by which it is read and taken back."""
    lasts = timedelta(days=house.settings.erasure_report_days) + (record.begins_at - record.requested_at)
    until = int((record.requested_at + 2 * lasts).timestamp())
    signed = signature(house.settings, PURPOSE, record.id, until=until)
    return f"{house.settings.address}/erasure/{record.id}#{until}.{signed}"


async def _by_link(house: House, erasure_id: ErasureId, token: str) -> ErasureRecord:
    until, _, signed = token.partition(".")
    is_good = until.isdigit() and is_signature(house.settings, signed, PURPOSE, erasure_id, until=int(until))
    record = await house.erasures.get(erasure_id) if is_good else None
    if record is None:
        raise NotFoundError.of("erasure")
    return record


async def _mail(house: House, user: User, record: ErasureRecord) -> None:
    await mails.queue(
        house,
        "erasure_begun",
        user.email,
        user.id,
        name=user.name,
        link=link_of(house, record),
        when=_day(record.begins_at),
        what=CHOICES[record.messages],
    )


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"
