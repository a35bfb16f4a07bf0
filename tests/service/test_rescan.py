"""Everything scanned again, by the real scanner."""

from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ContentId, UserId, WorkspaceId
from parlour.core.model.files import FileRecord, Rendition
from tests.person import Json, Person, eventually
from tests.service.kept import EICAR, a_content, a_file, verdict


def path_of(person: Person, rest: str) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/{rest}"


async def done(owner: Person) -> Json:
    """Return a rescan once it has ended."""

    async def look() -> Json | None:
        found = dict(await owner.get(path_of(owner, "rescan")))
        return found if found["state"] == "done" else None

    return dict(await eventually(look, within_s=40))


async def rescanned(owner: Person) -> Json:
    started = await owner.post(path_of(owner, "rescan"), status=202)
    assert started["workflow"]["id"] == f"rescan/{owner.workspace['id']}"
    return await done(owner)


async def fresh(house: House, record: FileRecord) -> FileRecord:
    found = await house.files.get(record.id)
    assert found is not None
    return found


async def test_what_older_signatures_took_for_clean_goes_to_quarantine_and_everything_else_stays(
    ada: Person, ben: Person, house: House
) -> None:
    assert (await ada.get(path_of(ada, "rescan")))["state"] == "never"
    device = await ben.device()
    await house.objects.put("previews/0123456789abcdef", b"a preview")
    preview = Rendition(
        name="head", key="previews/0123456789abcdef", media_type="text/plain", size=9, width=1, height=1
    )
    bad = await a_content(house, ben, EICAR, renditions=[preview])
    good = await a_content(house, ben, b"nothing wrong here")
    lost = await a_content(house, ben, b"nowhere")
    await house.objects.delete([lost.key])
    virus, copy = [await a_file(house, ben, bad, name=f"{n}.txt") for n in range(2)]
    notes = await a_file(house, ben, good)
    ended = await rescanned(ada)
    assert (ended["contents"], ended["looked_at"], ended["scanned"]) == (3, 3, 2)
    assert (ended["quarantined"], ended["unscanned"]) == (1, 1)
    assert ended["words"].startswith("3 of 3 contents looked at, 2 scanned, 1 put into quarantine")
    assert [(await fresh(house, one)).state for one in (virus, copy, notes)] == [
        "quarantined",
        "quarantined",
        "ready",
    ]
    heard = await device.wait_for("file.changed", lambda e: bool(e["file"]["id"] == virus.id))
    assert heard["file"]["state"] == "quarantined"
    kept = await house.contents.get(bad.id)
    assert kept is not None
    assert kept.quarantined
    assert kept.key.startswith("quarantine/")
    for key in (bad.key, preview.key):
        try:
            await house.objects.read(key)
            raise AssertionError(f"{key} is still there")
        except NotFoundError:
            pass
    listed = (await ada.get(path_of(ada, "quarantine")))["items"]
    assert {one["id"] for one in listed} == {virus.id, copy.id}
    actions = [
        entry["action"] for entry in (await ada.get(path_of(ada, "audit?action=file.*,files.*")))["items"]
    ]
    assert sorted(actions) == ["file.quarantined", "file.quarantined", "files.rescanned"]


async def test_what_the_present_signatures_have_seen_or_an_owner_released_is_left_alone(
    ada: Person, house: House
) -> None:
    version = house.scanner.version()
    said = verdict("infected", found="Eicar-Test-Signature")
    released = await a_content(
        house,
        ada,
        EICAR,
        said,
        quarantined=False,
        key=f"content/released-{ada.id}",
        released_by=UserId(ada.id),
    )
    record = await a_file(house, ada, released)
    first = await rescanned(ada)
    assert (first["scanned"], first["quarantined"]) == (1, 0)
    assert (await fresh(house, record)).state == "ready"
    found = await house.contents.get(ContentId(released.id))
    assert found is not None
    assert found.verdict is not None
    assert (found.verdict.result, found.verdict.signatures) == ("infected", version.signatures)
    second = await rescanned(ada)
    assert (second["looked_at"], second["scanned"]) == (1, 0)
    assert second["started_at"] <= now().isoformat()


async def test_only_owners_have_files_scanned_again(ada: Person, ben: Person, outsider: Person) -> None:
    for method in ("GET", "POST"):
        assert (await ben.ask(method, path_of(ada, "rescan"))).code == "missing_right"
        assert (await outsider.ask(method, path_of(ada, "rescan"))).code == "not_found"


async def test_a_workspace_without_files_is_done_at_once(ada: Person, house: House) -> None:
    ended = await rescanned(ada)
    assert (ended["contents"], ended["scanned"]) == (0, 0)
    progress = await house.rescans.of(WorkspaceId(ada.workspace["id"]))
    assert progress is not None
    assert progress.finished_at is not None
