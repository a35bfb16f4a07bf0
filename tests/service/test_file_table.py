"""Real inputs, uploaded as people do it, scanned and processed; and the end that each comes to."""

import asyncio
import uuid
from collections.abc import Sequence
from urllib.parse import urljoin

import aiohttp
import pytest

from parlour.core.house import House
from parlour.core.ids import ContentId, FileId
from tests.files.table import Input, all_inputs
from tests.person import Json, Person, eventually

ENDS = {"ready", "quarantined", "failed"}
TOGETHER = 20
DONE_WITHIN_S = 90


async def upload(person: Person, given: Input) -> Json:
    """Upload a file by a form, its name written as browsers write it."""
    boundary = uuid.uuid4().hex
    name = given.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    body = b"".join(
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode(),
            b"Content-Type: application/octet-stream\r\n\r\n",
            given.data,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    address = f"{person.address}/api/v1/workspaces/{person.workspace['id']}/files"
    headers = {
        "Authorization": f"Bearer {person.token}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    async with aiohttp.ClientSession() as http, http.post(address, data=body, headers=headers) as answer:
        assert answer.status == 201, (given.name, await answer.text())
        uploaded: Json = await answer.json()
        return uploaded


async def all_ended(person: Person, file_ids: Sequence[str]) -> list[Json]:
    """Return files once each has come to an end, in their order."""

    async def ended() -> list[Json] | None:
        found = (await person.get(f"/api/v1/files?ids={','.join(file_ids)}"))["items"]
        by_id = {file["id"]: file for file in found}
        files = [by_id[file_id] for file_id in file_ids]
        return files if all(file["state"] in ENDS for file in files) else None

    files: list[Json] = await eventually(ended, within_s=DONE_WITHIN_S)
    return files


def faults(given: Input, file: Json, text: str) -> list[str]:
    """Return in what a file ended otherwise than it must."""
    known = file.get("media") or {}
    known |= {"waveform": len(known.get("waveform", ()))}
    previews = {preview["name"] for preview in file.get("previews", ())}
    compared = {
        "state": (file["state"], given.state),
        "kind": (file["kind"], given.kind),
        "mime_type": (file["mime_type"], given.mime_type),
        "name": (file["name"], given.shown or given.name),
        "previews": (previews, set(given.previews)),
        "media": ({name: known.get(name) for name in given.media}, given.media),
        "link": ("url" in file, given.state == "ready"),
    }
    read = {
        "detail": (file.get("detail", ""), given.detail),
        "preview_failed": (file.get("preview_failed", ""), given.preview_failed),
        "text": (text, given.text),
    }
    return [
        *(f"{name}: {got!r}, not {wanted!r}" for name, (got, wanted) in compared.items() if got != wanted),
        *(
            f"{name}: {got!r} does not say {wanted!r}"
            for name, (got, wanted) in read.items()
            if wanted not in got or bool(wanted) != bool(got)
        ),
    ]


async def served_wrongly(person: Person, given: Input, file: Json) -> list[str]:
    """Return what of a file is served otherwise than it must: what is ready byte for byte, and nothing else at all."""
    headers = {"Authorization": f"Bearer {person.token}"}
    content = f"{person.address}/api/v1/files/{file['id']}/content"
    async with aiohttp.ClientSession() as http:
        if file["state"] != "ready":
            async with http.get(content, headers=headers) as answer:
                return ["it is served"] if answer.status < 400 else []
        async with http.get(urljoin(content, file["url"])) as answer:
            wrong = [] if await answer.read() == given.data else [f"what is served ({answer.status})"]
        for preview in file.get("previews", ()):
            async with http.get(urljoin(content, preview["url"])) as answer:
                seen = (answer.status, answer.headers["Content-Type"].replace(" ", "").lower())
                if seen != (200, preview["media_type"].replace(" ", "").lower()):
                    wrong.append(f"preview {preview['name']}: {seen}")
    return wrong


def row(given: Input, file: Json) -> str:
    shown = "".join(character if character.isprintable() else "?" for character in given.name)
    names = ",".join(sorted(preview["name"] for preview in file.get("previews", ())))
    words = file.get("detail") or file.get("preview_failed", "")
    return (
        f"{shown[:26]:<26} {len(given.data):>9} {file['state']:<11} {file['kind']:<8} "
        f"{file['mime_type'].removeprefix('application/')[:40]:<40} {names:<11} {words[:60]}"
    )


async def texts(house: House, files: Sequence[Json]) -> dict[str, str]:
    """Return the text that each file is found by."""
    records = await house.files.many([FileId(file["id"]) for file in files])
    contents = {file_id: record.content_id for file_id, record in records.items() if record.content_id}
    found = await house.file_texts.of([ContentId(each) for each in contents.values()])
    return {file_id: found.get(content_id, "") for file_id, content_id in contents.items()}


async def test_every_file_ends_in_the_state_that_is_right_for_it(
    ada: Person, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = await asyncio.to_thread(all_inputs)
    assert len(inputs) >= 45
    assert len({each.data for each in inputs}) == len(inputs), "the same content twice is one content"
    free = asyncio.Semaphore(TOGETHER)

    async def uploaded(given: Input) -> str:
        async with free:
            return str((await upload(ada, given))["id"])

    files = await all_ended(ada, await asyncio.gather(*map(uploaded, inputs)))
    found = await texts(house, files)
    served = await asyncio.gather(*(served_wrongly(ada, *each) for each in zip(inputs, files, strict=True)))
    wrong = [
        f"{given.name!r}: {fault}"
        for given, file, also in zip(inputs, files, served, strict=True)
        for fault in faults(given, file, found.get(file["id"], "")) + also
    ]
    with capsys.disabled():
        print(f"\n{len(inputs)} files", *map(row, inputs, files), sep="\n")  # noqa: T201
    assert not wrong, "\n".join(wrong)
