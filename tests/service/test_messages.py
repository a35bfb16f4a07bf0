"""Sending, hearing, catching up and marking, over both edges."""

import asyncio
import uuid

from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.person import Person, eventually


async def test_a_message_reaches_the_other_device_and_the_sender(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    from_ada, at_ben = await ada.device(), await ben.device()
    payload = {"channel_id": channel, "text": "hello", "client_id": uuid.uuid4().hex}
    answer = await from_ada.call("message.send", payload)
    assert answer["ok"]
    assert answer["message"]["n"] == 1
    heard = await at_ben.wait_for("message.sent")
    assert heard["message"] == answer["message"]
    assert (await from_ada.wait_for("message.sent"))["message"] == answer["message"]


async def test_http_and_socket_give_the_same_message(ada: Person) -> None:
    channel = await ada.make_channel()
    device = await ada.device()
    sent = await ada.send(channel, "by http")
    assert (await device.wait_for("message.sent"))["message"] == sent
    assert await ada.get(f"/api/v1/messages/{sent['id']}") == sent
    page = await ada.get(f"/api/v1/channels/{channel}/messages")
    assert page == {"items": [sent], "next": None}


async def test_sending_again_with_the_same_client_id_returns_the_first_message(ada: Person) -> None:
    channel = await ada.make_channel()
    device = await ada.device()
    first = await ada.send(channel, "once", "same-id")
    again = await ada.ask(
        "POST", f"/api/v1/channels/{channel}/messages", {"text": "once", "client_id": "same-id"}
    )
    assert (again.status, again.body) == (200, first)
    by_socket = await device.call(
        "message.send", {"channel_id": channel, "text": "once", "client_id": "same-id"}
    )
    assert by_socket["message"] == first
    await ada.send(channel, "behind it")
    page = await ada.get(f"/api/v1/channels/{channel}/changes?since_seq=0")
    assert [entry["seq"] for entry in page["items"]] == list(range(1, page["last_seq"] + 1))


async def test_two_gateways_share_one_channel_in_order(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    channel = await ada.make_channel("private", ben)
    first = await ada.device(f"http://{stack_settings.host}:{stack_settings.socket_port}")
    second = await ben.device(f"http://{stack_settings.host}:{stack_settings.socket_port + 1}")

    async def send_many(device, name):
        for i in range(50):
            payload = {"channel_id": channel, "text": f"{name} {i}", "client_id": f"{name}-{i}"}
            assert (await device.call("message.send", payload))["ok"]

    await asyncio.gather(send_many(first, "ada"), send_many(second, "ben"))

    async def all_arrived():
        return len(first.messages(channel)) == len(second.messages(channel)) == 100

    await eventually(all_arrived)
    for device in (first, second):
        assert [message["n"] for message in device.messages(channel)] == list(range(1, 101))


async def test_history_pages_backwards_and_forwards_without_hole(ada: Person) -> None:
    channel = await ada.make_channel()
    for i in range(25):
        await ada.send(channel, f"message {i + 1}")
    seen: list[int] = []
    cursor = ""
    while True:
        page = await ada.get(f"/api/v1/channels/{channel}/messages?limit=10{cursor}")
        seen = [message["n"] for message in page["items"]] + seen
        if page["next"] is None:
            break
        cursor = f"&before_n={page['next']}"
    assert seen == list(range(1, 26))
    page = await ada.get(f"/api/v1/channels/{channel}/messages?after_n=20&limit=3")
    assert [message["n"] for message in page["items"]] == [21, 22, 23]
    assert page["next"] == "23"


async def test_sync_returns_what_was_missed_once_and_in_order(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    device = await ben.device()
    await ada.send(channel, "before")
    last = (await device.wait_for("message.sent"))["message"]["seq"]
    await device.close()
    for i in range(5):
        await ada.send(channel, f"missed {i}")
    back = await ben.device()
    synced = await back.call("channel.sync", {"channel_id": channel, "since_seq": last})
    assert [entry["text"] for entry in synced["items"]] == [f"missed {i}" for i in range(5)]
    assert [entry["seq"] for entry in synced["items"]] == list(range(last + 1, last + 6))
    assert synced["last_seq"] == last + 5
    assert synced["reset"] is False
    up_to_date = await back.call("channel.sync", {"channel_id": channel, "since_seq": last + 5})
    assert up_to_date == {"ok": True, "items": [], "last_seq": last + 5, "reset": False}


async def test_who_is_too_far_behind_is_told_to_reset(ada: Person, stack_settings: Settings) -> None:
    channel = await ada.make_channel()
    device = await ada.device()
    total = stack_settings.sync_max + 10
    for start in range(0, total, 100):
        calls = (
            device.call("message.send", {"channel_id": channel, "text": "x", "client_id": f"m{start + i}"})
            for i in range(100)
        )
        await asyncio.gather(*calls)
    synced = await device.call("channel.sync", {"channel_id": channel, "since_seq": 0})
    assert synced["reset"] is True
    assert synced["items"] == []
    assert synced["last_seq"] >= total


async def test_texts_that_cannot_be_taken_are_refused_with_the_reason(
    ada: Person, stack_settings: Settings
) -> None:
    channel = await ada.make_channel()
    device = await ada.device()
    longest = stack_settings.message_max_length
    cases = {"": "text_empty", " \n ": "text_empty", "a\x00b": "text_control_characters"}
    cases |= {"x" * (longest + 1): "text_too_long"}
    for text, code in cases.items():
        by_http = await ada.ask("POST", f"/api/v1/channels/{channel}/messages", {"text": text})
        assert (by_http.status, by_http.code) == (422, code)
        by_socket = await device.call("message.send", {"channel_id": channel, "text": text})
        assert (by_socket["ok"], by_socket["error"]["code"]) == (False, code)
    assert (await ada.send(channel, "x" * longest))["n"] == 1


async def test_unread_counts_follow_the_read_mark_on_every_device(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    for i in range(3):
        await ada.send(channel, f"{i}")
    phone, laptop, author = await ben.device(), await ben.device(), await ada.device()
    found = next(c for c in await ben.channels() if c["id"] == channel)
    assert found["last_n"] - found["read_n"] == 3
    assert await phone.call("channel.received", {"channel_id": channel, "n": 3}) == {"ok": True}
    delivered = await author.wait_for("channel.delivered", lambda p: p["user_id"] == ben.id)
    assert delivered == {"channel_id": channel, "user_id": ben.id, "n": 3}
    assert await phone.call("channel.read", {"channel_id": channel, "n": 2}) == {"ok": True}
    seen = {"channel_id": channel, "user_id": ben.id, "n": 2}
    assert await laptop.wait_for("channel.seen") == seen
    assert await author.wait_for("channel.seen") == seen
    found = next(c for c in await ben.channels() if c["id"] == channel)
    assert (found["last_n"] - found["read_n"], found["received_n"]) == (1, 3)


async def test_a_mark_beyond_the_last_message_is_refused(ada: Person) -> None:
    channel = await ada.make_channel()
    await ada.send(channel, "one")
    for n in (2, -1):
        answer = await ada.ask("POST", f"/api/v1/channels/{channel}/read", {"n": n})
        assert (answer.status, answer.code) == (422, "invalid")
    assert (await ada.ask("POST", f"/api/v1/channels/{channel}/read", {"n": 1})).status == 204


async def test_typing_and_presence_reach_the_others(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ada = await ada.device()
    at_ben = await ben.device()
    came = await at_ada.wait_for("presence.changed", lambda p: p["user_id"] == ben.id)
    assert came["state"] == "active"
    await at_ben.call("typing.start", {"channel_id": channel})
    typing = await at_ada.wait_for("typing.started")
    assert typing == {"channel_id": channel, "user_id": ben.id}
    await at_ben.call("presence.set", {"state": "away"})
    await at_ada.wait_for("presence.changed", lambda p: p == {"user_id": ben.id, "state": "away"})
    listed = await at_ada.call("presence.list", {"workspace_id": ada.workspace["id"]})
    assert {"user_id": ben.id, "state": "away"} in listed["online"]
    await at_ben.close()
    await at_ada.wait_for("presence.changed", lambda p: p == {"user_id": ben.id, "state": "offline"})


async def test_a_second_person_of_another_workspace_hears_nothing(
    ada: Person, outsider: Person, sign_up: Signup
) -> None:
    channel = await ada.general()
    at_eve, at_ada = await outsider.device(), await ada.device()
    await ada.send(channel, "private matter")
    await at_ada.wait_for("message.sent")
    assert at_eve.messages(channel) == []
