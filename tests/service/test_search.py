"""Search: what is found, by whom, and what is gone at once."""

import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from msgspec.structs import replace
from temporalio.client import Client

from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, WorkspaceId, new_id
from parlour.core.model.promises import SweepRequest
from parlour.core.search.index import index_channel
from parlour.core.search.interface import Group, Need, Progress, Scope, first_moment, moment_of
from parlour.core.settings import Settings
from parlour.workflows.search_sweep import SearchSweep
from tests.conftest import Signup
from tests.person import Json, Person, eventually


def rare() -> str:
    """Return a word that nobody else uses."""
    return f"w{uuid.uuid4().hex[:12]}"


async def search(person: Person, q: str = "", **parameters: object) -> Json:
    parameters = {name.rstrip("_"): value for name, value in parameters.items()}
    query = urlencode({"q": q, "type": "messages", "sort": "time"} | parameters)
    return dict(await person.get(f"/api/v1/workspaces/{person.workspace['id']}/search?{query}"))


async def ids(person: Person, q: str = "", **parameters: object) -> list[str]:
    return [item["id"] for item in (await search(person, q, **parameters))["items"]]


async def found(person: Person, q: str, *messages: Json, **parameters: object) -> None:
    """Wait until a search finds just these messages, in this order."""
    wanted = [message["id"] for message in messages]

    async def as_wanted() -> bool:
        return await ids(person, q, **parameters) == wanted

    try:
        await eventually(as_wanted)
    except AssertionError:
        assert await ids(person, q, **parameters) == wanted, q


async def test_a_message_is_found_by_its_words_with_the_place_marked(ada: Person) -> None:
    channel, word = await ada.make_channel(), rare()
    sent = await ada.send(channel, f"Crème brûlée <{word}> for all")
    await found(ada, f"creme {word} ", sent)
    [item] = (await search(ada, f"BRULEE {word} "))["items"]
    assert item["type"] == "message"
    assert item["highlight"] == f"Crème <mark>brûlée</mark> &lt;<mark>{word}</mark>&gt; for all"
    assert item["message"] == sent
    assert await ids(ada, f"{word} missing{word}") == []


async def test_a_word_being_typed_finds_longer_ones_and_a_complete_one_does_not(ada: Person) -> None:
    channel, word = await ada.make_channel(), rare()
    first = await ada.send(channel, f"{word}s are here")
    second = await ada.send(channel, f"one {word}")
    await found(ada, word[:9], second, first)
    await found(ada, f"{word} ", second)
    await found(ada, f"{word[:9]}* here ", first)


async def test_phrases_and_words_left_out(ada: Person) -> None:
    channel, a, b = await ada.make_channel(), rare(), rare()
    apart = await ada.send(channel, f"{a} and {b}")
    together = await ada.send(channel, f"so {a}, {b}!")
    await found(ada, f"{a} {b} ", together, apart)
    await found(ada, f'"{a} {b}"', together)
    assert await ids(ada, f'"{b} {a}"') == []
    await found(ada, f"{a} -and ", together)
    await found(ada, f'{a} -"{a} {b}" ', apart)
    await found(ada, f"{a}.{b} ", together)


async def test_operators_and_parameters_narrow(ada: Person, ben: Person) -> None:
    word, name = rare(), f"place-{rare()}"
    here, there = await ada.make_channel("private", ben, name=name), await ada.make_channel("public")
    mine = await ada.send(here, f"{word} see https://example.org/page")
    his = await ben.send(here, f"{word} indeed")
    other = await ada.send(there, f"{word} elsewhere")
    handle = (await ben.get("/api/v1/me"))["handle"]
    await found(ada, f"{word} ", other, his, mine)
    await found(ada, f"{word} from:me ", other, mine)
    await found(ada, f"{word} from:@{handle} ", his)
    await found(ada, f"{word} ", his, from_=ben.id)
    await found(ada, f"{word} -from:me ", his)
    await found(ada, f"{word} in:{name} ", his, mine)
    await found(ada, f"{word} ", his, mine, in_=here)
    await found(ada, f"{word} in:{name} in:{there} ", other, his, mine)
    await found(ada, f"{word} -in:#{name} ", other)
    await found(ada, f"{word} has:link ", mine)
    await found(ada, f"in:{name} from:{ben.id} ", his)
    await found(ada, "", his, mine, in_=name)
    answer = await search(ada, f"{word} from:nobody-{word} in:nowhere-{word} ")
    assert answer == {
        "items": [],
        "next": None,
        "unknown": [f"from:nobody-{word}", f"in:nowhere-{word}"],
    }


async def test_what_became_of_a_message_is_searched_by(ada: Person, ben: Person) -> None:
    channel, word = await ada.make_channel("private", ben), rare()
    root = await ada.send(channel, f"{word} root")
    liked = await ben.send(channel, f"{word} liked")
    path = f"/api/v1/channels/{channel}/messages"
    reply = await ben.post(path, {"text": f"{word} reply", "thread_root_id": root["id"]})
    await ada.ask("PUT", f"/api/v1/messages/{liked['id']}/reactions/%F0%9F%91%8D")
    await ada.ask("PUT", f"/api/v1/messages/{root['id']}/pin")
    await found(ada, f"{word} is:thread ", reply, root)
    await found(ada, f"{word} has:reaction ", liked)
    await found(ada, f"{word} has:pin ", root)
    await found(ada, f"{word} -is:thread ", liked)
    await ada.ask("DELETE", f"/api/v1/messages/{liked['id']}/reactions/%F0%9F%91%8D")
    assert await ids(ada, f"{word} has:reaction ") == [], "at once, whatever the index knows"


async def test_what_one_saved_is_found_by_oneself_alone(ada: Person, ben: Person) -> None:
    channel, word = await ada.make_channel("private", ben), rare()
    kept, other = await ada.send(channel, f"{word} kept"), await ada.send(channel, f"{word} other")
    await found(ben, f"{word} ", other, kept)
    await ben.ask("PUT", f"/api/v1/messages/{kept['id']}/saved")
    assert await ids(ben, f"{word} is:saved ") == [kept["id"]]
    assert await ids(ben, f"is:saved in:{channel} ") == [kept["id"]]
    assert await ids(ben, f"{word} -is:saved ") == [other["id"]]
    assert await ids(ben, f"{word} is:saved -kept ") == []
    assert await ids(ada, f"{word} is:saved ") == []


async def test_dates_narrow(ada: Person) -> None:
    channel, word = await ada.make_channel(), rare()
    sent = await ada.send(channel, f"{word} today")
    day = datetime.fromisoformat(sent["created_at"]).date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    await found(ada, f"{word} ", sent)
    assert await ids(ada, f"{word} on:{day}") == [sent["id"]]
    assert await ids(ada, f"{word} after:{before} before:{after}") == [sent["id"]]
    assert await ids(ada, f"{word} before:{day}") == []
    assert await ids(ada, f"{word} ", after=f"{day}") == []
    assert await ids(ada, f"{word} ", before=f"{after}") == [sent["id"]]


async def test_what_was_edited_or_deleted_is_gone_at_once(ada: Person) -> None:
    channel, old, new = await ada.make_channel(), rare(), rare()
    edited = await ada.send(channel, f"{old} one")
    deleted = await ada.send(channel, f"{old} two")
    await found(ada, f"{old} ", deleted, edited)
    await ada.ask("PATCH", f"/api/v1/messages/{edited['id']}", {"text": f"{new} now"})
    assert await ids(ada, f"{old} ") == [deleted["id"]]
    await ada.ask("DELETE", f"/api/v1/messages/{deleted['id']}")
    assert await ids(ada, f"{old} ") == []
    await found(ada, f"{new} ", edited)


async def test_the_index_keeps_no_word_of_a_deleted_message(ada: Person, house: House) -> None:
    channel, word = await ada.make_channel(), rare()
    sent = await ada.send(channel, f"{word} secret")
    await found(ada, f"{word} ", sent)
    await ada.ask("DELETE", f"/api/v1/messages/{sent['id']}")

    async def forgotten() -> bool:
        return not await house.database.search_messages.count_documents({"c": channel, "t": word})

    await eventually(forgotten)


async def test_a_search_shows_only_what_the_searcher_may_see_now(
    ada: Person, ben: Person, outsider: Person
) -> None:
    word = rare()
    private, public = await ada.make_channel("private", ben), await ada.make_channel("public")
    secret, open_ = await ada.send(private, f"{word} secret"), await ada.send(public, f"{word} open")
    await found(ben, f"{word} ", open_, secret)
    assert await ids(outsider, f"{word} ") == []
    assert await ids(outsider, "", in_=private) == []
    assert await ids(outsider, "", in_=public) == []
    await ada.ask("DELETE", f"/api/v1/channels/{private}/members/{ben.id}")
    assert await ids(ben, f"{word} ") == [open_["id"]]
    assert await ids(ben, f"{word} ", in_=private) == []
    await ada.ask("PATCH", f"/api/v1/channels/{public}", {"kind": "private"})
    assert await ids(ben, f"{word} ") == [], "a channel made private is out of sight at once"
    assert (await ben.ask("GET", f"/api/v1/messages/{open_['id']}/context")).status == 404
    await found(ada, f"{word} ", open_, secret)


async def test_who_leaves_the_workspace_finds_nothing_in_it(ada: Person, ben: Person) -> None:
    channel, word = await ada.make_channel("public"), rare()
    sent = await ada.send(channel, f"{word} here")
    await found(ben, f"{word} ", sent)
    await ben.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    path = f"/api/v1/workspaces/{ada.workspace['id']}/search?q={word}"
    assert (await ben.ask("GET", path)).status == 404
    assert (await ben.ask("GET", f"/api/v1/messages/{sent['id']}/context")).status == 404


async def test_pages_follow_each_other_without_hole_in_both_orders(ada: Person) -> None:
    channel, word = await ada.make_channel(), rare()
    sent = [(await ada.send(channel, f"{word} {'long ' * (i % 5)}{i}"))["id"] for i in range(23)]
    await found(ada, f"{word} 22 ", {"id": sent[-1]})
    for sort in ("time", "relevance"):
        seen: list[str] = []
        cursor: dict[str, object] = {}
        while True:
            page = await search(ada, f"{word} ", sort=sort, limit=5, **cursor)
            assert len(page["items"]) <= 5
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert sorted(seen) == sorted(sent)
        assert len(set(seen)) == len(seen)
        if sort == "time":
            assert seen == sent[::-1]


async def test_by_relevance_words_together_come_before_newer_words_apart(ada: Person) -> None:
    channel, a, b = await ada.make_channel(), rare(), rare()
    together = await ada.send(channel, f"{a} {b}")
    apart = await ada.send(channel, f"{b} then {'much later ' * 20} {a}")
    await found(ada, f"{a} {b} ", together, apart, sort="relevance")
    await found(ada, f"{a} {b} ", apart, together, sort="time")


async def test_channels_and_people_are_found_by_the_beginnings_of_their_names(
    ada: Person, ben: Person, outsider: Person, sign_up: Signup
) -> None:
    word = rare()
    channel = await ada.make_channel("public", name=f"Éclair {word}")
    secret = await ada.make_channel("private", name=f"Secret {word}")
    zoe = await sign_up(f"Zoë_{word}")
    await zoe.join(ada)

    async def named() -> list[tuple[str, str]]:
        items = (await search(ben, f"{word[:10]}", type=""))["items"]
        return [(item["type"], item["id"]) for item in items]

    async def both() -> bool:
        return await named() == [("channel", channel), ("person", zoe.id)]

    await eventually(both)
    [item] = (await search(ada, f"ecl {word}", type="channels"))["items"]
    assert item["highlight"] == f"<mark>Éclair</mark> <mark>{word}</mark>"
    assert item["channel"]["id"] == channel
    [item] = (await search(ada, f"zoe {word}", type="people"))["items"]
    assert item["id"] == zoe.id
    assert {i["id"] for i in (await search(ada, word, type="channels"))["items"]} == {channel, secret}
    assert (await search(outsider, word, type="channels"))["items"] == []
    assert (await search(outsider, word, type="people"))["items"] == []
    assert (await search(ada, word, type="files"))["items"] == [], "their place; files come later"


async def test_an_odd_search_is_a_clear_error(ada: Person) -> None:
    path = f"/api/v1/workspaces/{ada.workspace['id']}/search?"
    odd = {
        "q=before:noday": "q",
        "q=has:wings": "q",
        "before=noday": "before",
        "q=x&cursor=abc": "cursor",
        "q=x&cursor=WzEsMiwzXQ": "cursor",
        "q=x&limit=0": "limit",
        "q=" + "a" * 501: "q",
        "q=" + "a+" * 21: "q",
        "q=x&tz=Nowhere": "tz",
    }
    for query, field in odd.items():
        answer = await ada.ask("GET", path + query)
        assert (answer.status, answer.code) == (422, "invalid"), query
        assert answer.body["errors"][0]["field"] == field, query
    for query in ("q=x&type=wings", "q=x&sort=size"):
        assert (await ada.ask("GET", path + query)).status == 422
    assert (await ada.get(path + "q="))["items"] == []


async def test_around_a_hit_is_what_was_said_before_and_after(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("public")
    sent = [await ada.send(channel, f"message {i}") for i in range(9)]
    around = await ben.get(f"/api/v1/messages/{sent[4]['id']}/context?limit=2")
    assert [m["id"] for m in around["items"]] == [m["id"] for m in sent[2:7]]
    path = f"/api/v1/channels/{channel}/messages"
    thread = [await ada.post(path, {"text": f"reply {i}", "thread_root_id": sent[0]["id"]}) for i in range(3)]
    around = await ben.get(f"/api/v1/messages/{thread[1]['id']}/context?limit=2")
    assert [m["id"] for m in around["items"]] == [sent[0]["id"], *(m["id"] for m in thread)]
    await ada.ask("DELETE", f"/api/v1/messages/{sent[4]['id']}")
    assert (await ada.ask("GET", f"/api/v1/messages/{sent[4]['id']}/context")).status == 404


async def test_recent_searches_are_ones_own_and_can_be_forgotten(ada: Person, ben: Person) -> None:
    path = f"/api/v1/workspaces/{ada.workspace['id']}/searches"
    for q in ("one", "two", " one ", "$three {x}"):
        await ada.post(path, {"q": q}, status=204)
    assert [item["q"] for item in (await ada.get(path))["items"]] == ["$three {x}", "one", "two"]
    assert (await ben.get(path))["items"] == []
    await ada.ask("DELETE", f"{path}?q=one")
    assert [item["q"] for item in (await ada.get(path))["items"]] == ["$three {x}", "two"]
    await ada.ask("DELETE", path)
    assert (await ada.get(path))["items"] == []
    for i in range(25):
        await ada.post(path, {"q": f"search {i}"}, status=204)
    assert [item["q"] for item in (await ada.get(path))["items"]][:2] == ["search 24", "search 23"]
    assert len((await ada.get(path))["items"]) == 20
    assert (await ada.ask("POST", path, {"q": " "})).status == 422


async def test_indexing_again_and_from_the_beginning_changes_nothing(ada: Person, house: House) -> None:
    channel, word = ChannelId(await ada.make_channel()), rare()
    workspace = WorkspaceId(ada.workspace["id"])
    sent = await ada.send(channel, f"{word} once")
    gone = await ada.send(channel, f"{word} gone")
    await ada.ask("DELETE", f"/api/v1/messages/{gone['id']}")
    await found(ada, f"{word} ", sent)
    tail = await house.entries.tail(channel)

    async def is_indexed() -> bool:
        """Whether the stack's own worker has nothing left to do here."""
        return (await house.search.progress([channel]))[channel].seq == tail.seq

    await eventually(is_indexed)
    await house.search.advance(channel, workspace, Progress(seq=0, scope=Scope("elsewhere")))
    assert await index_channel(house, channel, workspace) == 1
    await found(ada, f"{word} ", sent)
    known = await house.search.known(workspace, [word])
    assert known[word] <= 2, "counted once a message"


async def test_many_channels_and_many_endings_are_searched_in_parts(ada: Person, house: House) -> None:
    """More sequences than MongoDB merges: each of the words in each of the scopes."""
    channel, word = await ada.make_channel(), rare()
    sent = [await ada.send(channel, f"{word}{i}") for i in range(12)]
    await found(ada, f"{word}11 ", sent[-1])
    tokens = [f"{word}{i}" for i in range(30)]
    scopes = [Scope(channel), *(Scope(f"none-{i}") for i in range(449))]
    need = Need(scopes=scopes, groups=[Group(tokens, 1_000_000)], limit=5, examined_max=10)
    matches = await house.search.newest(need)
    assert [m.id for m in matches.items] == [m["id"] for m in sent[:-6:-1]]


async def test_a_search_that_looks_at_too_much_says_where_to_go_on(ada: Person, house: House) -> None:
    channel, common, seldom = await ada.make_channel(), rare(), rare()
    sent = [await ada.send(channel, f"{common} {seldom if i == 0 else i}") for i in range(12)]
    await found(ada, f"{seldom} ", sent[0])
    need = Need(
        scopes=[Scope(channel)],
        groups=[Group([common], 1000), Group([seldom], 2000)],
        limit=5,
        examined_max=5,
    )
    seen, rounds = await house.search.newest(need), 1
    while seen.cut and not seen.items:
        seen, rounds = await house.search.newest(replace(need, before=seen.cut)), rounds + 1
    assert ([m.id for m in seen.items], rounds) == ([sent[0]["id"]], 3)


def test_moments_are_in_the_order_of_time() -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    ids = [EntryId(new_id()) for _ in range(20)]
    assert all(
        first_moment(at) <= moment_of(at, i) < first_moment(at + timedelta(milliseconds=1)) for i in ids
    )


async def test_an_owner_has_the_index_rebuilt_and_sees_how_far_it_is(
    ada: Person, ben: Person, house: House
) -> None:
    channel, word, gone = await ada.make_channel("public"), rare(), rare()
    sent = [await ada.send(channel, f"{word} {i}") for i in range(4)]
    await found(ada, f"{word} ", *sent[::-1])
    path = f"/api/v1/workspaces/{ada.workspace['id']}/search/reindex"
    assert (await ada.get(path))["state"] == "never"
    # As if the index had lost three messages, and kept one that its log does not hold.
    lost = {"c": channel, "v": {"$lt": sent[-1]["seq"]}}
    kept = await house.database.search_messages.find_one({"c": channel})
    await house.database.search_messages.delete_many(lost)
    await house.database.search_messages.insert_one({**kept, "_id": uuid.uuid4(), "t": [gone]})
    begun = await ada.ask("POST", path)
    assert begun.status == 202
    assert begun.body["workflow"]["id"] == f"reindex/{ada.workspace['id']}"

    async def done() -> Json | None:
        progress: Json = await ada.get(path)
        return progress if progress["state"] == "done" else None

    progress = await eventually(done, within_s=60)
    assert progress["channels"] == progress["channels_done"] == 2
    assert progress["messages"] >= 4
    await found(ada, f"{word} ", *sent[::-1])
    assert not await house.database.search_messages.count_documents({"c": channel, "t": gone})
    assert (await house.search.known(WorkspaceId(ada.workspace["id"]), [word]))[word] == 4
    refused = await ben.ask("POST", path)
    assert (refused.status, refused.code) == (403, "missing_right")
    assert (await ben.ask("GET", path)).status == 403


async def test_a_channel_whose_event_was_lost_is_indexed_by_the_sweep(
    ada: Person, house: House, stack_settings: Settings, temporal_client: Client
) -> None:
    channel, word = ChannelId(await ada.make_channel()), rare()
    sent = await ada.send(channel, f"{word} lost")
    await found(ada, f"{word} ", sent)

    async def is_noted() -> bool:
        done = (await house.search.progress([channel])).get(channel)
        return done is not None and done.seq >= sent["seq"]

    # Found comes first: whoever indexed it is still to note how far the channel is.
    await eventually(is_noted)
    # As if nobody had told of this channel, long ago.
    await house.database.search_messages.delete_many({"c": channel})
    await house.database.search_channels.delete_one({"_id": channel})
    long_ago = {"$set": {"created_at": datetime(2020, 1, 1, tzinfo=UTC)}}
    await house.database.entries.update_many({"channel_id": channel}, long_ago)
    # This sweep, or the one of the schedule if it came first.
    await temporal_client.execute_workflow(
        SearchSweep.run,
        SweepRequest(page=3),
        id=f"sweep/test/{channel}",
        task_queue=stack_settings.temporal_task_queue,
    )
    assert await ids(ada, f"{word} ") == [sent["id"]]
