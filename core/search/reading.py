"""Reading an index for one page: what it proposes is shown only as far as it is still so."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from parlour.core.search.cursors import Cursor
from parlour.core.search.interface import Match, MessageIndex, Need, Position, first_moment
from parlour.core.search.query import Query
from parlour.core.search.rank import ranked
from parlour.core.search.resolve import Resolved
from parlour.core.settings import Settings

ROUNDS = 3
"""Times the index is asked on for a page, when what it proposed is not what it was any more."""
Found = TypeVar("Found")


@dataclass(kw_only=True)
class Reading(Generic[Found]):
    """Reading `index` for one page of a query; `as_they_are` keeps of what it proposes what the searcher may see."""

    settings: Settings
    index: MessageIndex
    query: Query
    resolved: Resolved
    as_they_are: Callable[[Sequence[Match]], Awaitable[list[Found]]]

    async def by_time(self, cursor: Cursor, limit: int) -> tuple[list[Found], Cursor | None]:
        """Return what was found newest first, and where to go on."""
        found: list[Found] = []
        before = cursor.before
        for _ in range(ROUNDS):
            wanted = limit - len(found)
            proposed = await self.index.newest(self._need(before, wanted + 1))
            items = proposed.items[:wanted]
            found += await self.as_they_are(items)
            if len(proposed.items) <= wanted:
                return found, Cursor(before=proposed.cut) if proposed.cut else None
            before = items[-1].position
            if len(found) >= limit:
                break
        return found, Cursor(before=before)

    async def by_relevance(self, cursor: Cursor, limit: int) -> tuple[list[Found], Cursor | None]:
        """Return the best of the newest matches, and where to go on: behind them come the best of older ones."""
        pool = await self.index.newest(self._need(cursor.before, self.settings.search_ranked_max))
        if not pool.items:
            return [], Cursor(before=pool.cut) if pool.cut else None
        scored = ranked(pool.items)
        if cursor.behind is not None and cursor.score is not None:
            passed = (cursor.score, cursor.behind)
            scored = [(score, match) for score, match in scored if (score, match.position) < passed]
        found: list[Found] = []
        at = 0
        while at < len(scored) and len(found) < limit:
            batch = [match for _, match in scored[at : at + limit - len(found)]]
            found += await self.as_they_are(batch)
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
        if len(pool) >= self.settings.search_ranked_max:
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
            examined_max=self.settings.search_examined_max,
            telling=resolved.telling,
            among=resolved.saved,
        )
