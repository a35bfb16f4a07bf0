"""No query scans a collection: the whole suite's queries are profiled by MongoDB, and the plans of some are read."""

import uuid

from parlour.core.house import House
from parlour.core.ids import ChannelId
from parlour.core.store.mongo import Document
from tests.person import Person


async def test_no_operation_of_a_members_day_scans_a_collection(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    await house.database.command("profile", 2)
    try:
        await a_members_day(ada, ben)
    finally:
        await house.database.command("profile", 0)
    cursor = house.database["system.profile"].find({"planSummary": {"$exists": True}})
    profiled = [operation async for operation in cursor]
    assert len(profiled) > 20, "the profile is empty"
    scans = [operation for operation in profiled if "COLLSCAN" in operation["planSummary"]]
    scans = [operation for operation in scans if not operation["ns"].endswith("system.profile")]
    assert not scans, [(s["ns"], s.get("command")) for s in scans]


async def a_members_day(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    await ada.make_channel("direct", ben)
    at_ben = await ben.device()
    message = await ada.send(channel, "hello")
    await at_ben.wait_for("message.sent")
    await at_ben.call("channel.sync", {"channel_id": channel, "since_seq": 0})
    await at_ben.call("channel.read", {"channel_id": channel, "n": 1})
    for path in (
        f"channels/{channel}/messages",
        f"channels/{channel}/messages?before_n=5",
        f"channels/{channel}/members",
        f"messages/{message['id']}/delivery",
        f"workspaces/{ada.workspace['id']}/members",
        "me",
    ):
        await ben.get(f"/api/v1/{path}")
    for change in ({"topic": "engines"}, {"name": f"new-{channel}"}, {"name": "general"}):
        await ada.ask("PATCH", f"/api/v1/channels/{channel}", change)
    workspace = f"/api/v1/workspaces/{ada.workspace['id']}"
    for query in ("q=a&sort=name", "sort=members", "sort=activity", "archived=true", "limit=1&sort=members"):
        page = await ben.get(f"{workspace}/channels?{query}")
        await ben.get(f"{workspace}/channels?{query}&cursor={page['next'] or channel}")
    for query in ("q=hello", "q=hel+from:me+has:link", 'q="hello+there"&sort=time', "q=ada&in=general"):
        await ben.get(f"{workspace}/search?{query}")
    await ben.get(f"/api/v1/messages/{message['id']}/context")
    await ben.post(f"{workspace}/searches", {"q": "hello"}, status=204)
    await ben.get(f"{workspace}/searches")
    section = await ben.post(f"{workspace}/sections", {"name": "Work"})
    preferences = {"muted": True, "section_id": section["id"]}
    await ben.ask("PATCH", f"/api/v1/channels/{channel}/membership", preferences)
    await ben.ask("PATCH", f"{workspace}/sections/{section['id']}", {"position": 0})
    await ben.ask("DELETE", f"{workspace}/sections/{section['id']}")
    await a_day_of_later_things(ben, channel)
    await ada.ask("POST", "/api/v1/auth/refresh")
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")


async def a_day_of_later_things(person: Person, channel: str) -> None:
    at = {"text": "later", "when": "tomorrow", "client_id": "later-1"}
    made = await person.post(f"/api/v1/channels/{channel}/scheduled", at)
    await person.get(f"/api/v1/workspaces/{person.workspace['id']}/scheduled")
    await person.get(f"/api/v1/scheduled/{made['id']}")
    await person.ask("PATCH", f"/api/v1/scheduled/{made['id']}", {"text": "later still"})
    await person.ask("DELETE", f"/api/v1/scheduled/{made['id']}")


async def test_the_ends_of_many_logs_cost_one_seek_each_whatever_their_history(
    ada: Person, house: House
) -> None:
    channels = [ChannelId(await ada.make_channel()) for _ in range(3)]
    for i in range(40):
        await ada.send(channels[i % 3], f"{i} {uuid.uuid4().hex}")
    pipeline = [
        {"$match": {"channel_id": {"$in": channels}}},
        {"$sort": {"channel_id": -1, "seq": -1}},
        {"$group": {"_id": "$channel_id", "seq": {"$first": "$seq"}, "n": {"$first": "$n"}}},
    ]
    explained = await house.database.command(
        "explain",
        {"aggregate": "entries", "pipeline": pipeline, "cursor": {}},
        verbosity="executionStats",
    )
    assert "DISTINCT_SCAN" in stages(explained)
    assert keys_examined(explained) <= 3 * len(channels)
    tails = await house.entries.tails(channels)
    assert sum(tail.n for tail in tails.values()) == 40


def stages(node: object) -> set[str]:
    """Return the names of all stages in an explained plan."""
    if isinstance(node, list):
        return set().union(*(stages(item) for item in node))
    if isinstance(node, dict):
        own = {node["stage"]} if isinstance(node.get("stage"), str) else set()
        return own.union(*(stages(value) for value in node.values()))
    return set()


def keys_examined(explained: Document) -> int:
    """Return how many index keys a plan looked at."""
    text = explained["stages"][0]["$cursor"] if "stages" in explained else explained
    return int(text["executionStats"]["totalKeysExamined"])
