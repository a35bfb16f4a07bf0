"""The audit of a workspace, as its owners read it."""

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from tests.person import Person


async def test_owners_page_through_what_was_done_and_nobody_else_does(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    path = f"/api/v1/workspaces/{workspace}/audit"
    assert await ada.get(path) == {"items": [], "next": None}
    await house.audit.note(workspace, None, "file.quarantined", "file-1", "A virus was found.")
    await house.audit.note(workspace, UserId(ada.id), "file.released", "file-1", "It is a test.")
    first = await ada.get(f"{path}?limit=1")
    [newest] = first["items"]
    assert (newest["actor_id"], newest["action"], newest["detail"]) == (
        ada.id,
        "file.released",
        "It is a test.",
    )
    rest = await ada.get(f"{path}?limit=1&cursor={first['next']}")
    assert [(e["actor_id"], e["action"], e["subject"]) for e in rest["items"]] == [
        (None, "file.quarantined", "file-1")
    ]
    assert rest["next"] is None
    assert (await ben.ask("GET", path)).code == "forbidden"
    assert (await outsider.ask("GET", path)).code == "not_found"


async def test_what_an_activity_notes_twice_is_there_once(ada: Person, house: House) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    for detail in ("first", "again"):
        await house.audit.note(workspace, None, "file.held", "file-1", detail, once=f"{workspace}/file-1")
    found = await house.audit.page(workspace, before=None, limit=10)
    assert [entry.detail for entry in found] == ["first"]
