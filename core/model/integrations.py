"""What integrators connect to a workspace: tokens and bots, as those see them who run them."""

from datetime import datetime

from msgspec import Struct

from parlour.core.ids import SessionId, UserId, WorkspaceId
from parlour.core.model.rights import Scope


class Token(Struct, frozen=True, kw_only=True):
    """A token of somebody's own. Its secret is shown when it is made, and never again."""

    id: SessionId
    name: str
    scopes: list[Scope]
    created_at: datetime | None
    expires_at: datetime | None
    last_used_at: datetime | None
    address: str = ""
    agent: str = ""


class MadeToken(Struct, frozen=True, kw_only=True):
    """A fresh token: what a program sends, and what is known of it from then on."""

    secret: str
    token: Token


class BotRecord(Struct, frozen=True, kw_only=True):
    """A bot as stored; its name and handle are those of its account, `token_id` is what lets it in."""

    id: UserId
    workspace_id: WorkspaceId
    owner_id: UserId
    created_at: datetime
    scopes: list[Scope]
    description: str = ""
    token_id: SessionId | None = None
    deactivated_at: datetime | None = None


class Bot(Struct, frozen=True, kw_only=True):
    """A bot of a workspace. Without a `token` nothing lets it in: it is deactivated, or its token has expired."""

    id: UserId
    workspace_id: WorkspaceId
    name: str
    handle: str
    description: str
    scopes: list[Scope]
    owner_id: UserId
    created_at: datetime
    deactivated_at: datetime | None
    token: Token | None


class MadeBot(Struct, frozen=True, kw_only=True):
    """A bot with a fresh token, shown once."""

    secret: str
    bot: Bot
