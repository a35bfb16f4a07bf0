"""What the workflows and activities of notifications tell each other: ids and numbers, never text."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from parlour.core.ids import (
    DispatchId,
    UserId,
)

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class PlanRequest:
    """See to a person's notifications as of `at`, the workflow's own time."""

    user_id: UserId
    at: datetime


@dataclass(frozen=True)
class DueDispatch:
    """A dispatch that is due, and what it is in a few words, for the Temporal UI."""

    dispatch_id: DispatchId
    words: str


@dataclass(frozen=True)
class Planned:
    """What is due now, when to look next (none: nothing is left to wait for), and the state in words."""

    due: list[DueDispatch]
    look_at: datetime | None
    state: str
    words: str


@dataclass(frozen=True)
class AttemptRequest:
    """Make one attempt at a dispatch that is due as of `at`."""

    dispatch_id: DispatchId
    at: datetime


@dataclass(frozen=True)
class Attempted:
    """What came of it, in words."""

    state: str
    words: str


@dataclass(frozen=True)
class NotificationsSwept:
    """How many people's notifications had been left behind, and were told again."""

    people: int
