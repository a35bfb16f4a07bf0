"""That a workspace demands a second step at sign-in, as its admins see it."""

from datetime import datetime

from msgspec import Struct

from parlour.core.ids import UserId


class WantedDemand(Struct, frozen=True, forbid_unknown_fields=True):
    """A demand for a second step; members have one within `grace_days` of being found without (none: the default)."""

    grace_days: int | None = None


class DemandState(Struct, frozen=True, kw_only=True):
    """Whether a workspace demands a second step, since when, and how many of its members lack one.

    Who lacks one is told, reminded, and set aside once their `grace_days` are over, until they have one. At `looks_at`
    there is something to do next.
    """

    on: bool
    grace_days: int
    grace_days_max: int
    since: datetime | None = None
    looks_at: datetime | None = None
    lacking: int = 0


class LackingMember(Struct, frozen=True, kw_only=True):
    """A member who lacks a second step, and has one by `by`, or is set aside until they do."""

    user_id: UserId
    name: str
    handle: str
    by: datetime
    aside: bool
    told: int


class Demanded(Struct, frozen=True, kw_only=True):
    """A workspace that demands a second step of somebody who has none, by when; `aside`: it lets them in no more."""

    name: str
    slug: str
    by: datetime
    aside: bool
