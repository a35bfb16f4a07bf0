"""Guests see the channels they were added to, whom they meet there, and nothing else, for as long as they may."""

from datetime import timedelta
from typing import Any

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.promises import DueRequest
from parlour.core.people import guests
from tests.conftest import Signup
from tests.person import Json, Person, eventually

SECRET = "the harmonic analyser"


class Scene:
    """A workspace of Ada's: Ben and the guest Gus share a channel; Cleo, and what she says, is out of Gus's sight."""

    def __init__(self, ada: Person, ben: Person, cleo: Person, gus: Person) -> None:
        self.ada, self.ben, self.cleo, self.gus = ada, ben, cleo, gus
        self.shared = self.public = self.message = self.group = ""

    def of(self, rest: str) -> str:
        return f"/api/v1/workspaces/{self.ada.workspace['id']}/{rest}"

    @property
    def workspace(self) -> WorkspaceId:
        return WorkspaceId(self.ada.workspace["id"])


async def admit(
    house: House, owner: Person, guest: Person, *channels: str, days: float | None = None
) -> None:
    ends_at = now() + timedelta(days=days) if days else None
    ids = [ChannelId(channel) for channel in channels]
    workspace = WorkspaceId(owner.workspace["id"])
    await guests.admit(house, workspace, UserId(guest.id), ids, ends_at, invited_by=UserId(owner.id))
    guest.workspace = dict(await guest.get(f"/api/v1/workspaces/{workspace}"))


@pytest.fixture
async def scene(ada: Person, ben: Person, sign_up: Signup, house: House) -> Scene:
    cleo, gus = await sign_up("cleo"), await sign_up("gus")
    await cleo.join(ada)
    scene = Scene(ada, ben, cleo, gus)
    scene.shared = await ada.make_channel("public", ben, name="shared")
    scene.public = await ada.make_channel("public", cleo, name="loom")
    scene.message = (await cleo.send(scene.public, f"We build {SECRET}."))["id"]
    await ben.send(scene.shared, "Welcome, Gus.")
    scene.group = (
        await ada.post(
            scene.of("groups"), {"name": "Crew", "handle": f"crew-{gus.id[-8:]}", "user_ids": [cleo.id]}
        )
    )["id"]
    await admit(house, ada, gus, scene.shared)
    return scene


def ids(found: Json, field: str = "id") -> set[str]:
    return {item[field] for item in found["items"]}


async def test_a_guest_sees_only_their_channels(scene: Scene) -> None:
    gus = scene.gus
    assert ids(await gus.get(scene.of("channels"))) == {scene.shared}
    assert ids(await gus.get(scene.of("channels?sort=name&q=loom"))) == set()
    for method, path, body in (
        ("GET", f"/api/v1/channels/{scene.public}", None),
        ("GET", f"/api/v1/channels/{scene.public}/messages", None),
        ("GET", f"/api/v1/channels/{scene.public}/members", None),
        ("POST", f"/api/v1/channels/{scene.public}/members", {"user_id": gus.id}),
        ("GET", f"/api/v1/messages/{scene.message}", None),
        ("GET", f"/api/v1/messages/{scene.message}/context", None),
    ):
        assert (await gus.ask(method, path, body)).status == 404, path
    assert (await gus.ask("GET", f"/api/v1/channels/{scene.shared}/messages")).status == 200


async def test_a_guest_knows_only_whom_they_meet(scene: Scene) -> None:
    gus = scene.gus
    met = {scene.ada.id, scene.ben.id, gus.id}
    assert ids(await gus.get(scene.of("members")), "user_id") == met
    assert (await gus.ask("GET", scene.of(f"members/{scene.ben.id}"))).status == 200
    assert (await gus.ask("GET", scene.of(f"members/{scene.cleo.id}"))).status == 404
    for kind, others in (("direct", [scene.cleo.id]), ("group", [scene.ben.id, scene.cleo.id])):
        body = {"kind": kind, "name": "", "user_ids": others}
        assert (await gus.ask("POST", scene.of("channels"), body)).status == 404, kind
    body = {"kind": "direct", "name": "", "user_ids": [scene.ben.id]}
    assert (await gus.ask("POST", scene.of("channels"), body)).status == 201
    assert (await gus.ask("GET", scene.of("groups"))).code == "missing_right"
    assert (await gus.ask("GET", scene.of("roster"))).code == "missing_right"
    assert (await gus.ask("GET", scene.of("roles"))).code == "missing_right"


async def test_a_guest_calls_nobody_they_do_not_know(scene: Scene) -> None:
    handles = {p.id: (await p.get("/api/v1/me"))["handle"] for p in (scene.ben, scene.cleo)}
    group = next(g for g in (await scene.ada.get(scene.of("groups")))["items"] if g["id"] == scene.group)
    called = f"@{handles[scene.ben.id]} @{handles[scene.cleo.id]} @{group['handle']}"
    by_guest = await scene.gus.send(scene.shared, called)
    assert by_guest["mentions"]["user_ids"] == [scene.ben.id]
    assert not by_guest["mentions"].get("group_ids")
    by_member = await scene.ben.send(scene.shared, called)
    assert set(by_member["mentions"]["user_ids"]) == {scene.ben.id, scene.cleo.id}


async def test_a_guest_finds_nothing_beyond_their_channels(scene: Scene) -> None:
    async def found(person: Person, query: str) -> list[Json]:
        return list((await person.get(scene.of(f"search?{query}")))["items"])

    async def is_indexed() -> bool:
        return bool(await found(scene.cleo, "q=harmonic")) and bool(await found(scene.gus, "q=welcome"))

    await eventually(is_indexed)
    assert await found(scene.gus, "q=harmonic") == []
    for query in ("q=loom&type=channels", "q=cleo&type=people", f"q=welcome in:{scene.public}", "q=in:loom"):
        assert await found(scene.gus, query) == [], query
    assert [hit["id"] for hit in await found(scene.gus, "q=ben&type=people")] == [scene.ben.id]
    assert [hit["channel"]["id"] for hit in await found(scene.gus, "q=shared&type=channels")] == [
        scene.shared
    ]
    assert await found(scene.gus, f"q=from:{scene.cleo.id}") == []


async def test_a_guest_hears_of_nobody_they_do_not_know(scene: Scene, sign_up: Signup) -> None:
    gus, at_ben = await scene.gus.device(), await scene.ben.device()
    ready = next(payload for name, payload in gus.heard if name == "ready")
    assert [channel["id"] for channel in ready["channels"]] == [scene.shared]
    await scene.cleo.device()
    await at_ben.wait_for("presence.changed", lambda p: p["user_id"] == scene.cleo.id)
    dora = await sign_up("dora")
    await dora.join(scene.ada)
    await scene.cleo.ask("PATCH", "/api/v1/me", {"title": "Weaver"})
    await scene.ada.ask("PATCH", scene.of(f"groups/{scene.group}"), {"name": "Weavers"})
    await scene.ada.ask("PATCH", scene.of(f"members/{scene.cleo.id}"), {"role": "moderator"})
    await scene.ben.ask("PATCH", "/api/v1/me", {"title": "Reader"})
    await gus.wait_for("person.changed", lambda p: p["user"]["id"] == scene.ben.id)
    heard = str(list(gus.heard))
    for secret in (scene.cleo.id, dora.id, scene.group):
        assert secret not in heard
    listed = await gus.call("presence.list", {"workspace_id": scene.workspace})
    assert scene.cleo.id not in {one["user_id"] for one in listed["online"]}
    watched = await gus.call(
        "presence.watch", {"workspace_id": scene.workspace, "user_ids": [scene.cleo.id, scene.ben.id]}
    )
    assert {one["user_id"] for one in watched["online"]} == {scene.ben.id}
    for name in ("channel.sync", "typing.list"):
        payload: Json = {"channel_id": scene.public} | ({"since_seq": 0} if name == "channel.sync" else {})
        assert (await gus.call(name, payload))["error"]["code"] == "not_found"
    await scene.ada.ask("POST", f"/api/v1/channels/{scene.shared}/members", {"user_id": scene.cleo.id})
    await gus.wait_for("member.joined", lambda p: p["entry"]["user_id"] == scene.cleo.id)

    async def is_known() -> Any:
        await scene.cleo.ask("PATCH", "/api/v1/me", {"title": "Known"})
        return any(n == "person.changed" and p["user"]["id"] == scene.cleo.id for n, p in gus.heard)

    await eventually(is_known)


async def test_a_guest_whose_time_is_over_is_refused_at_once_though_no_workflow_ran(
    scene: Scene, house: House, sign_up: Signup
) -> None:
    gina = await sign_up("gina")
    await admit(house, scene.ada, gina, scene.shared, days=2)
    device = await gina.device()
    assert (await gina.ask("GET", f"/api/v1/channels/{scene.shared}/messages")).status == 200
    # As if the time had passed: what the workflow would do is not done.
    over, user = now() - timedelta(seconds=1), UserId(gina.id)
    where = {"workspace_id": scene.workspace, "user_id": user}
    await house.database.workspace_members.update_one(
        where, {"$set": {"ends_at": over, "stay.due_at": now() + timedelta(days=9)}}
    )
    for channel_id in await house.channels.end_at(user, scene.workspace, over):
        await house.access.changed(channel_id, user, await house.channels.access(channel_id, user))
        house.access.forget(channel_id, user)
    for method, path, body in (
        ("GET", scene.of("channels"), None),
        ("GET", f"/api/v1/channels/{scene.shared}", None),
        ("GET", f"/api/v1/channels/{scene.shared}/messages", None),
        ("POST", f"/api/v1/channels/{scene.shared}/messages", {"text": "Still here?"}),
        ("GET", scene.of("search?q=welcome"), None),
    ):
        assert (await gina.ask(method, path, body)).status == 404, path
    assert (await gina.get("/api/v1/workspaces"))["items"] == []
    await device.close()
    again = await gina.device()
    ready = next(payload for name, payload in again.heard if name == "ready")
    assert (ready["workspaces"], ready["channels"]) == ([], [])
    in_channel = await scene.ben.get(scene.of("members"))
    assert gina.id not in ids(in_channel, "user_id")


async def test_the_sockets_of_a_guest_hear_nothing_from_the_moment_they_may_not(
    scene: Scene, house: House, sign_up: Signup
) -> None:
    gina = await sign_up("gina")
    await admit(house, scene.ada, gina, scene.shared, days=3 / 86_400)
    device = await gina.device()
    await device.wait_for("workspace.left")

    async def is_cut() -> bool:
        return not device.sio.connected

    await eventually(is_cut)
    await scene.ben.send(scene.shared, "Gina is gone.")
    assert "Gina is gone." not in str(device.heard)


async def test_a_stay_is_ended_by_its_workflow_and_noted(scene: Scene, house: House, sign_up: Signup) -> None:
    gina = await sign_up("gina")
    await admit(house, scene.ada, gina, scene.shared, days=2 / 86_400)
    stay = await house.stays.get(scene.workspace, UserId(gina.id))
    assert stay

    async def is_over() -> Any:
        await guests.see_to(house, DueRequest(stay.id, stay.version))
        return await house.members.get(scene.workspace, UserId(gina.id)) is None

    await eventually(is_over)
    assert await house.channels.ids_of(UserId(gina.id), scene.workspace) == []
    [entry] = (await scene.ada.get(scene.of("audit?action=guest.ended")))["items"]
    assert (entry["actor_id"], entry["subject"]) == (None, gina.id)
    again = await guests.see_to(house, DueRequest(stay.id, stay.version))
    assert again.wake.over


async def test_a_stay_is_prolonged_by_who_may_invite_guests(
    scene: Scene, house: House, sign_up: Signup
) -> None:
    gina = await sign_up("gina")
    await admit(house, scene.ada, gina, scene.shared, days=10)
    path = scene.of(f"members/{gina.id}/stay")
    later = (now() + timedelta(days=20)).isoformat()
    for person in (scene.ben, gina):
        assert (await person.ask("PUT", path, {"ends_at": later})).code == "missing_right"
    assert (await scene.ada.ask("PUT", path, {"ends_at": later})).status == 204
    stay = await house.stays.get(scene.workspace, UserId(gina.id))
    assert stay
    assert stay.ends_at - stay.due_at == timedelta(days=house.settings.guest_warned_days)
    for wrong in ((now() - timedelta(days=1)).isoformat(), (now() + timedelta(days=4000)).isoformat()):
        assert (await scene.ada.ask("PUT", path, {"ends_at": wrong})).status == 422
    assert (await scene.ada.ask("PUT", path, {"ends_at": None})).status == 204
    assert (await gina.get(scene.of("channels")))["items"][0]["id"] == scene.shared
    member = scene.of(f"members/{scene.ben.id}/stay")
    assert (await scene.ada.ask("PUT", member, {"ends_at": later})).code == "not_a_guest"


async def test_a_guest_is_told_before_their_time_ends(scene: Scene, house: House, sign_up: Signup) -> None:
    gina = await sign_up("gina")
    await admit(house, scene.ada, gina, scene.shared, days=2)
    where = {"workspace_id": scene.workspace, "user_id": gina.id}
    await house.database.workspace_members.update_one(where, {"$set": {"stay.due_at": now()}})
    stay = await house.stays.get(scene.workspace, UserId(gina.id))
    assert stay
    done = await guests.see_to(house, DueRequest(stay.id, stay.version))
    assert (done.state, done.wake.due_at, done.wake.version) == ("warned", stay.ends_at, stay.version + 1)
    assert await house.database.account_mails.count_documents({"kind": "guest_ending", "to": gina.email}) == 1


async def test_a_guest_who_becomes_a_member_has_no_end(scene: Scene, house: House, sign_up: Signup) -> None:
    gina = await sign_up("gina")
    await admit(house, scene.ada, gina, scene.shared, days=2)
    given = await scene.ada.ask("PATCH", scene.of(f"members/{gina.id}"), {"role": "member"})
    assert given.status == 204
    assert await house.stays.get(scene.workspace, UserId(gina.id)) is None
    standing = await gina.get(scene.of("")[:-1])
    assert (standing["role"], standing["ends_at"]) == ("member", None)
    assert scene.public in ids(await gina.get(scene.of("channels")))
