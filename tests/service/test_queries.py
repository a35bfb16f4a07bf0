"""No query scans a collection: the suite records what does (`conftest`); the plans of some are read here."""

import uuid

from parlour.core.house import House
from parlour.core.ids import ChannelId
from parlour.core.store.mongo import Document
from tests.person import Person
from tests.service.conftest import collection_scans


async def test_a_query_that_scans_a_collection_is_caught(house: House) -> None:
    scratch = house.database["scratch"]
    await scratch.insert_one({"name": "here"})
    await scratch.find_one({"name": "not here"})
    caught = [scan["ns"] for scan in await collection_scans(house.database)]
    assert caught == [f"{house.settings.mongo_database}.scratch"]
    await scratch.drop()


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
