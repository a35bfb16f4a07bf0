"""What leaves the house to one device, or by one mail, after the workspace's rule for content was applied."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, DeviceId, DispatchId, EntryId, UserId, WorkspaceId
from parlour.core.model.notifications import DeviceKind, WebPushKeys

Urgency = Literal["normal", "high"]


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a device is reached: `target` is an endpoint (webpush, unifiedpush), a registration or device token."""

    device_id: DeviceId
    kind: DeviceKind
    target: str
    keys: WebPushKeys | None = None


class Push(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device shows, or (`close`) shows no more.

    `tag` is the conversation: a later push of the same tag takes the place of the earlier one, on the device and, as
    far as the service can, on its way. `url` is the path to open. `count` is how many messages it stands for, `badge`
    the number at the app's icon (none: leave it).
    """

    dispatch_id: DispatchId
    user_id: UserId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    tag: str
    title: str = ""
    body: str = ""
    url: str = "/app"
    count: int = 1
    badge: int | None = None
    sound: bool = True
    urgency: Urgency = "normal"
    close: bool = False
    at: datetime | None = None


class MailMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message as a mail shows it; `text` is empty where content stays in the house."""

    author: str
    at: datetime
    text: str
    url: str
    why: str


class MailConversation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The messages of one conversation in a mail, oldest first; `more` is how many it does not show."""

    title: str
    url: str
    messages: list[MailMessage]
    more: int = 0
    root_id: EntryId | None = None


class Mail(Struct, frozen=True, kw_only=True):
    """A mail to one person, before it is rendered.

    `thread_key` is what mails of one conversation share (none: a digest, which stands alone). `unsubscribe_url` works
    without signing in. `timezone` is the reader's.
    """

    dispatch_id: DispatchId
    to_name: str
    to_email: str
    workspace: str
    conversations: list[MailConversation]
    total: int
    timezone: str
    home_url: str
    preferences_url: str
    unsubscribe_url: str
    thread_key: str | None = None
    digest: bool = False
    urgent: bool = False
