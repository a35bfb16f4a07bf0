"""Who is removed from a channel loses it, with Redis and without."""

import asyncio

from deploy.stack import Stack
from tests.faults.under_load.line import Line, RefusedError
from tests.faults.under_load.outage import kill_for_good
from tests.person import Json, Person, eventually

LOST_WITHIN_S = 10.0


async def test_a_removed_member_loses_the_channel_even_while_redis_is_away(
    ada: Person, ben: Person, stack: Stack, gateways: list[str]
) -> None:
    channel = await ada.make_channel("private", ben)
    heard: list[tuple[str, Json]] = []
    at_ben = await Line.to(ben, gateways[1], lambda name, payload: heard.append((name, payload)))
    try:
        # Both are remembered as members by whoever asked: the gateway, and Redis for the API.
        await at_ben.ask("message.send", {"channel_id": channel, "text": "I am in"})
        await ben.send(channel, "here too")
        await kill_for_good(stack, "redis")
        removed = await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
        assert removed.status == 204
        await eventually(lambda: _has_lost(heard, channel), within_s=LOST_WITHIN_S)
        assert not at_ben.ended.is_set(), "the connection itself is still good"
        await _assert_shut_out(ben, at_ben, channel)
        unheard = await ada.send(channel, "he is gone")
        await asyncio.to_thread(stack.start_program, "redis")
        await asyncio.to_thread(stack.wait_ready)
        await _assert_shut_out(ben, at_ben, channel)
        also_unheard = await ada.send(channel, "still gone")
        await at_ben.ask("presence.list", {"workspace_id": ada.workspace["id"]})
        told = {payload["message"]["id"] for name, payload in heard if name == "message.sent"}
        assert told.isdisjoint({unheard["id"], also_unheard["id"]})
    finally:
        await at_ben.close()


async def _has_lost(heard: list[tuple[str, Json]], channel_id: str) -> bool:
    return any(n == "channel.left" and p["channel_id"] == channel_id for n, p in heard)


async def _assert_shut_out(person: Person, line: Line, channel_id: str) -> None:
    for name, payload in (("message.send", {"text": "still?"}), ("channel.sync", {"since_seq": 0})):
        try:
            await line.ask(name, {"channel_id": channel_id, **payload})
        except RefusedError as refused:
            assert refused.code == "not_found"
        else:
            raise AssertionError(f"{name} still works")
    sent = await person.ask("POST", f"/api/v1/channels/{channel_id}/messages", {"text": "still?"})
    assert (sent.status, sent.code) == (404, "not_found")
