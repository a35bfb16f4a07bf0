"""Messages that hold files: who may put one in, who sees it through a message, and until when."""

from collections.abc import Awaitable, Callable, Sequence

import pytest

from parlour.core.clock import now
from parlour.core.files.sight import seen_of
from parlour.core.house import House
from parlour.core.ids import EntryId, FileId, UserId, WorkspaceId, new_id
from parlour.core.model.files import FileRecord, FileState
from tests.person import Answer, Person, eventually

Uploaded = Callable[..., Awaitable[FileId]]


@pytest.fixture
def uploaded(house: House) -> Uploaded:
    """Put a file there as if someone had uploaded it."""

    async def add(person: Person, state: FileState = "scanning") -> FileId:
        file_id, at = FileId(new_id()), now()
        await house.files.add(
            FileRecord(
                id=file_id,
                workspace_id=WorkspaceId(person.workspace["id"]),
                uploader_id=UserId(person.id),
                name="plan.txt",
                size=4,
                state=state,
                created_at=at,
                updated_at=at,
            )
        )
        return file_id

    return add


async def says(person: Person, channel: str, *file_ids: FileId, **more: object) -> Answer:
    body = {"file_ids": list(file_ids), **more}
    return await person.ask("POST", f"/api/v1/channels/{channel}/messages", body)


async def sees(house: House, person: Person, file_id: FileId) -> bool:
    record = await house.files.get(file_id)
    assert record is not None
    return bool(await seen_of(house, [record], UserId(person.id)))


async def test_a_message_of_files_needs_no_text_and_tells_which_they_are(
    ada: Person, ben: Person, uploaded: Uploaded
) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    files: Sequence[FileId] = [await uploaded(ada), await uploaded(ada)]
    sent = await says(ada, channel, *files)
    assert sent.status == 201
    assert (sent.body["text"], sent.body["file_ids"]) == ("", list(files))
    heard = await at_ben.wait_for("message.sent")
    assert heard["message"] == sent.body
    assert await ben.get(f"/api/v1/messages/{sent.body['id']}") == sent.body
    by_socket = await (await ada.device()).call(
        "message.send", {"channel_id": channel, "text": "again", "file_ids": [files[0]]}
    )
    assert by_socket["message"]["file_ids"] == [files[0]]


async def test_without_files_a_message_needs_text(ada: Person) -> None:
    channel = await ada.make_channel()
    assert (await says(ada, channel)).code == "text_empty"
    assert (await says(ada, channel, text=" \n")).code == "text_empty"


async def test_a_file_is_seen_through_a_message_by_the_members_of_its_channel_alone(
    ada: Person, ben: Person, house: House, uploaded: Uploaded
) -> None:
    shared, apart = await ada.make_channel("private", ben), await ada.make_channel("private")
    file_id = await uploaded(ada)
    assert await sees(house, ada, file_id)
    assert not await sees(house, ben, file_id)
    await says(ada, apart, file_id)
    assert not await sees(house, ben, file_id)
    sent = await says(ada, shared, file_id)
    assert await sees(house, ben, file_id)
    # Deleted, it shows nothing from that moment on, and later the file knows of it no more.
    await ada.ask("DELETE", f"/api/v1/messages/{sent.body['id']}")
    assert not await sees(house, ben, file_id)

    async def forgotten() -> bool:
        record = await house.files.get(file_id)
        return record is not None and [use.channel_id for use in record.uses] == [apart]

    await eventually(forgotten)


async def test_a_binding_whose_message_never_came_gives_no_sight(
    ada: Person, ben: Person, house: House, uploaded: Uploaded
) -> None:
    channel = await ada.make_channel("private", ben)
    file_id = await uploaded(ada)
    client = {"text": "twice", "client_id": "the-same"}
    assert (await says(ada, channel, **client)).status == 201
    # Sent again with another file: the first message counts, which holds none.
    again = await says(ada, channel, file_id, **client)
    assert (again.status, again.body.get("file_ids")) == (200, None)
    record = await house.files.get(file_id)
    assert record is not None
    assert record.uses, "written before the message"
    assert not await sees(house, ben, file_id)
    await house.files.let_go([EntryId(use.message_id) for use in record.uses])


async def test_what_is_out_of_sight_cannot_be_sent_on(
    ada: Person, ben: Person, outsider: Person, uploaded: Uploaded
) -> None:
    channel = await ada.make_channel("private", ben)
    own = await uploaded(ada)
    assert (await says(ben, channel, own)).status == 404
    assert (await says(ada, channel, FileId(new_id()))).status == 404
    assert (await says(ada, channel, await uploaded(outsider))).status == 404
    # What one sees, one may send on.
    await says(ada, channel, own)
    assert (await says(ben, channel, own)).status == 201


@pytest.mark.parametrize(
    ("state", "code"),
    [("uploading", "file_uploading"), ("quarantined", "file_quarantined"), ("failed", "file_failed")],
)
async def test_a_file_that_is_not_to_be_had_cannot_be_sent(
    ada: Person, uploaded: Uploaded, state: FileState, code: str
) -> None:
    channel = await ada.make_channel()
    refused = await says(ada, channel, await uploaded(ada, state))
    assert (refused.status, refused.code) == (409, code)


async def test_too_many_files_are_refused_by_the_name_of_the_limit(ada: Person, uploaded: Uploaded) -> None:
    channel = await ada.make_channel()
    refused = await says(ada, channel, *[FileId(new_id()) for _ in range(11)])
    assert (refused.status, refused.code) == (422, "too_many_files")
    assert "files_per_message" in refused.body["detail"]
    file_id = await uploaded(ada)
    assert (await says(ada, channel, file_id, file_id)).status == 422
