"""The rule of searching: what somebody asked for, of what they may see now, as it is now.

The index proposes; every message shown is read again from its log, and so are the searcher's memberships: what was
deleted, edited away or left is gone from results at once, however far behind the index is.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from parlour.core.chat.current import current
from parlour.core.chat.said import said
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId, WorkspaceId
from parlour.core.model.chat import Entry
from parlour.core.model.search import Hit, MessageHit, Order, Results
from parlour.core.search import cursors, files, names
from parlour.core.search.cursors import Cursor
from parlour.core.search.highlight import highlight
from parlour.core.search.interface import Match
from parlour.core.search.match import matches
from parlour.core.search.query import Asked, Query, parse
from parlour.core.search.reading import Reading
from parlour.core.search.resolve import Resolved, resolve
from parlour.core.search.sight import Sight, look
from parlour.core.telemetry import SEARCH_SECONDS


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
    if kind == "file" or (kind == "all" and query.is_of_files):
        return await files.find(house, sight, query, order, cursor)
    if query.is_of_files:
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
    resolved = await resolve(house, sight, query, house.search)
    reading = Reading(
        settings=house.settings,
        index=house.search,
        query=query,
        resolved=resolved,
        as_they_are=_Messages(house, sight, query, resolved).as_they_are,
    )
    with SEARCH_SECONDS.labels(order.sort).time():
        if order.sort == "time":
            found, more = await reading.by_time(cursor, order.limit)
        else:
            found, more = await reading.by_relevance(cursor, order.limit)
    hits = [_hit(message, query) for message in found]
    return Results([*first, *hits], cursors.written(more), resolved.unknown)


def _hit(message: Entry, query: Query) -> MessageHit:
    shown = highlight(said(message), query.wanted.terms)
    return MessageHit(id=message.id, channel_id=message.channel_id, highlight=shown, message=message)


class _Messages:
    """Messages that the index proposes, as they are now."""

    def __init__(self, house: House, sight: Sight, query: Query, resolved: Resolved) -> None:
        self._house = house
        self._sight = sight
        self._query = query
        self._resolved = resolved

    async def as_they_are(self, proposed: Sequence[Match]) -> list[Entry]:
        """Return those messages that the searcher may see, and that still are what they search for."""
        ids = [EntryId(match.id) for match in proposed]
        stored = await self._house.entries.many(ids) if ids else {}
        seen = await self._sight.channels(self._house, {entry.channel_id for entry in stored.values()})
        ordered = [stored[i] for i in ids if i in stored and stored[i].channel_id in seen]
        now = await current(self._house, ordered)
        saved: set[EntryId] = set()
        if "saved" in (*self._query.wanted.marks, *self._query.unwanted.marks) and ids:
            saved = await self._house.saved.among(self._sight.searcher, ids)
        return [m for m in now if matches(m, self._query, self._resolved, saved=saved)]
