"""Group messages: found again by their people, and fixed to them."""

import pytest

from tests.conftest import Signup
from tests.person import Answer, Person


@pytest.fixture
async def cleo(sign_up: Signup, ada: Person) -> Person:
    """Another member of Ada's workspace."""
    person = await sign_up("cleo")
    await person.join(ada)
    return person


async def begin(person: Person, *others: Person, **fields: object) -> Answer:
    body = {"kind": "group", "user_ids": [other.id for other in others]} | fields
    return await person.ask("POST", f"/api/v1/workspaces/{person.workspace['id']}/channels", body)


async def test_a_group_is_found_again_by_the_same_people_whoever_asks(
    ada: Person, ben: Person, cleo: Person
) -> None:
    first = await begin(ada, ben, cleo)
    again = await begin(cleo, ada, ben, cleo)
    assert (first.status, again.status) == (201, 200)
    assert first.body["id"] == again.body["id"]
    assert sorted(first.body["user_ids"]) == sorted([ada.id, ben.id, cleo.id])
    assert (first.body["kind"], first.body["name"], first.body["member_count"]) == ("group", "", 3)
    await ben.send(first.body["id"], "to both of you")


async def test_a_group_has_three_people_or_more_up_to_the_setting(
    ada: Person, ben: Person, cleo: Person, sign_up: Signup, outsider: Person
) -> None:
    few = await begin(ada, ben)
    assert (few.status, few.body["errors"][0]["field"]) == (422, "user_ids")
    many = [await sign_up(f"p{i}") for i in range(7)]
    for person in many:
        await person.join(ada)
    assert (await begin(ada, ben, *many)).status == 201
    too_many = await begin(ada, ben, cleo, *many)
    assert too_many.status == 422
    assert "group_members" in too_many.body["detail"]
    strange = await begin(ada, ben, outsider)
    assert (strange.status, strange.code) == (404, "not_found")


async def test_a_group_keeps_its_people_and_is_never_converted(
    ada: Person, ben: Person, cleo: Person, sign_up: Signup, outsider: Person
) -> None:
    group = (await begin(ada, ben, cleo)).body["id"]
    fourth = await sign_up("dora")
    await fourth.join(ada)
    members = f"/api/v1/channels/{group}/members"
    for answer in (
        await ada.ask("POST", members, {"user_id": fourth.id}),
        await ada.ask("DELETE", f"{members}/{ben.id}"),
        await ben.ask("DELETE", f"{members}/{ben.id}"),
    ):
        assert (answer.status, answer.code) == (403, "group_is_fixed")
    for change in ({"kind": "public"}, {"archived": True}, {"name": "x"}, {"posting": "moderators"}):
        answer = await ada.ask("PATCH", f"/api/v1/channels/{group}", change)
        assert (answer.status, answer.code) == (403, "direct_is_fixed"), change
    assert (await ada.ask("PATCH", f"/api/v1/channels/{group}", {"topic": "lunch"})).status == 200
    for person in (fourth, outsider):
        assert (await person.ask("GET", f"/api/v1/channels/{group}")).status == 404


async def test_people_are_added_to_a_channel_together_or_not_at_all(
    ada: Person, ben: Person, cleo: Person, outsider: Person
) -> None:
    channel = await ben.make_channel("private")
    members = f"/api/v1/channels/{channel}/members"
    refused = await ben.ask("POST", members, {"user_ids": [cleo.id, outsider.id]})
    assert (refused.status, refused.code) == (404, "not_found")
    assert (await ben.get(f"/api/v1/channels/{channel}"))["member_count"] == 1
    assert (await ben.ask("POST", members, {"user_ids": [cleo.id, ada.id, cleo.id]})).status == 204
    assert (await cleo.get(f"/api/v1/channels/{channel}"))["member_count"] == 3
    assert (await ben.ask("POST", members, {})).status == 422
    assert (await ben.ask("POST", members, {"user_ids": [cleo.id] * 101})).status == 422
