"""Routing: every committed entry takes effect, and whoever wants a message is notified of it, on record."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from temporalio import activity

from parlour.activities.names import ROUTE_ENTRIES
from parlour.core.chat import channel_state
from parlour.core.chat.state import store_state
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.model.chat import MESSAGE, Entry
from parlour.core.model.promises import PreviewRequest, Routed, RouteRequest
from parlour.core.notify.route import notify_wanting
from parlour.core.onboarding import first_steps
from parlour.core.previews.unfurl import wanted
from parlour.core.telemetry import ENTRIES_ROUTED, log
from parlour.core.webhooks.feed import feed_entries

LOOK_UPS_AT_ONCE = 20
LookUp = Callable[[PreviewRequest], Awaitable[None]]


class DeliveryActivities:
    """Routing on the stores of this process."""

    def __init__(self, house: House, look_up: LookUp) -> None:
        self._house = house
        self._look_up = look_up

    @activity.defn(name=ROUTE_ENTRIES)
    async def route_entries(self, request: RouteRequest) -> Routed:
        """Route the entries behind the last settled one; the same entries again change nothing.

        The cost grows with the members who want a message, not with a channel's. A failure is retried.
        """
        house, channel_id = self._house, request.channel_id
        settled = await house.deliveries.settled(channel_id)
        entries = await house.entries.since(channel_id, settled.settled_seq, limit=request.limit)
        if not entries:
            return Routed(settled.settled_seq, 0, 0, 0)
        await store_state(house, request.workspace_id, entries)
        await channel_state.catch_up(house, entries)
        await self._let_files_go(entries)
        await self._look_up_links(request.workspace_id, entries)
        await first_steps.heard(house, request.workspace_id, channel_id, entries)
        await feed_entries(house, request.workspace_id, channel_id, entries)
        notified = await notify_wanting(house, request.workspace_id, channel_id, entries)
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
            notifications=notified,
            correlation_ids=request.correlation_ids,
        )
        messages = sum(entry.kind == MESSAGE for entry in entries)
        return Routed(entries[-1].seq, len(entries), messages, notified)

    async def _let_files_go(self, entries: Sequence[Entry]) -> None:
        """Take files from messages that were deleted."""
        gone = [entry.message_id for entry in entries if entry.kind == "message.deleted" and entry.message_id]
        if gone:
            await self._house.files.let_go(gone)

    async def _look_up_links(self, workspace_id: WorkspaceId, entries: Sequence[Entry]) -> None:
        """Have links looked up, before the entries count as settled: told again, it is done once."""
        requests = wanted(workspace_id, entries) if self._house.settings.link_previews else []
        for at in range(0, len(requests), LOOK_UPS_AT_ONCE):
            await asyncio.gather(*map(self._look_up, requests[at : at + LOOK_UPS_AT_ONCE]))
            activity.heartbeat()
