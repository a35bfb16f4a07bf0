"""A workspace that hides who has seen: nobody learns what others read, by any route or event."""

from tests.person import Device, Json, Person, eventually
from tests.service.test_delivery import settled


async def hide(owner: Person) -> None:
    answer = await owner.ask("PATCH", f"/api/v1/workspaces/{owner.workspace['id']}", {"show_seen": False})
    assert answer.body["show_seen"] is False


def marks(device: Device, person: Person) -> list[tuple[str, int]]:
    """Return what a device has heard of how far a person is."""
    names = ("channel.seen", "channel.delivered")
    return [(n, p["n"]) for n, p in device.heard if n in names and p["user_id"] == person.id]


async def test_nobody_hears_what_others_read_and_own_devices_do(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    await hide(ada)
    at_ada, at_ben, phone = await ada.device(), await ben.device(), await ben.device()
    for n in (1, 2, 3):
        await ada.send(channel, f"{n}")
    await at_ben.call("channel.received", {"channel_id": channel, "n": 2})
    await at_ben.call("channel.read", {"channel_id": channel, "n": 1})
    await at_ben.call("channel.read", {"channel_id": channel, "n": 2})
    await at_ben.call("channel.read", {"channel_id": channel, "n": 3})
    await phone.wait_for("channel.seen", lambda p: p["n"] == 3)
    await at_ada.wait_for("channel.delivered", lambda p: p["n"] == 3)
    assert marks(at_ada, ben) == [("channel.delivered", 2), ("channel.delivered", 3)]
    assert ("channel.seen", 1) in marks(phone, ben)


async def test_no_route_tells_what_others_have_read(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    message = await ada.send(channel, "hello")
    reply = await ada.post(
        f"/api/v1/channels/{channel}/messages", {"text": "and", "thread_root_id": message["id"]}
    )
    await ben.send(channel, "read")
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": 2})
    await ben.ask("PUT", f"/api/v1/messages/{message['id']}/thread/follow")
    await ben.ask("POST", f"/api/v1/messages/{message['id']}/thread/read", {"seq": reply["seq"]})
    open_state = await settled(ada, message)
    assert (open_state["state"], open_state["counts"]["seen"]) == ("seen", 1)

    await hide(ada)
    for told in (message, reply):
        found = await settled(ada, told)
        assert found["counts"]["seen"] == 0
        assert found["state"] != "seen"
        assert {r["state"] for r in found["recipients"]} == {"received"}
        assert "read" not in str(found["recipients"])
    members = await read_marks(ada, channel)
    assert members[ben.id] == 0
    assert (await read_marks(ben, channel))[ben.id] == 2, "one's own mark stays one's own"
    shown = await ben.get(f"/api/v1/channels/{channel}")
    assert shown["read_n"] == 2


async def read_marks(asker: Person, channel: str) -> dict[str, int]:
    members = await asker.get(f"/api/v1/channels/{channel}/members")
    return {m["user_id"]: m["read_n"] for m in members["items"]}


async def test_what_is_shown_again_is_what_was_read_meanwhile(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    await hide(ada)
    await ada.send(channel, "hello")
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": 1})
    workspace = f"/api/v1/workspaces/{ada.workspace['id']}"
    assert (await ada.ask("PATCH", workspace, {"show_seen": True})).status == 200

    async def seen() -> bool:
        return (await read_marks(ada, channel))[ben.id] == 1

    await eventually(seen)


async def test_only_an_owner_changes_a_workspace_and_all_hear_of_it(
    ada: Person, ben: Person, outsider: Person
) -> None:
    at_ben, at_eve = await ben.device(), await outsider.device()
    path = f"/api/v1/workspaces/{ada.workspace['id']}"
    wanted: Json = {"name": "Engines", "show_seen": False}
    refused = await ben.ask("PATCH", path, wanted)
    assert (refused.status, refused.code) == (403, "missing_right")
    assert (await outsider.ask("PATCH", path, wanted)).status == 404
    changed = await ada.ask("PATCH", path, wanted)
    assert changed.body | wanted == changed.body
    told = await at_ben.wait_for("workspace.changed")
    assert told == {"workspace_id": ada.workspace["id"], "changes": wanted}
    assert (await ben.get(path))["name"] == "Engines"
    assert "workspace.changed" not in [name for name, _ in at_eve.heard]
    for body in ({"name": " "}, {"show_seen": "no"}, {"groups_by": "nobody"}, {"slug": "x"}):
        assert (await ada.ask("PATCH", path, body)).status == 422, body
