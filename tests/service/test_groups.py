"""Groups of people: who makes them, whom their handle calls, and what their workspace hears."""

import uuid

from tests.conftest import Signup
from tests.person import Json, Person


async def make(person: Person, *members: Person, handle: str = "crew", status: int = 201) -> Json:
    body = {"name": "The Crew", "handle": handle, "user_ids": [member.id for member in members]}
    path = f"/api/v1/workspaces/{person.workspace['id']}/groups"
    return dict(await person.post(path, body, status=status))


def path_of(group: Json) -> str:
    return f"/api/v1/workspaces/{group['workspace_id']}/groups/{group['id']}"


async def test_a_group_is_made_changed_and_deleted_and_the_workspace_hears_of_it(
    ada: Person, ben: Person
) -> None:
    at_ada = await ada.device()
    group = await make(ben, ada, ben)
    assert (group["handle"], group["user_ids"]) == ("crew", sorted([ada.id, ben.id]))
    heard = await at_ada.wait_for("group.changed")
    assert heard["group"] == group
    changed = await ada.ask("PATCH", path_of(group), {"name": "Deck", "user_ids": [ben.id]})
    assert changed.body == group | {"name": "Deck", "user_ids": [ben.id]}
    await at_ada.wait_for("group.changed", lambda p: p["group"] == changed.body)
    listed = await ben.get(f"/api/v1/workspaces/{ada.workspace['id']}/groups")
    assert listed == {"items": [changed.body], "next": None}
    assert (await ben.ask("DELETE", path_of(group))).status == 204
    gone = await at_ada.wait_for("group.deleted")
    assert gone == {"workspace_id": ada.workspace["id"], "group_id": group["id"]}
    assert (await ben.ask("DELETE", path_of(group))).status == 404


async def test_groups_are_listed_in_pages(ada: Person) -> None:
    made = [await make(ada, handle=f"crew{i}") for i in range(3)]
    path = f"/api/v1/workspaces/{ada.workspace['id']}/groups?limit=2"
    first = await ada.get(path)
    second = await ada.get(f"{path}&cursor={first['next']}")
    assert [*first["items"], *second["items"]] == made
    assert second["next"] is None


async def test_the_handle_of_a_group_calls_its_people_as_they_are_now(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    group = await make(ada, ben)
    channel = await ada.make_channel("private", ben, cleo)
    message = await ada.send(channel, "@Crew, all aboard! not `@crew`")
    assert message["mentions"] == {"group_ids": [group["id"]]}
    mentions = f"/api/v1/workspaces/{ada.workspace['id']}/mentions"
    assert [m["id"] for m in (await ben.get(mentions))["items"]] == [message["id"]]
    assert (await cleo.get(mentions))["items"] == []
    await ada.ask("PATCH", path_of(group), {"user_ids": [cleo.id]})
    assert (await ben.get(mentions))["items"] == []
    assert [m["id"] for m in (await cleo.get(mentions))["items"]] == [message["id"]]
    at_cleo = await cleo.device()
    ready = next(p for name, p in at_cleo.heard if name == "ready")
    [mine] = [c for c in ready["channels"] if c["id"] == channel]
    assert mine["mentions"] == [message["n"]]


async def test_handles_of_people_and_groups_do_not_clash_in_a_workspace(ada: Person, ben: Person) -> None:
    handle = (await ben.get("/api/v1/me"))["handle"]
    for taken in (handle, f"@{handle.upper()}"):
        assert (await make(ada, handle=taken, status=409))["code"] == "handle_taken"
    free = f"crew-{uuid.uuid4().hex[:8]}"
    group = await make(ada, handle=free)
    assert (await make(ada, handle=free, status=409))["code"] == "handle_taken"
    refused = await ben.ask("PATCH", "/api/v1/me", {"handle": free})
    assert (refused.status, refused.code) == (409, "handle_taken")
    other = await make(ada, handle="other")
    refused = await ada.ask("PATCH", path_of(other), {"handle": free})
    assert (refused.status, refused.code) == (409, "handle_taken")
    assert (await ada.ask("PATCH", path_of(group), {"handle": free})).status == 200, "its own is not taken"
    assert (await make(ada, handle="everyone", status=422))["code"] == "invalid"


async def test_a_group_holds_people_of_the_workspace_alone(
    ada: Person, ben: Person, outsider: Person
) -> None:
    assert (await make(ada, outsider, status=404))["code"] == "not_found"
    group = await make(ada, ben)
    assert (await ada.ask("PATCH", path_of(group), {"user_ids": [outsider.id]})).status == 404
    elsewhere = f"/api/v1/workspaces/{outsider.workspace['id']}/groups/{group['id']}"
    for method in ("PATCH", "DELETE"):
        assert (await outsider.ask(method, elsewhere, {})).status == 404
        assert (await outsider.ask(method, path_of(group), {})).status == 404
    channel = await outsider.make_channel()
    assert "mentions" not in await outsider.send(channel, "@crew is not ours")


async def test_who_leaves_the_workspace_leaves_its_groups(ada: Person, ben: Person) -> None:
    at_ada = await ada.device()
    group = await make(ada, ada, ben)
    await ben.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    await at_ada.wait_for("group.changed", lambda p: p["group"] == group | {"user_ids": [ada.id]})


async def test_owners_may_keep_groups_to_themselves(ada: Person, ben: Person) -> None:
    group = await make(ben, ben)
    workspace = f"/api/v1/workspaces/{ada.workspace['id']}"
    assert (await ada.ask("PATCH", workspace, {"groups_by": "owners"})).body["groups_by"] == "owners"
    assert (await make(ben, handle="mine", status=403))["code"] == "missing_right"
    for method in ("PATCH", "DELETE"):
        assert (await ben.ask(method, path_of(group), {})).status == 403
    assert (await ada.ask("PATCH", path_of(group), {"name": "Ours"})).status == 200
    await make(ada, handle="mine")
