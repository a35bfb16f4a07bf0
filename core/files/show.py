"""A file as one reader is shown it: with links of their own, and the messages through which they see it."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from parlour.core.errors import InvalidError
from parlour.core.files.links import link
from parlour.core.files.serve import is_served
from parlour.core.files.sight import open_file, seen_of, uses_seen
from parlour.core.files.telling import shown
from parlour.core.house import House
from parlour.core.ids import FileId, UserId
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.files import Content, File, FileRecord, Preview, Use
from parlour.core.people.rights import may

LinkTo = Callable[[FileId], WorkflowLink]


async def file(house: House, reader: UserId, file_id: FileId, *, link_to: LinkTo) -> File:
    """Return a file.

    Raises:
        NotFoundError: it does not exist, was deleted, or is out of the reader's sight.
    """
    return await show(house, await open_file(house, file_id, reader), reader, link_to=link_to)


async def files(house: House, reader: UserId, file_ids: Sequence[FileId], *, link_to: LinkTo) -> list[File]:
    """Return those of several files that a reader may see, in the order asked for.

    Raises:
        InvalidError: `too_many_files`, more than the setting `files_per_request`.
    """
    if len(file_ids) > (most := house.settings.files_per_request):
        raise InvalidError.field(
            "ids", f"At most {most} files at once (files_per_request).", "too_many_files"
        )
    found = await house.files.many(file_ids)
    records = [found[file_id] for file_id in dict.fromkeys(file_ids) if file_id in found]
    return await show_many(house, await seen_of(house, records, reader), reader, link_to=link_to)


async def show(house: House, record: FileRecord, reader: UserId, *, link_to: LinkTo | None = None) -> File:
    """Return a file that its reader may see, as they are shown it."""
    return (await show_many(house, [record], reader, link_to=link_to))[0]


async def show_many(
    house: House, records: Sequence[FileRecord], reader: UserId, *, link_to: LinkTo | None = None
) -> list[File]:
    """Return files that their reader may see; `link_to` opens the promise of each to its uploader and operators."""
    contents = await house.contents.many([record.content_id for record in records if record.content_id])
    uses = await uses_seen(house, records, reader)
    places = {record.workspace_id for record in records}
    overseen = {where for where in places if await may(house, where, reader, "operations.read")}
    return [
        _shown(
            house,
            record,
            contents.get(record.content_id) if record.content_id else None,
            reader,
            uses[record.id],
            link_to if record.uploader_id == reader or record.workspace_id in overseen else None,
        )
        for record in records
    ]


def _shown(
    house: House,
    record: FileRecord,
    content: Content | None,
    reader: UserId,
    uses: Sequence[Use],
    link_to: LinkTo | None,
) -> File:
    told = replace(
        shown(record, content),
        channel_ids=list(dict.fromkeys(use.channel_id for use in uses)),
        message_id=uses[0].message_id if uses else None,
        workflow=link_to(record.id) if link_to else None,
    )
    if content is None or not is_served(record, content):
        return told
    return replace(
        told,
        url=link(record.id, None, reader, house.settings),
        previews=[
            Preview(
                name=made.name,
                media_type=made.media_type,
                url=link(record.id, made.name, reader, house.settings),
                width=made.width,
                height=made.height,
            )
            for made in (content.renditions if content.processed else ())
        ],
    )
