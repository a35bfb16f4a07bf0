"""The notification centre: what someone was told of in a workspace, what of it is unread, and marking it."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import InvalidError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import NotificationId, UserId, WorkspaceId
from parlour.core.later.visible import visible
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.notifications import Notification, NotificationKind
from parlour.core.model.page import Page
from parlour.core.notify.reading import COUNTED, were_read
from parlour.core.store.notifications import Row
from parlour.core.telemetry import log

AT_ONCE = 1000
"""Notifications that are marked by one query."""


class Marking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notifications are marked: some by their ids, or `all` that are unread."""

    ids: list[NotificationId] = []
    all: bool = False


class MarkingUnread(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notifications are marked unread again."""

    ids: list[NotificationId]


class Marked(Struct, frozen=True, kw_only=True):
    """Which notifications have changed, and how many are unread now; a count is not told beyond 100."""

    ids: list[NotificationId]
    unread: int


async def mine(
    house: House,
    user_id: UserId,
    workspace_id: WorkspaceId,
    *,
    unread: bool = False,
    kinds: Sequence[NotificationKind] = (),
    before: str | None = None,
    limit: int,
) -> Page[Notification]:
    """Return a page of someone's notifications, the newest first, each with its message as it is now.

    A message that is deleted or out of sight by now is absent.

    Raises:
        NotFoundError: they do not belong to the workspace.
    """
    await _enter(house, user_id, workspace_id)
    rows = await house.notifications.page(
        user_id, workspace_id, unread=unread, kinds=kinds, before=before, limit=limit + 1
    )
    messages = await visible(house, user_id, [row.message_id for row in rows[:limit]])
    items = [replace(row.notification, message=messages.get(row.message_id)) for row in rows[:limit]]
    return Page(items, items[-1].id if len(rows) > limit else None)


async def count_unread(house: House, user_id: UserId, workspace_id: WorkspaceId) -> int:
    """Return how many of someone's notifications are unread, up to 100.

    Raises:
        NotFoundError: they do not belong to the workspace.
    """
    await _enter(house, user_id, workspace_id)
    return await _unread(house, user_id, workspace_id)


async def read(house: House, user_id: UserId, workspace_id: WorkspaceId, marking: Marking) -> Marked:
    """Mark notifications read, on all devices; what is pending for them is not sent any more.

    Raises:
        NotFoundError: they do not belong to the workspace.
        InvalidError: more ids than the setting `page_max`.
    """
    await _enter(house, user_id, workspace_id)
    done: list[NotificationId] = []
    if marking.all:
        while rows := await house.notifications.page(user_id, workspace_id, unread=True, limit=AT_ONCE):
            done += await _read(house, rows)
    else:
        rows = await house.notifications.mine(user_id, workspace_id, _few(house, marking.ids))
        done += await _read(house, [row for row in rows if row.read_at is None])
    return Marked(ids=done, unread=await _unread(house, user_id, workspace_id))


async def unread(house: House, user_id: UserId, workspace_id: WorkspaceId, marking: MarkingUnread) -> Marked:
    """Mark notifications unread again, on all devices. Nothing is sent again for that.

    Raises:
        NotFoundError: they do not belong to the workspace.
        InvalidError: more ids than the setting `page_max`.
    """
    await _enter(house, user_id, workspace_id)
    rows = await house.notifications.mine(user_id, workspace_id, _few(house, marking.ids))
    ids = [row.id for row in rows if row.read_at is not None]
    await house.notifications.unread(ids)
    marked = Marked(ids=ids, unread=await _unread(house, user_id, workspace_id))
    told = {"workspace_id": workspace_id, "ids": ids, "unread": marked.unread}
    live = packet("notification.unread", told)
    house.live.publish(Live(user_topic(user_id), "notification.unread", live, user_id=user_id))
    return marked


async def _read(house: House, rows: Sequence[Row]) -> list[NotificationId]:
    if rows:
        try:
            await were_read(house, rows, at=now())
        except UnavailableError as error:
            # It is on record: whoever looks next finds it.
            log.warning("notify.untold", error=error.detail)
    return [row.id for row in rows]


async def _unread(house: House, user_id: UserId, workspace_id: WorkspaceId) -> int:
    return (await house.notifications.count_unread(user_id, most=COUNTED)).get(workspace_id, 0)


def _few(house: House, ids: Sequence[NotificationId]) -> Sequence[NotificationId]:
    most = house.settings.page_max
    if len(ids) > most:
        raise InvalidError.field("ids", f"At most {most} notifications are marked at once (page_max).")
    return ids


async def _enter(house: House, user_id: UserId, workspace_id: WorkspaceId) -> None:
    if await house.workspaces.role(workspace_id, user_id) is None:
        raise NotFoundError.of("workspace")
