"""Who is deactivated is nowhere to be chosen and gets in nowhere; what they wrote stays, and they can come back."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from parlour.core.house import House
from parlour.core.people import parking
from parlour.core.people.sessions import open_session
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.outside.mailbox import mails_to, text_of
from tests.person import PASSWORD, Json, Person, eventually


def place(person: Person, workspace: str) -> str:
    return f"/api/v1/workspaces/{workspace}/members/{person.id}/deactivation"


async def deactivate(ada: Person, ben: Person) -> None:
    answer = await ada.ask("PUT", place(ben, ada.workspace["id"]))
    assert answer.status == 204, answer.body


async def leave(person: Person) -> None:
    answer = await person.ask("POST", "/api/v1/me/deactivation", {"password": PASSWORD})
    assert answer.status == 204, answer.body


async def listed(ada: Person, query: str = "") -> dict[str, Json]:
    found = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/members{query}")
    return {member["user_id"]: member for member in found["items"]}


async def link(settings: Settings, email: str, subject: str) -> str:
    """Return the link of the newest mail with a subject."""

    async def came() -> str:
        letters = [mail for mail in mails_to(settings, email) if mail["Subject"] == subject]
        found = re.search(r"https?://\S+#\S+", text_of(letters[-1])) if letters else None
        return found[0] if found else ""

    return str(await eventually(came, within_s=60))


async def test_a_deactivated_member_gets_in_nowhere_and_is_in_no_list_to_choose_from(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    said = (await ben.send(channel, "remember me"))["id"]
    at_ada, at_ben = await ada.device(), await ben.device()
    await deactivate(ada, ben)
    workspace = ada.workspace["id"]
    left = await at_ben.wait_for("workspace.left")
    assert (left["workspace_id"], left["user_id"]) == (workspace, ben.id)
    await at_ada.wait_for("workspace.left", lambda p: p["user_id"] == ben.id)
    for path in (
        f"/api/v1/workspaces/{workspace}",
        f"/api/v1/workspaces/{workspace}/channels",
        f"/api/v1/channels/{channel}",
        f"/api/v1/channels/{channel}/messages",
        f"/api/v1/messages/{said}",
    ):
        assert (await ben.ask("GET", path)).status == 404, path
    assert (await ben.get("/api/v1/me"))["workspaces"] == []
    answer = await at_ben.call(
        "message.send", {"channel_id": channel, "text": "still here?", "client_id": "1"}
    )
    assert answer["error"]["code"] == "not_found"
    assert ben.id not in await listed(ada)
    assert (await listed(ada, "?deactivated=true"))[ben.id]["deactivated"] is True
    refused = await ada.ask("POST", f"/api/v1/channels/{channel}/members", {"user_id": ben.id})
    assert refused.status == 404
    handle = (await ben.get("/api/v1/me"))["handle"]
    assert (await ada.send(channel, f"@{handle} are you there?")).get("mentions") is None


async def test_what_a_deactivated_member_wrote_stays_with_their_name_and_is_found(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    await ben.send(channel, "quarterly numbers")
    await deactivate(ada, ben)
    [message] = [
        m
        for m in (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"]
        if m["author_id"] == ben.id
    ]
    assert message["text"] == "quarterly numbers"
    profile = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    assert (profile["name"], profile["deactivated"], profile["presence"]) == ("ben", True, "offline")

    async def found() -> bool:
        query = f"from:{ben.id} quarterly"
        hits = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/search?q={query}&type=messages")
        return [hit["id"] for hit in hits["items"]] == [message["id"]]

    await eventually(found)


async def test_a_reactivated_member_is_where_they_were_and_had_read_what_they_had(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    direct = await ada.make_channel("direct", ben)
    read = (await ada.send(channel, "read"))["n"]
    await ben.post(f"/api/v1/channels/{channel}/read", {"n": read}, status=204)
    await ben.ask("PATCH", f"/api/v1/channels/{channel}/membership", {"starred": True, "notify": "all"})
    crew = {"name": "Crew", "handle": f"crew-{uuid.uuid4().hex[:8]}", "user_ids": [ada.id, ben.id]}
    group = (await ada.post(f"/api/v1/workspaces/{ada.workspace['id']}/groups", crew))["id"]

    async def marked() -> bool:
        return bool((await ben.get(f"/api/v1/channels/{channel}"))["read_n"] == read)

    await eventually(marked)
    await deactivate(ada, ben)
    await deactivate(ada, ben)
    missed = (await ada.send(channel, "missed"))["n"]
    assert (await ada.ask("DELETE", place(ben, ada.workspace["id"]))).status == 204
    again = await ben.get(f"/api/v1/channels/{channel}")
    assert (again["read_n"], again["last_n"], again["starred"], again["notify"]) == (
        read,
        missed,
        True,
        "all",
    )
    assert {c["id"] for c in await ben.channels()} >= {channel, direct, await ada.general()}
    groups = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/groups"))["items"]
    assert [sorted(g["user_ids"]) for g in groups if g["id"] == group] == [sorted([ada.id, ben.id])]
    assert ben.id in await listed(ada)
    assert (await ada.ask("DELETE", place(ben, ada.workspace["id"]))).status == 204
    actions = [
        e["action"] for e in (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"]
    ]
    assert [a for a in actions if "activated" in a] == ["member.reactivated", "member.deactivated"]


async def test_who_is_killed_while_moving_somebody_leaves_a_place_that_the_sweep_sees_to(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    await deactivate(ada, ben)
    members = house.database.workspace_members
    # As if the process had died before the channels: the membership is set aside, the places are still there.
    [parked] = [
        d async for d in house.database.parked_memberships.find({"channel_id": channel, "user_id": ben.id})
    ]
    await house.database.memberships.insert_one(parked)
    await house.database.parked_memberships.delete_one({"_id": parked["_id"]})
    await members.update_one({"user_id": ben.id}, {"$set": {"moving": True}})
    await house.access.changed(channel, ben.id, await house.channels.access(channel, ben.id))  # type: ignore[arg-type]
    await parking.sweep(house, limit=100)

    async def is_out() -> bool:
        return (await ben.ask("GET", f"/api/v1/channels/{channel}")).status == 404

    await eventually(is_out)
    assert (await ada.ask("DELETE", place(ben, ada.workspace["id"]))).status == 204
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}")).status == 200


async def test_only_who_may_remove_members_deactivates_them_and_nobody_who_may_more(
    ada: Person, ben: Person, outsider: Person, sign_up: Signup, house: House
) -> None:
    workspace = ada.workspace["id"]
    assert (await ben.ask("PUT", place(ada, workspace))).code == "missing_right"
    assert (await ben.ask("DELETE", place(ada, workspace))).code == "missing_right"
    assert (await outsider.ask("PUT", place(ben, workspace))).status == 404
    assert (await outsider.ask("DELETE", place(ben, workspace))).status == 404
    assert (await ada.ask("PUT", place(outsider, workspace))).status == 404
    assert (await ada.ask("PUT", place(ada, workspace))).code == "not_oneself"
    who = {"workspace_id": workspace, "user_id": ben.id}
    await house.database.workspace_members.update_one(who, {"$set": {"role": "admin"}})
    assert (await ben.ask("PUT", place(ada, workspace))).code == "beyond_your_rights"
    eve = await sign_up("eva")
    await eve.join(ada)
    assert (await ben.ask("PUT", place(eve, workspace))).status == 204
    assert (await ben.ask("DELETE", place(eve, workspace))).status == 204


async def test_a_deactivated_account_ends_everything_at_once_and_reads_as_a_wrong_password(
    ada: Person, ben: Person
) -> None:
    at_ada, at_ben = await ada.device(), await ben.device()
    await at_ada.wait_for("presence.changed", lambda p: p == {"user_id": ben.id, "state": "active"})
    wrong = await ben.ask("POST", "/api/v1/me/deactivation", {"password": "not this one"})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    await leave(ben)
    await at_ben.wait_for("session.ended")
    await at_ada.wait_for("presence.changed", lambda p: p == {"user_id": ben.id, "state": "offline"})
    assert (await ben.ask("GET", "/api/v1/me")).status == 401
    assert (await ben.ask("POST", "/api/v1/auth/refresh")).status == 401
    right = await ada.ask("POST", "/api/v1/auth/login", {"email": ben.email, "password": PASSWORD})
    never = await ada.ask("POST", "/api/v1/auth/login", {"email": ben.email, "password": "not this one"})
    assert (right.status, right.body) == (never.status, never.body)
    assert ben.id not in await listed(ada)


async def test_a_session_that_is_opened_while_its_account_is_deactivated_does_not_last(
    ada: Person, ben: Person, house: House
) -> None:
    user = await house.users.by_id(ben.id)  # type: ignore[arg-type]
    assert user
    await leave(ben)
    with pytest.raises(Exception, match="E-mail address or password is wrong"):
        await open_session(house, user)
    assert await house.sessions.of(user.id, kinds=["session", "personal"]) == []


async def test_what_a_deactivated_person_scheduled_is_not_sent_and_says_why(
    ada: Person, ben: Person, house: House, stack_settings: Settings
) -> None:
    channel = await ada.make_channel("private", ben)
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    await ben.post(f"/api/v1/channels/{channel}/scheduled", {"text": "later", "at": at})
    await leave(ben)
    [stopped] = [d async for d in house.database.scheduled.find({"user_id": ben.id})]
    assert (stopped["state"], stopped["failure"]["code"]) == ("failed", "deactivated")
    await come_back(ben, stack_settings)
    [mine] = (await ben.get(f"/api/v1/workspaces/{ada.workspace['id']}/scheduled"))["items"]
    assert (mine["state"], mine["text"]) == ("failed", "later")
    assert "deactivated" in mine["failure"]["detail"]


async def come_back(ben: Person, settings: Settings) -> None:
    found = await link(settings, ben.email, "Your account is deactivated")
    body = {"token": found.split("#")[1]}
    answer = await ben.ask("POST", "/api/v1/auth/reactivation", body)
    assert (answer.status, answer.body) == (200, {"email": ben.email}), answer.body
    signed = await ben.post("/api/v1/auth/login", {"email": ben.email, "password": PASSWORD}, status=200)
    ben.token = signed["access_token"]


async def test_the_link_of_the_mail_brings_an_account_back_once_into_all_its_channels(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    channel = await ada.make_channel("private", ben)
    await leave(ben)
    ben.token = ""
    await come_back(ben, stack_settings)
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}")).status == 200
    assert ben.id in await listed(ada)
    old = (await link(stack_settings, ben.email, "Your account is deactivated")).split("#")[1]
    await leave(ben)
    assert (await ada.ask("POST", "/api/v1/auth/reactivation", {"token": old})).status == 410, (
        "it was for once"
    )
    await ada.ask("POST", "/api/v1/auth/reactivation-link", {"email": ben.email})

    async def came() -> bool:
        return len(mails_to(stack_settings, ben.email)) >= 3

    await eventually(came, within_s=60)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "00000000-0000-7000-8000-000000000000.99999999999.ff", "..", "ß.9.x"]
)
async def test_a_made_up_link_brings_nobody_back(ada: Person, token: str) -> None:
    ada.token = ""
    assert (await ada.ask("POST", "/api/v1/auth/reactivation", {"token": token})).status == 410


async def test_asking_for_the_link_tells_nobody_whether_there_is_an_account(ada: Person, ben: Person) -> None:
    await leave(ben)
    asked = "/api/v1/auth/reactivation-link"
    answers = [
        await ada.ask("POST", asked, {"email": email}) for email in (ben.email, ada.email, "no@example.com")
    ]
    assert {(answer.status, answer.body) for answer in answers} == {(202, "")}
    assert (await ada.ask("POST", asked, {"email": "no address"})).status == 422


async def test_an_admin_does_not_bring_back_who_deactivated_their_own_account(
    ada: Person, ben: Person
) -> None:
    await leave(ben)
    refused = await ada.ask("DELETE", place(ben, ada.workspace["id"]))
    assert (refused.status, refused.code) == (409, "account_deactivated")


async def test_who_an_admin_deactivated_stays_so_when_their_account_comes_back(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    await deactivate(ada, ben)
    await leave(ben)
    await come_back(ben, stack_settings)
    assert (await ben.ask("GET", f"/api/v1/workspaces/{ada.workspace['id']}")).status == 404


async def test_the_last_owner_hands_over_first(ada: Person, ben: Person, outsider: Person) -> None:
    refused = await ada.ask("POST", "/api/v1/me/deactivation", {"password": PASSWORD})
    assert (refused.status, refused.code) == (409, "last_owner")
    assert "Analytical Engines" in refused.body["detail"]
    assert (await ada.ask("GET", "/api/v1/me")).status == 200
    # Alone in a workspace, there is nobody to hand it over to.
    await leave(outsider)
