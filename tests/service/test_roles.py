"""Roles: built-in ones, those of a workspace's own, giving them to members, and who owns the workspace."""

import asyncio
from typing import Any

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.rights import MEANINGS, ROLES
from tests.conftest import Signup
from tests.person import PASSWORD, Answer, Json, Person


def of(person: Person, rest: str) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/{rest}"


async def joined(sign_up: Signup, owner: Person, name: str, role: str = "member") -> Person:
    """Someone new in a workspace, with a role."""
    person = await sign_up(name)
    await person.join(owner)
    if role != "member":
        assert (await gives(owner, person, role=role)).status == 204
    return person


async def gives(actor: Person, to: Person, **given: Any) -> Answer:
    return await actor.ask("PATCH", of(actor, f"members/{to.id}"), given)


async def mine(person: Person) -> Json:
    return dict(await person.get(of(person, "")[:-1]))


async def test_the_table_is_what_the_code_says(ada: Person, ben: Person) -> None:
    table = await ben.get(of(ben, "roles"))
    assert [right["name"] for right in table["rights"]] == list(MEANINGS)
    built_in = {role["name"]: set(role["rights"]) for role in table["roles"] if role["id"] is None}
    assert built_in == {name: set(rights) for name, rights in ROLES.items()}
    holders = {role["name"]: role["holders"] for role in table["roles"]}
    assert (holders["owner"], holders["member"], holders["guest"]) == (1, 1, 0)


async def test_a_role_given_holds_at_once_and_its_holder_is_told(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    carl = await joined(sign_up, ada, "carl")
    device = await ben.device()
    assert (await ben.ask("PATCH", of(ben, f"members/{carl.id}"), {"role": "guest"})).code == "missing_right"
    assert (await gives(ada, ben, role="admin")).status == 204
    told = await device.wait_for("workspace.standing_changed")
    assert set(told["workspace"]["rights"]) == ROLES["admin"]
    others = await device.wait_for("workspace.member_changed")
    assert (others["user_id"], others["role"]) == (ben.id, "admin")
    assert (await gives(ben, carl, role="moderator")).status == 204
    assert (await mine(carl))["role"] == "moderator"


async def test_nobody_gives_or_takes_rights_beyond_their_own(ada: Person, sign_up: Signup) -> None:
    admin = await joined(sign_up, ada, "anna", "admin")
    other = await joined(sign_up, ada, "otto", "admin")
    carl = await joined(sign_up, ada, "carl")
    for target, role in ((carl, "owner"), (admin, "owner"), (ada, "member")):
        refused = await gives(admin, target, role=role)
        assert (refused.status, refused.code) == (403, "beyond_your_rights"), role
    assert (await admin.ask("DELETE", of(admin, f"members/{ada.id}"))).code == "beyond_your_rights"
    assert (await gives(admin, other, role="member")).status == 204
    assert (await gives(ada, carl, role="bot")).code == "bots_keep_their_role"
    assert (await gives(ada, carl)).status == 422
    assert (await gives(ada, carl, role="member", role_id="x")).status == 422
    assert (await gives(ada, carl, role_id="x")).status == 404


async def test_a_workspace_makes_roles_of_its_own(ada: Person, ben: Person) -> None:
    made = await ada.post(of(ada, "roles"), {"name": "Librarian", "rights": ["audit.read", "emoji.add"]})
    assert set(made["rights"]) == {"audit.read", "emoji.add", "message.send"}
    assert (await gives(ada, ben, role_id=made["id"])).status == 204
    standing = await mine(ben)
    assert (standing["role"], standing["role_id"]) == ("member", made["id"])
    assert (await ben.ask("GET", of(ben, "audit"))).status == 200
    refused = await ben.ask("POST", of(ben, "channels"), {"name": "mine", "kind": "public"})
    assert refused.code == "missing_right"
    changed = await ada.ask("PATCH", of(ada, f"roles/{made['id']}"), {"rights": ["channel.create"]})
    assert (changed.status, changed.body["holders"]) == (200, 1)
    assert (await ben.ask("GET", of(ben, "audit"))).code == "missing_right"
    await ben.make_channel("public")
    assert (await ada.ask("DELETE", of(ada, f"roles/{made['id']}"))).status == 204
    standing = await mine(ben)
    assert (standing["role"], standing["role_id"]) == ("member", None)
    assert set(standing["rights"]) == ROLES["member"]
    actions = [
        e["action"] for e in (await ada.get(of(ada, "audit?action=role.*,member.role_changed")))["items"]
    ]
    assert actions == ["role.deleted", "role.changed", "member.role_changed", "role.created"]


async def test_a_custom_role_never_has_more_than_its_maker(
    ada: Person, ben: Person, outsider: Person, sign_up: Signup
) -> None:
    roles = of(ada, "roles")
    maker = await ada.post(
        roles, {"name": "Maker", "rights": ["role.change", "member.change_role", "people.see"]}
    )
    assert (await gives(ada, ben, role_id=maker["id"])).status == 204
    refused = await ben.ask("POST", roles, {"name": "More", "rights": ["audit.read"]})
    assert (refused.status, refused.code) == (403, "beyond_your_rights")
    strong = await ada.post(roles, {"name": "Strong", "rights": ["audit.read"]})
    for method, body in (("PATCH", {"name": "Weak"}), ("DELETE", None)):
        assert (await ben.ask(method, f"{roles}/{strong['id']}", body)).code == "beyond_your_rights"
        assert (await outsider.ask(method, f"{roles}/{strong['id']}", body)).status == 404
    carl = await joined(sign_up, ada, "carl")
    assert (await gives(ben, carl, role_id=strong["id"])).code == "beyond_your_rights"
    for name, rights, status in (
        ("Owner", [], 422),
        ("Thief", ["workspace.transfer"], 422),
        ("Odd", ["no.such"], 422),
        ("maker", [], 409),
    ):
        answer = await ada.ask("POST", roles, {"name": name, "rights": rights})
        assert answer.status == status, name
    renamed = await ada.ask("PATCH", f"{roles}/{strong['id']}", {"name": "MAKER"})
    assert (renamed.status, renamed.code) == (409, "name_taken")


async def test_an_owner_hands_the_workspace_over_and_proves_who_they_are(
    ada: Person, ben: Person, outsider: Person
) -> None:
    path = of(ada, "transfer")
    wrong = await ada.ask("POST", path, {"user_id": ben.id, "proof": {"password": "not it"}})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    proof = {"password": PASSWORD}
    assert (await ben.ask("POST", path, {"user_id": ben.id, "proof": proof})).code == "missing_right"
    assert (await ada.ask("POST", path, {"user_id": outsider.id, "proof": proof})).status == 404
    assert (await ada.ask("POST", path, {"user_id": ben.id, "proof": proof})).status == 204
    assert ((await mine(ada))["role"], (await mine(ben))["role"]) == ("admin", "owner")
    [entry] = (await ben.get(of(ben, "audit?action=workspace.transferred")))["items"]
    assert (entry["actor_id"], entry["subject"]) == (ada.id, ben.id)


async def test_the_last_owner_cannot_leave_be_demoted_or_removed(ada: Person, ben: Person) -> None:
    for refused in (
        await ada.ask("DELETE", of(ada, f"members/{ada.id}")),
        await gives(ada, ada, role="member"),
    ):
        assert (refused.status, refused.code) == (409, "last_owner")
    assert (await gives(ada, ben, role="owner")).status == 204
    assert (await gives(ben, ada, role="member")).status == 204
    assert (await ben.ask("DELETE", of(ben, f"members/{ben.id}"))).code == "last_owner"


async def test_of_two_owners_who_go_at_once_one_stays(ada: Person, ben: Person, house: House) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    for _ in range(5):
        await house.members.give(workspace, UserId(ada.id), "owner", None)
        await house.members.give(workspace, UserId(ben.id), "owner", None)
        answers = await asyncio.gather(gives(ada, ada, role="member"), gives(ben, ben, role="member"))
        assert sorted(answer.status for answer in answers) == [204, 409]
        assert await house.workspaces.owners(workspace) == 1
    await house.members.give(workspace, UserId(ada.id), "owner", None)
    await house.members.give(workspace, UserId(ben.id), "owner", None)
    left = await asyncio.gather(
        ada.ask("DELETE", of(ada, f"members/{ada.id}")), ben.ask("DELETE", of(ben, f"members/{ben.id}"))
    )
    assert sorted(answer.status for answer in left) == [204, 409]
    assert await house.workspaces.owners(workspace) == 1


async def test_the_roster_is_searched_filtered_and_paged(ada: Person, ben: Person, sign_up: Signup) -> None:
    await joined(sign_up, ada, "carl", "moderator")
    first = await ada.get(of(ada, "roster?limit=2"))
    rest = await ada.get(of(ada, f"roster?limit=2&cursor={first['next']}"))
    both = [one for page in (first, rest) for one in page["items"]]
    # The bot that welcomes people is of the workspace too.
    assert [one["name"] for one in both if one["kind"] == "person"] == ["ada", "ben", "carl"]
    assert rest["next"] is None
    [found] = (await ada.get(of(ada, "roster?role=moderator")))["items"]
    assert (found["name"], found["state"], found["email"]) == ("carl", "active", found["email"])
    assert [one["name"] for one in (await ada.get(of(ada, "roster?q=BE")))["items"]] == ["ben"]
    assert (await ben.ask("GET", of(ben, "roster"))).code == "missing_right"
