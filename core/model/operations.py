"""How notifications fare on their way out of the house, for those who run a workspace. Never any text."""

from datetime import datetime

from msgspec import Struct

from parlour.core.ids import DispatchId, UserId
from parlour.core.outside.circuit import CircuitState


class Fault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a world answered to an attempt that failed, in its own code and in words."""

    at: datetime
    code: str = ""
    words: str = ""


class World(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One outside world, as the notifications of one workspace find it.

    `waiting` and `retrying` are as of now. `attempts_per_minute` are of the last five minutes, `failure_rate` is the
    share of the last hour's attempts that failed, from 0 to 1 (none: there was no attempt). `circuit` is there while
    the world, for whomever it was tried, has failed of late.
    """

    world: str
    name: str
    waiting: int = 0
    retrying: int = 0
    sent_hour: int = 0
    sent_day: int = 0
    given_up_hour: int = 0
    given_up_day: int = 0
    attempts_per_minute: float = 0
    failure_rate: float | None = None
    last_error: Fault | None = None
    circuit: CircuitState | None = None


class Worlds(Struct, frozen=True):
    """The worlds that a workspace's notifications went to in the last day, or are on their way to."""

    items: list[World]


class RedriveFilter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of those that were given up: what is none matters not."""

    world: str | None = None
    user: UserId | None = None


class Redrive(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which dispatches to open again: these, or all that a filter lets through; one of both is given."""

    ids: list[DispatchId] | None = None
    filter: RedriveFilter | None = None


class Redriven(Struct, frozen=True, kw_only=True):
    """How many dispatches of how many people were opened again, and how many are left for further requests."""

    redriven: int
    people: int
    left: int
