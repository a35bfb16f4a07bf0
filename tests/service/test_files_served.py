"""The whole way: uploaded by the contract, sent in a message, scanned, and loaded by who reads it, and never before."""

import asyncio
import os

import pytest

from tests.files.pictures import picture, written
from tests.person import Json, Person, eventually
from tests.uploaded import EICAR, zipped
from tests.uploading import form


async def states_seen(reader: Person, file_id: str, until: tuple[str, ...]) -> list[tuple[str, int]]:
    """Ask for a file's content all along; return its state, asked just after, and what was answered."""
    seen: list[tuple[str, int]] = []
    while not seen or seen[-1][0] not in until:
        status = (await reader.load(f"/api/v1/files/{file_id}/content")).status
        state = (await reader.get(f"/api/v1/files/{file_id}"))["state"]
        seen.append((state, status))
    return seen


async def sent(person: Person, channel: str, data: bytes, name: str) -> Json:
    """Upload a file and send it at once."""
    answer = await form(person, data, name=name)
    assert answer.status == 201
    await person.post(f"/api/v1/channels/{channel}/messages", {"text": "", "file_ids": [answer.body["id"]]})
    return dict(answer.body)


async def test_a_file_is_loaded_by_its_readers_once_it_is_clean_and_they_hear_of_it(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    data = os.urandom(3_000_000)
    file = await sent(ada, channel, data, "data.bin")
    seen = await states_seen(ben, file["id"], ("ready",))
    assert {status for state, status in seen if state == "scanning"} <= {409}
    await at_ben.wait_for(
        "file.changed", lambda p: (p["file"]["id"], p["file"]["state"]) == (file["id"], "ready")
    )
    (found,) = (await ben.get(f"/api/v1/files?ids={file['id']}"))["items"]
    assert (await ben.load(found["url"])).data == data
    part = await ben.load(found["url"], Range="bytes=2999990-")
    assert (part.status, part.data) == (206, data[-10:])
    assert (await outsider.load(f"/api/v1/files/{file['id']}/content")).status == 404


@pytest.mark.parametrize("name", ["virus.txt", "virus.zip"])
async def test_a_virus_is_asked_for_all_along_and_never_served(ada: Person, ben: Person, name: str) -> None:
    channel = await ada.make_channel("private", ben)
    data = zipped(EICAR) if name.endswith("zip") else EICAR
    file = await sent(ada, channel, data, name)
    asked = await asyncio.gather(
        *(states_seen(person, file["id"], ("quarantined", "failed")) for person in (ada, ben))
    )
    assert {status for seen in asked for _, status in seen} == {409}
    assert "url" not in await ben.get(f"/api/v1/files/{file['id']}")
    assert (await ada.ask("DELETE", f"/api/v1/files/{file['id']}")).status == 204
    assert (await ben.ask("GET", f"/api/v1/files/{file['id']}")).status == 404


async def test_a_picture_has_previews_that_load_by_their_links(ada: Person) -> None:
    file = (await form(ada, written(picture(), "PNG"), name="photo.png")).body

    async def ready() -> Json | None:
        found = await ada.get(f"/api/v1/files/{file['id']}")
        return found if found["state"] == "ready" else None

    found = await eventually(ready, within_s=60)
    assert {preview["name"] for preview in found["previews"]} >= {"thumb"}
    for preview in found["previews"]:
        loaded = await ada.load(preview["url"])
        assert (loaded.status, loaded.headers["Content-Type"]) == (200, preview["media_type"])
        assert loaded.headers["Content-Disposition"] == "inline"
