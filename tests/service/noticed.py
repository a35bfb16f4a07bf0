"""Notifications and dispatches put on record as routing and its workflow would, to look at what tells of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import (
    ChannelId,
    DeviceId,
    DispatchId,
    EntryId,
    NotificationId,
    UserId,
    WorkspaceId,
    new_id,
)
from parlour.core.model.notifications import Attempt, Covered, Dispatch
from parlour.core.store.notifications import Row
from tests.person import Json

KEPT = timedelta(days=1)


class Reader(Protocol):
    """Someone who is to hear of a message, and the workspace it is in."""

    id: str
    workspace: Json


@dataclass
class Known:
    """A reader of whom no more is known."""

    id: str
    workspace: Json


async def noticed(house: House, person: Reader, message: Json, **given: Any) -> Row:
    """Put on record that someone is to hear of a message."""
    at = now()
    row = Row(
        **{
            "id": NotificationId(new_id()),
            "user_id": UserId(person.id),
            "workspace_id": WorkspaceId(person.workspace["id"]),
            "channel_id": ChannelId(message["channel_id"]),
            "message_id": EntryId(message["id"]),
            "seq": message["seq"],
            "n": message["n"],
            "author_id": UserId(message["author_id"]),
            "kind": "mention",
            "why": "mentioned you",
            "at": at,
            "open": False,
        }
        | given
    )
    [added] = await house.notifications.add([row], expires_at=at + KEPT)
    return added


async def dispatched(house: House, row: Row, **given: Any) -> Dispatch:
    """Put on record what left, or is to leave, for a notification."""
    at = now()
    covered = Covered(
        conversation=row.conversation,
        channel_id=row.channel_id,
        first_seq=row.seq,
        last_seq=row.seq,
        count=1,
    )
    facts: dict[str, Any] = {
        "id": DispatchId(new_id()),
        "user_id": row.user_id,
        "workspace_id": row.workspace_id,
        "way": "push",
        "to": "Firefox on Linux",
        "world": "webpush:push.example.com",
        "state": "sent",
        "words": "sent",
        "created_at": at,
        "updated_at": at,
        "since": at,
        "covers": [covered],
    } | given
    if facts["way"] == "push":
        facts.setdefault("device_id", DeviceId(new_id()))
    dispatch = Dispatch(**facts)
    await house.dispatches.add(dispatch, expires_at=at + KEPT)
    return dispatch


def tried(answered: Any = "sent", **given: Any) -> Attempt:
    """An attempt, now."""
    return Attempt(
        **{"at": now(), "answered": answered, "code": "201", "words": "taken", "took_ms": 41} | given
    )
