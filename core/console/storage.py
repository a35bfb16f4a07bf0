"""What the files of a workspace take."""

import asyncio

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.console import Storage
from parlour.core.people.rights import require

LARGEST = 20
UPLOADERS = 10


async def storage(house: House, asker: UserId, workspace_id: WorkspaceId) -> Storage:
    """Return what takes how much.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "operations.read")
    used, under_way, kinds, uploaders, largest = await asyncio.gather(
        house.contents.stored_bytes(workspace_id),
        house.uploads.bytes_of(workspace_id),
        house.console.kinds(workspace_id),
        house.console.uploaders(workspace_id, limit=UPLOADERS),
        house.console.largest(workspace_id, limit=LARGEST),
    )
    return Storage(
        quota_bytes=house.settings.workspace_storage_bytes,
        used_bytes=used + under_way,
        kinds=kinds,
        uploaders=uploaders,
        largest=largest,
        sweep=_sweep(house),
    )


def _sweep(house: House) -> list[str]:
    """Return what the sweep does by itself, in words."""
    settings = house.settings
    return [
        f"A file that no message holds is deleted after {settings.file_unattached_days} days.",
        "The same content is stored once in the workspace, however often it is uploaded.",
        "What a deleted file alone held goes out of the file store at once, or as soon as that is back.",
    ]
