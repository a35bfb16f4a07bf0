"""The rule of searching: what somebody asked for, of what they may see now, as it is now.

The index proposes; every message shown is read again from its log, and so are the searcher's memberships: what was
deleted, edited away or left is gone from results at once, however far behind the index is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.chat.current import current
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId, WorkspaceId
from parlour.core.model.chat import Entry
from parlour.core.model.search import Hit, MessageHit, Results, Sort, Wanted
from parlour.core.search import cursors, names
from parlour.core.search.cursors import Cursor
from parlour.core.search.highlight import highlight
from parlour.core.search.interface import Match, Need, Position, first_moment
from parlour.core.search.match import matches
from parlour.core.search.query import Asked, Query, parse
from parlour.core.search.rank import ranked
from parlour.core.search.resolve import Resolved, resolve
from parlour.core.search.sight import Sight, look
from parlour.core.telemetry import SEARCH_SECONDS

ROUNDS = 3
"""Times the index is asked on for a page, when what it proposed is not what it was any more."""


class Order(Struct, frozen=True, kw_only=True):
    """What kinds of things are wanted (none: every kind), how sorted, and which page."""

    kind: Wanted | None = None
    sort: Sort = "relevance"
    cursor: str | None = None
    limit: int


async def search(
    house: House, searcher: UserId, workspace_id: WorkspaceId, asked: Asked, order: Order
) -> Results:
    """Return a page of what somebody searches for.

    Channels and people come before the messages of the first page, where a search is of words alone.

    Raises:
        NotFoundError: the workspace is not theirs.
        InvalidError: the search cannot be understood, or the cursor is none.
    """
    sight = await look(house, searcher, workspace_id)
    query, cursor = parse(asked, house.settings), cursors.read(order.cursor)
    if query.is_empty:
        return Results([])
    kind = (order.kind or "all").removesuffix("s")
    if kind in ("channel", "person", "people"):
        return await _named(house, sight, query, order, cursor)
    if kind == "file":
        # Files come with their own index: theirs is this place.
        return Results([])
    first: list[Hit] = []
    if kind == "all" and not order.cursor and query.is_plain:
        most = min(house.settings.search_names_max, order.limit // 3)
        first += await names.channels(house, sight, query, start=0, limit=most)
        first += (await names.people(house, sight, query))[:most]
    return await _messages(house, sight, query, replace(order, limit=order.limit - len(first)), cursor, first)


async def _named(house: House, sight: Sight, query: Query, order: Order, cursor: Cursor) -> Results:
    if not query.is_plain:
        return Results([])
    start, limit = cursor.named, order.limit + 1
    found: Sequence[Hit]
    if (order.kind or "").startswith("channel"):
        found = await names.channels(house, sight, query, start=start, limit=limit)
    else:
        found = (await names.people(house, sight, query))[start : start + limit]
    more = Cursor(named=start + order.limit) if len(found) > order.limit else None
    return Results(list(found[: order.limit]), cursors.written(more))


async def _messages(
    house: House, sight: Sight, query: Query, order: Order, cursor: Cursor, first: list[Hit]
) -> Results:
    resolved = await resolve(house, sight, query)
    reading = _Reading(house, sight, query, resolved)
    with SEARCH_SECONDS.labels(order.sort).time():
        if order.sort == "time":
            found, more = await reading.by_time(cursor, order.limit)
        else:
            found, more = await reading.by_relevance(cursor, order.limit)
    hits = [_hit(message, query) for message in found]
    return Results([*first, *hits], cursors.written(more), resolved.unknown)


def _hit(message: Entry, query: Query) -> MessageHit:
    shown = highlight(message.text or "", query.wanted.terms)
    return MessageHit(id=message.id, channel_id=message.channel_id, highlight=shown, message=message)


@dataclass
class _Reading:
    """Reading the index for one page, and the messages that it proposes."""

    house: House
    sight: Sight
    query: Query
    resolved: Resolved

    async def by_time(self, cursor: Cursor, limit: int) -> tuple[list[Entry], Cursor | None]:
        """Return messages newest first, and where to go on."""
        found: list[Entry] = []
        before = cursor.before
        for _ in range(ROUNDS):
            wanted = limit - len(found)
            proposed = await self.house.search.newest(self._need(before, wanted + 1))
            items = proposed.items[:wanted]
            found += await self._as_they_are(items)
            if len(proposed.items) <= wanted:
                return found, Cursor(before=proposed.cut) if proposed.cut else None
            before = items[-1].position
            if len(found) >= limit:
                break
        return found, Cursor(before=before)

    async def by_relevance(self, cursor: Cursor, limit: int) -> tuple[list[Entry], Cursor | None]:
        """Return the best of the newest matches, and where to go on: behind them come the best of older ones."""
        most = self.house.settings.search_ranked_max
        pool = await self.house.search.newest(self._need(cursor.before, most))
        if not pool.items:
            return [], Cursor(before=pool.cut) if pool.cut else None
        scored = ranked(pool.items)
        if cursor.behind is not None and cursor.score is not None:
            passed = (cursor.score, cursor.behind)
            scored = [(score, match) for score, match in scored if (score, match.position) < passed]
        found: list[Entry] = []
        at = 0
        while at < len(scored) and len(found) < limit:
            batch = [match for _, match in scored[at : at + limit - len(found)]]
            found += await self._as_they_are(batch)
            at += len(batch)
        return found, self._behind(cursor, pool.items, pool.cut, scored, at)

    def _behind(
        self,
        cursor: Cursor,
        pool: Sequence[Match],
        cut: Position | None,
        scored: Sequence[tuple[float, Match]],
        at: int,
    ) -> Cursor | None:
        if at < len(scored):
            window = cursor.before or Position(pool[0].moment + 1)
            score, match = scored[at - 1]
            return Cursor(before=window, score=score, behind=match.position)
        if len(pool) >= self.house.settings.search_ranked_max:
            return Cursor(before=pool[-1].position)
        return Cursor(before=cut) if cut else None

    def _need(self, before: Position | None, limit: int) -> Need:
        query, resolved = self.query, self.resolved
        return Need(
            scopes=resolved.scopes,
            groups=resolved.groups,
            none_of=resolved.none_of,
            since=first_moment(query.since) if query.since else 0,
            until=first_moment(query.until) if query.until else None,
            before=before,
            limit=limit,
            examined_max=self.house.settings.search_examined_max,
            telling=resolved.telling,
            among=resolved.saved,
        )

    async def _as_they_are(self, proposed: Sequence[Match]) -> list[Entry]:
        """Return those messages that the searcher may see, and that still are what they search for."""
        ids = [EntryId(match.id) for match in proposed]
        stored = await self.house.entries.many(ids) if ids else {}
        seen = await self.sight.channels(self.house, {entry.channel_id for entry in stored.values()})
        ordered = [stored[i] for i in ids if i in stored and stored[i].channel_id in seen]
        now = await current(self.house, ordered)
        saved: set[EntryId] = set()
        if "saved" in (*self.query.wanted.marks, *self.query.unwanted.marks) and ids:
            saved = await self.house.saved.among(self.sight.searcher, ids)
        return [m for m in now if matches(m, self.query, self.resolved, saved=saved)]
