"""The channel log: compare-and-append on a unique index, in group commits.

A channel's entries are numbered 1, 2, 3 … by `seq`. Whoever appends tries the number behind the last one they
know; the unique index on (channel_id, seq) lets one writer win, and the loser reads the tail and tries
again. Batches are inserted *in order*, so an entry never becomes visible before its predecessor, and an entry
that turns out to be a repeated send leaves no gap: what stood behind it in the batch is numbered anew.

Appends that meet in one process leave together in one journaled, majority `insert_many`; the next batch
leaves when the last returned, so batches grow with load and nobody waits for a timer. Under high load a second
commit leaves while the first is under way, for other channels: MongoDB journals one batch while the gateway
takes in the next.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import msgspec
from msgspec.structs import replace
from pymongo.errors import BulkWriteError, PyMongoError

from parlour.core.errors import InvalidError, UnavailableError
from parlour.core.ids import ChannelId, WorkspaceId
from parlour.core.model.chat import MESSAGE, Entry, Tail
from parlour.core.store.entries import Entries, document_of
from parlour.core.telemetry import COMMIT_CONFLICTS, COMMIT_SECONDS, COMMIT_SIZE, log

DUPLICATE_KEY = 11000
TAILS_KEPT = 100_000
"""Channels whose end is remembered; beyond, all are read again (a plain dict is 4x as fast as an LRU)."""
COMMITS_AT_ONCE = 2
ENOUGH = 50
"""Entries that are worth a commit of their own while another is under way: two at once took 20 pairs with a window
of 10 from 7 200 to 9 500 messages/s (`tests/bench/run echo`). A smaller batch costs more than it gains."""
CONTENDED_COMMITS = 20
"""Commits of its own that a channel gets after a conflict, so that it does not hold up the others."""


class Appended(msgspec.Struct, frozen=True):
    """The entry as it stands in the log; `repeated` when an earlier send with its `client_id` made it."""

    entry: Entry
    repeated: bool


class Origin(msgspec.Struct, frozen=True):
    """Where an entry's channel belongs, and which request made it."""

    workspace_id: WorkspaceId
    correlation_id: str


Committed = tuple[Entry, Origin]


Done = Callable[[Appended | Exception], None]


class _Waiting(msgspec.Struct, frozen=True):
    """An entry on its way into the log, and what is called once its fate is known."""

    draft: Entry
    origin: Origin
    done: Done


class ChannelLog:
    """Appends entries. `committed` is told of every batch that became durable, in order, before its senders.

    `append` may be called by any number of senders; `run` must be running.
    """

    def __init__(
        self,
        entries: Entries,
        *,
        committed: Callable[[Sequence[Committed]], None],
        commit_max: int,
        backlog_max: int,
    ) -> None:
        self._entries = entries
        self._committed = committed
        self._commit_max = commit_max
        self._backlog_max = backlog_max
        self._tails: dict[ChannelId, Tail] = {}
        self._waiting: deque[_Waiting] = deque()
        self._behind: deque[_Waiting] = deque()  # those whose channel is under way
        self._under_way: set[ChannelId] = set()
        self._commits = 0
        self._expected = 0
        self._wake = asyncio.Event()
        self._contended: dict[ChannelId, int] = {}

    async def append(self, draft: Entry, origin: Origin) -> Appended:
        """Return the entry once it is journaled on a majority; `draft.seq` and `n` are ignored.

        A cancelled wait does not take the entry back.

        Raises:
            UnavailableError: MongoDB did not confirm, or too many entries wait (setting `commit_backlog`):
                the same `client_id` may be sent again.
            InvalidError: the `client_id` was used for something else.
        """
        future: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()

        def settle(outcome: Appended | Exception) -> None:
            if future.done():
                return
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self.append_then(draft, origin, settle)
        return await future

    def append_then(self, draft: Entry, origin: Origin, done: Done) -> None:
        """Append without waiting; `done` is called with the outcome right after it was announced.

        In the same turn of the event loop, so that a sender's acknowledgement and event leave in one write.

        Raises:
            UnavailableError: too many entries wait (setting `commit_backlog`).
        """
        if len(self._waiting) + len(self._behind) >= self._backlog_max:
            raise UnavailableError(
                "overloaded",
                f"More than {self._backlog_max} messages wait to be stored (commit_backlog). Try again.",
                retry_after=1,
            )
        self._enqueue(_Waiting(draft, origin, done))
        self._wake.set()

    def observe(self, channel_id: ChannelId, tail: Tail) -> None:
        """Learn from elsewhere how far a log is: it saves a conflict at the next append."""
        known = self._tails.get(channel_id)
        if known is not None and tail.seq > known.seq:
            self._tails[channel_id] = tail

    async def tail(self, channel_id: ChannelId, *, at_least_n: int = 0) -> Tail:
        """Return the log's end as known here, read anew when it lies before message `at_least_n`."""
        known = self._tails.get(channel_id)
        if known is None or known.n < at_least_n:
            known = self._tails[channel_id] = await self._entries.tail(channel_id)
        return known

    async def run(self) -> None:
        """Commit what waits until cancelled."""
        async with asyncio.TaskGroup() as commits:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._may_commit():
                    batch = self._take()
                    self._commits += 1
                    commits.create_task(self._commit_and_release(batch))

    def _may_commit(self) -> bool:
        waiting = len(self._waiting)
        if waiting >= ENOUGH:
            return self._commits < COMMITS_AT_ONCE
        if not waiting or self._commits:
            return False
        return waiting >= self._expected

    async def _commit_and_release(self, batch: list[_Waiting]) -> None:
        began = time.perf_counter()
        try:
            await self._commit(batch)
        except Exception as error:  # whatever one batch holds, the others must go on
            log.error("commit.failed", exc_info=error)
            self._give_up(batch, error)
        finally:
            self._commits -= 1
            self._release(batch)
        self._expect(len(batch), time.perf_counter() - began)
        self._wake.set()

    def _release(self, batch: list[_Waiting]) -> None:
        """Let the batch's channels go on: what came meanwhile is behind what has to be tried again."""
        self._under_way -= {waiting.draft.channel_id for waiting in batch}
        behind, self._behind = self._behind, deque()
        for waiting in behind:
            self._enqueue(waiting)

    def _expect(self, answered: int, took: float) -> None:
        """Let those just answered leave together again, for at most half of the time a commit takes.

        Otherwise the first of them takes the next commit alone, and senders with one unacknowledged message each
        fall into groups that wait for each other's commits. Nobody is held up who sends alone.
        """
        self._expected = len(self._waiting) + answered
        asyncio.get_running_loop().call_later(took / 2, self._expect_no_more)

    def _expect_no_more(self) -> None:
        self._expected = 0
        self._wake.set()

    def _enqueue(self, waiting: _Waiting) -> None:
        (self._behind if waiting.draft.channel_id in self._under_way else self._waiting).append(waiting)

    def _take(self) -> list[_Waiting]:
        """Take the next batch; what is left of its channels falls in behind it."""
        count = min(len(self._waiting), self._commit_max)
        batch = [self._waiting.popleft() for _ in range(count)]
        self._under_way |= {waiting.draft.channel_id for waiting in batch}
        left, self._waiting = self._waiting, deque()
        for waiting in left:
            self._enqueue(waiting)
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        try:
            await self._learn_tails({waiting.draft.channel_id for waiting in batch})
        except PyMongoError as error:
            self._give_up(batch, error)
            return
        again = await asyncio.gather(*(self._insert(group) for group in self._grouped(batch)))
        self._waiting.extendleft(waiting for group in reversed(again) for waiting in reversed(group))

    def _grouped(self, batch: list[_Waiting]) -> list[list[_Waiting]]:
        """Part a batch: calm channels together, each one lately contended on its own."""
        groups: dict[ChannelId | None, list[_Waiting]] = {}
        for waiting in batch:
            channel_id = waiting.draft.channel_id
            groups.setdefault(channel_id if channel_id in self._contended else None, []).append(waiting)
        for contended in groups:
            if contended is not None:
                self._calm(contended)
        return list(groups.values())

    def _calm(self, channel_id: ChannelId) -> None:
        self._contended[channel_id] -= 1
        if not self._contended[channel_id]:
            del self._contended[channel_id]

    async def _insert(self, group: list[_Waiting]) -> list[_Waiting]:
        """Insert a group in order and return what has to be tried again."""
        entries = self._numbered(group)
        COMMIT_SIZE.observe(len(entries))
        try:
            with COMMIT_SECONDS.time():
                await self._entries.collection.insert_many([document_of(entry) for entry in entries])
        except BulkWriteError as error:
            return await self._recover(group, entries, error)
        except PyMongoError as error:
            self._give_up(group, error)
            return []
        self._finish(group, entries)
        return []

    def _numbered(self, group: list[_Waiting]) -> list[Entry]:
        ends: dict[ChannelId, Tail] = {}
        entries = []
        for waiting in group:
            draft = waiting.draft
            end = ends.get(draft.channel_id) or self._tails.get(draft.channel_id, Tail(0, 0))
            end = Tail(end.seq + 1, end.n + (draft.kind == MESSAGE))
            ends[draft.channel_id] = end
            entries.append(replace(draft, seq=end.seq, n=end.n))
        return entries

    def _finish(self, group: Sequence[_Waiting], entries: Sequence[Entry]) -> None:
        if not entries:
            return
        for entry in entries:
            known = self._tails.get(entry.channel_id)
            if known is None or entry.seq > known.seq:
                self._tails[entry.channel_id] = Tail(entry.seq, entry.n)
        origins = (waiting.origin for waiting in group)
        self._announce(list(zip(entries, origins, strict=True)))
        for waiting, entry in zip(group, entries, strict=True):
            waiting.done(Appended(entry, repeated=False))

    def _announce(self, batch: list[Committed]) -> None:
        """Tell of entries that are stored; whoever fails to hear finds them in the log."""
        try:
            self._committed(batch)
        except Exception as error:
            log.error("commit.not_announced", exc_info=error)

    async def _recover(
        self, group: list[_Waiting], entries: list[Entry], error: BulkWriteError
    ) -> list[_Waiting]:
        """Finish what was stored before the first refusal; resolve or renumber the refused one."""
        refusal = (error.details.get("writeErrors") or [{}])[0]
        if error.details.get("writeConcernErrors") or refusal.get("code") != DUPLICATE_KEY:
            self._give_up(group, error)
            return []
        position = refusal["index"]
        self._finish(group[:position], entries[:position])
        refused, rest = group[position], group[position + 1 :]
        try:
            if "client_id" in refusal["keyPattern"]:
                await self._answer_again(refused)
                return rest
            await self._concede(refused.draft.channel_id)
        except PyMongoError as failure:
            self._give_up([refused, *rest], failure)
            return []
        return [refused, *rest]

    async def _answer_again(self, refused: _Waiting) -> None:
        draft = refused.draft
        earlier = await self._entries.by_client_id(draft.channel_id, draft.author_id, draft.client_id or "")
        if earlier is None:
            refused.done(UnavailableError.of("MongoDB"))
        elif earlier.kind != draft.kind:
            refused.done(InvalidError.field("client_id", "This client_id was used for something else."))
        else:
            # Told again: the process that stored it may have died, or lost MongoDB's answer, before it told anyone.
            self._announce([(earlier, refused.origin)])
            refused.done(Appended(earlier, repeated=True))

    async def _concede(self, channel_id: ChannelId) -> None:
        """Another writer was first with this number: read the tail."""
        COMMIT_CONFLICTS.inc()
        self._contended[channel_id] = CONTENDED_COMMITS
        self._tails[channel_id] = await self._entries.tail(channel_id)

    async def _learn_tails(self, channel_ids: set[ChannelId]) -> None:
        unknown = [channel_id for channel_id in channel_ids if channel_id not in self._tails]
        if unknown:
            if len(self._tails) > TAILS_KEPT:
                self._tails.clear()
                unknown = list(channel_ids)
            found = await self._entries.tails(unknown)
            for channel_id in unknown:
                self._tails[channel_id] = found.get(channel_id, Tail(0, 0))

    def _give_up(self, group: Iterable[_Waiting], error: Exception) -> None:
        """Nothing is known of these entries' fate: promise nothing, and read the tails anew."""
        log.warning("commit.unconfirmed", error=type(error).__name__)
        for waiting in group:
            with suppress(KeyError):
                del self._tails[waiting.draft.channel_id]
            waiting.done(UnavailableError.of("MongoDB"))
