"""Files are found by name and text, by those who are where they were sent, as long as they are there."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId
from parlour.core.model.files import FileRecord
from parlour.core.search.index import index_channel
from parlour.workflows.teller import TemporalTeller
from tests.person import Json, Person, eventually
from tests.service.kept import EICAR, a_content, a_file
from tests.uploaded import upload


def rare() -> str:
    """Return a word that nobody else uses."""
    return f"w{uuid.uuid4().hex[:12]}"


async def search(person: Person, q: str, **parameters: object) -> Json:
    query = urlencode({"q": q, "type": "files", "sort": "time"} | parameters)
    return dict(await person.get(f"/api/v1/workspaces/{person.workspace['id']}/search?{query}"))


async def names(person: Person, q: str, **parameters: object) -> list[str]:
    found = (await search(person, q, **parameters))["items"]
    assert {hit["type"] for hit in found} <= {"file"}
    return [hit["file"]["name"] for hit in found]


async def found(person: Person, q: str, *wanted: str, **parameters: object) -> None:
    """Wait until a search finds just these names, in this order."""

    async def as_wanted() -> bool:
        return await names(person, q, **parameters) == list(wanted)

    try:
        await eventually(as_wanted)
    except AssertionError:
        assert await names(person, q, **parameters) == list(wanted), q


async def in_message(person: Person, channel: str, *records: FileRecord) -> Json:
    body = {"text": "Here", "file_ids": [record.id for record in records]}
    return dict(await person.post(f"/api/v1/channels/{channel}/messages", body))


async def a_ready(house: House, person: Person, name: str, text: str = "", **fields: Any) -> FileRecord:
    content = await a_content(house, person, f"{name} {uuid.uuid4()}".encode())
    if text:
        await house.file_texts.put(content.id, content.workspace_id, text)
    return await a_file(house, person, content, name=name, **fields)


async def test_a_file_is_found_by_its_name_and_its_text_with_the_places_marked(
    ada: Person, house: House
) -> None:
    channel, word, deep = await ada.make_channel(), rare(), rare()
    text = f"{'lorem ipsum ' * 300} the brûlée {deep} of it all {'dolor ' * 300}"
    record = await a_ready(house, ada, f"Plan_{word}.pdf", text)
    message = await in_message(ada, channel, record)
    await found(ada, word, record.name)
    [hit] = (await search(ada, f"plan {word} "))["items"]
    assert (hit["id"], hit["channel_id"], hit["message_id"]) == (record.id, channel, message["id"])
    assert hit["highlight"] == f"<mark>Plan</mark>_<mark>{word}</mark>.pdf"
    assert "excerpt" not in hit or hit["excerpt"] == ""
    assert (hit["file"]["message_id"], hit["file"]["channel_ids"]) == (message["id"], [channel])
    assert hit["file"]["url"]
    [hit] = (await search(ada, f"BRULEE {deep} "))["items"]
    assert f"<mark>brûlée</mark> <mark>{deep}</mark> of it all" in hit["excerpt"]
    assert len(hit["excerpt"]) < 400
    await found(ada, f'"{deep} of it"', record.name)
    await found(ada, f'"{deep} it of"')
    await found(ada, f"{deep} -lorem")
    await found(ada, deep[:-2], record.name)
    messages = await search(ada, "has:file", type="messages")
    assert [one["id"] for one in messages["items"]] == [message["id"]]


async def test_only_who_is_where_a_file_was_sent_finds_it(ada: Person, ben: Person, house: House) -> None:
    word = rare()
    public, private = await ada.make_channel("public"), await ada.make_channel("private", ben)
    open_to_all = await a_ready(house, ada, f"{word} public.txt")
    secret = await a_ready(house, ada, f"{word} private.txt")
    unsent = await a_ready(house, ada, f"{word} unsent.txt")
    await in_message(ada, public, open_to_all)
    await in_message(ada, private, secret)
    await found(ada, word, secret.name, open_to_all.name)
    await found(ben, word, secret.name)
    assert unsent.name not in await names(ada, word)
    await ada.ask("DELETE", f"/api/v1/channels/{private}/members/{ben.id}")
    assert await names(ben, word) == []
    await ben.post(f"/api/v1/channels/{public}/members", {"user_id": ben.id}, status=204)
    await found(ben, word, open_to_all.name)


async def test_a_file_in_several_channels_is_found_once_and_until_its_last_message_is_gone(
    ada: Person, house: House
) -> None:
    word = rare()
    channels = [await ada.make_channel() for _ in range(3)]
    record = await a_ready(house, ada, f"{word}.txt")
    messages = [await in_message(ada, channel, record) for channel in channels]
    await found(ada, word, record.name)
    for channel in channels:
        await found(ada, f"{word} in:{channel}", record.name)
    for message in messages[:2]:
        await ada.ask("DELETE", f"/api/v1/messages/{message['id']}")
    await found(ada, word, record.name)
    await found(ada, f"{word} in:{channels[0]}")
    await ada.ask("DELETE", f"/api/v1/messages/{messages[2]['id']}")
    assert await names(ada, word) == []

    async def is_forgotten() -> bool:
        return not await house.database.search_files.count_documents({"t": word, "s": {"$in": channels}})

    await eventually(is_forgotten)


async def test_a_file_is_forgotten_although_its_message_was_tidied_up_before_the_index_came_to_it(
    ada: Person, house: House
) -> None:
    word, channel = rare(), await ada.make_channel()
    record = await a_ready(house, ada, f"{word}.txt")
    message = await in_message(ada, channel, record)
    await found(ada, word, record.name)
    of_word = {"t": word, "s": channel}
    indexed = await house.database.search_files.find_one(of_word)
    await ada.ask("DELETE", f"/api/v1/messages/{message['id']}")

    async def is_tidied() -> bool:
        stored = await house.database.entries.find_one({"_id": message["id"]})
        is_kept = await house.database.search_files.find_one(of_word)
        return bool(stored.get("state", {}).get("deleted_at")) and not is_kept

    await eventually(is_tidied)
    # As if the index had stopped before the deletion.
    await house.database.search_files.replace_one({"_id": indexed["_id"]}, indexed)
    await house.database.search_channels.update_one({"_id": channel}, {"$set": {"seq": message["seq"]}})
    await index_channel(house, ChannelId(channel), record.workspace_id)
    assert await house.database.search_files.find_one(of_word) is None


async def test_operators_narrow_by_person_place_time_and_kind(ada: Person, ben: Person, house: House) -> None:
    word = rare()
    here, there = [await ada.make_channel("private", ben) for _ in range(2)]
    old = await a_ready(house, ada, f"{word} a.png", kind="image", created_at=now() - timedelta(days=40))
    new = await a_ready(house, ben, f"{word} b.pdf", kind="pdf")
    await in_message(ada, here, old)
    await in_message(ben, there, new)
    await found(ada, word, new.name, old.name)
    for q, wanted in (
        (f"{word} from:me", old),
        (f"{word} from:{ben.id}", new),
        (f"{word} in:{there}", new),
        (f"{word} -in:{there}", old),
        (f"{word} kind:images", old),
        (f"{word} -kind:image", new),
        (f"{word} after:yesterday", new),
        (f"{word} on:today", new),
        (f"{word} before:yesterday", old),
    ):
        await found(ada, q, wanted.name)
    await found(ada, f"in:{here}", old.name)
    await found(ada, f"{word} kind:pdf kind:image", new.name, old.name)
    query = urlencode({"q": f"{word} kind:pdf"})
    every = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/search?{query}")
    assert [hit["type"] for hit in every["items"]] == ["file"]
    wrong = await ada.ask("GET", f"/api/v1/workspaces/{ada.workspace['id']}/search?q=kind:virus&type=files")
    assert (wrong.status, wrong.code) == (422, "invalid")


async def test_pages_of_files_follow_each_other_without_hole_in_both_orders(
    ada: Person, house: House
) -> None:
    word = rare()
    channels = [await ada.make_channel() for _ in range(2)]
    records = [await a_ready(house, ada, f"{word} {number}.txt") for number in range(7)]
    for channel in channels:
        await in_message(ada, channel, *records)
    await found(ada, word, *(record.name for record in reversed(records)))
    for sort in ("time", "relevance"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await search(ada, word, sort=sort, limit=3, **({"cursor": cursor} if cursor else {}))
            seen += [hit["file"]["name"] for hit in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == [record.name for record in records]


async def test_an_uploaded_file_is_found_once_it_is_ready_and_not_a_moment_before(
    ada: Person, house: House
) -> None:
    word, bad = rare(), rare()
    channel = await ada.make_channel()
    text = f"All about {word}.".encode()
    file_id = await upload(house, ada, text, name="about.txt")
    virus_id = await upload(house, ada, EICAR, name=f"{bad}.txt")
    stored = await house.files.many([file_id, virus_id])
    await in_message(ada, channel, *stored.values())
    assert await names(ada, word) == []
    for record in stored.values():
        await TemporalTeller(house.settings).take_in(record.id, record.workspace_id)
    await found(ada, word, "about.txt")

    async def is_caught() -> bool:
        record = await house.files.get(virus_id)
        return record is not None and record.state == "quarantined"

    await eventually(is_caught)
    assert await names(ada, bad) == []
    assert (await ada.ask("DELETE", f"/api/v1/files/{file_id}")).status == 204
    assert await names(ada, word) == []
