"""Who is notified of what, and that reading ends it: through the whole stack, looked at behind the contract."""

from collections.abc import Callable
from typing import Any

import pytest

from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.notify.route import notify_wanting
from parlour.core.store.notifications import Row
from tests.conftest import Signup
from tests.person import Json, Person, eventually


@pytest.fixture
def notified(house: House) -> "Callable[[Json], Any]":
    """Return who was notified of a message once it was routed: name of a kind by the person's id."""

    async def find(message: Json) -> dict[str, tuple[str, str]]:
        channel = ChannelId(message["channel_id"])

        async def settled() -> bool:
            return (await house.deliveries.settled(channel)).settled_seq >= message["seq"]

        await eventually(settled)
        found = [row async for row in house.database.notifications.find({"message_id": message["id"]})]
        return {row["user_id"]: (row["kind"], row["why"]) for row in found}

    return find


async def row_of(house: House, message: Json, person: Person) -> Row:
    rows = await house.notifications.of_message(EntryId(message["id"]), [UserId(person.id)])
    return rows[UserId(person.id)]


async def handle_of(person: Person) -> str:
    return str((await person.get("/api/v1/me"))["handle"])


async def test_a_message_in_a_channel_notifies_only_whom_it_calls(
    ada: Person, ben: Person, sign_up: Signup, notified: Any
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    assert await notified(await ada.send(channel, "hello")) == {}
    message = await ada.send(channel, f"hello @{await handle_of(ben)}")
    assert await notified(message) == {ben.id: ("mention", "mentioned you")}


async def test_a_direct_message_notifies_the_other(ada: Person, ben: Person, notified: Any) -> None:
    channel = await ada.make_channel("direct", ben)
    assert await notified(await ada.send(channel, "psst")) == {ben.id: ("direct", "wrote to you")}


async def test_a_group_an_at_channel_and_an_at_here_notify_those_they_stand_for(
    ada: Person, ben: Person, sign_up: Signup, notified: Any
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    body = {"name": "Designers", "handle": "designers", "user_ids": [ben.id]}
    await ada.post(f"/api/v1/workspaces/{ada.workspace['id']}/groups", body)
    assert await notified(await ada.send(channel, "@designers look")) == {
        ben.id: ("group", "mentioned @designers")
    }
    everyone = await notified(await ada.send(channel, "@channel look"))
    assert everyone == {person.id: ("everyone", "called @channel") for person in (ben, cleo)}
    await cleo.device()
    assert await notified(await ada.send(channel, "@here look")) == {cleo.id: ("everyone", "called @here")}


async def test_a_reply_notifies_who_follows_the_thread(ada: Person, ben: Person, notified: Any) -> None:
    channel = await ada.make_channel("private", ben)
    root = await ada.send(channel, "root")
    reply = await ben.post(
        f"/api/v1/channels/{channel}/messages", {"text": "reply", "thread_root_id": root["id"]}
    )
    assert await notified(reply) == {ada.id: ("thread", "replied in a thread you follow")}


async def test_who_wants_everything_gets_it_and_who_muted_gets_nothing(
    ada: Person, ben: Person, sign_up: Signup, notified: Any
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    path = f"/api/v1/channels/{channel}/membership"
    assert (await ben.ask("PATCH", path, {"notify": "all"})).status == 200
    assert await notified(await ada.send(channel, "hello")) == {
        ben.id: ("channel", "you want everything here")
    }
    for calmer in ({"muted": True}, {"muted": False, "notify": "nothing"}):
        assert (await ben.ask("PATCH", path, calmer)).status == 200
        assert await notified(await ada.send(channel, f"hello @{await handle_of(ben)}")) == {}


async def test_the_level_of_a_person_and_of_a_workspace_hold_where_nothing_else_is_said(
    ada: Person, ben: Person, house: House, notified: Any
) -> None:
    channel = await ada.make_channel("private", ben)
    workspace = ada.workspace["id"]
    defaults = f"/api/v1/workspaces/{workspace}/notification-defaults"
    mine = f"/api/v1/workspaces/{workspace}/notification-preferences"
    assert (await ada.ask("PATCH", defaults, {"level": "all"})).status == 200
    assert set(await notified(await ada.send(channel, "one"))) == {ben.id}
    assert (await ben.ask("PATCH", mine, {"level": "mentions"})).status == 200
    assert await notified(await ada.send(channel, "two")) == {}
    assert (await ben.ask("PATCH", mine, {"level": "all"})).status == 200
    later = await ada.make_channel("private", ben)
    assert set(await notified(await ada.send(later, "three"))) == {ben.id}


async def test_a_keyword_notifies_who_listens_for_it(ada: Person, ben: Person, notified: Any) -> None:
    channel = await ada.make_channel("private", ben)
    mine = f"/api/v1/workspaces/{ada.workspace['id']}/notification-preferences"
    assert (await ben.ask("PATCH", mine, {"keywords": ["Déploy", "release notes"]})).status == 200
    assert await notified(await ada.send(channel, "we DEPLOY today")) == {
        ben.id: ("keyword", "your keyword “Déploy”")
    }
    assert set(await notified(await ada.send(channel, "the release   notes, please"))) == {ben.id}
    assert await notified(await ada.send(channel, "notes of the release, redeployed")) == {}


async def test_whoever_is_not_in_the_channel_is_not_notified(
    ada: Person, ben: Person, outsider: Person, notified: Any
) -> None:
    channel = await ada.make_channel("private")
    text = f"@{await handle_of(ben)} @{await handle_of(outsider)} hello"
    assert await notified(await ada.send(channel, text)) == {}


async def test_routing_the_same_again_notifies_nobody_twice(
    ada: Person, ben: Person, house: House, notified: Any
) -> None:
    channel = ChannelId(await ada.make_channel("direct", ben))
    message = await ada.send(channel, "once")
    assert set(await notified(message)) == {ben.id}
    [entry] = [e for e in await house.entries.since(channel, 0, limit=100) if e.id == message["id"]]
    assert await notify_wanting(house, WorkspaceId(ada.workspace["id"]), channel, [entry]) == 0


async def test_open_devices_hear_of_a_notification_and_of_its_being_read(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("direct", ben)
    at_ben = await ben.device()
    message = await ada.send(channel, "psst")
    told = (await at_ben.wait_for("notification.added"))["notification"]
    assert (told["message_id"], told["kind"], told["why"]) == (message["id"], "direct", "wrote to you")
    assert "text" not in told
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": 1})
    read = await at_ben.wait_for("notification.read")
    assert (read["ids"], read["unread"], read["channel_id"]) == ([told["id"]], 0, channel)
    assert (await row_of(house, message, ben)).read_at


async def test_reading_a_thread_reads_what_it_notified_of(ada: Person, ben: Person, house: House) -> None:
    channel = await ada.make_channel("private", ben)
    root = await ada.send(channel, "root")
    at_ada = await ada.device()
    body = {"text": "reply", "thread_root_id": root["id"]}
    reply = await ben.post(f"/api/v1/channels/{channel}/messages", body)
    await at_ada.wait_for("notification.added")
    await ada.ask("POST", f"/api/v1/channels/{channel}/read", {"n": 1})
    assert (await row_of(house, reply, ada)).read_at is None, "the timeline was read, not the thread"
    await ada.ask("POST", f"/api/v1/messages/{root['id']}/thread/read", {"seq": reply["seq"]})
    await at_ada.wait_for("notification.read")
    assert (await row_of(house, reply, ada)).read_at


async def test_urgent_messages_are_for_those_whom_the_workspace_lets(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("direct", ben)
    path = f"/api/v1/channels/{channel}/messages"
    assert (await ada.post(path, {"text": "fire", "urgent": True}))["urgent"] is True
    refused = await ben.ask("POST", path, {"text": "fire", "urgent": True})
    assert (refused.status, refused.code) == (403, "urgent_restricted")
    allowed = {"urgent_by": "members"}
    assert (await ada.ask("PATCH", f"/api/v1/workspaces/{ada.workspace['id']}", allowed)).status == 200
    assert (await ben.post(path, {"text": "fire", "urgent": True}))["urgent"] is True


async def test_an_urgent_message_stays_urgent_and_so_is_what_tells_of_it(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("direct", ben)
    path = f"/api/v1/channels/{channel}/messages"
    at_ben = await ben.device()
    sent = await ada.post(path, {"text": "fire", "urgent": True})
    assert [message.get("urgent") for message in (await ben.get(path))["items"]] == [True]
    told = (await at_ben.wait_for("notification.added"))["notification"]
    assert (told["message_id"], told["urgent"]) == (sent["id"], True)
    assert (await row_of(house, sent, ben)).urgent


async def test_of_many_at_once_devices_hear_of_the_newest_and_how_many_more(
    ada: Person, ben: Person, house: House, notified: Any
) -> None:
    channel = ChannelId(await ada.make_channel("direct", ben))
    sent = [await ada.send(channel, f"message {number}") for number in range(15)]
    await notified(sent[-1])
    at_ben = await ben.device()
    entries = await house.entries.since(channel, sent[0]["seq"] - 1, limit=100)
    await house.database.notifications.delete_many({"user_id": ben.id, "channel_id": channel})
    await notify_wanting(house, WorkspaceId(ada.workspace["id"]), channel, entries)
    last = await at_ben.wait_for(
        "notification.added", lambda p: p["notification"]["message_id"] == sent[-1]["id"]
    )
    assert last["more"] == 5
