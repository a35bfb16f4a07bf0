"""Indexing files: by name and text, once for each channel in which a message holds them.

An index of its own, of the same kind as that of messages. Its scopes are channels, for a file is seen by those who are
in one. It is put when it is ready or a message with it is indexed, whichever comes last; again changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, FileId
from parlour.core.model.chat import Entry
from parlour.core.model.files import FileRecord, FileState
from parlour.core.search.interface import (
    EVERY,
    Gone,
    Indexed,
    Match,
    Scope,
    Token,
    author,
    moment_of,
    of_kind,
    place,
)
from parlour.core.search.tokens import pairs, words

Places = Mapping[FileId, Collection[ChannelId]]
OVER: tuple[FileState, ...] = ("quarantined", "failed", "deleted")


async def index_file(house: House, record: FileRecord | None) -> None:
    """Index a file as it is, wherever messages hold it; or take it out."""
    if record is not None and record.uses:
        await _index(house, {record.id: {use.channel_id for use in record.uses}}, without=())


async def index_files_of(house: House, messages: Iterable[Entry], *, deleted: Collection[EntryId]) -> None:
    """Index the files that messages name; those that `deleted` messages named, as far as others hold them."""
    places: defaultdict[FileId, set[ChannelId]] = defaultdict(set)
    for message in messages:
        for file_id in message.file_ids or []:
            places[file_id].add(message.channel_id)
    if places:
        await _index(house, places, without=deleted)


def key_of(file_id: FileId, channel_id: ChannelId) -> str:
    """Return what a file in a channel is indexed as: both ids in the space of one, so that either gives the other."""
    return str(UUID(int=UUID(file_id).int ^ UUID(channel_id).int))


def file_of(match: Match) -> FileId:
    """Return which file was found."""
    return FileId(key_of(FileId(match.id), match.channel_id))


async def _index(house: House, places: Places, *, without: Collection[EntryId]) -> None:
    records = await house.files.many(list(places))
    contents = [record.content_id for record in records.values() if record.content_id]
    texts = await house.file_texts.of(contents) if contents else {}
    longest = house.settings.search_file_words_max
    for file_id, channel_ids in places.items():
        record = records.get(file_id)
        if record is None or record.state not in ("ready", *OVER):
            # It is indexed when it is ready.
            continue
        held = {use.channel_id for use in record.uses if use.message_id not in without}
        shown = held & set(channel_ids) if record.state == "ready" else set()
        text = texts.get(record.content_id, "") if record.content_id else ""
        await house.file_search.put(
            record.workspace_id,
            [_indexed(record, channel_id, text, longest) for channel_id in shown],
            [_gone(record, channel_id) for channel_id in set(channel_ids) - shown],
        )


def _indexed(record: FileRecord, channel_id: ChannelId, text: str, longest: int) -> Indexed:
    name, said = words(record.name), words(text)[:longest]
    tokens: list[Token] = [*dict.fromkeys([*name, *said]), author(record.uploader_id), of_kind(record.kind)]
    tokens += [place(channel_id), EVERY, *dict.fromkeys([*pairs(name), *pairs(said)])]
    return Indexed(
        id=EntryId(key_of(record.id, channel_id)),
        channel_id=channel_id,
        scope=Scope(channel_id),
        moment=moment_of(record.created_at, EntryId(record.id)),
        version=record.version,
        tokens=tokens,
        length=len(name) + len(said),
    )


def _gone(record: FileRecord, channel_id: ChannelId) -> Gone:
    return Gone(EntryId(key_of(record.id, channel_id)), channel_id, record.version)
