"""Changing channels: who may, what holds from then on, and that nobody misses it."""

import uuid
from datetime import timedelta

from parlour.core.chat import channel_state
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import CHANGED, Entry
from parlour.core.store.channel_log import Origin
from tests.person import Answer, Json, Person, changed, eventually, fresh

SETTINGS: list[Json] = [
    {"name": "Another name"},
    {"posting": "moderators"},
    {"kind": "public"},
    {"archived": True},
]


async def change(person: Person, channel: str, **changes: object) -> Answer:
    return await person.ask("PATCH", f"/api/v1/channels/{channel}", changes)


async def describe(person: Person, channel: str) -> Json:
    return fresh(await person.get(f"/api/v1/channels/{channel}"))


async def test_members_set_topic_and_purpose(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    answer = await change(ben, channel, topic=" engines \n today ", purpose="Building them")
    assert (answer.status, answer.body["topic"], answer.body["purpose"]) == (
        200,
        "engines today",
        "Building them",
    )
    assert (await describe(ada, channel))["topic"] == "engines today"
    assert (await change(ben, channel, topic="")).status == 200
    assert (await describe(ada, channel))["topic"] == ""


async def test_only_who_made_it_and_the_owner_rename_restrict_convert_and_archive(
    ada: Person, ben: Person, outsider: Person
) -> None:
    for settings in SETTINGS:
        channel = await ada.make_channel("private", ben)
        refused = await change(ben, channel, **settings)
        assert (refused.status, refused.code) == (403, "forbidden"), settings
        hidden = await change(outsider, channel, **settings)
        assert (hidden.status, hidden.code) == (404, "not_found"), settings
        done = await change(ada, channel, **settings)
        assert done.status == 200, settings
        assert settings.items() <= done.body.items()
    bens = await ben.make_channel("public")
    assert (await change(ben, bens, archived=True)).status == 200
    assert (await change(ada, bens, archived=False)).status == 200, "the owner, who is not a member"


async def test_someone_who_only_sees_a_public_channel_does_not_change_it(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("public")
    refused = await change(ben, channel, topic="mine")
    assert (refused.status, refused.code) == (403, "forbidden")


async def test_every_change_is_heard_and_caught_up_with(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    before = await describe(ben, channel)
    at_ben = await ben.device()
    steps: list[Json] = [
        {"topic": "a"},
        {"name": f"n-{uuid.uuid4().hex}", "purpose": "b"},
        {"kind": "public"},
    ]
    steps += [{"posting": "moderators"}, {"topic": ""}, {"archived": True}, {"archived": False}]
    for step in steps:
        assert (await change(ada, channel, **step)).status == 200
    after = await describe(ben, channel)
    heard = await at_ben.wait_for(CHANGED, lambda p: p["entry"]["seq"] == after["last_seq"])
    assert heard["entry"]["changes"] == {"archived": False}
    live = [p["entry"] for name, p in at_ben.heard if name == CHANGED]
    missed = await ben.get(f"/api/v1/channels/{channel}/changes?since_seq={before['last_seq']}")
    assert missed["items"] == live
    state = before
    for entry in live:
        state = changed(state, entry)
    assert state == after


async def test_what_is_so_already_is_no_change(ada: Person) -> None:
    channel = await ada.make_channel("private")
    before = await describe(ada, channel)
    same = {"name": before["name"], "kind": "private", "archived": False, "topic": " "}
    assert (await change(ada, channel, **same)).status == 200
    assert (await describe(ada, channel))["last_seq"] == before["last_seq"]


async def test_a_name_is_taken_by_one_channel_and_free_again_after_a_rename(ada: Person) -> None:
    first, second = f"n-{uuid.uuid4().hex}", f"n-{uuid.uuid4().hex}"
    one = await ada.make_channel("private", name=first)
    other = await ada.make_channel("private", name=second)
    refused = await change(ada, other, name=first.upper())
    assert (refused.status, refused.code) == (409, "name_taken")
    assert (await change(ada, one, name="Somewhere else")).status == 200
    assert (await change(ada, other, name=first)).status == 200
    assert (await change(ada, one, name=second)).status == 200
    assert (await describe(ada, other))["name"] == first


async def test_texts_that_cannot_be_taken_are_refused_with_their_limit(ada: Person) -> None:
    channel = await ada.make_channel("private")
    for field, value in [("name", ""), ("name", "x" * 81), ("topic", "x" * 251), ("purpose", "x" * 1001)]:
        refused = await change(ada, channel, **{field: value})
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, field)
    for body in ({"topic": "\x00"}, {"kind": "direct"}, {"posting": "nobody"}, {"surprise": 1}):
        assert (await change(ada, channel, **body)).status == 422, body


async def test_a_direct_channel_can_never_be_converted(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("direct", ben)
    for settings in SETTINGS:
        refused = await change(ada, channel, **settings)
        assert (refused.status, refused.code) == (403, "direct_is_fixed"), settings
    assert (await change(ben, channel, topic="lunch")).status == 200


async def test_general_stays_public_open_and_called_so(ada: Person) -> None:
    general = await ada.general()
    for settings in ({"name": "g"}, {"kind": "private"}, {"archived": True}):
        refused = await change(ada, general, **settings)
        assert (refused.status, refused.code) == (403, "general_is_fixed"), settings
    assert (await change(ada, general, posting="moderators")).status == 200


async def test_an_archived_channel_is_read_and_nothing_else(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    assert (await at_ben.call("message.send", {"channel_id": channel, "text": "open"}))["ok"]
    message = await ada.send(channel, "still open")
    assert (await change(ada, channel, archived=True)).status == 200
    await at_ben.wait_for(CHANGED)
    refused = await at_ben.call("message.send", {"channel_id": channel, "text": "too late"})
    assert refused["error"]["code"] == "channel_archived"
    for person, method, path, body in [
        (ada, "POST", f"channels/{channel}/messages", {"text": "too late"}),
        (ada, "PATCH", f"messages/{message['id']}", {"text": "too late"}),
        (ada, "PATCH", f"channels/{channel}", {"topic": "too late"}),
        (ada, "POST", f"channels/{channel}/members", {"user_id": ben.id}),
    ]:
        answer = await person.ask(method, f"/api/v1/{path}", body)
        assert (answer.status, answer.code) == (403, "channel_archived"), path
    assert len((await ben.get(f"/api/v1/channels/{channel}/messages"))["items"]) == 2
    assert (await change(ada, channel, archived=False)).status == 200
    await at_ben.wait_for(CHANGED, lambda p: p["entry"]["changes"] == {"archived": False})
    assert (await at_ben.call("message.send", {"channel_id": channel, "text": "open again"}))["ok"]


async def test_in_an_announcement_channel_members_only_reply(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben, at_ada = await ben.device(), await ada.device()
    assert (await at_ben.call("message.send", {"channel_id": channel, "text": "before"}))["ok"]
    assert (await change(ada, channel, posting="moderators")).status == 200
    await at_ben.wait_for(CHANGED)
    refused = await at_ben.call("message.send", {"channel_id": channel, "text": "after"})
    assert refused["error"]["code"] == "posting_restricted"
    news = await at_ada.call("message.send", {"channel_id": channel, "text": "News"})
    reply = {"channel_id": channel, "text": "Thanks", "thread_root_id": news["message"]["id"]}
    assert (await at_ben.call("message.send", reply))["ok"]
    loud = await at_ben.call("message.send", reply | {"also_in_channel": True})
    assert loud["error"]["code"] == "posting_restricted"
    assert (await change(ben, channel, topic="mine")).status == 403
    assert (await change(ada, channel, posting="everyone")).status == 200
    await at_ben.wait_for(CHANGED, lambda p: p["entry"]["changes"] == {"posting": "everyone"})
    assert (await at_ben.call("message.send", {"channel_id": channel, "text": "open"}))["ok"]


async def test_who_made_an_announcement_channel_writes_in_it(ada: Person, ben: Person) -> None:
    channel = await ben.make_channel("private", ada)
    assert (await change(ben, channel, posting="moderators")).status == 200
    await ben.send(channel, "by its creator")
    await ada.send(channel, "by the owner")


async def test_a_private_channel_made_public_is_found_by_all(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private")
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}")).status == 404
    assert (await change(ada, channel, kind="public")).status == 200
    assert (await ben.get(f"/api/v1/channels/{channel}"))["kind"] == "public"
    assert (await change(ada, channel, kind="private")).status == 200
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}")).status == 404


async def logged(house: House, person: Person, channel: str, **changes: str) -> Entry:
    """Put a change into the log and no further, as a process does that dies then."""
    draft = Entry(
        id=EntryId(new_id()),
        channel_id=ChannelId(channel),
        seq=0,
        n=0,
        kind=CHANGED,
        author_id=UserId(person.id),
        created_at=now(),
        client_id=uuid.uuid4().hex,
        changes={**changes},
    )
    return (await house.log.append(draft, Origin(WorkspaceId(person.workspace["id"]), "t"))).entry


async def test_a_change_whose_process_died_behind_the_log_is_applied_by_the_delivery(
    ada: Person, house: House
) -> None:
    channel = await ada.make_channel("private")
    await logged(house, ada, channel, topic="from the log")

    async def applied() -> bool:
        record = await house.channels.get(ChannelId(channel))
        return record is not None and record.topic == "from the log"

    await eventually(applied)


async def test_a_change_that_is_not_applied_yet_is_seen_by_whoever_reads(ada: Person, house: House) -> None:
    channel = ChannelId(await ada.make_channel("private"))
    entry_id = EntryId(new_id())
    assert await house.channel_changes.intend(channel, entry_id, name_key="later", at=now())
    before = await channel_state.current(house, channel)
    draft = Entry(
        id=entry_id,
        channel_id=channel,
        seq=0,
        n=0,
        kind=CHANGED,
        author_id=UserId(ada.id),
        created_at=now(),
        client_id=entry_id,
        changes={"name": "Later"},
    )
    await house.log.append(draft, Origin(WorkspaceId(ada.workspace["id"]), "t"))
    after = await channel_state.current(house, channel)
    assert (before.name != "Later", after.name) == (True, "Later")


async def test_changes_applied_late_twice_and_out_of_order_come_out_as_the_log_says(
    ada: Person, house: House
) -> None:
    channel = ChannelId(await ada.make_channel("private"))
    first = await logged(house, ada, channel, topic="first", purpose="kept")
    second = await logged(house, ada, channel, topic="second")
    for entry in (second, first, second, first):
        await channel_state.apply(house, entry)
    record = await channel_state.current(house, channel)
    assert (record.topic, record.purpose) == ("second", "kept")


async def test_a_name_that_someone_died_over_is_free_after_a_while(ada: Person, house: House) -> None:
    channel = ChannelId(await ada.make_channel("private"))
    name, long_ago = f"n-{uuid.uuid4().hex}", now() - timedelta(minutes=5)
    assert await house.channel_changes.intend(channel, EntryId(new_id()), name_key=name, at=now())
    other = await ada.make_channel("private")
    refused = await change(ada, other, name=name)
    assert (refused.status, refused.code) == (409, "name_taken")
    abandoned = f"n-{uuid.uuid4().hex}"
    assert await house.channel_changes.intend(channel, EntryId(new_id()), name_key=abandoned, at=long_ago)
    assert (await change(ada, other, name=abandoned)).status == 200
