"""Files by name and text: those of messages in the searcher's channels, as they are now."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from parlour.core.files.show import show_many
from parlour.core.files.sight import uses_seen
from parlour.core.house import House
from parlour.core.ids import ContentId
from parlour.core.model.files import FileRecord, Use
from parlour.core.model.search import FileHit, Order, Results
from parlour.core.search import cursors
from parlour.core.search.cursors import Cursor
from parlour.core.search.file_index import file_of
from parlour.core.search.highlight import highlight
from parlour.core.search.interface import Match, Scope
from parlour.core.search.query import Query, Term
from parlour.core.search.reading import Reading
from parlour.core.search.resolve import Resolved, resolve
from parlour.core.search.sight import Sight
from parlour.core.search.tokens import fold, words
from parlour.core.telemetry import SEARCH_SECONDS

AROUND = 2000
"""Characters of a text around a hit in which its words are marked."""


NONE = ContentId("")


class _Found(NamedTuple):
    record: FileRecord
    use: Use


async def find(house: House, sight: Sight, query: Query, order: Order, cursor: Cursor) -> Results:
    """Return a page of the files that somebody searches for."""
    resolved = await resolve(house, sight, query, house.file_search)
    resolved = replace(resolved, scopes=_scopes(sight, query, resolved))
    reading = Reading(
        settings=house.settings,
        index=house.file_search,
        query=query,
        resolved=resolved,
        as_they_are=_Files(house, sight, resolved).as_they_are,
    )
    with SEARCH_SECONDS.labels(order.sort).time():
        read = reading.by_time if order.sort == "time" else reading.by_relevance
        found, more = await read(cursor, order.limit)
    hits = await _hits(house, sight, query, found)
    return Results([*hits], cursors.written(more), resolved.unknown)


def _scopes(sight: Sight, query: Query, resolved: Resolved) -> list[Scope]:
    """Return the channels to look into: a file is seen by those who are where it was sent."""
    return sorted(
        Scope(channel_id)
        for channel_id in sight.mine
        if not query.wanted.places or channel_id in resolved.places
    )


class _Files:
    """Files that the index proposes, as they are now."""

    def __init__(self, house: House, sight: Sight, resolved: Resolved) -> None:
        self._house = house
        self._sight = sight
        self._resolved = resolved

    async def as_they_are(self, proposed: Sequence[Match]) -> list[_Found]:
        """Return those files that the searcher sees; one that is in several of their channels for the first of them."""
        ids = [file_of(match) for match in proposed]
        records = await self._house.files.many(ids) if ids else {}
        ready = [record for record in records.values() if record.state == "ready"]
        uses = await uses_seen(self._house, ready, self._sight.searcher) if ready else {}
        where = {file_id: self._first(seen) for file_id, seen in uses.items()}
        return [
            _Found(records[file_id], use)
            for file_id, match in zip(ids, proposed, strict=True)
            if (use := where.get(file_id)) and use.channel_id == match.channel_id
        ]

    def _first(self, uses: Sequence[Use]) -> Use | None:
        wanted, unwanted = self._resolved.places, self._resolved.not_places
        sought = [u for u in uses if u.channel_id not in unwanted and (not wanted or u.channel_id in wanted)]
        return min(sought, key=lambda use: use.channel_id, default=None)


async def _hits(house: House, sight: Sight, query: Query, found: Sequence[_Found]) -> list[FileHit]:
    records = [one.record for one in found]
    shown = await show_many(house, records, sight.searcher) if records else []
    terms = query.wanted.terms
    content_ids = [record.content_id for record in records if record.content_id]
    texts = await house.file_texts.of(content_ids) if content_ids and terms else {}
    return [
        FileHit(
            id=one.record.id,
            channel_id=one.use.channel_id,
            message_id=one.use.message_id,
            highlight=highlight(one.record.name, terms),
            excerpt=excerpt(texts.get(one.record.content_id or NONE, ""), one.record.name, terms),
            file=file,
        )
        for one, file in zip(found, shown, strict=True)
    ]


def excerpt(text: str, name: str, terms: Sequence[Term]) -> str:
    """Return the place in a text where the first of the terms stands that is not in the name; nothing without one."""
    named = set(words(name))
    sought = next((term.words[0] for term in terms if not named.issuperset(term.words)), None)
    at = fold(text).find(sought) if text and sought else -1
    if at < 0:
        return ""
    # Folding may shorten or lengthen a text a little; what is marked is looked for around the place.
    begin = max(0, at - AROUND // 2)
    part = text[begin : begin + AROUND]
    return highlight((begin and part.partition(" ")[2]) or part, terms)
