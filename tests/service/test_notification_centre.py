"""The notification centre: what someone was told of, each message as it is now, read and unread on all devices."""

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.store.dispatches import Filter
from tests.person import Json, Person, eventually


def centre(person: Person, rest: str = "") -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/notifications{rest}"


async def listed(person: Person, query: str = "") -> list[Json]:
    return list((await person.get(centre(person, query)))["items"])


async def unread(person: Person) -> int:
    return int((await person.get(centre(person, "/unread")))["count"])


async def told(person: Person, count: int) -> list[Json]:
    """Return someone's notifications, once there are so many."""

    async def all_there() -> list[Json]:
        found = await listed(person)
        return found if len(found) == count else []

    found: list[Json] = await eventually(all_there)
    return found


async def mentioned(ada: Person, ben: Person, *texts: str) -> tuple[str, list[Json]]:
    """Have Ada call Ben in a private channel; return it, and what Ben was told, the newest first."""
    channel = await ada.make_channel("private", ben)
    handle = (await ben.get("/api/v1/me"))["handle"]
    for text in texts:
        await ada.send(channel, f"@{handle} {text}")
    return channel, await told(ben, len(texts))


async def test_a_mention_is_listed_with_its_message_and_why_and_is_told_live(
    ada: Person, ben: Person
) -> None:
    at_ben, at_ada = await ben.device(), await ada.device()
    channel, [one] = await mentioned(ada, ben, "look here")
    assert (one["kind"], one["channel_id"], one["author_id"]) == ("mention", channel, ada.id)
    assert one["message"]["text"].endswith("look here")
    assert one["why"]
    heard = await at_ben.wait_for("notification.added", lambda p: p["notification"]["id"] == one["id"])
    assert "message" not in heard["notification"], "what is told live holds no text"
    assert await unread(ben) == 1
    assert (await unread(ada), await listed(ada)) == (0, [])
    assert "notification.added" not in {name for name, _ in at_ada.heard}


async def test_a_message_is_shown_as_it_is_now_and_absent_when_deleted_or_out_of_sight(
    ada: Person, ben: Person
) -> None:
    channel, [last, middle, first] = await mentioned(ada, ben, "one", "two", "three")
    await ada.ask("PATCH", f"/api/v1/messages/{first['message_id']}", {"text": "edited"})
    await ada.ask("DELETE", f"/api/v1/messages/{middle['message_id']}")
    texts = [item.get("message", {}).get("text") for item in await listed(ben)]
    assert texts == [last["message"]["text"], None, "edited"]
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    assert ["message" in item for item in await listed(ben)] == [False] * 3


async def test_pages_go_on_where_the_last_one_ended(ada: Person, ben: Person) -> None:
    _, all_of_them = await mentioned(ada, ben, "one", "two", "three")
    first = await ben.get(centre(ben, "?limit=2"))
    rest = await ben.get(centre(ben, f"?limit=2&cursor={first['next']}"))
    assert [item["id"] for item in first["items"] + rest["items"]] == [item["id"] for item in all_of_them]
    assert rest["next"] is None


async def test_marked_read_on_one_device_is_read_on_all_and_can_be_taken_back(
    ada: Person, ben: Person
) -> None:
    _, [newer, older] = await mentioned(ada, ben, "one", "two")
    other = await ben.device()
    read = await ben.ask("POST", centre(ben, "/read"), {"ids": [newer["id"]]})
    assert (read.status, read.body) == (200, {"ids": [newer["id"]], "unread": 1})
    heard = await other.wait_for("notification.read", lambda p: newer["id"] in p["ids"])
    assert (heard["workspace_id"], heard["unread"]) == (ben.workspace["id"], 1)
    assert [item["id"] for item in await listed(ben, "?unread=true")] == [older["id"]]
    everything = await ben.ask("POST", centre(ben, "/read"), {"all": True})
    assert everything.body == {"ids": [older["id"]], "unread": 0}
    assert (await ben.ask("POST", centre(ben, "/read"), {"all": True})).body == {"ids": [], "unread": 0}
    back = await ben.ask("POST", centre(ben, "/unread"), {"ids": [older["id"], newer["id"]]})
    assert (sorted(back.body["ids"]), back.body["unread"]) == (sorted([older["id"], newer["id"]]), 2)
    again = await other.wait_for("notification.unread")
    assert (sorted(again["ids"]), again["unread"]) == (sorted(back.body["ids"]), 2)
    assert all("read_at" not in item for item in await listed(ben))


async def test_reading_the_channel_reads_its_notifications(ada: Person, ben: Person) -> None:
    channel, [one] = await mentioned(ada, ben, "read me")
    device = await ben.device()
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": one["message"]["n"]})
    heard = await device.wait_for("notification.read")
    assert (heard["ids"], heard["unread"], heard["channel_id"]) == ([one["id"]], 0, channel)
    assert (await listed(ben))[0]["read_at"]


async def test_a_changed_preference_holds_for_what_waits_already(
    ada: Person, ben: Person, house: House
) -> None:
    preferences = f"/api/v1/workspaces/{ben.workspace['id']}/notification-preferences"
    await ben.ask("PATCH", preferences, {"email_after": 86_400})
    await mentioned(ada, ben, "this waits a day")

    async def mailed() -> bool:
        wanted = Filter(user_id=UserId(ben.id))
        workspace = WorkspaceId(ben.workspace["id"])
        found = await house.dispatches.page(workspace, wanted, before=None, limit=10)
        return [dispatch.state for dispatch in found] == ["sent"]

    assert not await mailed()
    await ben.ask("PATCH", preferences, {"email_after": 5})
    await eventually(mailed, within_s=60)


async def test_kinds_are_listed_alone(ada: Person, ben: Person) -> None:
    await mentioned(ada, ben, "by name")
    direct = await ada.post(
        f"/api/v1/workspaces/{ada.workspace['id']}/channels", {"kind": "direct", "user_ids": [ben.id]}
    )
    await ada.send(direct["id"], "in private")
    await told(ben, 2)
    for kinds, expected in (("direct", ["direct"]), ("mention,group", ["mention"]), ("keyword", [])):
        assert [item["kind"] for item in await listed(ben, f"?kind={kinds}")] == expected
    for query in ("?kind=shout", "?kind=mention,shout", "?limit=0", "?unread=perhaps"):
        assert (await ben.ask("GET", centre(ben, query))).status == 422, query


async def test_someone_elses_notifications_are_not_marked(ada: Person, ben: Person, outsider: Person) -> None:
    _, [one] = await mentioned(ada, ben, "mine alone")
    for person in (ada, outsider):
        for how in ("/read", "/unread"):
            theirs = await person.ask("POST", centre(person, how), {"ids": [one["id"]]})
            assert (theirs.status, theirs.body["ids"]) == (200, [])
        assert [item["id"] for item in await listed(person)] == []
    assert await unread(ben) == 1
    for how in ("/read", "/unread"):
        refused = await outsider.ask("POST", centre(ben, how), {"ids": [one["id"]]})
        assert (refused.status, refused.code) == (404, "not_found")
    too_many = await ben.ask("POST", centre(ben, "/read"), {"ids": [one["id"]] * 201})
    assert (too_many.status, too_many.body["errors"][0]["field"]) == (422, "ids")
    assert (await ben.ask("POST", centre(ben, "/read"), {"ids": "all"})).status in (400, 422)
