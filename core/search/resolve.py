"""From what was typed to what an index can answer: names become ids, beginnings become words, and all become tokens."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from parlour.core.chat.channels import direct_key
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId
from parlour.core.people.acquaintance import known_to
from parlour.core.people.names import folded
from parlour.core.search.interface import (
    EVERY,
    Group,
    MessageIndex,
    Scope,
    Token,
    author,
    marked,
    of_kind,
    place,
    scope_of,
)
from parlour.core.search.query import Conditions, Mark, Query, Term
from parlour.core.search.sight import Sight
from parlour.core.search.tokens import pairs
from parlour.core.store.channels import ChannelRecord

ANYTHING = 1 << 40
"""How many messages are expected of a token that every message has."""
SELDOM = 50
"""Words side by side are expected in one of so many messages that hold the rarer of them."""


class Resolved(Struct, frozen=True, kw_only=True):
    """A query in terms of an index, and the people and places by id.

    `saved` are the messages that the searcher saved, where only such are wanted; `unknown` operators name nothing.
    """

    scopes: Sequence[Scope]
    groups: Sequence[Group]
    none_of: Sequence[Token]
    telling: Sequence[Token]
    people: set[UserId]
    not_people: set[UserId]
    places: set[ChannelId]
    not_places: set[ChannelId]
    saved: Sequence[EntryId] | None
    unknown: list[str]


async def resolve(house: House, sight: Sight, query: Query, index: MessageIndex) -> Resolved:
    """Return a query as an index can answer it, for somebody."""
    names = _Names(house, sight)
    people = await names.people(query.wanted.people)
    places = await names.places(query.wanted.places)
    not_people = await names.people(query.unwanted.people)
    not_places = await names.places(query.unwanted.places)
    # Public channels share a scope: who does not browse is shown those alone that are theirs.
    within = places if query.wanted.places or sight.browses else list(sight.mine.values())
    groups = await _groups(
        index, sight, query.wanted, people, within, most=house.settings.search_prefix_words
    )
    return Resolved(
        scopes=_scopes(sight, query.wanted, within),
        groups=groups,
        none_of=[
            *(t.words[0] for t in query.unwanted.terms if len(t.words) == 1 and not t.open_end),
            *(author(user_id) for user_id in not_people),
            *(place(channel.id) for channel in not_places),
            *map(marked, _indexed_marks(query.unwanted)),
            *map(of_kind, query.unwanted.kinds),
        ],
        telling=[*_telling(query.wanted.terms), *map(marked, ("pin", "reaction", "thread"))],
        people=set(people),
        not_people=set(not_people),
        places={channel.id for channel in within},
        not_places={channel.id for channel in not_places},
        saved=await _saved(house, sight, query),
        unknown=names.unknown,
    )


class _Names:
    """People and channels by what the searcher called them."""

    def __init__(self, house: House, sight: Sight) -> None:
        self._house = house
        self._sight = sight
        self.unknown: list[str] = []

    async def people(self, called: Sequence[str]) -> list[UserId]:
        """Return people by `me`, handle or id."""
        found: list[UserId] = []
        for name in called:
            user_id = await self._person(name)
            if user_id is None:
                self.unknown.append(f"from:{name}")
            else:
                found.append(user_id)
        return found

    async def _person(self, name: str) -> UserId | None:
        plain = name.removeprefix("@").lower()
        if plain == "me":
            return self._sight.searcher
        ids = [*await self._house.users.ids_of_handles([plain]), UserId(name)]
        workspace_id = self._sight.workspace_id
        known = await self._house.workspaces.among_members(workspace_id, ids)
        # What they wrote is found although they are not chosen from any list any more.
        known |= await self._house.asides.among(workspace_id, ids)
        seen = await known_to(self._house, workspace_id, self._sight.searcher)
        known = known if seen is None else known & seen
        return next((user_id for user_id in ids if user_id in known), None)

    async def places(self, called: Sequence[str]) -> list[ChannelRecord]:
        """Return channels that the searcher may see by name, id, or the person of a direct channel."""
        found: list[ChannelRecord] = []
        for name in called:
            record = await self._place(name)
            if record is None or not self._sight.sees(record):
                self.unknown.append(f"in:{name}")
            else:
                found.append(record)
        return found

    async def _place(self, name: str) -> ChannelRecord | None:
        house, workspace_id = self._house, self._sight.workspace_id
        if name.startswith("@"):
            person = await self._person(name)
            key = direct_key(self._sight.searcher, person) if person else ""
            return await house.channels.by_direct_key(workspace_id, key) if key else None
        named = await house.channel_changes.holder(workspace_id, folded(name.removeprefix("#")))
        found = await self._sight.channels(house, [i for i in (named, ChannelId(name)) if i])
        return next(iter(found.values()), None)


async def _saved(house: House, sight: Sight, query: Query) -> list[EntryId] | None:
    if "saved" not in query.wanted.marks:
        return None
    return await house.saved.message_ids(
        sight.searcher, sight.workspace_id, limit=house.settings.saved_per_person
    )


def _indexed_marks(conditions: Conditions) -> list[Mark]:
    """Return the marks that an index knows: what is saved is everybody's own."""
    return [mark for mark in conditions.marks if mark != "saved"]


def _scopes(sight: Sight, wanted: Conditions, places: Iterable[ChannelRecord]) -> list[Scope]:
    if not wanted.places and sight.browses:
        return sight.scopes
    return sorted({scope_of(record.kind, record.id, sight.workspace_id) for record in places})


async def _groups(
    index: MessageIndex,
    sight: Sight,
    wanted: Conditions,
    people: Sequence[UserId],
    places: Sequence[ChannelRecord],
    *,
    most: int,
) -> list[Group]:
    """Return the groups of tokens, each with how many messages to expect of it."""
    either: list[list[str]] = [[str(marked(mark))] for mark in _indexed_marks(wanted)]
    if wanted.people:
        either.append([str(author(user_id)) for user_id in people])
    if wanted.places or not sight.browses:
        either.append([str(place(record.id)) for record in places])
    if wanted.kinds:
        either.append([str(of_kind(kind)) for kind in wanted.kinds])
    exact = {word for term in wanted.terms for word in (term.words[:-1] if term.open_end else term.words)}
    known = await index.known(sight.workspace_id, [*exact, *(t for tokens in either for t in tokens)])
    groups = [Group(tokens, sum(known.get(token, 0) for token in tokens)) for tokens in either]
    groups += [Group([word], known.get(word, 0)) for word in exact]
    for term in wanted.terms:
        groups += _adjoining(term, known)
        if term.open_end:
            groups.append(await _beginning(index, sight, term.words[-1], most))
    return groups or [Group([EVERY], ANYTHING)]


def _adjoining(term: Term, known: Mapping[str, int]) -> list[Group]:
    fixed = term.words[:-1] if term.open_end else term.words
    rarer = [min(known.get(a, 0), known.get(b, 0)) for a, b in pairwise(fixed)]
    return [Group([token], count // SELDOM) for token, count in zip(pairs(fixed), rarer, strict=True)]


async def _beginning(index: MessageIndex, sight: Sight, prefix: str, most: int) -> Group:
    found = await index.beginnings(sight.workspace_id, prefix, limit=most)
    return Group(list(found), sum(found.values()))


def _telling(terms: Sequence[Term]) -> list[Token]:
    """Return the tokens by which one match is better than another: words as typed, in the order typed."""
    following = [word for term in terms for word in term.words]
    return [*dict.fromkeys(following), *pairs(following)]
