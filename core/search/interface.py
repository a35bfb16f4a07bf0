"""The interface behind which messages are indexed and found: MongoDB by default, another engine where one is wanted.

An index knows tokens only. It is never asked who may see what: it gets scopes (`scope_of`), and what it finds is read
again from the logs before anybody sees it. It may so be behind, or hold too much, and never shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NewType, Protocol

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.chat import ChannelKind
from parlour.core.model.files import FileKind

Token = str | int
"""A word as it is; a number for two words side by side; or a word that begins with a sign, of those below."""
Scope = NewType("Scope", str)
EVERY: Token = "*"
"""The token that every message has."""


def author(user_id: UserId) -> Token:
    """Return the token of somebody's messages."""
    return f"@{user_id}"


def place(channel_id: ChannelId) -> Token:
    """Return the token of a channel's messages."""
    return f"#{channel_id}"


def marked(mark: str) -> Token:
    """Return the token of messages with a link, reaction, pin …"""
    return f":{mark}"


def of_kind(kind: FileKind) -> Token:
    """Return the token of files of a kind."""
    return f":kind-{kind}"


def scope_of(kind: ChannelKind, channel_id: ChannelId, workspace_id: WorkspaceId) -> Scope:
    """Return the scope of a channel's messages: the workspace for a public one, else the channel itself."""
    return Scope(workspace_id) if kind == "public" else Scope(channel_id)


class Position(Struct, frozen=True, order=True):
    """A place in the order of messages by time: the moment (`moment_of`), and the id among those of one moment."""

    moment: int
    id: str = ""


def moment_of(at: datetime, message_id: EntryId) -> int:
    """Return a message's time as an index sorts by it: milliseconds, and 12 bits of the id."""
    return _ms(at) << 12 | int(message_id[15:18], 16)


def first_moment(at: datetime) -> int:
    """Return the first moment of a time."""
    return max(0, _ms(at)) << 12


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


class Indexed(Struct, frozen=True, kw_only=True):
    """A message as it is indexed. `version` is the last `seq` of its channel that it is as of."""

    id: EntryId
    channel_id: ChannelId
    scope: Scope
    moment: int
    version: int
    tokens: Sequence[Token]
    length: int


class Gone(Struct, frozen=True):
    """A message that is to be found no more."""

    id: EntryId
    channel_id: ChannelId
    version: int


class Group(Struct, frozen=True):
    """Tokens of which a message has to have one; `expected` says of how many messages that may be true."""

    tokens: Sequence[Token]
    expected: int


class Need(Struct, frozen=True, kw_only=True):
    """What is needed of messages: in one of the scopes, of each group a token, of `none_of` none; and when.

    With `among`, of these messages only.
    `examined_max` bounds the work: of messages with a token of the rarest group, the newest so many are looked at.
    """

    scopes: Sequence[Scope]
    groups: Sequence[Group]
    none_of: Sequence[Token] = ()
    since: int = 0
    until: int | None = None
    before: Position | None = None
    limit: int
    examined_max: int
    telling: Sequence[Token] = ()
    among: Sequence[EntryId] | None = None


class Match(Struct, frozen=True, kw_only=True):
    """A message that meets a need, how many words it has, and which of the `telling` tokens."""

    id: EntryId
    channel_id: ChannelId
    moment: int
    length: int
    told: Sequence[Token]

    @property
    def position(self) -> Position:
        """Its place in the order by time."""
        return Position(self.moment, self.id)


class Matches(Struct, frozen=True):
    """What was found, newest first. `cut` is how far the index looked, where it stopped before the end."""

    items: list[Match]
    cut: Position | None = None


class Progress(Struct, frozen=True, kw_only=True):
    """How far a channel is indexed, and under which scope."""

    seq: int
    scope: Scope


class MessageIndex(Protocol):
    """An index of messages."""

    async def newest(self, need: Need) -> Matches:
        """Return the newest messages that meet a need, at most its limit."""

    async def known(self, workspace_id: WorkspaceId, tokens: Iterable[str]) -> Mapping[str, int]:
        """Return about how many messages of a workspace have each token; words unknown are left out."""

    async def beginnings(self, workspace_id: WorkspaceId, prefix: str, *, limit: int) -> Mapping[str, int]:
        """Return the most frequent words that begin so, and about how many messages have them."""

    async def put(
        self, workspace_id: WorkspaceId, messages: Sequence[Indexed], gone: Sequence[Gone] = ()
    ) -> None:
        """Index messages anew and drop those gone, unless a later version is known already."""

    async def progress(self, channel_ids: Iterable[ChannelId]) -> Mapping[ChannelId, Progress]:
        """Return how far channels are indexed; those never begun are left out."""

    async def advance(self, channel_id: ChannelId, workspace_id: WorkspaceId, to: Progress) -> None:
        """Record that a channel is indexed up to a seq; under another scope than before, it may be lower."""

    async def begin_generation(self, workspace_id: WorkspaceId) -> int:
        """Begin to count a workspace's words anew; what is put from now on belongs to the generation returned."""

    async def leftovers(
        self, channel_id: ChannelId, *, generation: int, after: str, limit: int
    ) -> list[EntryId]:
        """Return a page of a channel's messages that were last put in an earlier generation, by their ids."""

    async def end_generation(self, workspace_id: WorkspaceId, generation: int) -> None:
        """Use the new counts, and forget the old ones."""
