"""Slash commands of a workspace's own: a name, and the address of an integrator's program that answers it."""

from datetime import datetime

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, SlashCommandId, UserId, WorkspaceId


class SlashCommand(Struct, frozen=True, kw_only=True):
    """A command. `bot_id` is the account in whose name it answers in channels; `failure` says why it last failed."""

    id: SlashCommandId
    workspace_id: WorkspaceId
    name: str
    url: str
    usage: str
    help: str
    bot_id: UserId
    created_by: UserId
    created_at: datetime
    last_used_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""


class MadeSlashCommand(Struct, frozen=True, kw_only=True):
    """A command with the secret that signs what is sent to it, shown once."""

    secret: str
    command: SlashCommand


class CommandRun(Struct, frozen=True, kw_only=True):
    """One use of a command: who may still be answered, where, and until when. Its address holds the secret."""

    id: str
    command_id: SlashCommandId
    command: str
    workspace_id: WorkspaceId
    channel_id: ChannelId
    user_id: UserId
    bot_id: UserId
    secret_hash: str
    expires_at: datetime
    thread_root_id: EntryId | None = None
    uses: int = 0
