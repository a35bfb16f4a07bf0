"""Identifiers: UUID version 7 (RFC 9562) as text, so that ids sort by the time they were made."""

from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

import uuid_utils

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)
IncomingHookId = NewType("IncomingHookId", str)
WebhookId = NewType("WebhookId", str)
WebhookDeliveryId = NewType("WebhookDeliveryId", str)
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
MailId = NewType("MailId", str)
RequestId = NewType("RequestId", str)
FileId = NewType("FileId", str)
ContentId = NewType("ContentId", str)
RunId = NewType("RunId", str)
RunKey = NewType("RunKey", str)
RoleId = NewType("RoleId", str)
ApprovalId = NewType("ApprovalId", str)
SlashCommandId = NewType("SlashCommandId", str)
InvitationId = NewType("InvitationId", str)
ErasureId = NewType("ErasureId", str)


def new_id() -> str:
    """Return a fresh id."""
    return str(uuid_utils.uuid7())


def moment_of_id(given: str) -> datetime | None:
    """Return when an id was made, in milliseconds; none of what is no such id."""
    try:
        found = UUID(given)
    except ValueError:
        return None
    return datetime.fromtimestamp((found.int >> 80) / 1000, UTC) if found.version == 7 else None
