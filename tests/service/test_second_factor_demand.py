"""A workspace that demands a second step: told, reminded, set aside, let in again."""

from datetime import timedelta
from typing import Any

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.promises import Due, DueRequest
from parlour.core.people import guests, lacking
from parlour.core.settings import Settings
from tests.authenticator import set_up_app
from tests.conftest import Signup
from tests.doors import mail_about
from tests.outside.mailbox import text_of
from tests.person import PASSWORD, Json, Person, eventually

FACTOR = "/api/v1/me/second-factor"


def demand_of(person: Person) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/second-factor"


async def demanded(ada: Person, days: int = 7) -> Json:
    """Have Ada, who has an app, demand a second step."""
    await set_up_app(ada)
    answer = await ada.ask("PUT", demand_of(ada), {"grace_days": days})
    assert answer.status == 200, answer.body
    return answer.body


async def known_to_lack(ada: Person, person: Person) -> Json:
    """Wait until the workflow has found somebody without one, and told them."""

    async def found() -> Json | None:
        items = (await ada.get(f"{demand_of(ada)}/lacking"))["items"]
        return next((one for one in items if one["user_id"] == person.id and one["told"]), None)

    return dict(await eventually(found, within_s=60))


async def time_is_over(house: House, ada: Person, person: Person) -> None:
    """Let somebody's days be over, and the demand be looked at."""
    where = {"workspace_id": ada.workspace["id"], "user_id": person.id}
    over = {"second_factor.by": now() - timedelta(seconds=1), "second_factor.due_at": now()}
    await house.database.workspace_members.update_one(where, {"$set": over})
    await looked_at(house, ada)


async def looked_at(house: House, ada: Person) -> Due:
    return await lacking.see_to(house, DueRequest(ada.workspace["id"], 1))


async def set_aside(house: House, ada: Person, ben: Person) -> None:
    await demanded(ada)
    await known_to_lack(ada, ben)
    await time_is_over(house, ada, ben)


async def is_in(person: Person) -> bool:
    return (await person.ask("GET", f"/api/v1/workspaces/{person.workspace['id']}")).status == 200


async def test_who_lacks_a_second_step_is_told_by_when_and_goes_on_until_then(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    device = await ben.device()
    state = await demanded(ada, 7)
    assert (state["on"], state["grace_days"]) == (True, 7)
    row = await known_to_lack(ada, ben)
    assert (row["name"], row["aside"]) == ("ben", False)
    told = await device.wait_for("workspace.standing_changed", lambda p: p["workspace"]["second_factor_by"])
    assert told["workspace"]["second_factor_by"] == row["by"]
    said = text_of(await mail_about(stack_settings, ben.email, "asks you to set up a second step"))
    assert "Analytical Engines" in said
    assert (await ben.get(FACTOR))["demanded"] == [
        {"name": "Analytical Engines", "slug": ada.workspace["slug"], "by": row["by"], "aside": False}
    ]
    await ben.send(await ben.general(), "Still here.")
    assert (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}"))["second_factor_by"] is None
    assert (await ada.get(demand_of(ada)))["lacking"] == 1


async def test_who_has_none_in_time_is_set_aside_and_back_once_they_have(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ben.make_channel("private", ada)
    device = await ben.device()
    await set_aside(house, ada, ben)
    assert not await is_in(ben)
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}/messages")).status == 404
    await device.wait_for("workspace.left")
    mail = await house.database.account_mails.find_one({"to": ben.email, "kind": "second_factor_aside"})
    assert mail is not None
    assert (await ben.get(FACTOR))["demanded"][0]["aside"]
    assert (await ada.get(f"{demand_of(ada)}/lacking"))["items"][0]["aside"]
    await set_up_app(ben)
    assert await is_in(ben)
    await ben.send(channel, "Back again.")
    assert (await ben.get(FACTOR))["demanded"] == []
    assert (await ada.get(demand_of(ada)))["lacking"] == 0
    audit = [e["action"] for e in (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"]]
    assert {"member.second_factor_aside", "member.second_factor_back"} <= set(audit)


async def test_it_is_said_once_however_often_it_is_looked(ada: Person, ben: Person, house: House) -> None:
    await set_aside(house, ada, ben)
    for _ in range(3):
        await looked_at(house, ada)
    mails = house.database.account_mails
    assert await mails.count_documents({"to": ben.email, "kind": "second_factor_demanded"}) == 1
    assert await mails.count_documents({"to": ben.email, "kind": "second_factor_aside"}) == 1


async def test_a_reminder_comes_some_days_before(ada: Person, ben: Person, house: House) -> None:
    await demanded(ada, 30)
    await known_to_lack(ada, ben)
    where = {"workspace_id": ada.workspace["id"], "user_id": ben.id}
    row = await house.database.workspace_members.find_one(where)
    days = timedelta(days=house.settings.second_factor_reminded_days)
    assert row["second_factor"]["by"] - row["second_factor"]["due_at"] == days
    soon = {"second_factor.by": now() + days, "second_factor.due_at": now()}
    await house.database.workspace_members.update_one(where, {"$set": soon})
    await looked_at(house, ada)
    mails = house.database.account_mails
    assert await mails.count_documents({"to": ben.email, "kind": "second_factor_demanded"}) == 2
    row = await house.database.workspace_members.find_one(where)
    assert row["second_factor"]["by"] == row["second_factor"]["due_at"]


async def test_whoever_comes_later_has_the_same_days(ada: Person, sign_up: Signup, house: House) -> None:
    await demanded(ada, 9)
    carl, gina = await sign_up("carl"), await sign_up("gina")
    await carl.join(ada)
    workspace = WorkspaceId(ada.workspace["id"])
    general = ChannelId(await ada.general())
    await guests.admit(house, workspace, UserId(gina.id), [general], now() + timedelta(days=99))
    for person in (carl, gina):
        row = await known_to_lack(ada, person)
        left = (await person.get(f"/api/v1/workspaces/{workspace}"))["second_factor_by"]
        assert row["by"] == left


async def test_more_days_let_in_again_whoever_was_set_aside(ada: Person, ben: Person, house: House) -> None:
    await set_aside(house, ada, ben)
    assert (await ada.ask("PUT", demand_of(ada), {"grace_days": 60})).status == 200

    async def back() -> bool:
        return await is_in(ben)

    await eventually(back, within_s=60)
    assert (await known_to_lack(ada, ben))["aside"] is False


async def test_a_demand_that_is_lifted_lets_everybody_in_again(
    ada: Person, ben: Person, house: House
) -> None:
    await set_aside(house, ada, ben)
    assert (await ada.ask("DELETE", demand_of(ada))).status == 204
    assert (await ada.get(demand_of(ada)))["on"] is False

    async def back() -> bool:
        return await is_in(ben)

    await eventually(back, within_s=60)

    async def forgotten() -> bool:
        return await house.demands.get(WorkspaceId(ada.workspace["id"])) is None

    await eventually(forgotten, within_s=60)
    assert (await ben.get(f"/api/v1/workspaces/{ada.workspace['id']}"))["second_factor_by"] is None
    assert (await ada.ask("DELETE", demand_of(ada))).status == 204


async def test_the_last_second_step_stays_where_one_is_demanded(ada: Person, ben: Person) -> None:
    app, _ = await set_up_app(ada)
    assert (await ada.ask("PUT", demand_of(ada), {})).body["grace_days"] == 14
    body = {"password": PASSWORD, "code": app.code()}
    refused = await ada.ask("POST", f"{FACTOR}/totp/remove", body)
    assert (refused.status, refused.code) == (409, "second_factor_demanded")
    assert "Analytical Engines" in refused.body["detail"]
    # Another one takes its place.
    await set_up_app(ada, code=app.code())
    assert (await ada.get(FACTOR))["on"]


async def test_who_demands_it_has_one_and_the_right(ada: Person, ben: Person, outsider: Person) -> None:
    refused = await ada.ask("PUT", demand_of(ada), {"grace_days": 7})
    assert (refused.status, refused.code) == (409, "second_factor_needed")
    for method in ("GET", "PUT", "DELETE"):
        body: Any = {} if method == "PUT" else None
        assert (await ben.ask(method, demand_of(ada), body)).code == "missing_right"
        assert (await outsider.ask(method, demand_of(ada), body)).status == 404
    await set_up_app(ada)
    for days in (0, 91, -3):
        wrong = await ada.ask("PUT", demand_of(ada), {"grace_days": days})
        assert (wrong.status, wrong.body["errors"][0]["field"]) == (422, "grace_days")
    assert "second_factor_grace_days_max" in wrong.body["detail"] + str(wrong.body["errors"])


async def test_the_only_owner_left_is_not_shut_out(ada: Person, ben: Person, house: House) -> None:
    await demanded(ada)
    await known_to_lack(ada, ben)
    workspace = WorkspaceId(ada.workspace["id"])
    await house.members.hand_over(workspace, UserId(ada.id), UserId(ben.id))
    await time_is_over(house, ada, ben)
    assert await is_in(ben)


async def test_an_admin_can_shut_out_for_good_whoever_was_set_aside(
    ada: Person, ben: Person, house: House
) -> None:
    await set_aside(house, ada, ben)
    roster = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/roster")
    assert [one["user_id"] for one in roster["items"] if one["lacks_second_factor"]] == [ben.id]
    path = f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}/deactivation"
    back = await ada.ask("DELETE", path)
    assert (back.status, back.code) == (409, "second_factor_needed")
    assert (await ada.ask("PUT", path)).status == 204
    await set_up_app(ben)
    assert not await is_in(ben)
    assert (await ada.ask("DELETE", path)).status == 204
    assert await is_in(ben)


async def test_an_account_that_is_deactivated_meanwhile_stays_out_until_it_is_reactivated(
    ada: Person, ben: Person, house: House
) -> None:
    await set_aside(house, ada, ben)
    assert (await ben.ask("POST", "/api/v1/me/deactivation", {"password": PASSWORD})).status == 204
    await ada.ask("DELETE", demand_of(ada))

    async def turned() -> bool:
        aside = await house.asides.get(WorkspaceId(ada.workspace["id"]), UserId(ben.id))
        return aside is not None and aside.why == "account"

    await eventually(turned, within_s=60)


async def test_whoever_signs_in_without_a_password_and_bots_are_left_alone(
    ada: Person, sign_up: Signup, house: House
) -> None:
    olga = await sign_up("olga")
    await olga.join(ada)
    await house.users.set_password(UserId(olga.id), None)
    await ada.post(
        f"/api/v1/workspaces/{ada.workspace['id']}/bots", {"name": "Deploy", "scopes": ["messages:read"]}
    )
    await demanded(ada)

    async def looked() -> bool:
        demand = await house.demands.get(WorkspaceId(ada.workspace["id"]))
        return demand is not None and demand.walked_at is not None

    await eventually(looked, within_s=60)
    assert (await ada.get(f"{demand_of(ada)}/lacking"))["items"] == []


async def test_the_list_comes_in_pages_and_a_wrong_cursor_is_told(ada: Person, sign_up: Signup) -> None:
    people = [await sign_up(name) for name in ("one", "two", "three")]
    for person in people:
        await person.join(ada)
    await demanded(ada)
    for person in people:
        await known_to_lack(ada, person)
    first = await ada.get(f"{demand_of(ada)}/lacking?limit=2")
    rest = await ada.get(f"{demand_of(ada)}/lacking?limit=2&cursor={first['next'].replace('+', '%2B')}")
    seen = [one["user_id"] for one in first["items"] + rest["items"]]
    assert sorted(seen) == sorted(person.id for person in people)
    assert rest["next"] is None
    for cursor in ("x", "2026-01-01", "~"):
        wrong = await ada.ask("GET", f"{demand_of(ada)}/lacking?cursor={cursor}")
        assert (wrong.status, wrong.body["errors"][0]["field"]) == (422, "cursor")


@pytest.mark.parametrize("step", ["told", "aside"])
async def test_what_a_crash_left_undone_is_done_by_the_next_look(
    ada: Person, ben: Person, house: House, step: str
) -> None:
    await demanded(ada)
    await known_to_lack(ada, ben)
    if step == "aside":
        await time_is_over(house, ada, ben)
    # A second step that nobody was told of, as a process leaves it that dies in between.
    await house.database.second_factors.update_one(
        {"_id": ben.id}, {"$set": {"totp": b"x", "totp_since": now()}}, upsert=True
    )
    await house.database.workspaces.update_one(
        {"_id": ada.workspace["id"]}, {"$set": {"second_factor.walked_at": now() - timedelta(days=2)}}
    )
    await looked_at(house, ada)
    assert await is_in(ben)
    assert (await ada.get(demand_of(ada)))["lacking"] == 0
