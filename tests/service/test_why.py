"""Why someone was or was not notified: to whom it is told, and in which words."""

import re
from datetime import timedelta

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, DeviceId, UserId, new_id
from parlour.core.model.notifications import Covered
from parlour.core.store.devices import DeviceRecord
from tests.conftest import Signup
from tests.person import Json, Person, eventually
from tests.service.noticed import dispatched, noticed, tried

ROUTED_WITHIN_S = 60


async def routed(person: Person, message: Json) -> Json:
    async def look() -> Json | None:
        found: Json = await person.get(f"/api/v1/messages/{message['id']}/delivery")
        return found if found["settled"] else None

    await eventually(look, within_s=ROUTED_WITHIN_S)
    return message


async def asked(person: Person, message: Json, query: str = "") -> list[Json]:
    found = await person.get(f"/api/v1/messages/{message['id']}/notifications{query}")
    return list(found["items"])


async def words_of(asker: Person, message: Json, of: Person) -> str:
    return next(str(why["words"]) for why in await asked(asker, message) if why["user_id"] == of.id)


async def wants(person: Person, channel: str, **preferences: object) -> None:
    changed = await person.ask("PATCH", f"/api/v1/channels/{channel}/membership", preferences)
    assert changed.status == 200


async def test_an_author_sees_everybody_and_a_recipient_themselves(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo, name="plans")
    message = await routed(ben, await ben.send(channel, "the text"))
    await noticed(house, ada, message)
    found = {why["user_id"]: why for why in await asked(ben, message)}
    assert found.keys() == {ada.id, ben.id, cleo.id}
    assert (found[ada.id]["wanted"], found[ada.id]["words"], found[ada.id]["name"]) == (
        True,
        "was mentioned",
        "ada",
    )
    assert (found[ben.id]["wanted"], found[ben.id]["words"]) == (False, "you wrote it")
    assert (found[cleo.id]["wanted"], found[cleo.id]["words"]) == (False, "wants mentions only in #plans")
    assert found[ada.id]["workflow"]["id"] == f"notify/{ada.id}"
    [mine] = await asked(cleo, message)
    assert (mine["user_id"], mine["words"]) == (cleo.id, "you want mentions only in #plans")
    assert "the text" not in str(found)


async def test_an_owner_sees_everybody_and_no_name_of_a_channel_that_is_not_theirs(
    ada: Person, ben: Person, sign_up: Signup, outsider: Person, house: House
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ben.make_channel("private", cleo, name="surprise")
    message = await routed(ben, await ben.send(channel, "for her birthday"))
    row = await noticed(house, cleo, message)
    found = await ada.get(f"/api/v1/messages/{message['id']}/notifications")
    assert {why["user_id"]: why["words"] for why in found["items"]} == {
        ben.id: "wrote it",
        cleo.id: "was mentioned",
    }
    assert "surprise" not in str(found)
    assert "birthday" not in str(found)
    assert (await outsider.ask("GET", f"/api/v1/messages/{message['id']}/notifications")).status == 404
    assert (await ada.get(f"/api/v1/notifications/{row.id}/why"))["wanted"] is True
    assert (await cleo.get(f"/api/v1/notifications/{row.id}/why"))["words"] == "mentioned you"
    for stranger in (ben, outsider):
        assert (await stranger.ask("GET", f"/api/v1/notifications/{row.id}/why")).status == 404


async def test_people_are_paged_by_their_ids_and_told_apart_by_whether_they_wanted_it(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    message = await routed(ada, await ada.send(channel, "hello"))
    await noticed(house, ben, message)
    path, found, cursor = f"/api/v1/messages/{message['id']}/notifications?limit=1", [], ""
    while cursor is not None:
        page = await ada.get(f"{path}&cursor={cursor}" if cursor else path)
        found += [why["user_id"] for why in page["items"]]
        cursor = page["next"]
    assert found == sorted([ada.id, ben.id, cleo.id])
    assert [why["user_id"] for why in await asked(ada, message, "?wanted=true")] == [ben.id]
    assert [why["user_id"] for why in await asked(ada, message, "?wanted=false")] == [ada.id, cleo.id]


async def test_what_someone_wanted_then_is_the_reason_though_they_changed_it_since(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben, name="random")
    await wants(ben, channel, muted=True)
    first = await routed(ada, await ada.send(channel, "@ben look"))
    assert await words_of(ada, first, ben) == "muted #random"
    await wants(ben, channel, muted=False, notify="nothing")
    second = await routed(ada, await ada.send(channel, "@ben look again"))
    assert await words_of(ada, first, ben) == "muted #random then; has changed it since"
    assert await words_of(ben, first, ben) == "you had muted #random then; you have changed it since"
    assert await words_of(ada, second, ben) == "wants nothing of #random"
    await wants(ben, channel, notify="mentions")
    await wants(ben, channel, starred=True)
    third = await routed(ada, await ada.send(channel, "and a third time"))
    assert await words_of(ada, second, ben) == "wanted nothing of #random then; has changed it since"
    assert await words_of(ada, third, ben) == "wants mentions only in #random"


async def test_a_membership_remembers_its_last_changes_alone(ada: Person, ben: Person, house: House) -> None:
    channel = await ada.make_channel("private", ben)
    for turn in range(25):
        await wants(ben, channel, notify="all" if turn % 2 else "nothing")
        await wants(ben, channel, notify="all" if turn % 2 else "nothing")
    [member] = await house.channels.among(ChannelId(channel), [UserId(ben.id)])
    assert [said.notify for said in member.preferred] == ["all", "nothing"] * 10
    assert [said.at for said in member.preferred] == sorted(said.at for said in member.preferred)


async def test_who_came_later_or_left_at_once_is_told_so(ada: Person, ben: Person, sign_up: Signup) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben)
    message = await routed(ada, await ada.send(channel, "hello"))
    await ada.ask("POST", f"/api/v1/channels/{channel}/members", {"user_id": cleo.id})
    await ben.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    assert await words_of(ada, message, cleo) == "joined after it was sent"
    assert await words_of(ada, message, ben) == "left before"
    assert (await ben.ask("GET", f"/api/v1/messages/{message['id']}/notifications")).status == 404


async def test_a_reply_is_nothing_for_who_does_not_follow_its_thread(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    root = await ada.send(channel, "root")
    body = {"text": "reply", "thread_root_id": root["id"]}
    reply = await routed(ben, await ben.post(f"/api/v1/channels/{channel}/messages", body))
    assert await words_of(ben, reply, cleo) == "does not follow the thread"
    assert await words_of(cleo, reply, cleo) == "you do not follow the thread"


async def test_what_delivery_has_not_looked_at_yet_is_said_to_be_next(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    message = await routed(ada, await ada.send(channel, "hello"))
    await house.database.deliveries.update_one({"_id": channel}, {"$inc": {"settled_seq": -1}})
    assert await words_of(ada, message, ben) == "not routed yet: delivery is about to look at it"


async def test_each_way_is_told_with_its_attempts_and_what_comes_next(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    message = await routed(ada, await ada.send(channel, "hello"))
    row = await noticed(house, ben, message, outcomes={"email": "wants no e-mails"}, live=True)
    due = now() + timedelta(minutes=1)
    failed = tried("retry", code="503", words="the service is overloaded", next_at=due)
    await dispatched(
        house, row, state="retrying", words="will be tried again", attempts=[failed], attempted=1, due_at=due
    )
    [mine] = await asked(ben, message)
    in_app, push, email = mine["legs"]
    assert (in_app["way"], in_app["state"], in_app["words"]) == (
        "in_app",
        "sent",
        "shown at once on an open device",
    )
    assert (push["state"], push["to"], push["words"]) == (
        "retrying",
        "Firefox on Linux",
        "will be tried again",
    )
    assert push["next_at"] == push["dispatch"]["attempts"][0]["next_at"]
    assert push["dispatch"]["attempts"][0]["words"] == "the service is overloaded"
    assert (email["way"], email["state"], email["words"]) == ("email", "not_wanted", "wants no e-mails")
    [of_person] = (await ben.get(f"/api/v1/workspaces/{ben.workspace['id']}/members/{ben.id}/notifications"))[
        "items"
    ]
    assert of_person == mine


async def test_what_was_read_is_told_unless_the_workspace_hides_who_has_seen_what(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    message = await routed(ben, await ben.send(channel, "hello"))
    row = await noticed(house, cleo, message, outcomes={"email": "read 5 s after"})
    await dispatched(house, row, attempts=[tried(at=row.at + timedelta(seconds=2))])
    await house.notifications.read([row.id], at=row.at + timedelta(seconds=5))

    async def legs(asker: Person) -> list[tuple[str, str]]:
        why = next(one for one in await asked(asker, message) if one["user_id"] == cleo.id)
        return [(leg["state"], leg["words"]) for leg in why["legs"]]

    told = [
        ("sent", "kept in the notification centre; read 5 s after"),
        ("sent", "sent; read 3 s after"),
        ("cancelled", "read 5 s after"),
    ]
    assert await legs(ben) == told
    hidden = await ada.ask("PATCH", f"/api/v1/workspaces/{ada.workspace['id']}", {"show_seen": False})
    assert hidden.status == 200
    assert await legs(cleo) == told
    for other in (ada, ben):
        assert await legs(other) == [
            ("sent", "kept in the notification centre"),
            ("sent", "sent"),
        ]
        why = next(one for one in await asked(other, message) if one["user_id"] == cleo.id)
        assert "read_at" not in why["notification"]


async def test_others_learn_neither_keywords_nor_devices_nor_other_conversations(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel, other = await ada.make_channel("private", ben, cleo), await ada.make_channel("private", cleo)
    message = await routed(ben, await ben.send(channel, "hello"))
    row = await noticed(house, cleo, message, kind="keyword", why="your keyword “raise”")
    here = Covered(
        conversation=channel, channel_id=row.channel_id, first_seq=row.seq, last_seq=row.seq, count=1
    )
    there = Covered(conversation=other, channel_id=row.channel_id, first_seq=1, last_seq=9, count=9)
    await dispatched(house, row, covers=[there, here], digest=True)
    why = next(one for one in await asked(ben, message) if one["user_id"] == cleo.id)
    assert why["words"] == why["notification"]["why"] == "listens for a word in it"
    assert "raise" not in str(why)
    assert "Firefox" not in str(why)
    assert other not in str(why)
    [mine] = await asked(cleo, message)
    assert (mine["words"], mine["legs"][1]["to"]) == ("your keyword “raise”", "Firefox on Linux")
    owner_sees = str(await asked(ada, message))
    assert "Firefox" in owner_sees
    assert "raise" not in owner_sees


async def test_a_device_that_takes_less_is_not_named_to_others(
    ada: Person, ben: Person, house: House
) -> None:
    device = DeviceRecord(
        id=DeviceId(new_id()),
        user_id=UserId(ben.id),
        kind="webpush",
        target=f"https://push.example.com/{new_id()}",
        name="Firefox on Linux",
        created_at=now(),
    )
    await house.devices.put(device)
    await house.devices.change(device.id, device.user_id, {"kinds": ["direct"]})
    channel = await ada.make_channel("private", ben)
    handle = (await ben.get("/api/v1/me"))["handle"]
    message = await routed(ada, await ada.send(channel, f"@{handle} have a look"))
    [mine] = await asked(ben, message)
    assert (mine["legs"][1]["to"], mine["legs"][1]["words"]) == (
        "Firefox on Linux",
        "the device takes no mentions",
    )
    theirs = await routed(ben, await ben.send(channel, f"@{(await ada.get('/api/v1/me'))['handle']} too"))
    await house.devices.change(device.id, device.user_id, {"user_id": ada.id})
    [owners] = await asked(ben, theirs, "?wanted=true")
    assert (owners["legs"][1]["state"], owners["legs"][1]["words"]) == (
        "not_wanted",
        "the device takes no mentions",
    )
    assert "Firefox" not in str(owners)


async def test_what_someone_was_notified_of_is_for_themselves_and_owners(
    ada: Person, ben: Person, sign_up: Signup, outsider: Person, house: House
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben)
    messages = [await ada.send(channel, f"secret {i}") for i in range(3)]
    for message in messages:
        await noticed(house, ben, message)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}/notifications"
    first = await ben.get(f"{path}?limit=2")
    rest = await ben.get(f"{path}?limit=2&cursor={first['next']}")
    assert [why["message_id"] for why in [*first["items"], *rest["items"]]] == [
        message["id"] for message in reversed(messages)
    ]
    assert rest["next"] is None
    seen = await ada.get(path)
    assert [why["words"] for why in seen["items"]] == ["was mentioned"] * 3
    assert "secret" not in str(seen)
    for stranger in (cleo, outsider):
        refused = await stranger.ask("GET", path)
        assert (refused.status, refused.code) == (404, "not_found")
    elsewhere = f"/api/v1/workspaces/{outsider.workspace['id']}/members/{ben.id}/notifications"
    assert (await outsider.ask("GET", elsewhere)).status == 404


async def test_what_was_routed_tells_what_comes_next_and_how_it_ended(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    handle = (await ben.get("/api/v1/me"))["handle"]
    message = await routed(ada, await ada.send(channel, f"@{handle} have a look"))
    [mine] = await asked(ben, message)
    assert (mine["wanted"], mine["words"]) == (True, "mentioned you")
    in_app, push, email = mine["legs"]
    assert (in_app["state"], in_app["words"]) == ("sent", "kept in the notification centre")
    assert (push["state"], push["words"]) == ("not_wanted", "has no device that takes pushes")
    assert (email["state"], email["words"]) == ("waiting", "unless it is read by then")
    assert email["next_at"] > mine["notification"]["at"]
    assert "@example.com" in email["to"]
    [seen_by_author] = await asked(ada, message, "?wanted=true")
    assert (seen_by_author["words"], seen_by_author["legs"][2]["state"]) == ("was mentioned", "waiting")
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": message["n"]})

    async def is_over() -> bool:
        [over] = await asked(ben, message)
        words = [leg["words"] for leg in over["legs"]]
        return "read_at" in over["notification"] and re.search(r"; read \d+ s after", words[0]) is not None

    await eventually(is_over)


async def test_who_was_called_with_a_group_and_has_muted_the_channel_muted_it(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben, name="quiet")
    crew = {"name": "Crew", "handle": f"crew-{ada.id[-6:]}", "user_ids": [ben.id]}
    await ada.post(f"/api/v1/workspaces/{ada.workspace['id']}/groups", crew)
    await wants(ben, channel, muted=True)
    muted = await routed(ada, await ada.send(channel, f"@{crew['handle']} all hands"))
    assert await words_of(ada, muted, ben) == "muted #quiet"
    await wants(ben, channel, muted=False)
    heard = await routed(ada, await ada.send(channel, f"@{crew['handle']} all hands"))
    assert await words_of(ada, heard, ben) == f"mentioned @{crew['handle']}"
