"""What those who run a workspace see of it: numbers and servers, never what is said."""

from parlour.core.house import House
from tests.person import Json, Person
from tests.stored import store_file


def path_of(person: Person, rest: str) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/{rest}"


async def summaries(person: Person) -> dict[str, Json]:
    found = await person.get(path_of(person, "channel-summaries?limit=200"))
    return {channel["id"]: channel for channel in found["items"]}


async def test_all_channels_are_seen_in_numbers_and_conversations_not_at_all(
    ada: Person, ben: Person
) -> None:
    secret = await ben.make_channel("private", name="plans-of-ben")
    direct = await ada.make_channel("direct", ben)
    await ben.send(secret, "nobody but me reads this")
    found = await summaries(ada)
    assert direct not in found
    seen = found[secret]
    assert (seen["name"], seen["kind"], seen["members"], seen["messages"]) == (
        "plans-of-ben",
        "private",
        1,
        1,
    )
    assert seen["last_activity_at"]
    assert "nobody but me" not in str(found)
    assert (await ada.ask("GET", f"/api/v1/channels/{secret}/messages")).status == 404, (
        "seen in numbers alone"
    )


async def test_a_channel_is_archived_and_restored_by_who_is_not_in_it(
    ada: Person, ben: Person, outsider: Person
) -> None:
    secret = await ben.make_channel("private")
    path = path_of(ada, f"channel-summaries/{secret}")
    assert (await ada.ask("PATCH", path, {"archived": True})).body["archived"] is True
    refused = await ben.ask("POST", f"/api/v1/channels/{secret}/messages", {"text": "still?"})
    assert refused.code == "channel_archived"
    assert (await ada.ask("PATCH", path, {"archived": False})).body["archived"] is False
    await ben.send(secret, "again")
    assert (await ada.ask("PATCH", path, {"posting": "moderators"})).body["posting"] == "moderators"
    direct = await ada.make_channel("direct", ben)
    assert (await ada.ask("PATCH", path_of(ada, f"channel-summaries/{direct}"), {"topic": "x"})).status == 404
    theirs = path_of(outsider, f"channel-summaries/{secret}")
    assert (await outsider.ask("PATCH", theirs, {"archived": True})).status == 404
    general = path_of(ada, f"channel-summaries/{await ada.general()}")
    assert (await ada.ask("PATCH", general, {"archived": True})).code == "general_is_fixed"
    assert (await ben.ask("PATCH", path, {"archived": True})).code == "missing_right"


async def test_storage_tells_kinds_people_and_the_largest_and_no_name(
    ada: Person, ben: Person, house: House
) -> None:
    await store_file(house, ada, b"x" * 1000, name="small.txt")
    large = await store_file(house, ben, b"y" * 5000, name="my-diary.pdf", kind="pdf")
    found = await ada.get(path_of(ada, "storage"))
    assert [(k["kind"], k["files"], k["bytes"]) for k in found["kinds"]] == [
        ("pdf", 1, 5000),
        ("text", 1, 1000),
    ]
    assert [(u["user_id"], u["bytes"]) for u in found["uploaders"]] == [(ben.id, 5000), (ada.id, 1000)]
    assert (found["largest"][0]["id"], found["largest"][0]["messages"]) == (large.id, 0)
    assert found["used_bytes"] >= 6000
    assert found["quota_bytes"] > found["used_bytes"]
    assert "diary" not in str(found)
    assert all(found["sweep"])


async def test_health_tells_every_process_queue_backlog_and_size(ada: Person) -> None:
    found = await ada.get(path_of(ada, "health"))
    roles = [process["readiness"]["role"] for process in found["processes"]]
    assert (roles.count("api"), roles.count("socket"), roles.count("worker")) == (1, 2, 1)
    assert all(process["readiness"]["status"] == "ready" for process in found["processes"])
    worker = found["processes"][-1]["readiness"]["dependencies"]
    assert worker["temporal"]["state"] == "up"
    assert {queue["name"] for queue in found["queues"]} >= {"parlour.delivery", "parlour.delivery.dead"}
    assert all(backlog["workers"] > 0 for backlog in found["backlogs"])
    assert any(size["name"] == "entries" and size["index_bytes"] > 0 for size in found["collections"])
    assert found["version"]


async def test_a_member_sees_none_of_it(ada: Person, ben: Person) -> None:
    for rest in ("channel-summaries", "storage", "health"):
        refused = await ben.ask("GET", path_of(ada, rest))
        assert (refused.status, refused.code) == (403, "missing_right")
