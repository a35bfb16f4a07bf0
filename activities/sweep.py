"""Sweeping: channels whose log is ahead of their delivery are told to it again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from temporalio import activity

from parlour.activities.names import SWEEP_CHANNELS
from parlour.core.bus import Reached
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, WorkspaceId
from parlour.core.model.promises import SweepRequest, Swept
from parlour.core.telemetry import CHANNELS_SWEPT, log

GRACE = timedelta(seconds=5)
"""What is younger is on its usual way."""


class SweepActivities:
    """Sweeping on the stores of this process; `tell` hands an event to the channel's delivery."""

    def __init__(self, house: House, tell: Callable[[Reached], Awaitable[None]]) -> None:
        self._house = house
        self._tell = tell

    @activity.defn(name=SWEEP_CHANNELS)
    async def sweep_channels(self, request: SweepRequest) -> Swept:
        """Walk all channels: one seek in two indexes each, whatever their history."""
        after, looked, behind = "", 0, 0
        while page := await self._house.channels.page_ids(after=after, limit=request.page):
            behind += await self._sweep(page)
            looked += len(page)
            after = page[-1][0]
            activity.heartbeat(after)
        return Swept(looked, behind)

    async def _sweep(self, page: Sequence[tuple[ChannelId, WorkspaceId]]) -> int:
        ids = [channel_id for channel_id, _ in page]
        tails = await self._house.entries.tails(ids)
        settled = await self._house.deliveries.settled_seqs(ids)
        behind = 0
        for channel_id, workspace_id in page:
            tail, done = tails.get(channel_id), settled.get(channel_id, 0)
            if tail is not None and tail.seq > done and await self._is_late(channel_id, done):
                event = Reached(
                    channel_id=channel_id, workspace_id=workspace_id, seq=tail.seq, correlation_ids=[]
                )
                await self._tell(event)
                CHANNELS_SWEPT.inc()
                log.info("delivery.swept", channel_id=channel_id, settled_seq=done, last_seq=tail.seq)
                behind += 1
        return behind

    async def _is_late(self, channel_id: ChannelId, settled_seq: int) -> bool:
        first = await self._house.entries.since(channel_id, settled_seq, limit=1)
        return bool(first) and first[0].created_at < now() - GRACE
