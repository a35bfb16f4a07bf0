"""Editing, deleting, reacting, pinning, replying and mentioning; each write beside its refusal."""

from urllib.parse import quote

import pytest

from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId
from tests.conftest import Signup
from tests.person import Answer, Json, Person, eventually


async def reply(who: Person, root: Json, text: str, **fields: object) -> Answer:
    body = {"text": text, "thread_root_id": root["id"]} | fields
    return await who.ask("POST", f"/api/v1/channels/{root['channel_id']}/messages", body)


async def test_an_edit_is_seen_live_and_keeps_what_was_said(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben, at_ada = await ben.device(), await ada.device()
    sent = await ada.send(channel, "helo")
    answer = await at_ada.call("message.edit", {"message_id": sent["id"], "text": "hello"})
    assert answer["ok"]
    assert answer["message"]["text"] == "hello"
    heard = await at_ben.wait_for("message.edited")
    assert (heard["entry"]["message_id"], heard["entry"]["text"]) == (sent["id"], "hello")
    assert heard["message"]["id"] == sent["id"]
    now = await ben.get(f"/api/v1/messages/{sent['id']}")
    assert (now["text"], now["edited_at"]) == ("hello", answer["message"]["edited_at"])
    versions = await ben.get(f"/api/v1/messages/{sent['id']}/versions")
    assert [version["text"] for version in versions["items"]] == ["helo", "hello"]


async def test_only_its_author_edits_a_message_and_only_in_time(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    sent = await ben.send(channel, "mine")
    path = f"/api/v1/messages/{sent['id']}"
    refused = await ada.ask("PATCH", path, {"text": "yours"})
    assert (refused.status, refused.code) == (403, "not_yours")
    assert (await ben.ask("PATCH", path, {"text": "  "})).code == "text_empty"
    assert (await ben.ask("PATCH", path, {"text": "still mine"})).status == 200
    old = house.settings.edit_window
    assert old
    await house.entries.collection.update_one(
        {"_id": sent["id"]}, [{"$set": {"created_at": {"$subtract": ["$created_at", 1000 * (old + 1)]}}}]
    )
    late = await ben.ask("PATCH", path, {"text": "too late"})
    assert (late.status, late.code) == (403, "edit_window_over")
    assert "edit_window" in late.body["detail"]


async def test_a_deleted_message_leaves_a_tombstone_and_no_text_anywhere(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    at_ada = await ada.device()
    sent = await ben.send(channel, "a secret word")
    path = f"/api/v1/messages/{sent['id']}"
    assert (await ben.ask("PATCH", path, {"text": "another secret"})).status == 200
    deleted = await ben.ask("DELETE", path)
    assert (deleted.status, deleted.body["text"]) == (200, "")
    again = await ben.ask("DELETE", path)
    assert again.body["deleted_at"] == deleted.body["deleted_at"]
    heard = await at_ada.wait_for("message.deleted")
    assert heard["entry"]["message_id"] == sent["id"]
    assert (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"][0]["text"] == ""
    assert (await ada.get(f"{path}/versions"))["items"] == []
    assert (await ben.ask("PATCH", path, {"text": "back?"})).code == "message_deleted"

    async def is_erased() -> bool:
        texts = [d.get("text") async for d in house.entries.collection.find({"channel_id": channel})]
        return not any(texts)

    await eventually(is_erased)


async def test_a_moderator_deletes_any_message_and_a_member_only_their_own(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    sent = await ben.send(channel, "rude")
    refused = await cleo.ask("DELETE", f"/api/v1/messages/{sent['id']}")
    assert (refused.status, refused.code) == (403, "not_yours")
    assert (await ada.ask("DELETE", f"/api/v1/messages/{sent['id']}")).status == 200
    changes = await ben.get(f"/api/v1/channels/{channel}/changes?since_seq={sent['seq']}")
    assert [(e["kind"], e["user_id"]) for e in changes["items"]] == [("message.deleted", ada.id)]


async def test_a_reaction_counts_a_person_once(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    sent = await ada.send(channel, "good?")
    at_ada = await ada.device()
    path = f"/api/v1/messages/{sent['id']}/reactions"
    for who in (ada, ben, ben):
        assert (await who.ask("PUT", f"{path}/{quote('👍')}")).status == 204
    assert (await ben.ask("PUT", f"{path}/:tada:")).status == 204
    found = await ada.get(f"/api/v1/messages/{sent['id']}")
    assert found["reactions"] == {"👍": [ada.id, ben.id], "🎉": [ben.id]}
    heard = await at_ada.wait_for("reaction.added", lambda p: p["entry"]["emoji"] == "🎉")
    assert heard["entry"]["author_id"] == ben.id
    assert (await ben.ask("DELETE", f"{path}/{quote('👍')}")).status == 204
    answer = await at_ada.call("reaction.remove", {"message_id": sent["id"], "emoji": "👍"})
    assert answer["message"]["reactions"] == {"🎉": [ben.id]}


@pytest.mark.parametrize("emoji", ["x", "👍👍", "thumbs up", ":no_such_name:", "<b>", "%00"])
async def test_what_is_not_an_emoji_is_refused(ada: Person, emoji: str) -> None:
    sent = await ada.send(await ada.make_channel(), "hm")
    refused = await ada.ask("PUT", f"/api/v1/messages/{sent['id']}/reactions/{quote(emoji, safe='')}")
    assert (refused.status, refused.code) == (422, "not_an_emoji")


async def test_reactions_have_limits_that_their_errors_name(ada: Person, house: House) -> None:
    sent = await ada.send(await ada.make_channel(), "all of them")
    path = f"/api/v1/messages/{sent['id']}/reactions"
    faces = [chr(0x1F600 + i) for i in range(house.settings.reactions_distinct + 1)]
    for face in faces[:-1]:
        assert (await ada.ask("PUT", f"{path}/{quote(face)}")).status == 204
    refused = await ada.ask("PUT", f"{path}/{quote(faces[-1])}")
    assert (refused.status, refused.code) == (409, "too_many_reactions")
    assert "reactions_distinct" in refused.body["detail"]


async def test_pins_are_listed_at_once_and_until_they_are_taken_off(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    first, second = await ada.send(channel, "one"), await ada.send(channel, "two")
    for message in (first, second):
        assert (await ben.ask("PUT", f"/api/v1/messages/{message['id']}/pin")).status == 204
    pinned = await ada.get(f"/api/v1/channels/{channel}/pins")
    assert [(m["text"], m["pinned_by"]) for m in pinned["items"]] == [("two", ben.id), ("one", ben.id)]
    assert (await ada.ask("DELETE", f"/api/v1/messages/{first['id']}/pin")).status == 204
    pinned = await ada.get(f"/api/v1/channels/{channel}/pins")
    assert [m["text"] for m in pinned["items"]] == ["two"]


async def test_a_reply_lives_in_its_thread_and_does_not_count_in_the_channel(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    at_ada = await ada.device()
    root = await ada.send(channel, "shall we?")
    made = await reply(ben, root, "yes")
    assert (made.status, made.body["kind"], made.body["n"]) == (201, "message.replied", root["n"])
    heard = await at_ada.wait_for("message.sent", lambda p: p["message"]["id"] == made.body["id"])
    assert heard["message"]["thread_root_id"] == root["id"]
    also = await reply(ada, made.body, "good", also_in_channel=True)
    assert (also.body["thread_root_id"], also.body["n"]) == (root["id"], root["n"] + 1)
    page = await ben.get(f"/api/v1/channels/{channel}/messages")
    assert [m["text"] for m in page["items"]] == ["shall we?", "good"]
    assert page["items"][0]["reply_count"] == 2
    assert page["items"][0]["replier_ids"] == [ada.id, ben.id]
    thread = await ben.get(f"/api/v1/messages/{root['id']}/thread")
    assert [m["text"] for m in thread["items"]] == ["yes", "good"]
    assert thread["following"] is True
    older = await ben.get(f"/api/v1/messages/{root['id']}/thread?limit=1")
    assert ([m["text"] for m in older["items"]], older["next"]) == (["good"], str(also.body["seq"]))
    before = await ben.get(f"/api/v1/messages/{root['id']}/thread?limit=1&before_seq={older['next']}")
    assert [m["text"] for m in before["items"]] == ["yes"]


async def test_a_deleted_reply_counts_no_more(ada: Person, ben: Person) -> None:
    root = await ada.send(await ada.make_channel("private", ben), "root")
    made = await reply(ben, root, "oops")
    assert (await ben.ask("DELETE", f"/api/v1/messages/{made.body['id']}")).status == 200
    now = await ada.get(f"/api/v1/messages/{root['id']}")
    assert "reply_count" not in now
    thread = await ada.get(f"/api/v1/messages/{root['id']}/thread")
    assert [bool(m.get("deleted_at")) for m in thread["items"]] == [True]


async def test_a_thread_of_another_channel_or_of_nothing_cannot_be_replied_to(
    ada: Person, ben: Person
) -> None:
    one, other = await ada.make_channel("private", ben), await ada.make_channel("private", ben)
    root = await ada.send(one, "root")
    for wrong in (root | {"channel_id": other}, {"id": "nothing", "channel_id": one}):
        refused = await reply(ben, wrong, "where am I")
        assert (refused.status, refused.code) == (404, "not_found")
    await ada.ask("DELETE", f"/api/v1/messages/{root['id']}")
    refused = await reply(ben, root, "to nobody")
    assert (refused.status, refused.code) == (409, "message_deleted")


async def test_followed_threads_tell_what_is_unread_until_it_is_read(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    root = await ada.send(channel, "question")
    for text in ("one", "two"):
        made = await reply(ben, root, text)
    threads = f"/api/v1/workspaces/{ada.workspace['id']}/threads"

    async def is_unread() -> bool:
        found = (await ada.get(threads))["items"]
        return [(t["root"]["id"], t["unread"]) for t in found] == [(root["id"], 2)]

    await eventually(is_unread)
    [thread] = (await ada.get(threads))["items"]
    assert [m["text"] for m in thread["latest"]] == ["one", "two"]
    [mark] = (await ada.get(f"{threads}/marks"))["items"]
    assert (mark["last_seq"], mark["read_seq"]) == (made.body["seq"], 0)
    device = await ada.device()
    read = f"/api/v1/messages/{root['id']}/thread/read"
    assert (await ada.ask("POST", read, {"seq": made.body["seq"]})).status == 204
    told = await device.wait_for("thread.read")
    assert (told["root_id"], told["seq"]) == (root["id"], made.body["seq"])
    assert [t["unread"] for t in (await ada.get(threads))["items"]] == [0]
    assert (await ada.ask("POST", read, {"seq": 10**9})).status == 422
    [of_ben] = (await ben.get(threads))["items"]
    assert of_ben["unread"] == 0, "one's own replies are read"


async def test_unfollowing_lasts_until_one_is_mentioned(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    root = await ada.send(channel, "question")
    await reply(ben, root, "first")
    threads = f"/api/v1/workspaces/{ada.workspace['id']}/threads"

    async def follows() -> bool:
        return bool((await ada.get(threads))["items"])

    await eventually(follows)
    follow = f"/api/v1/messages/{root['id']}/thread/follow"
    assert (await ada.ask("DELETE", follow)).status == 204
    await reply(ben, root, "second")
    assert not await follows()
    me = await ada.get("/api/v1/me")
    await reply(ben, root, f"@{me['handle']} look")
    await eventually(follows)
    assert (await ada.ask("DELETE", follow)).status == 204
    assert not await follows()
    assert (await ada.ask("PUT", follow)).status == 204
    assert await follows()


async def test_a_mention_calls_people_of_the_workspace_and_is_counted_until_read(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    handle = (await ben.get("/api/v1/me"))["handle"]
    stranger = (await outsider.get("/api/v1/me"))["handle"]
    text = f"@{handle}, and @{stranger}? `@{handle}` in code, mail a@{handle}, @nobody-at-all"
    sent = await ada.send(channel, text)
    assert sent["mentions"] == {"user_ids": [ben.id]}
    await ada.send(channel, f"`@{handle}` only in code")
    seen = await ben.get(f"/api/v1/channels/{channel}")
    assert seen["mentions"] == [sent["n"]]
    assert (await ada.get(f"/api/v1/channels/{channel}"))["mentions"] == []
    page = await ben.get(f"/api/v1/workspaces/{ada.workspace['id']}/mentions")
    assert [m["id"] for m in page["items"]] == [sent["id"]]
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": sent["n"]})
    assert (await ben.get(f"/api/v1/channels/{channel}"))["mentions"] == []
    page = await ben.get(f"/api/v1/workspaces/{ada.workspace['id']}/mentions")
    assert len(page["items"]) == 1, "the view keeps what was read"


async def test_calling_everyone_is_seen_by_everyone_and_asks_first_in_large_channels(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    sent = await ada.send(channel, "@channel stand up")
    assert sent["mentions"] == {"channel": True}
    assert (await ben.get(f"/api/v1/channels/{channel}"))["mentions"] == [sent["n"]]
    page = await ben.get(f"/api/v1/workspaces/{ada.workspace['id']}/mentions")
    assert [m["id"] for m in page["items"]] == [sent["id"]]
    extra = [
        {"channel_id": channel, "user_id": f"crowd-{i}", "workspace_id": "none", "read_n": 0, "received_n": 0}
        for i in range(house.settings.everyone_asks_above)
    ]
    await house.database.memberships.insert_many(extra)
    messages = f"/api/v1/channels/{channel}/messages"
    asked = await ada.ask("POST", messages, {"text": "@here quick"})
    assert (asked.status, asked.code) == (409, "confirm_everyone")
    assert "everyone_asks_above" in asked.body["detail"]
    told = await ada.ask("POST", messages, {"text": "@here quick", "confirm_everyone": True})
    assert told.status == 201
    await house.database.memberships.delete_many({"channel_id": channel, "workspace_id": "none"})


async def test_a_senders_messages_keep_their_order_whether_or_not_they_mention(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    device = await ada.device()
    texts = [f"@ben {i}" if i % 3 == 0 else f"plain {i}" for i in range(30)]
    for i, text in enumerate(texts):
        await device.sio.emit("message.send", {"channel_id": channel, "text": text, "client_id": f"o-{i}"})
    await device.wait_for("message.sent", lambda p: p["message"]["n"] == len(texts))
    assert [m["text"] for m in device.messages(channel)] == texts


async def test_state_is_stored_behind_the_log_and_survives_what_was_not(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    sent = await ada.send(channel, "a")
    await ada.ask("PATCH", f"/api/v1/messages/{sent['id']}", {"text": "b"})

    async def is_stored() -> bool:
        found = await house.entries.get(EntryId(sent["id"]))
        return found is not None and found.text == "b"

    await eventually(is_stored)
    await house.entries.collection.update_one({"_id": sent["id"]}, {"$unset": {"state": ""}})
    page = await ada.get(f"/api/v1/channels/{channel}/messages")
    assert [m["text"] for m in page["items"]] == ["b"], "readers fold in what is not stored"
    assert (await house.entries.tail(ChannelId(channel))).n == 1


async def test_marking_unread_counts_again_until_one_reads(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ada = await ada.device()
    for i in range(3):
        await ben.send(channel, f"{i}")
    path = f"/api/v1/channels/{channel}"
    assert (await ada.ask("POST", f"{path}/read", {"n": 3})).status == 204
    assert (await ada.ask("POST", f"{path}/unread", {"n": 2})).status == 204
    assert (await at_ada.wait_for("channel.unread"))["n"] == 2
    seen = await ada.get(path)
    assert (seen["read_n"], seen["unread_from"]) == (3, 2), "others still see what was seen"
    assert (await ada.ask("POST", f"{path}/unread", {"n": 4})).status == 422
    assert (await ada.ask("POST", f"{path}/read", {"n": 3})).status == 204
    assert (await ada.get(path))["unread_from"] is None


async def test_a_channel_opens_at_a_date(ada: Person) -> None:
    channel = await ada.make_channel()
    sent = [await ada.send(channel, f"{i}") for i in range(7)]
    path = f"/api/v1/channels/{channel}/messages?limit=2&at="
    page = await ada.get(path + quote(sent[4]["created_at"]))
    assert [m["text"] for m in page["items"]] == ["4", "5"]
    assert [m["text"] for m in (await ada.get(f"{path}2020-01-01T00:00:00Z"))["items"]] == ["0", "1"]
    assert (await ada.get(f"{path}2099-01-01T00:00:00Z"))["items"] == []
    assert (await ada.ask("GET", f"{path}yesterday")).status == 422
    assert (await ada.ask("GET", f"{path}2026-01-01T00:00:00")).status == 422
