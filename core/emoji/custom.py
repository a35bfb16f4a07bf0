"""A workspace's own emoji: members add them, and who added one, or a moderator, takes it away."""

import asyncio

from parlour.core.clock import now
from parlour.core.emoji.images import written_anew
from parlour.core.emoji.links import image_url, is_signed
from parlour.core.emoji.names import NAME, unicode_named
from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.live import Live, packet, workspace_topic
from parlour.core.model.emoji import CustomEmoji, EmojiRecord
from parlour.core.model.page import Page
from parlour.core.people.rights import require, standing


async def add(house: House, adder: UserId, workspace_id: WorkspaceId, name: str, image: bytes) -> CustomEmoji:
    """Add an emoji.

    Raises:
        NotFoundError: the workspace is not theirs.
        ForbiddenError: `missing_right`.
        InvalidError: `emoji_name` or `not_an_image`.
        TooLargeError: `emoji_too_large`.
        ConflictError: `emoji_name_taken`, or `too_many_emoji` (setting `emoji_per_workspace`).
    """
    await require(house, workspace_id, adder, "emoji.add")
    _check_name(name)
    if await house.emoji.count(workspace_id) >= (most := house.settings.emoji_per_workspace):
        raise ConflictError("too_many_emoji", f"A workspace has at most {most} emoji (emoji_per_workspace).")
    picture = await asyncio.to_thread(written_anew, image, house.settings)
    record = EmojiRecord(
        id=new_id(), workspace_id=workspace_id, name=name, created_by=adder, created_at=now()
    )
    if not await house.emoji.add(record, picture):
        raise ConflictError("emoji_name_taken", f"There is already an emoji :{name}: here.")
    added = _shown(house, record)
    _tell(house, workspace_id, "emoji.added", emoji=added)
    return added


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise InvalidError.field("name", "A name has 1 to 32 of a-z, 0-9, _, + and -.", "emoji_name")
    if shown := unicode_named(name):
        raise InvalidError.field("name", f":{name}: is already {shown}.", "emoji_name")


async def listed(
    house: House, reader: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[CustomEmoji]:
    """Return a page of the workspace's emoji by name.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    await standing(house, workspace_id, reader)
    found = await house.emoji.page(workspace_id, after=after, limit=limit + 1)
    items = [_shown(house, record) for record in found[:limit]]
    return Page(items, items[-1].name if len(found) > limit else None)


async def remove(house: House, remover: UserId, workspace_id: WorkspaceId, name: str) -> None:
    """Take an emoji away; messages and reactions that hold it show its name from then on.

    Raises:
        NotFoundError: the workspace is not theirs, or has no such emoji.
        ForbiddenError: someone else added it, and they are no moderator.
    """
    place = await standing(house, workspace_id, remover)
    record = await house.emoji.get(workspace_id, name)
    if record is None:
        raise NotFoundError.of("emoji")
    if record.created_by != remover and not place.may("emoji.remove_any"):
        raise ForbiddenError("not_yours", "Only who added an emoji and moderators take it away.")
    await house.emoji.remove(record.id)
    await house.audit.note(workspace_id, remover, "emoji.removed", record.id, f":{name}:")
    _tell(house, workspace_id, "emoji.removed", name=name)


async def picture(
    house: House, workspace_id: WorkspaceId, name: str, version: str, until: int, signature: str
) -> bytes:
    """Return the picture behind a signed address.

    Raises:
        NotFoundError: the address does not hold, or the emoji is gone.
    """
    if is_signed(workspace_id, name, version, until, signature, house.settings):
        image: bytes | None = await house.emoji.image(version)
        if image is not None:
            return image
    raise NotFoundError.of("picture")


def _shown(house: House, record: EmojiRecord) -> CustomEmoji:
    url = image_url(record.workspace_id, record.name, record.id, house.settings)
    return CustomEmoji(record.name, url, record.created_by, record.created_at)


def _tell(house: House, workspace_id: WorkspaceId, event: str, **news: object) -> None:
    told = packet(event, {"workspace_id": workspace_id, **news})
    house.live.publish(Live(workspace_topic(workspace_id), event, told))
