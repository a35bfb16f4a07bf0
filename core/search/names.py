"""Channels by name, topic and purpose, and people by name and handle: each word of a search begins one of theirs.

All names of a workspace are read at once and kept for a moment (setting `search_names_seconds`), so that somebody who
types costs one reading: a renaming is found within that time, wherever it was made.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from parlour.core.chat.channels import describe
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.people import Person
from parlour.core.model.search import ChannelHit, PersonHit
from parlour.core.people.acquaintance import known_to
from parlour.core.search.highlight import highlight
from parlour.core.search.query import Query, Term
from parlour.core.search.sight import Sight
from parlour.core.search.tokens import words
from parlour.core.store.channels import ChannelRecord
from parlour.core.store.directory import Wanted

READ_AT_ONCE = 1000
KEPT_MAX = 200
EVERYTHING = Wanted()
Named = TypeVar("Named")


class Entitled(Struct, Generic[Named], frozen=True):
    """Something with a name: the words it is found by, and those of its name, which count more."""

    item: Named
    name: str
    words: frozenset[str]
    first: list[str]


class Kept(Generic[Named]):
    """What was read of workspaces, for a moment."""

    def __init__(self, read: Callable[[House, WorkspaceId], Awaitable[list[Named]]]) -> None:
        self._read = read
        self._found: dict[WorkspaceId, tuple[float, list[Named]]] = {}

    async def of(self, house: House, workspace_id: WorkspaceId) -> list[Named]:
        """Return what was read of a workspace within the setting `search_names_seconds`, or read it."""
        at, found = self._found.get(workspace_id, (0.0, []))
        if time.monotonic() - at > house.settings.search_names_seconds or not at:
            found = await self._read(house, workspace_id)
            if len(self._found) >= KEPT_MAX:
                self._found.clear()
            self._found[workspace_id] = (time.monotonic(), found)
        return found


async def people(house: House, sight: Sight, query: Query) -> list[PersonHit]:
    """Return those whom a query means of the members whom the searcher may know of, the best first."""
    among = await _PEOPLE.of(house, sight.workspace_id)
    known = await known_to(house, sight.workspace_id, sight.searcher)
    found = _best((e for e in among if known is None or e.item.id in known), query)
    return [PersonHit(id=p.id, highlight=_marked(p.name, query), name=p.name, handle=p.handle) for p in found]


async def people_named(house: House, workspace_id: WorkspaceId, said: str) -> list[UserId]:
    """Return the members whose name or handle holds what was said."""
    wanted = said.strip().casefold().removeprefix("@")
    known = await _PEOPLE.of(house, workspace_id)
    return [e.item.id for e in known if wanted in e.name.casefold() or wanted in e.item.handle]


async def channels(house: House, sight: Sight, query: Query, *, start: int, limit: int) -> list[ChannelHit]:
    """Return some of the channels that a query means and the searcher may see; their own first."""
    open_to_all = await _PUBLIC.of(house, sight.workspace_id) if sight.browses else []
    public = [c for c in open_to_all if c.item.id not in sight.mine]
    own = [_entitled_channel(record) for record in sight.mine.values() if record.name]
    found = [*_best(own, query), *_best(public, query)][start : start + limit]
    # What was kept for a moment may have become private since.
    seen = await sight.channels(house, (record.id for record in found))
    described = await describe(house, sight.searcher, [record.id for record in found if record.id in seen])
    return [ChannelHit(id=c.id, highlight=_marked(c.name, query), channel=c) for c in described]


async def _read_people(house: House, workspace_id: WorkspaceId) -> list[Entitled[Person]]:
    found: list[Entitled[Person]] = []
    after: str | None = None
    while True:
        rows = await house.workspaces.members(workspace_id, after=after, limit=READ_AT_ONCE)
        known = await house.users.people(row[0] for row in rows)
        found += [_entitled_person(person) for person in known.values()]
        if len(rows) < READ_AT_ONCE:
            return found
        after = rows[-1][0]


async def _read_public(house: House, workspace_id: WorkspaceId) -> list[Entitled[ChannelRecord]]:
    found: list[Entitled[ChannelRecord]] = []
    after: str | None = None
    while True:
        ids = await house.directory.find(workspace_id, [], EVERYTHING, after=after, limit=READ_AT_ONCE)
        found += [_entitled_channel(record) for record in await house.channels.many(ids)]
        if len(ids) < READ_AT_ONCE:
            return found
        after = ids[-1]


_PEOPLE: Kept[Entitled[Person]] = Kept(_read_people)
_PUBLIC: Kept[Entitled[ChannelRecord]] = Kept(_read_public)


def _entitled_person(person: Person) -> Entitled[Person]:
    first = words(person.name)
    return Entitled(person, person.name, frozenset([*first, *words(person.handle), person.handle]), first)


def _entitled_channel(record: ChannelRecord) -> Entitled[ChannelRecord]:
    first = words(record.name)
    every = [*first, *words(record.topic), *words(record.purpose)]
    return Entitled(record, record.name, frozenset(every), first)


def _best(among: Iterable[Entitled[Named]], query: Query) -> list[Named]:
    """Return what a query means: named so, then beginning so, then by the name's length."""
    asked = [word for term in query.wanted.terms for word in term.words]
    found = [e for e in among if all(any(w.startswith(a) for w in e.words) for a in asked)]
    found.sort(key=lambda e: (e.first != asked, not _begins(e.first, asked), len(e.name), e.name.casefold()))
    return [e.item for e in found]


def _begins(name: Sequence[str], asked: Sequence[str]) -> bool:
    return bool(name) and name[0].startswith(asked[0])


def _marked(name: str, query: Query) -> str:
    return highlight(
        name, [Term((word,), open_end=True) for term in query.wanted.terms for word in term.words]
    )
