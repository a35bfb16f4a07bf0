"""Who is here and who is typing, in Redis, where both end by themselves.

Each gateway keeps one hash a workspace: person -> `active` or `away`, as far as its own sockets tell. A sorted set
names the workspace's gateways with their expiry. So a heartbeat costs a gateway one command a workspace, however
many people it holds, and what a gateway said ends with it. A person is active if any gateway says so, else away if
any says that, else offline. Changes are made by one script, which compares before and after and tells every gateway
of the workspace what changed, in one order for all.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from redis.asyncio import Redis

from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import interest_key, user_topic
from parlour.core.model.people import PresenceState

AT_ONCE = 1000
"""People whose state one call of a script takes."""


class Changed(Struct, frozen=True):
    """People of a workspace whose state changed, as every gateway of that workspace hears it."""

    workspace_id: WorkspaceId
    people: list[tuple[UserId, PresenceState]]


# What both scripts share. KEYS: the workspace's gateways, by expiry. ARGV: now, the caller's expiry, seconds its hash
# is kept, the caller, the workspace.
COMMON = """
local now, mine = ARGV[1], KEYS[1] .. ':' .. ARGV[4]
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local gateways = redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')
local function state_of(person)
  local found = 'offline'
  for _, gateway in ipairs(gateways) do
    local said = redis.call('HGET', KEYS[1] .. ':' .. gateway, person)
    if said == 'active' then return said end
    found = said or found
  end
  return found
end
local function tell(people)
  if #people == 0 then return end
  local told = cjson.encode({workspace_id = ARGV[5], people = people})
  for _, gateway in ipairs(gateways) do redis.call('PUBLISH', 'presence:' .. gateway, told) end
end
"""

# ARGV further: person, state, and whether all are to hear it even if nothing changed; and so on.
SAY = """
local changed = {}
for i = 6, #ARGV, 3 do
  local person, state, before = ARGV[i], ARGV[i + 1], state_of(ARGV[i])
  if state == 'offline' then redis.call('HDEL', mine, person) else redis.call('HSET', mine, person, state) end
  local after = state_of(person)
  if after ~= before or ARGV[i + 2] == 'all' then changed[#changed + 1] = {person, after} end
end
redis.call('EXPIRE', mine, ARGV[3])
tell(changed)
"""

# Ends what gateways that died had said; one caller finds them. Returns whether Redis still holds the caller's own.
KEEP = """
local kept = redis.call('EXPIRE', mine, ARGV[3])
local lost = {}
for _, gateway in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. now)) do
  local theirs = redis.call('HGETALL', KEYS[1] .. ':' .. gateway)
  for i = 1, #theirs, 2 do
    if lost[theirs[i]] ~= 'active' then lost[theirs[i]] = theirs[i + 1] end
  end
  redis.call('DEL', KEYS[1] .. ':' .. gateway)
  redis.call('ZREM', KEYS[1], gateway)
end
local changed = {}
for person, before in pairs(lost) do
  local after = state_of(person)
  if after ~= before and after ~= 'active' then changed[#changed + 1] = {person, after} end
end
tell(changed)
return kept
"""


class PresenceBook:
    """What one gateway says of its people. It ends `seconds` after the last heartbeat."""

    def __init__(self, redis: Redis, gateway: str, *, seconds: float) -> None:
        self._redis = redis
        self._gateway = gateway
        self._seconds = seconds
        self._say = redis.register_script(COMMON + SAY)
        self._keep = redis.register_script(COMMON + KEEP)

    async def say(
        self,
        workspace_id: WorkspaceId,
        people: Mapping[UserId, PresenceState],
        *,
        to_all: Iterable[UserId] = (),
    ) -> None:
        """Record how people are by this gateway's sockets; all hear of those `to_all` even if nothing changed."""
        repeated, listed = set(to_all), list(people.items())
        for start in range(0, len(listed), AT_ONCE):
            said = (
                (user_id, state, "all" if user_id in repeated else "")
                for user_id, state in listed[start : start + AT_ONCE]
            )
            given = [*self._header(workspace_id), *(word for words in said for word in words)]
            await self._say(keys=[_gateways(workspace_id)], args=given)

    async def keep(self, workspaces: Sequence[WorkspaceId]) -> list[WorkspaceId]:
        """Renew what was said; return the workspaces of which Redis holds nothing (any more)."""
        pipeline = self._redis.pipeline(transaction=False)
        for workspace_id in workspaces:
            await self._keep(keys=[_gateways(workspace_id)], args=self._header(workspace_id), client=pipeline)
        kept = await pipeline.execute() if workspaces else []
        return [w for w, is_kept in zip(workspaces, kept, strict=True) if not is_kept]

    def _header(self, workspace_id: WorkspaceId) -> list[str | float]:
        now = time.time()
        return [now, now + self._seconds, int(self._seconds * 4) + 1, self._gateway, workspace_id]


async def online(redis: Redis, workspace_id: WorkspaceId) -> dict[UserId, PresenceState]:
    """Return a workspace's people who are not offline."""
    pipeline = redis.pipeline(transaction=False)
    for key in await _hashes(redis, workspace_id):
        pipeline.hgetall(key)
    found: dict[UserId, PresenceState] = {}
    for said in await pipeline.execute():
        for user_id, state in said.items():
            if state == b"active" or user_id.decode() not in found:
                found[UserId(user_id.decode())] = state.decode()
    return found


async def state_of(redis: Redis, workspace_id: WorkspaceId, user_id: UserId) -> PresenceState:
    """Return how one person of a workspace is."""
    pipeline = redis.pipeline(transaction=False)
    for key in await _hashes(redis, workspace_id):
        pipeline.hget(key, user_id)
    said = await pipeline.execute()
    return "active" if b"active" in said else "away" if b"away" in said else "offline"


async def connected(redis: Redis, user_ids: Sequence[UserId]) -> set[UserId]:
    """Return those who have a live connection anywhere."""
    now, pipeline = time.time(), redis.pipeline(transaction=False)
    for user_id in user_ids:
        pipeline.zcount(interest_key(user_topic(user_id)), now, "+inf")
    counts = await pipeline.execute() if user_ids else []
    return {user_id for user_id, count in zip(user_ids, counts, strict=True) if count}


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


async def _hashes(redis: Redis, workspace_id: WorkspaceId) -> list[str]:
    """Return the hashes of a workspace's living gateways."""
    gateways: Any = await redis.zrangebyscore(_gateways(workspace_id), time.time(), "+inf")
    return [f"{_gateways(workspace_id)}:{gateway.decode()}" for gateway in gateways]


def _gateways(workspace_id: WorkspaceId) -> str:
    return f"here:{workspace_id}"


def _typing(channel_id: ChannelId) -> str:
    return f"typing:{channel_id}"
