"""What workflows and activities tell each other: ids and numbers, never text."""

from dataclasses import dataclass, field

from parlour.core.ids import ChannelId, WorkspaceId


@dataclass(frozen=True)
class ReachedSignal:
    """A channel's log reached `seq`, by requests of these correlation ids."""

    seq: int
    correlation_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RouteRequest:
    """Route the next entries of a channel, at most `limit`."""

    channel_id: ChannelId
    workspace_id: WorkspaceId
    limit: int
    correlation_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Routed:
    """How far a channel is now, what this call did, and how many members it left something for."""

    settled_seq: int
    entries: int
    messages: int
    waiting_members: int


@dataclass(frozen=True)
class SweepRequest:
    """Compare all channels with their deliveries, `page` at a time."""

    page: int


@dataclass(frozen=True)
class Swept:
    """How many channels were looked at, and how many had been left behind."""

    channels: int
    behind: int
