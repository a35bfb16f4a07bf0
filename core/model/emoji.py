"""Emoji that a workspace adds to those of Unicode."""

from datetime import datetime

from msgspec import Struct

from parlour.core.ids import UserId, WorkspaceId


class EmojiRecord(Struct, frozen=True, kw_only=True):
    """An emoji as it is stored, without its picture."""

    id: str
    workspace_id: WorkspaceId
    name: str
    created_by: UserId
    created_at: datetime


class CustomEmoji(Struct, frozen=True):
    """An emoji as members see it, written `:name:`. `url` loads its picture, for a day at least."""

    name: str
    url: str
    created_by: UserId
    created_at: datetime
