"""What a workspace's owners see of notifications on their way out, and opening again what was given up."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.outside.answer import Answer
from parlour.core.store.notifications import Row
from tests.conftest import Signup
from tests.person import Json, Person
from tests.service.noticed import dispatched, noticed, tried


def path_of(person: Person, rest: str) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/{rest}"


async def a_row(house: House, ada: Person, ben: Person) -> Row:
    channel = await ada.make_channel("private", ben)
    return await noticed(house, ben, await ada.send(channel, "the text"))


async def listed(owner: Person, query: str = "") -> list[Json]:
    return list((await owner.get(path_of(owner, f"dispatches{query}")))["items"])


async def test_an_owner_sees_what_left_by_state_world_and_person_and_never_any_text(
    ada: Person, ben: Person, house: House
) -> None:
    row = await a_row(house, ada, ben)
    sent = await dispatched(house, row, attempts=[tried()], attempted=1)
    lost = await dispatched(
        house,
        row,
        way="email",
        to="b…@example.com",
        world="smtp",
        state="given_up",
        words="no answer for 24 h",
    )
    assert [one["id"] for one in await listed(ada)] == [lost.id, sent.id]
    assert [one["id"] for one in await listed(ada, "?state=given_up")] == [lost.id]
    assert [one["id"] for one in await listed(ada, "?state=sent,given_up&world=smtp")] == [lost.id]
    assert [one["id"] for one in await listed(ada, "?world=webpush:push.example.com")] == [sent.id]
    assert [one["id"] for one in await listed(ada, f"?user={ben.id}&limit=1")] == [lost.id]
    assert await listed(ada, f"?user={ada.id}") == []
    first = await ada.get(path_of(ada, "dispatches?limit=1"))
    [rest] = await listed(ada, f"?limit=1&cursor={first['next']}")
    assert (rest["id"], rest["attempts"][0]["took_ms"]) == (sent.id, 41)
    assert rest["workflow"]["id"] == f"notify/{ben.id}"
    assert "the text" not in str(await listed(ada))
    wrong = await ada.ask("GET", path_of(ada, "dispatches?state=lost"))
    assert (wrong.status, wrong.code) == (422, "invalid")


async def test_members_and_owners_of_elsewhere_see_nothing_of_it(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    row = await a_row(house, ada, ben)
    lost = await dispatched(house, row, state="given_up")
    tries: list[tuple[str, str, object]] = [
        ("GET", "dispatches", None),
        ("GET", "notification-worlds", None),
        ("POST", "dispatches/redrive", {"ids": [lost.id]}),
    ]
    for method, rest, body in tries:
        assert (await ben.ask(method, path_of(ada, rest), body)).code == "missing_right"
        assert (await outsider.ask(method, path_of(ada, rest), body)).code == "not_found"
    elsewhere = path_of(outsider, "dispatches/redrive")
    assert (await outsider.post(elsewhere, {"ids": [lost.id]}, status=200))["redriven"] == 0
    found = await house.dispatches.get(lost.id)
    assert found is not None
    assert found.state == "given_up"


async def test_what_was_given_up_is_opened_again_by_its_id_or_by_a_filter(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    row, other = await a_row(house, ada, ben), await a_row(house, ada, cleo)
    lost = [await dispatched(house, row, state="given_up") for _ in range(3)]
    await dispatched(house, other, state="given_up", way="email", world="smtp")
    sent = await dispatched(house, row)
    closing = await dispatched(house, row, state="given_up", closes=True)
    redrive = path_of(ada, "dispatches/redrive")
    one = await ada.post(redrive, {"ids": [lost[0].id, lost[0].id, sent.id, closing.id]}, status=200)
    assert one == {"redriven": 1, "people": 1, "left": 0}
    again = await house.dispatches.get(lost[0].id)
    assert again is not None
    assert (again.state != "given_up", again.words.startswith("given up")) == (True, False)
    by_world = await ada.post(redrive, {"filter": {"world": "smtp"}}, status=200)
    assert by_world == {"redriven": 1, "people": 1, "left": 0}
    rest = await ada.post(redrive, {"filter": {"user": ben.id}}, status=200)
    assert rest == {"redriven": 2, "people": 1, "left": 0}
    assert (await ada.post(redrive, {"filter": {}}, status=200))["redriven"] == 0
    assert [one["id"] for one in await listed(ada, "?state=given_up")] == [closing.id]
    bodies: list[Json] = [{}, {"ids": [], "filter": {}}, {"ids": "all"}, {"filter": {"text": "x"}}]
    for body in bodies:
        wrong = await ada.ask("POST", redrive, body)
        assert (wrong.status, wrong.code) == (422, "invalid"), body


async def test_one_request_opens_a_bounded_number_and_tells_how_many_are_left(
    ada: Person, ben: Person, house: House
) -> None:
    row, most = await a_row(house, ada, ben), house.settings.redrive_at_once
    for _ in range(3):
        await dispatched(house, row, state="given_up")
    template = await house.database.dispatches.find_one({"workspace_id": row.workspace_id})
    more = [template | {"_id": f"{template['_id']}-{i:04}"} for i in range(most)]
    await house.database.dispatches.insert_many(more)
    redrive = path_of(ada, "dispatches/redrive")
    first = await ada.post(redrive, {"filter": {}}, status=200)
    assert first == {"redriven": most, "people": 1, "left": 3}
    assert (await ada.post(redrive, {"filter": {}}, status=200)) == {"redriven": 3, "people": 1, "left": 0}
    too_many = await ada.ask("POST", redrive, {"ids": [str(i) for i in range(most + 1)]})
    assert too_many.status == 422
    assert "redrive_at_once" in too_many.body["detail"]


async def test_each_world_tells_its_rates_and_last_error(ada: Person, ben: Person, house: House) -> None:
    row = await a_row(house, ada, ben)
    failed = tried("retry", code="timeout", words="no answer within 10 s")
    await dispatched(house, row, attempts=[failed, tried()], attempted=2)
    await dispatched(house, row, attempts=[tried()], attempted=1)
    await dispatched(house, row, state="retrying", attempts=[failed], attempted=1, words="tried again soon")
    await dispatched(house, row, state="given_up", updated_at=now() - timedelta(hours=3))
    await dispatched(house, row, state="waiting", world="smtp", way="email")
    await dispatched(house, row, world="fcm", updated_at=now() - timedelta(days=3))
    found = {world["world"]: world for world in (await ada.get(path_of(ada, "notification-worlds")))["items"]}
    assert found.keys() == {"smtp", "webpush:push.example.com"}
    push = found["webpush:push.example.com"]
    assert (push["name"], push["retrying"], push["sent_hour"], push["sent_day"]) == (
        "Web Push at push.example.com",
        1,
        2,
        2,
    )
    assert (push.get("given_up_hour", 0), push["given_up_day"]) == (0, 1)
    assert (push["failure_rate"], push["attempts_per_minute"]) == (0.5, 0.8)
    assert (push["last_error"]["code"], push["last_error"]["words"]) == ("timeout", "no answer within 10 s")
    assert (found["smtp"]["name"], found["smtp"]["waiting"]) == ("Mail server", 1)
    assert "failure_rate" not in found["smtp"]
    assert "last_error" not in found["smtp"]


async def test_a_world_that_is_left_alone_for_a_while_says_so(ada: Person, ben: Person, house: House) -> None:
    host = f"webpush:{ada.id}.example.com"
    await dispatched(house, await a_row(house, ada, ben), state="retrying", world=host)
    answer = Answer(answered="retry", code="503", words="overloaded")
    for _ in range(house.settings.circuit_failures):
        await house.circuit.note(host, answer, now())
    [world] = (await ada.get(path_of(ada, "notification-worlds")))["items"]
    assert (world["circuit"]["state"], world["circuit"]["words"]) == ("open", "overloaded (503)")
    assert world["circuit"]["until"] > world["circuit"]["since"]
