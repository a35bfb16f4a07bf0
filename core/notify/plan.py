"""What to do about someone's notifications, and when: a pure function of what is known about them at a time.

A *route* is one device, or the mailbox. Each unread notification may take every route that its person's preferences
allow; those of one conversation go together, and a digest takes all of a workspace. The same verdicts that make
dispatches tell people what comes next and why (`core.notify.explain`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.ids import ChannelId, DeviceId, DispatchId, NotificationId, UserId, WorkspaceId
from parlour.core.later.zones import moment, wall_clock
from parlour.core.model.notifications import (
    Covered,
    Dispatch,
    EffectivePreferences,
    Leg,
    NotificationKind,
    Way,
)
from parlour.core.notify.quiet import quiet_until
from parlour.core.notify.wanted import declines, wish_of
from parlour.core.notify.words import after, clock
from parlour.core.store.channels import Membership
from parlour.core.store.notifications import Row

MAIL = "email"
KIND_IN_WORDS: Mapping[NotificationKind, str] = {
    "mention": "mentions",
    "direct": "direct messages",
    "group": "mentions of groups",
    "thread": "threads",
    "everyone": "@channel and @here",
    "keyword": "keywords",
    "channel": "channels of which everything is wanted",
}
WAY_IN_WORDS: Mapping[Way, str] = {"push": "pushes", "email": "e-mails"}
Key = tuple[str, str]
"""A conversation, and a route by its device or `email`."""
When = tuple[datetime, str]


class Route(Struct, frozen=True, kw_only=True):
    """One device or the mailbox of a person; `kinds` none: all."""

    way: Way
    key: str
    to: str
    world: str
    device_id: DeviceId | None = None
    kinds: Sequence[NotificationKind] | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """All that a plan follows from.

    `rows` are the notifications that may still take a way, or of which an open dispatch speaks, by their `seq`;
    `dropped` tells of which of them the person may see no more. `missing` says why there is no route of a way.
    `dispatches` are the open ones, and all of the rows' conversations.
    """

    at: datetime
    user_id: UserId
    name: str
    rows: Sequence[Row]
    dispatches: Sequence[Dispatch]
    preferences: Mapping[WorkspaceId, EffectivePreferences]
    places: Mapping[ChannelId, Membership]
    routes: Sequence[Route]
    missing: Mapping[Way, str]
    zone: ZoneInfo
    dnd_until: datetime | None
    group: timedelta
    dropped: Mapping[NotificationId, str] = {}


class Plan(Struct, frozen=True, kw_only=True):
    """What to do: dispatches to make, to end (words -> ids) and to attempt, rows to close, when to look again."""

    make: Sequence[Dispatch]
    cancel: Mapping[str, Sequence[DispatchId]]
    due: Sequence[Dispatch]
    close: Mapping[NotificationId, Mapping[str, str]]
    next: When | None


class Planner:
    """Decides by the facts of one person at one time."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._open: dict[Key, Dispatch] = {}
        self._covered: dict[Key, int] = {}
        self._last: dict[Key, datetime] = {}
        for dispatch in facts.dispatches:
            if not dispatch.closes:
                self._learn(dispatch)
        self._groups = _by_conversation(self._unread())

    def plan(self) -> Plan:
        """Return what to do."""
        cancel = self._cancelled()
        ended = {dispatch_id for ids in cancel.values() for dispatch_id in ids}
        make, later = self._made()
        due = list(make)
        for dispatch in self._facts.dispatches:
            if _is_open(dispatch) and dispatch.id not in ended:
                when = self._held(dispatch.due_at or self._facts.at, *self._of_dispatch(dispatch))
                if when[0] <= self._facts.at:
                    due.append(dispatch)
                else:
                    later.append((when[0], when[1] or f"next attempt at {dispatch.to}"))
        return Plan(
            make=make,
            cancel=cancel,
            due=due,
            close=dict(self._closed(make)),
            next=min(later, default=None),
        )

    def legs(self, row: Row) -> list[Leg]:
        """Return what became, or is to become, of one notification on each way that is not settled on record."""
        return [leg for way in WAY_IN_WORDS for leg in self._legs_of(row, way)]

    def _legs_of(self, row: Row, way: Way) -> Iterator[Leg]:
        settled = self._settled(row)
        for route in (route for route in self._facts.routes if route.way == way):
            key = (row.conversation, route.key)
            if row.seq <= self._covered.get(key, 0) or key in self._open:
                continue  # the dispatch tells of itself
            refusal = settled or self._refusal(row, route)
            if refusal:
                yield Leg(way=way, state="not_wanted", words=refusal, to=route.to)
            else:
                at, words = self._when_of(row, route)
                yield Leg(way=way, state="waiting", words=words, to=route.to, next_at=at)
        if not any(route.way == way for route in self._facts.routes):
            words = settled or self._unwanted(row, way) or self._facts.missing.get(way, "")
            yield Leg(way=way, state="not_wanted", words=words)

    def _learn(self, dispatch: Dispatch) -> None:
        for covered in dispatch.covers:
            key = (covered.conversation, dispatch.device_id or MAIL)
            self._covered[key] = max(covered.last_seq, self._covered.get(key, 0))
            if _is_open(dispatch):
                self._open[key] = dispatch
            elif dispatch.state == "sent":
                self._last[key] = max(dispatch.updated_at, self._last.get(key, dispatch.updated_at))

    def _unread(self) -> Iterator[Row]:
        return (row for row in self._facts.rows if not self._settled(row))

    def _settled(self, row: Row) -> str | None:
        """Return why nothing needs to leave for a notification any more, in words."""
        if row.read_at:
            return f"read {after(row.read_at - row.at)}"
        return self._facts.dropped.get(row.id)

    # What to make.

    def _made(self) -> tuple[list[Dispatch], list[When]]:
        made: list[Dispatch] = []
        later: list[When] = []
        for route in self._facts.routes:
            for rows in self._batches(route):
                when = self._when(rows, route)
                if when[0] <= self._facts.at:
                    made.append(self._dispatch(rows, route))
                else:
                    later.append(when)
        return made, later

    def _batches(self, route: Route) -> Iterator[list[Row]]:
        """Yield what goes together on a route: a conversation, or all of a workspace in a digest."""
        digests: dict[WorkspaceId, list[Row]] = {}
        for conversation, rows in self._groups.items():
            fresh = [] if (conversation, route.key) in self._open else self._fresh(rows, route)
            if fresh and self._is_digest(fresh[0], route):
                digests.setdefault(fresh[0].workspace_id, []).extend(fresh)
            elif fresh:
                yield fresh
        yield from digests.values()

    def _fresh(self, rows: Sequence[Row], route: Route) -> list[Row]:
        covered = self._covered.get((rows[0].conversation, route.key), 0)
        return [row for row in rows if row.open and row.seq > covered and self._refusal(row, route) is None]

    def _is_digest(self, row: Row, route: Route) -> bool:
        return route.way == "email" and self._facts.preferences[row.workspace_id].email in ("hourly", "daily")

    def _dispatch(self, rows: Sequence[Row], route: Route) -> Dispatch:
        facts, first = self._facts, rows[0]
        return Dispatch(
            id=_dispatch_id(facts.at, facts.user_id, route.key, first),
            user_id=facts.user_id,
            workspace_id=first.workspace_id,
            way=route.way,
            to=route.to,
            world=route.world,
            state="waiting",
            words="about to be sent",
            created_at=facts.at,
            updated_at=facts.at,
            since=facts.at,
            due_at=facts.at,
            covers=[_covered(group) for group in _by_conversation(rows).values()],
            device_id=route.device_id,
            digest=self._is_digest(first, route),
        )

    # When.

    def _when_of(self, row: Row, route: Route) -> When:
        fresh = self._fresh(self._groups.get(row.conversation, [row]), route) or [row]
        return self._when(fresh, route)

    def _when(self, rows: Sequence[Row], route: Route) -> When:
        """Return when what goes together may leave, and why not earlier."""
        wanted = self._facts.preferences[rows[0].workspace_id]
        first = min(row.at for row in rows)
        if self._is_digest(rows[0], route):
            at, words = _digest_time(wanted, first, self._facts.zone)
        else:
            wait = timedelta(seconds=wanted.push_after if route.way == "push" else wanted.email_after)
            at, words = first + wait, "unless it is read by then"
            last = self._last.get((rows[0].conversation, route.key))
            gap = max(self._facts.group, wait if route.way == "email" else timedelta())
            if last and last + gap > at:
                at, words = last + gap, "another one of this conversation has just left"
        held, why = self._held(at, rows[0].workspace_id, urgent=any(row.urgent for row in rows))
        return held, why or words

    def _held(self, at: datetime, workspace_id: WorkspaceId, urgent: bool) -> When:  # noqa: FBT001 - computed
        """Return when something may leave that would at `at`: after what must not be disturbed."""
        facts = self._facts
        preferences, words = facts.preferences.get(workspace_id), ""
        at = max(at, facts.at)
        if urgent:
            return at, words
        if facts.dnd_until and facts.dnd_until > at:
            at, words = (
                facts.dnd_until,
                f"do not disturb until {clock(facts.dnd_until, facts.zone, facts.at)}",
            )
        if preferences and (ends := quiet_until(preferences.quiet, facts.zone, at)):
            at, words = ends, f"quiet hours until {clock(ends, facts.zone, facts.at)}"
        return at, words

    def _of_dispatch(self, dispatch: Dispatch) -> tuple[WorkspaceId, bool]:
        """Return where a dispatch belongs, and whether nothing holds it back: urgent, or no message at all."""
        if not dispatch.covers or dispatch.closes:
            return dispatch.workspace_id, True
        return dispatch.workspace_id, any(row.urgent for row in self._rows_of(dispatch))

    # Why not.

    def _refusal(self, row: Row, route: Route) -> str | None:
        if words := self._unwanted(row, route.way):
            return words
        if route.kinds is not None and row.kind not in route.kinds:
            # Others read this, too: what the device is called is its owner's affair.
            return f"the device takes no {KIND_IN_WORDS[row.kind]}"
        return None

    def _unwanted(self, row: Row, way: Way) -> str | None:
        """Return why a person does not want a notification on a way, in words."""
        wanted, place = self._facts.preferences[row.workspace_id], self._facts.places.get(row.channel_id)
        if place is not None and declines(place.muted, wish_of(place, wanted.level), row.kind):
            return "muted the channel since" if place.muted else "wants less of the channel since"
        if way not in wanted.ways.get(row.kind, ()):
            return f"wants no {WAY_IN_WORDS[way]} of {KIND_IN_WORDS[row.kind]}"
        if way == "email" and wanted.email == "never":
            return "wants no e-mails"
        return None

    # What ends.

    def _rows_of(self, dispatch: Dispatch) -> Iterator[Row]:
        """Yield the unread notifications that a dispatch speaks of."""
        for covered in dispatch.covers:
            for row in self._groups.get(covered.conversation, ()):
                if row.seq >= covered.first_seq:
                    yield row

    def _cancelled(self) -> dict[str, list[DispatchId]]:
        found: dict[str, list[DispatchId]] = {}
        routes = {route.key: route for route in self._facts.routes}
        for dispatch in self._facts.dispatches:
            if _is_open(dispatch) and (words := self._why_ended(dispatch, routes)):
                found.setdefault(words, []).append(dispatch.id)
        return found

    def _why_ended(self, dispatch: Dispatch, routes: Mapping[str, Route]) -> str | None:
        route = routes.get(dispatch.device_id or MAIL)
        if route is None:
            return (
                "the device was removed" if dispatch.way == "push" else self._facts.missing.get("email", "")
            )
        if dispatch.closes or not dispatch.covers:
            return None
        unread = list(self._rows_of(dispatch))
        if not unread:
            return self._why_settled(dispatch)
        refusals = [self._refusal(row, route) for row in unread]
        return refusals[0] if all(refusals) else None

    def _why_settled(self, dispatch: Dispatch) -> str:
        conversations = {covered.conversation for covered in dispatch.covers}
        said = [self._settled(row) for row in self._facts.rows if row.conversation in conversations]
        return next((words for words in reversed(said) if words), "read")

    def _closed(self, made: Sequence[Dispatch]) -> Iterator[tuple[NotificationId, Mapping[str, str]]]:
        """Yield the notifications that take no further way, with words for each way that they did not take."""
        going = {(c.conversation, d.device_id or MAIL) for d in made for c in d.covers}
        for row in (row for row in self._facts.rows if row.open):
            settled = self._settled(row)
            if settled:
                yield row.id, {way: settled for way in WAY_IN_WORDS if not self._went(row, way)}
            elif not any(self._may_go(row, route, going) for route in self._facts.routes):
                yield row.id, self._outcomes(row)

    def _may_go(self, row: Row, route: Route, going: set[Key]) -> bool:
        key = (row.conversation, route.key)
        if key in going or key in self._open:
            return True
        return row.seq > self._covered.get(key, 0) and self._refusal(row, route) is None

    def _went(self, row: Row, way: Way) -> bool:
        return any(
            row.seq <= self._covered.get((row.conversation, route.key), 0)
            for route in self._facts.routes
            if route.way == way
        )

    def _outcomes(self, row: Row) -> dict[str, str]:
        found: dict[str, str] = {}
        for way in WAY_IN_WORDS:
            if not self._went(row, way):
                refusals = [self._refusal(row, route) for route in self._facts.routes if route.way == way]
                words = self._unwanted(row, way) or next(filter(None, refusals), None)
                found[way] = words or self._facts.missing.get(way, "")
        return found


def _is_open(dispatch: Dispatch) -> bool:
    return dispatch.state in ("waiting", "sending", "retrying")


def _by_conversation(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.conversation, []).append(row)
    return found


def _covered(rows: Sequence[Row]) -> Covered:
    return Covered(
        conversation=rows[0].conversation,
        channel_id=rows[0].channel_id,
        first_seq=rows[0].seq,
        last_seq=max(row.seq for row in rows),
        count=len(rows),
        thread_root_id=rows[0].thread_root_id,
    )


def _digest_time(wanted: EffectivePreferences, first: datetime, zone: ZoneInfo) -> When:
    """Return the end of the hour, or the next time of the day, behind the first message of a digest."""
    if wanted.email == "hourly":
        begun = first.replace(minute=0, second=0, microsecond=0)
        return begun + timedelta(hours=1), "gathered for the hour"
    hour, minute = map(int, wanted.email_at.split(":"))
    day = wall_clock(first, zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
    at = moment(day, zone)
    return (at if at > first else moment(day + timedelta(days=1), zone)), "gathered for the day"


def _dispatch_id(at: datetime, user_id: UserId, key: str, first: Row) -> DispatchId:
    """Return the id of a dispatch: the same plan made again at the same time makes the same ones (RFC 9562, 5.7)."""
    named = f"{user_id}:{key}:{first.conversation}:{first.seq}"
    random = int.from_bytes(hashlib.sha256(named.encode()).digest()[:10], "big")
    value = int(at.timestamp() * 1000) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return DispatchId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


def merged(dispatch: Dispatch, rows: Sequence[Row]) -> Dispatch:
    """Return a dispatch that speaks of these unread rows of its conversations, which may have grown."""
    return replace(dispatch, covers=[_covered(group) for group in _by_conversation(rows).values()])
