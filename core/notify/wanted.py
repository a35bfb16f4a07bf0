"""Who wants to hear of a message, and why. The cost grows with those who want it, not with a channel's members."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from parlour.core.chat.said import said
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, GroupId, NotificationId, UserId, WorkspaceId, new_id
from parlour.core.live import FAILURES
from parlour.core.model.chat import FIXED_KINDS, MESSAGE, Entry
from parlour.core.model.notifications import KINDS, EffectivePreferences, Level, NotificationKind
from parlour.core.model.people import Group
from parlour.core.notify.preferences import effective_of
from parlour.core.presence import connected
from parlour.core.search.tokens import holds_phrase, words
from parlour.core.store.channels import Membership
from parlour.core.store.notifications import Row

AT_ONCE = 1000
UNDECIDED = "got no decision in time"
"""Why somebody hears of an approval that they asked for, and that nobody answered: said of its author, as all else."""
Claim = tuple[Iterable[UserId], NotificationKind, str]
"""People who may want a message, and why."""


class Callers(Struct, frozen=True, kw_only=True):
    """All that tells who wants the messages of a batch, looked up once for it."""

    groups: Mapping[GroupId, Group]
    followers: Mapping[EntryId, Sequence[UserId]]
    listening: Mapping[UserId, Sequence[str]]
    hearing_all: Sequence[UserId]
    members: Sequence[UserId]
    here: set[UserId]
    is_direct: bool


class Place(Struct, frozen=True):
    """A member, and what they chose of notifications."""

    membership: Membership
    chosen: EffectivePreferences


class Wanted(Struct, frozen=True):
    """A notification that somebody wants, and what they chose of notifications."""

    row: Row
    chosen: EffectivePreferences


async def wanted(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, messages: Sequence[Entry]
) -> Iterator[Wanted]:
    """Return a notification for each person and message of one channel that they want, in the log's order."""
    callers = await _callers(house, workspace_id, channel_id, messages)
    claims = [(message, _first_reasons(message, callers)) for message in messages]
    people = {user_id for _, reasons in claims for user_id in reasons}
    places = await _places(house, workspace_id, channel_id, people)
    return (
        Wanted(_row(workspace_id, message, user_id, kind, why), place.chosen)
        for message, reasons in claims
        for user_id, (kind, why) in reasons.items()
        if (place := places.get(user_id)) and _wants(place, message, kind)
    )


def declines(muted: bool, wish: Level, kind: NotificationKind) -> bool:  # noqa: FBT001 - a member's own field
    """Return whether a member wants nothing of what concerns them in this way."""
    return muted or wish == "nothing" or (wish == "mentions" and kind == "channel")


def wish_of(membership: Membership, level: Level) -> Level:
    """Return what a member wants of a channel: what they said of it, else of all channels."""
    return level if membership.notify == "default" else membership.notify


def is_for_author(message: Entry) -> bool:
    """Return whether a message is said for its author to hear: how an approval ended that nobody decided."""
    called = message.mentions.user_ids if message.mentions else []
    return message.via == "approval" and bool(message.thread_root_id) and message.author_id in called


def _wants(place: Place, message: Entry, kind: NotificationKind) -> bool:
    member = place.membership
    if member.bot or member.joined_at > message.created_at:
        return False
    if member.user_id == message.author_id and not is_for_author(message):
        return False
    if message.kind == MESSAGE and member.read_n >= message.n:
        return False
    return not declines(member.muted, wish_of(member, place.chosen.level), kind)


def _first_reasons(message: Entry, callers: Callers) -> dict[UserId, tuple[NotificationKind, str]]:
    """Return why each person may want a message: of several reasons the most personal one."""
    found: dict[UserId, tuple[NotificationKind, str]] = {}
    if is_for_author(message):
        found[message.author_id] = ("mention", UNDECIDED)
    for people, kind, why in sorted(_claims(message, callers), key=lambda claim: KINDS.index(claim[1])):
        for user_id in people:
            found.setdefault(user_id, (kind, why))
    return found


def _claims(message: Entry, callers: Callers) -> Iterator[Claim]:
    called = message.mentions
    if callers.is_direct:
        yield callers.members, "direct", "wrote to you"
    if called:
        yield called.user_ids, "mention", "mentioned you"
        for group in (callers.groups[i] for i in called.group_ids if i in callers.groups):
            yield group.user_ids, "group", f"mentioned @{group.handle}"
        if called.channel:
            yield callers.members, "everyone", "called @channel"
        elif called.here:
            yield callers.here, "everyone", "called @here"
    if message.thread_root_id:
        yield callers.followers.get(message.thread_root_id, ()), "thread", "replied in a thread you follow"
    if callers.listening:
        yield from _by_keyword(message, callers.listening)
    if message.kind == MESSAGE:
        yield callers.hearing_all, "channel", "you want everything here"


def _by_keyword(message: Entry, listening: Mapping[UserId, Sequence[str]]) -> Iterator[Claim]:
    text = words(said(message))
    for user_id, keywords in listening.items():
        for keyword in keywords:
            phrase = words(keyword)
            if phrase and holds_phrase(text, phrase, open_end=False):
                yield [user_id], "keyword", f"your keyword “{keyword}”"
                break


async def _callers(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, messages: Sequence[Entry]
) -> Callers:
    called = [message.mentions for message in messages if message.mentions]
    group_ids = {group_id for mentions in called for group_id in mentions.group_ids}
    root_ids = {message.thread_root_id for message in messages if message.thread_root_id}
    channel = await house.channels.get(channel_id)
    is_direct = channel is not None and channel.kind in FIXED_KINDS
    calls_all = any(mentions.channel or mentions.here for mentions in called)
    members = await _members(house, channel_id) if is_direct or calls_all else []
    here = await live_among(house, members) if any(mentions.here for mentions in called) else set()
    return Callers(
        groups=await house.groups.many(group_ids) if group_ids else {},
        followers=await house.threads.followers(root_ids) if root_ids else {},
        listening=await _listening(house, workspace_id, messages),
        hearing_all=await house.hearing.all_of(channel_id),
        members=members,
        here=here,
        is_direct=is_direct,
    )


async def _members(house: House, channel_id: ChannelId) -> list[UserId]:
    found: list[UserId] = []
    while page := await house.channels.members(channel_id, after=found[-1] if found else None, limit=AT_ONCE):
        found += [member.user_id for member in page]
    return found


async def _listening(
    house: House, workspace_id: WorkspaceId, messages: Sequence[Entry]
) -> Mapping[UserId, Sequence[str]]:
    if not await house.notification_preferences.anyone_listens(workspace_id):
        return {}
    heard = {word for message in messages for word in words(said(message))}
    return await house.notification_preferences.listening(workspace_id, heard)


async def _places(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, people: set[UserId]
) -> dict[UserId, Place]:
    found, asked = {}, sorted(people)
    for start in range(0, len(asked), AT_ONCE):
        page = asked[start : start + AT_ONCE]
        chosen = await effective_of(house, workspace_id, page)
        for member in await house.channels.among(channel_id, page):
            found[member.user_id] = Place(member, chosen[member.user_id])
    return found


async def live_among(house: House, user_ids: Sequence[UserId]) -> set[UserId]:
    """Return who has a live connection; nobody is known to have one while Redis is away."""
    found: set[UserId] = set()
    try:
        for start in range(0, len(user_ids), AT_ONCE):
            found |= await connected(house.redis, user_ids[start : start + AT_ONCE])
    except FAILURES:
        return set()
    return found


def _row(workspace_id: WorkspaceId, message: Entry, user_id: UserId, kind: NotificationKind, why: str) -> Row:
    return Row(
        id=NotificationId(new_id()),
        user_id=user_id,
        workspace_id=workspace_id,
        channel_id=message.channel_id,
        message_id=message.id,
        seq=message.seq,
        n=message.n if message.kind == MESSAGE else None,
        author_id=message.author_id,
        kind=kind,
        why=why,
        at=_whole_ms(message.created_at),
        thread_root_id=message.thread_root_id,
        urgent=message.urgent,
    )


def _whole_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
