"""The index behind search: finding channels that were left behind, and rebuilding a workspace's index."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity

from parlour.activities.names import BEGIN_REINDEX, END_REINDEX, INDEX_BEHIND, REINDEX_CHANNELS
from parlour.core.chat.channel_state import with_changes
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, WorkspaceId
from parlour.core.model.promises import ReindexCursor, Reindexed, ReindexRequest, SweepRequest, Swept
from parlour.core.search import rebuild
from parlour.core.search.index import index_step
from parlour.core.search.interface import scope_of
from parlour.core.telemetry import CHANNELS_INDEX_SWEPT, MESSAGES_INDEXED, log

GRACE = timedelta(seconds=10)
"""What is younger is on its usual way."""


class SearchActivities:
    """Indexing on the stores of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=INDEX_BEHIND)
    async def index_behind(self, request: SweepRequest) -> Swept:
        """Walk all channels, and index those whose log or kind is ahead of their index."""
        after, looked, behind = "", 0, 0
        while page := await self._house.channels.page_ids(after=after, limit=request.page):
            for channel_id, workspace_id in await self._behind(page):
                await self._index(channel_id, workspace_id)
                behind += 1
            looked += len(page)
            after = page[-1][0]
            activity.heartbeat(after)
        return Swept(looked, behind)

    async def _behind(
        self, page: Sequence[tuple[ChannelId, WorkspaceId]]
    ) -> list[tuple[ChannelId, WorkspaceId]]:
        house, ids = self._house, [channel_id for channel_id, _ in page]
        tails = await house.entries.tails(ids)
        done = await house.search.progress(ids)
        records = await with_changes(house, await house.channels.many(ids))
        scopes = {record.id: scope_of(record.kind, record.id, record.workspace_id) for record in records}
        late = []
        for channel_id, workspace_id in page:
            tail, progress = tails.get(channel_id), done.get(channel_id)
            if tail is None or channel_id not in scopes:
                continue
            seq = progress.seq if progress and progress.scope == scopes[channel_id] else 0
            if tail.seq > seq and await self._is_late(channel_id, seq):
                late.append((channel_id, workspace_id))
        return late

    async def _is_late(self, channel_id: ChannelId, seq: int) -> bool:
        first = await self._house.entries.since(channel_id, seq, limit=1)
        return bool(first) and first[0].created_at < now() - GRACE

    async def _index(self, channel_id: ChannelId, workspace_id: WorkspaceId) -> None:
        log.info("search.swept", channel_id=channel_id)
        CHANNELS_INDEX_SWEPT.inc()
        while True:
            step = await index_step(self._house, channel_id, workspace_id)
            MESSAGES_INDEXED.inc(step.messages)
            activity.heartbeat(channel_id)
            if step.at_end:
                return

    @activity.defn(name=BEGIN_REINDEX)
    async def begin_reindex(self, workspace_id: WorkspaceId) -> ReindexCursor:
        """Begin a new generation; counted anew when it is retried."""
        return await rebuild.begin(self._house, workspace_id)

    @activity.defn(name=REINDEX_CHANNELS)
    async def reindex_channels(self, request: ReindexRequest) -> Reindexed:
        """Rebuild the next batches; a retry goes on behind the last one that a heartbeat told of."""
        details = activity.info().heartbeat_details
        cursor = ReindexCursor(**details[0]) if details else request.cursor
        ended = False
        for _ in range(request.batches):
            cursor, ended = await rebuild.step(self._house, request.workspace_id, cursor)
            activity.heartbeat(cursor)
            if ended:
                break
        return Reindexed(cursor, ended)

    @activity.defn(name=END_REINDEX)
    async def end_reindex(self, request: ReindexRequest) -> None:
        """Use the new generation's counts, and put the end on record."""
        await rebuild.end(self._house, request.workspace_id, request.cursor)
