"""Who is online and who is typing, in Redis, where both expire by themselves.

A person is connected while some gateway's interest in their topic has not expired (`live`): nothing
more is written per person. A workspace keeps one sorted set, person -> expiry, renewed by gateways once a
heartbeat in one command, so listing and noticing who vanished are one query each.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from redis.asyncio import Redis

from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import interest_key, user_topic

PresenceState = Literal["active", "away", "offline"]


async def connected(redis: Redis, user_ids: Sequence[UserId]) -> set[UserId]:
    """Return those who have a live connection anywhere."""
    now, pipeline = time.time(), redis.pipeline(transaction=False)
    for user_id in user_ids:
        pipeline.zcount(interest_key(user_topic(user_id)), now, "+inf")
    counts = await pipeline.execute() if user_ids else []
    return {user_id for user_id, count in zip(user_ids, counts, strict=True) if count}


async def online(redis: Redis, workspace_id: WorkspaceId) -> dict[UserId, PresenceState]:
    """Return a workspace's people who are online, active or away."""
    pipeline = redis.pipeline(transaction=False)
    pipeline.zrangebyscore(_people(workspace_id), time.time(), "+inf")
    pipeline.hgetall(_away(workspace_id))
    people, away = await pipeline.execute()
    return {UserId(p.decode()): "away" if p in away else "active" for p in people}


async def renew(
    redis: Redis, people: Mapping[WorkspaceId, Iterable[UserId]], *, seconds: float
) -> list[tuple[WorkspaceId, UserId]]:
    """Keep people online for `seconds`; return those of these workspaces who vanished, each to one caller."""
    now = time.time()
    pipeline = redis.pipeline(transaction=False)
    workspaces = [workspace_id for workspace_id, user_ids in people.items() if user_ids]
    for workspace_id in workspaces:
        pipeline.zadd(_people(workspace_id), dict.fromkeys(people[workspace_id], now + seconds))
        pipeline.zrangebyscore(_people(workspace_id), "-inf", now)
    answers = await pipeline.execute() if workspaces else []
    gone: list[tuple[WorkspaceId, UserId]] = []
    for workspace_id, expired in zip(workspaces, answers[1::2], strict=True):
        for user_id in expired:
            if await redis.zrem(_people(workspace_id), user_id):
                await redis.hdel(_away(workspace_id), user_id)
                gone.append((workspace_id, UserId(user_id.decode())))
    return gone


async def arrive(
    redis: Redis, user_id: UserId, workspaces: Iterable[WorkspaceId], *, seconds: float
) -> list[WorkspaceId]:
    """Put someone online and return the workspaces where they were not."""
    now, listed = time.time(), list(workspaces)
    pipeline = redis.pipeline(transaction=False)
    for workspace_id in listed:
        pipeline.zscore(_people(workspace_id), user_id)
        pipeline.zadd(_people(workspace_id), {user_id: now + seconds})
    answers = await pipeline.execute() if listed else []
    return [w for w, score in zip(listed, answers[::2], strict=True) if score is None or score < now]


async def depart(redis: Redis, user_id: UserId, workspaces: Iterable[WorkspaceId]) -> list[WorkspaceId]:
    """Take someone offline unless another gateway still holds them; return the workspaces they left."""
    if await connected(redis, [user_id]):
        return []
    listed, pipeline = list(workspaces), redis.pipeline(transaction=False)
    for workspace_id in listed:
        pipeline.zrem(_people(workspace_id), user_id)
        pipeline.hdel(_away(workspace_id), user_id)
    answers = await pipeline.execute() if listed else []
    return [w for w, removed in zip(listed, answers[::2], strict=True) if removed]


async def set_away(redis: Redis, user_id: UserId, workspaces: Iterable[WorkspaceId], *, away: bool) -> None:
    """Record whether an online person is away."""
    pipeline = redis.pipeline(transaction=False)
    for workspace_id in workspaces:
        if away:
            pipeline.hset(_away(workspace_id), user_id, "1")
        else:
            pipeline.hdel(_away(workspace_id), user_id)
    await pipeline.execute()


async def start_typing(redis: Redis, channel_id: ChannelId, user_id: UserId, *, seconds: int) -> None:
    """Record that someone types, for a few seconds."""
    pipeline = redis.pipeline(transaction=False)
    pipeline.zadd(_typing(channel_id), {user_id: time.time() + seconds})
    pipeline.expire(_typing(channel_id), seconds)
    await pipeline.execute()


async def typing_in(redis: Redis, channel_id: ChannelId) -> list[UserId]:
    """Return who types in a channel right now."""
    found: Any = await redis.zrangebyscore(_typing(channel_id), time.time(), "+inf")
    return [UserId(user_id.decode()) for user_id in found]


def _people(workspace_id: WorkspaceId) -> str:
    return f"online:{workspace_id}"


def _away(workspace_id: WorkspaceId) -> str:
    return f"away:{workspace_id}"


def _typing(channel_id: ChannelId) -> str:
    return f"typing:{channel_id}"
