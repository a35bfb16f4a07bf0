"""The files of a workspace or a channel, for who may see them: the newest first, by kind, by person, by name."""

from collections.abc import Sequence

from msgspec import Struct

from parlour.core.chat.access import enter
from parlour.core.errors import NotFoundError
from parlour.core.files.show import LinkTo, show_many
from parlour.core.files.sight import uses_seen
from parlour.core.house import House
from parlour.core.ids import ChannelId, FileId, UserId, WorkspaceId
from parlour.core.model.files import File, FileKind, FileRecord
from parlour.core.model.page import Page
from parlour.core.search.tokens import words


class Wanted(Struct, frozen=True, kw_only=True):
    """Which files: of one channel or all of a reader's; each word of `q` begins one of the name's."""

    channel_id: ChannelId | None = None
    kind: FileKind | None = None
    uploader_id: UserId | None = None
    q: str = ""


async def browse(
    house: House,
    reader: UserId,
    workspace_id: WorkspaceId,
    wanted: Wanted,
    *,
    after: FileId | None,
    limit: int,
    link_to: LinkTo,
) -> Page[File]:
    """Return a page of the files that messages hold which a reader may see.

    A page may have less than `limit` of them and still a next one: of files that few match, a page looks through
    `files_examined_max`.

    Raises:
        NotFoundError: the workspace or the channel is not theirs.
    """
    channel_ids = await _channels(house, reader, workspace_id, wanted.channel_id)
    found: list[FileRecord] = []
    examined, is_more = 0, True
    while is_more and len(found) < limit and examined < house.settings.files_examined_max:
        records = await house.files.in_channels(
            channel_ids, before=after, limit=limit + 1, kind=wanted.kind, uploader_id=wanted.uploader_id
        )
        is_more = len(records) > limit
        records = records[:limit]
        named = [record for record in records if _is_named(record.name, wanted.q)]
        uses = await uses_seen(house, named, reader)
        shared = [r for r in named if any(use.channel_id in channel_ids for use in uses[r.id])]
        found += shared[: limit - len(found)]
        examined += len(records)
        after, is_more = _behind(records, found, limit, is_more=is_more, after=after)
    return Page(await show_many(house, found, reader, link_to=link_to), after if is_more else None)


def _behind(
    records: Sequence[FileRecord],
    found: Sequence[FileRecord],
    limit: int,
    *,
    is_more: bool,
    after: FileId | None,
) -> tuple[FileId | None, bool]:
    """Return behind which file the next page begins, and whether there is one."""
    if not records:
        return after, False
    if len(found) < limit:
        return records[-1].id, is_more
    return found[-1].id, is_more or found[-1].id != records[-1].id


async def _channels(
    house: House, reader: UserId, workspace_id: WorkspaceId, channel_id: ChannelId | None
) -> set[ChannelId]:
    if await house.workspaces.role(workspace_id, reader) is None:
        raise NotFoundError.of("workspace")
    if channel_id is None:
        return {m.channel_id for m in await house.channels.memberships_of(reader, workspace_id)}
    if (await enter(house, channel_id, reader)).workspace_id != workspace_id:
        raise NotFoundError.of("channel")
    return {channel_id}


def _is_named(name: str, q: str) -> bool:
    own = words(name)
    return all(any(word.startswith(asked) for word in own) for asked in words(q))
