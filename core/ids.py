"""Identifiers: UUID version 7 (RFC 9562) as text, so that ids sort by the time they were made."""

from typing import NewType

import uuid_utils

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)
WorkspaceId = NewType("WorkspaceId", str)
ChannelId = NewType("ChannelId", str)
EntryId = NewType("EntryId", str)
GroupId = NewType("GroupId", str)
SectionId = NewType("SectionId", str)
ScheduledId = NewType("ScheduledId", str)
ReminderId = NewType("ReminderId", str)
NotificationId = NewType("NotificationId", str)
DispatchId = NewType("DispatchId", str)
DeviceId = NewType("DeviceId", str)
FileId = NewType("FileId", str)
ContentId = NewType("ContentId", str)


def new_id() -> str:
    """Return a fresh id."""
    return str(uuid_utils.uuid7())
