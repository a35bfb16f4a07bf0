"""Who got a message, who is still to get it, and why: derived from watermarks and the delivery's own records."""

from collections.abc import Callable

from msgspec.structs import replace

from parlour.core.chat.access import open_message
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId
from parlour.core.live import FAILURES
from parlour.core.model.chat import (
    REPLY,
    Delivery,
    Entry,
    MessageState,
    Recipient,
    RecipientState,
    WorkflowLink,
)
from parlour.core.presence import connected
from parlour.core.store.channels import Membership
from parlour.core.store.deliveries import Settled

Counts = tuple[int, int, int]
"""How many recipients there are, have received a message, and have seen it."""
UNSEEN = -1
"""A mark below every message: where seen is hidden, nobody has seen any."""
LinkTo = Callable[[ChannelId, str | None], WorkflowLink]

WORDS: dict[RecipientState, str] = {
    "seen": "has read it",
    "received": "has it on a device",
    "live": "is connected; their device has not confirmed it yet",
    "waiting": "is away; it is kept for them",
    "pending": "delivery is about to look at it",
}


async def delivery(
    house: House, asker: UserId, message_id: EntryId, *, after: str | None, limit: int, link_to: LinkTo
) -> Delivery:
    """Return what became of a message, for members of its channel.

    `counts` are of all recipients; `recipients` is one page of them by id, from the one behind `after`.

    Raises:
        NotFoundError: the asker may not see the message.
    """
    entry, access = await open_message(house, message_id, asker)
    settled = await house.deliveries.settled(entry.channel_id)
    of_whom = _of_thread if entry.kind == REPLY else _of_channel
    page, (total, received, seen) = await of_whom(house, entry, after, limit + 1)
    if not await house.workspaces.shows_seen(access.workspace_id):
        page, seen = [replace(m, read_n=UNSEEN) for m in page], 0
    members = [m for m in page[:limit] if m.user_id != entry.author_id and not m.bot]
    recipients = await _recipients(house, entry, settled, members)
    is_settled = settled.settled_seq >= entry.seq
    return Delivery(
        message_id=entry.id,
        state=_state(total, received, seen, settled=is_settled),
        settled=is_settled,
        counts=_counts(total, received, seen, recipients, settled=is_settled),
        recipients=recipients,
        next=page[limit - 1].user_id if len(page) > limit else None,
        workflow=link_to(entry.channel_id, settled.run_id),
    )


async def _of_channel(
    house: House, entry: Entry, after: str | None, limit: int
) -> tuple[list[Membership], Counts]:
    """Return a page of a message's recipients, the members, and how many received and saw it."""
    page = await house.channels.members(entry.channel_id, after=after, limit=limit)
    counts = await house.channels.received_counts(entry.channel_id, n=entry.n, author_id=entry.author_id)
    return page, counts


async def _of_thread(
    house: House, entry: Entry, after: str | None, limit: int
) -> tuple[list[Membership], Counts]:
    """Return the same for a reply, whose recipients are its thread's followers.

    A reply has no number of its own: who received a later message of the channel received it, and who has seen
    it, the thread's marks tell. Both are put as marks of the channel, so that all else is alike.
    """
    followers, read_seqs = await house.threads.readers(entry.thread_root_id or entry.id)
    found = await house.channels.among(entry.channel_id, followers)
    members = [_as_if_numbered(entry, member, read_seqs.get(member.user_id, 0)) for member in found]
    others = [m for m in members if m.user_id != entry.author_id and not m.bot]
    counts = (
        len(others),
        sum(m.received_n >= entry.n for m in others),
        sum(m.read_n >= entry.n for m in others),
    )
    return [m for m in members if not after or m.user_id > after][:limit], counts


def _as_if_numbered(entry: Entry, member: Membership, read_seq: int) -> Membership:
    seen = read_seq >= entry.seq
    received = seen or member.received_n > entry.n
    return replace(
        member, read_n=entry.n if seen else entry.n - 1, received_n=entry.n if received else entry.n - 1
    )


async def _recipients(
    house: House, entry: Entry, settled: Settled, members: list[Membership]
) -> list[Recipient]:
    ids = [m.user_id for m in members]
    names = await house.users.names(ids)
    behind = [m.user_id for m in members if m.received_n < entry.n]
    try:
        live = await connected(house.redis, behind)
    except FAILURES:
        live = set()
    states = {m.user_id: _recipient_state(entry, settled, m, live) for m in members}
    return [
        Recipient(user_id=i, name=names.get(i, "someone"), state=states[i], detail=WORDS[states[i]])
        for i in ids
    ]


def _recipient_state(entry: Entry, settled: Settled, member: Membership, live: set[UserId]) -> RecipientState:
    if member.read_n >= entry.n:
        return "seen"
    if member.received_n >= entry.n:
        return "received"
    if settled.settled_seq < entry.seq:
        return "pending"
    return "live" if member.user_id in live else "waiting"


def _state(total: int, received: int, seen: int, *, settled: bool) -> MessageState:
    if total and seen == total:
        return "seen"
    if total and received == total:
        return "delivered"
    return "delivering" if settled else "sent"


def _counts(
    total: int, received: int, seen: int, recipients: list[Recipient], *, settled: bool
) -> dict[RecipientState, int]:
    """Count all recipients; of those who have not confirmed, the page tells who is connected."""
    live = sum(r.state == "live" for r in recipients)
    rest = total - received
    return {
        "seen": seen,
        "received": received - seen,
        "live": live,
        "waiting": rest - live if settled else 0,
        "pending": 0 if settled else rest,
    }
