"""What owners see of quarantine and decide over it, and trying a file again."""

from collections.abc import Callable

from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.files import FileRecord
from tests.person import Json, Person, eventually
from tests.service.kept import EICAR, a_content, a_file, verdict

VIRUS = "Eicar-Test-Signature"


def path_of(person: Person, rest: str) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/{rest}"


async def infected(house: House, person: Person, data: bytes = EICAR) -> list[FileRecord]:
    """Return two files of one bad content."""
    content = await a_content(house, person, data, verdict("infected", found=VIRUS))
    return [await a_file(house, person, content, name=name) for name in ("report.pdf", "copy.pdf")]


def of(record: FileRecord) -> Callable[[Json], bool]:
    """Return whether an event is of a file."""
    return lambda event: bool(event["file"]["id"] == record.id)


async def audited(owner: Person) -> list[Json]:
    return list((await owner.get(path_of(owner, "audit?action=file.*")))["items"])


async def test_owners_page_through_quarantine_and_read_why_each_file_is_there(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    assert await ada.get(path_of(ada, "quarantine")) == {"items": [], "next": None}
    first, second = await infected(house, ben)
    locked = await a_content(house, ben, b"locked", verdict("encrypted"))
    held = await a_file(house, ben, locked, name="locked.zip")
    page = await ada.get(path_of(ada, "quarantine?limit=2"))
    assert [one["id"] for one in page["items"]] == [held.id, second.id]
    rest = await ada.get(path_of(ada, f"quarantine?limit=2&cursor={page['next']}"))
    [bad] = rest["items"]
    assert (bad["id"], bad["name"], bad["uploader_id"]) == (first.id, "report.pdf", ben.id)
    assert (bad["verdict"], bad["is_infected"]) == (f"A virus was found: {VIRUS}.", True)
    assert bad["workflow"]["id"] == f"file/{first.id}"
    assert (page["items"][0]["is_infected"], page["items"][0]["result"]) == (False, "encrypted")
    assert (await ben.ask("GET", path_of(ada, "quarantine"))).code == "missing_right"
    assert (await outsider.ask("GET", path_of(ada, "quarantine"))).code == "not_found"


async def test_a_virus_is_released_by_an_owner_with_a_reason_and_a_confirmation_alone(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    record, _ = await infected(house, ben)
    path = f"/api/v1/files/{record.id}/release"
    whole = {"reason": "A test.", "confirm": True}
    assert (await outsider.ask("POST", path, whole)).code == "not_found"
    assert (await ben.ask("POST", path, whole)).code == "missing_right"
    for body, code in (
        ({}, "reason_needed"),
        ({"reason": " ", "confirm": True}, "reason_needed"),
        ({"reason": "A test."}, "confirmation_needed"),
        ({"reason": "x" * 501, "confirm": True}, "invalid"),
    ):
        refused = await ada.ask("POST", path, body)
        assert (refused.status, refused.code) == (422, code)
    found = await house.files.get(record.id)
    assert found is not None
    assert found.state == "quarantined"
    assert await audited(ada) == []


async def test_what_is_released_is_moved_back_processed_and_told_with_every_file_of_its_content(
    ada: Person, ben: Person, house: House
) -> None:
    device = await ben.device()
    record, copy = await infected(house, ben)
    before = await house.contents.get(record.content_id) if record.content_id else None
    assert before is not None
    wanted = {"reason": "It is the test string.", "confirm": True}
    await ada.post(f"/api/v1/files/{record.id}/release", wanted, status=200)
    after = await house.contents.get(before.id)
    assert after is not None
    assert (after.quarantined, after.released_by, after.key.split("/")[0]) == (False, ada.id, "content")
    assert await house.objects.read(after.key) == EICAR
    try:
        await house.objects.read(before.key)
        raise AssertionError("it is still in quarantine")
    except NotFoundError:
        pass
    for one in (record, copy):
        heard = await device.wait_for("file.changed", of(one))
        assert heard["file"]["state"] in ("processing", "ready")
    [entry] = await audited(ada)
    assert (entry["actor_id"], entry["action"], entry["subject"]) == (ada.id, "file.released", record.id)
    assert VIRUS in entry["detail"]
    assert "It is the test string." in entry["detail"]
    again = await ada.ask("POST", f"/api/v1/files/{record.id}/release", wanted)
    assert (again.status, again.code) == (409, "not_quarantined")
    assert (await ada.get(path_of(ada, "quarantine")))["items"] == []


async def test_what_nobody_could_look_into_is_released_without_a_reason(
    ada: Person, ben: Person, house: House
) -> None:
    content = await a_content(house, ben, b"locked away", verdict("encrypted"))
    record = await a_file(house, ben, content)
    released = await ada.post(f"/api/v1/files/{record.id}/release", {}, status=200)
    assert released["state"] in ("processing", "ready")


async def test_a_file_that_failed_is_tried_again_by_its_uploader_or_an_owner_and_nobody_else(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    content = await a_content(house, ben, b"never scanned", verdict())
    record = await a_file(house, ben, content, state="failed", detail="It was waited for.")
    path = f"/api/v1/files/{record.id}/retry"
    assert (await outsider.ask("POST", path)).code == "not_found"
    stranger = await a_file(house, ada, content, state="failed")
    assert (await ben.ask("POST", f"/api/v1/files/{stranger.id}/retry")).code == "not_found"
    assert (await ben.post(path, status=202))["state"] == "scanning"
    [entry] = await audited(ada)
    assert (entry["actor_id"], entry["action"]) == (ben.id, "file.retried")
    assert (await ada.ask("POST", path)).status in (202, 409)
    ready = await a_file(house, ben, content)
    assert (await ben.ask("POST", f"/api/v1/files/{ready.id}/retry")).code == "not_waiting"
    gone = await a_file(house, ben, None, state="failed")
    assert (await ben.ask("POST", f"/api/v1/files/{gone.id}/retry")).code == "file_gone"


async def test_owners_see_scanner_store_and_what_waits(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    content = await a_content(house, ben, b"x" * 1000)
    waits = await a_file(
        house, ben, content, state="scanning", waiting=True, detail="Waiting for the virus scanner."
    )
    path = path_of(ada, "file-operations")

    async def look() -> Json:
        return dict(await ada.get(path))

    found = await eventually(look)
    assert found["scanner"]["answering"]
    assert found["scanner"]["version"].startswith("ClamAV ")
    assert found["scanner"]["test_only"] == house.settings.clamav_test_signatures
    assert (found["store"]["answering"], found["store"]["used_bytes"]) == (True, 1000)
    assert found["store"]["quota_bytes"] == house.settings.workspace_storage_bytes
    [one] = found["waiting"]
    assert (one["id"], one["waiting"], one["workflow"]["id"]) == (waits.id, True, f"file/{waits.id}")
    assert (found["waiting_count"], found["quarantined_count"]) == (1, 0)
    assert (await ben.ask("GET", path)).code == "missing_right"
    assert (await outsider.ask("GET", path)).code == "not_found"
    assert await house.workspaces.role(WorkspaceId(ada.workspace["id"]), UserId(ben.id)) == "member"
