"""Routing: every committed entry takes effect; every message goes to every member, live or kept for them, on record."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

from temporalio import activity

from parlour.activities.names import ROUTE_ENTRIES
from parlour.core.chat import channel_state
from parlour.core.chat.state import store_state
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import FAILURES
from parlour.core.model.chat import MESSAGE, Entry
from parlour.core.model.promises import PreviewRequest, Routed, RouteRequest
from parlour.core.presence import connected
from parlour.core.previews.unfurl import wanted
from parlour.core.store.channels import Membership
from parlour.core.telemetry import ENTRIES_ROUTED, log

MEMBERS_PAGE = 1000
LOOK_UPS_AT_ONCE = 20
LookUp = Callable[[PreviewRequest], Awaitable[None]]
Span = tuple[int, int]


class DeliveryActivities:
    """Routing on the stores of this process."""

    def __init__(self, house: House, look_up: LookUp) -> None:
        self._house = house
        self._look_up = look_up

    @activity.defn(name=ROUTE_ENTRIES)
    async def route_entries(self, request: RouteRequest) -> Routed:
        """Route the entries behind the last settled one; the same entries again change nothing.

        The cost is one look at the members a batch, however many messages it holds. A failure is retried.
        """
        house, channel_id = self._house, request.channel_id
        settled = await house.deliveries.settled(channel_id)
        entries = await house.entries.since(channel_id, settled.settled_seq, limit=request.limit)
        if not entries:
            return Routed(settled.settled_seq, 0, 0, 0)
        await store_state(house, request.workspace_id, entries)
        await channel_state.catch_up(house, entries)
        await self._look_up_links(request.workspace_id, entries)
        messages = [entry for entry in entries if entry.kind == MESSAGE]
        waiting = await self._keep_for_absent(channel_id, messages) if messages else 0
        await house.deliveries.settle(
            channel_id,
            request.workspace_id,
            seq=entries[-1].seq,
            run_id=activity.info().workflow_run_id or "",
            at=now(),
        )
        ENTRIES_ROUTED.inc(len(entries))
        log.info(
            "delivery.routed",
            channel_id=channel_id,
            settled_seq=entries[-1].seq,
            entries=len(entries),
            waiting_members=waiting,
            correlation_ids=request.correlation_ids,
        )
        return Routed(entries[-1].seq, len(entries), len(messages), waiting)

    async def _look_up_links(self, workspace_id: WorkspaceId, entries: Sequence[Entry]) -> None:
        """Have links looked up, before the entries count as settled: told again, it is done once."""
        requests = wanted(workspace_id, entries) if self._house.settings.link_previews else []
        for at in range(0, len(requests), LOOK_UPS_AT_ONCE):
            await asyncio.gather(*map(self._look_up, requests[at : at + LOOK_UPS_AT_ONCE]))
            activity.heartbeat()

    async def _keep_for_absent(self, channel_id: ChannelId, messages: Sequence[Entry]) -> int:
        """Record what members without a live connection are owed; return how many they are."""
        spans, waiting = Spans(messages), 0
        async for members in self._pages(channel_id):
            owed = {m.user_id: span for m in members if (span := spans.missed_by(m))}
            live = await self._connected(list(owed))
            absent = {user_id: span for user_id, span in owed.items() if user_id not in live}
            await self._house.deliveries.owe(channel_id, absent, at=now())
            received = {m.user_id: m.received_n for m in members if m.user_id not in absent}
            await self._house.deliveries.clear(channel_id, received)
            waiting += len(absent)
        return waiting

    async def _pages(self, channel_id: ChannelId) -> AsyncIterator[list[Membership]]:
        after: str | None = None
        while members := await self._house.channels.members(channel_id, after=after, limit=MEMBERS_PAGE):
            yield members
            if len(members) < MEMBERS_PAGE:
                return
            after = members[-1].user_id
            activity.heartbeat(after)

    async def _connected(self, user_ids: Sequence[UserId]) -> set[UserId]:
        """Return who is live. Without Redis nobody is known to be: rather kept for them than missed."""
        try:
            return await connected(self._house.redis, user_ids)
        except FAILURES:
            return set()


class Spans:
    """Which messages of a batch are news to a member: those of others that they have not received."""

    def __init__(self, messages: Sequence[Entry]) -> None:
        self._all: Span = (messages[0].n, messages[-1].n)
        self._not_of: Mapping[UserId, Span | None] = {
            author: _span([m.n for m in messages if m.author_id != author])
            for author in {m.author_id for m in messages}
        }

    def missed_by(self, member: Membership) -> Span | None:
        """Return the first and last number of what a member has yet to receive."""
        span = self._not_of.get(member.user_id, self._all)
        if span is None or member.received_n >= span[1]:
            return None
        return max(span[0], member.received_n + 1), span[1]


def _span(numbers: Sequence[int]) -> Span | None:
    return (numbers[0], numbers[-1]) if numbers else None
