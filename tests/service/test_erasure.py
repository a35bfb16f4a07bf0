"""An account is erased: what is left of its person anywhere is what the report says was kept."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from temporalio.client import Client

from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.settings import Settings
from parlour.workflows.links import erasure_id
from tests.conftest import Signup
from tests.outside.mailbox import mails_to, text_of
from tests.person import PASSWORD, Json, Person, eventually
from tests.stored import store_file

WORKFLOW_S = 90


async def ask(person: Person, messages: str = "keep") -> Json:
    return dict(
        await person.post("/api/v1/me/erasure", {"password": PASSWORD, "messages": messages}, status=202)
    )


async def link_of(settings: Settings, email: str) -> str:
    """Return the API's address of an erasure, by the link of its mail."""

    async def came() -> str:
        letters = [m for m in mails_to(settings, email) if m["Subject"] == "Your account will be erased"]
        found = re.search(r"/erasure/(\S+)#(\S+)", text_of(letters[-1])) if letters else None
        return f"/api/v1/erasures/{found[1]}?token={quote(found[2])}" if found else ""

    return str(await eventually(came, within_s=90))


async def let_grace_pass(house: House, client: Client, person: Person) -> None:
    """As if the days of grace were over."""
    begins = {"$set": {"begins_at": datetime.now(UTC) - timedelta(seconds=1)}}
    await house.database.erasures.update_one({"open_of": person.id}, begins)

    async def told() -> bool:
        record = await house.erasures.open_of(UserId(person.id))
        return record is None or record.told

    await eventually(told, within_s=60)
    await client.get_workflow_handle(erasure_id(UserId(person.id))).signal("changed")


async def erased(someone: Person, link: str) -> Json:
    """Return the report once everything is erased."""

    async def is_over() -> Json | None:
        report = dict(await someone.get(link))
        return report if report["state"] == "erased" else None

    return dict(await eventually(is_over, within_s=WORKFLOW_S))


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in a stored document, keys included, and where it is."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}", name
            yield from texts(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, f"{path}[]")
    elif isinstance(value, bytes):
        yield path, value.decode(errors="replace")
    else:
        yield path, str(value)


async def traces(house: House, needles: dict[str, str]) -> set[tuple[str, str]]:
    """Return where any of some strings is stored: (collection and field, which), in MongoDB and in the file store."""
    found = set()
    for name in await house.database.list_collection_names():
        if name.startswith("system."):
            continue
        async for document in house.database[name].find().hint("_id_"):
            for where, text in texts(document):
                found |= {(f"{name}{where}", what) for what, needle in needles.items() if needle in text}
    for prefix in ("uploads", "content", "quarantine", "previews"):
        async for stored in house.objects.listed(prefix):
            data = (await house.objects.read(stored.key)).decode(errors="replace")
            found |= {(f"s3:{prefix}", what) for what, needle in needles.items() if needle in data}
    return found


# What the report says is kept: conversations by number, the audit, the membership and the account as a number.
BY_NUMBER = (
    r"entries\.(author_id|user_id|on|calls|mentions|state|client_id|replier|_id).*",
    r"channels\.(created_by|direct_key)",
    r"files\.uploader_id",
    r"threads\.(author|root|replier).*",
    r"groups\.created_by",
    r"emoji\.created_by",
    r"notifications\.(author_id|by).*",
    r"dispatches\..*author.*",
    r"audit\..*",
    r"(approvals|bots|webhooks|webhook_deliveries|slash_commands|command_runs|incoming_hooks|challenges|workflow_troubles)\..*",
    r"workspace_members\.user_id",
    r"users\.(_id|email)",
    r"search_(messages|files|words|files_words)\..*",
)


def is_kept(where: str, what: str) -> bool:
    return what == "id" and any(re.fullmatch(pattern, where) for pattern in BY_NUMBER)


async def a_life(ada: Person, ben: Person, house: House) -> tuple[str, str]:
    """Let Ben leave traces everywhere; return a channel and a message of his."""
    workspace = ada.workspace["id"]
    channel = await ada.make_channel("private", ben)
    root = await ada.send(channel, "root")
    said = await ben.send(channel, "I am ben-the-secret")
    await ben.post(f"/api/v1/channels/{channel}/messages", {"text": "a reply", "thread_root_id": root["id"]})
    await ben.ask("PATCH", f"/api/v1/messages/{said['id']}", {"text": "I am ben-the-secret, edited"})
    await ben.ask("PUT", f"/api/v1/messages/{root['id']}/reactions/{quote('👍')}")
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    await ben.post(f"/api/v1/channels/{channel}/scheduled", {"text": "ben-the-secret later", "at": at})
    reminder = {"text": "ben-the-secret tea", "when": "tomorrow"}
    await ben.post(f"/api/v1/workspaces/{workspace}/reminders", reminder)
    await ben.ask("PUT", f"/api/v1/channels/{channel}/draft", {"text": "ben-the-secret begun"})
    await ben.post(f"/api/v1/workspaces/{workspace}/searches", {"q": "ben-the-secret"}, status=204)
    await ben.ask("PUT", f"/api/v1/messages/{root['id']}/saved")
    await ben.ask(
        "PATCH", f"/api/v1/workspaces/{workspace}/notification-preferences", {"keywords": ["secretly"]}
    )
    await ben.post(f"/api/v1/workspaces/{workspace}/sections", {"name": "ben-the-secret's"})
    await ben.post(f"/api/v1/workspaces/{workspace}/invites")
    await ben.ask("PATCH", "/api/v1/me", {"title": "Chief ben-the-secret"})
    await ada.send(channel, f"@{(await ben.get('/api/v1/me'))['handle']} hello")
    await store_file(house, ben, b"ben-the-secret, which nobody shares")
    shared = await store_file(house, ben, b"ben-the-secret, in a message", name="shared.txt")
    body = {"text": "with a file", "file_ids": [shared.id]}
    await ben.post(f"/api/v1/channels/{channel}/messages", body)
    return channel, str(said["id"])


def needles_of(person: Person, handle: str) -> dict[str, str]:
    return {"id": person.id, "email": person.email, "handle": handle, "words": "ben-the-secret"}


async def test_an_erased_account_leaves_nothing_but_what_the_report_says_was_kept(
    ada: Person, ben: Person, house: House, temporal_client: Client, stack_settings: Settings
) -> None:
    channel, said = await a_life(ada, ben, house)
    handle = f"benthesecret{ben.id[-6:]}"
    await ben.ask("PATCH", "/api/v1/me", {"handle": handle})
    begun = await ask(ben, "delete")
    assert begun["state"] == "waiting"
    link = await link_of(stack_settings, ben.email)
    ben.token = ""
    await let_grace_pass(house, temporal_client, ben)
    report = await erased(ben, link)
    assert all(part["done"] for part in report["erased"])
    counts = {part["what"]: part["count"] for part in report["erased"]}
    assert counts["Messages"] == 3
    assert counts["Drafts, scheduled messages, reminders and saved messages"] == 4
    assert counts["Files that no conversation keeps, and uploads under way"] == 2
    assert all(one["what"] and one["why"] for one in report["kept"])

    async def only_what_is_kept() -> bool:
        found = await traces(house, needles_of(ben, handle))
        unkept = {trace for trace in found if not is_kept(*trace)}
        left.clear()
        left.update(unkept)
        return not unkept

    left: set[tuple[str, str]] = set()
    try:
        await eventually(only_what_is_kept, within_s=60)
    except AssertionError:
        raise AssertionError(f"left behind: {sorted(left)}") from None
    messages = (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"]
    [gone] = [m for m in messages if m["id"] == said]
    assert gone.get("deleted_at")
    assert not gone.get("text")
    members = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/members?deactivated=true")
    assert {m["user_id"]: m["name"] for m in members["items"]}[ben.id] == "Deleted person"
    [farewell] = [m for m in mails_to(stack_settings, ben.email) if m["Subject"] == "Your account is erased"]
    assert link.split("/")[-1].split("?")[0] in text_of(farewell)


async def test_kept_messages_stay_under_deleted_person_and_their_files_with_them(
    ada: Person, ben: Person, house: House, temporal_client: Client, stack_settings: Settings
) -> None:
    channel, said = await a_life(ada, ben, house)
    await ask(ben, "keep")
    link = await link_of(stack_settings, ben.email)
    await let_grace_pass(house, temporal_client, ben)
    await erased(ada, link)
    [kept] = [m for m in (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"] if m["id"] == said]
    assert kept["text"] == "I am ben-the-secret, edited"
    files = [d["name"] async for d in house.database.files.find({"uploader_id": ben.id})]
    assert files == ["shared.txt"]
    profile = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    assert (profile["name"], profile["handle"], profile["title"], profile["deactivated"]) == (
        "Deleted person",
        "",
        "",
        True,
    )


async def test_a_workspace_that_keeps_messages_keeps_them_whatever_their_author_wants(
    ada: Person, ben: Person, house: House, temporal_client: Client, stack_settings: Settings
) -> None:
    workspace = f"/api/v1/workspaces/{ada.workspace['id']}"
    changed = await ada.ask("PATCH", workspace, {"erased_messages": "keep"})
    assert changed.body["erased_messages"] == "keep"
    assert (await ben.ask("PATCH", workspace, {"erased_messages": "delete"})).code == "missing_right"
    channel, said = await a_life(ada, ben, house)
    await ask(ben, "delete")
    link = await link_of(stack_settings, ben.email)
    await let_grace_pass(house, temporal_client, ben)
    await erased(ada, link)
    [kept] = [m for m in (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"] if m["id"] == said]
    assert kept["text"] == "I am ben-the-secret, edited"


async def test_an_erasure_is_taken_back_by_its_link_and_everything_is_as_it_was(
    ada: Person, ben: Person, house: House, temporal_client: Client, stack_settings: Settings
) -> None:
    channel = await ada.make_channel("private", ben)
    await ask(ben)
    assert (await ben.ask("GET", "/api/v1/me")).status == 401
    link = await link_of(stack_settings, ben.email)
    ben.token = ""
    waiting = await ben.get(link)
    assert (waiting["state"], waiting["ended_at"]) == ("waiting", None)
    assert waiting["workflow"]["id"] == f"erasure/{ben.id}"
    taken = await ben.ask("DELETE", link)
    assert (taken.status, taken.body["state"]) == (200, "taken_back")
    assert (await ben.ask("DELETE", link)).status == 200
    signed = await ben.post("/api/v1/auth/login", {"email": ben.email, "password": PASSWORD}, status=200)
    ben.token = signed["access_token"]
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}")).status == 200
    ended = await temporal_client.get_workflow_handle(erasure_id(UserId(ben.id))).result()
    assert "taken back" in ended["words"]
    assert (await ask(ben))["state"] == "waiting", "it may be asked for again"


async def test_only_the_link_shows_an_erasure_or_takes_it_back(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    wrong = await ben.ask("POST", "/api/v1/me/erasure", {"password": "not this one", "messages": "keep"})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    begun = await ask(ben)
    path = f"/api/v1/erasures/{begun['id']}"
    link = await link_of(stack_settings, ben.email)
    changed = link[:-1] + ("0" if link[-1] != "0" else "1")
    for method in ("GET", "DELETE"):
        for tried in (path, f"{path}?token=", f"{path}?token=9999999999.ff", changed, f"{path}?token=x.y"):
            assert (await ada.ask(method, tried)).status == 404, tried
    assert (await ada.ask("GET", link)).status == 200
    token = link.split("token=")[1]
    assert (await ada.ask("GET", f"/api/v1/erasures/{ben.id}?token={token}")).status == 404


async def test_an_account_that_is_to_be_erased_is_not_reactivated_by_another_link(
    ada: Person, ben: Person, house: House, stack_settings: Settings
) -> None:
    await ask(ben)
    await ada.ask("POST", "/api/v1/auth/reactivation-link", {"email": ben.email})
    await link_of(stack_settings, ben.email)
    subjects = [m["Subject"] for m in mails_to(stack_settings, ben.email)]
    assert "Your account will be erased" in subjects
    assert "Your account is deactivated" not in subjects


async def test_the_last_owner_hands_over_before_their_account_is_erased(ada: Person, ben: Person) -> None:
    refused = await ada.ask("POST", "/api/v1/me/erasure", {"password": PASSWORD, "messages": "keep"})
    assert (refused.status, refused.code) == (409, "last_owner")
    assert (await ada.ask("GET", "/api/v1/me")).status == 200
    assert (await ben.ask("GET", "/api/v1/me")).status == 200


async def test_what_somebody_wrote_alone_in_a_workspace_goes_with_them(
    sign_up: Signup, house: House, temporal_client: Client, stack_settings: Settings
) -> None:
    eve = await sign_up("eve")
    await eve.make_workspace("Diary of Eve")
    workspace, channel = eve.workspace["id"], await eve.general()
    said = (await eve.send(channel, "dear diary"))["id"]
    await ask(eve, "keep")
    link = await link_of(stack_settings, eve.email)
    await let_grace_pass(house, temporal_client, eve)
    eve.token = ""
    await erased(eve, link)
    stored = msgspec.to_builtins((await house.entries.many([said]))[said])
    assert not stored.get("text")
    found = await house.database.workspaces.find_one({"_id": workspace})
    assert (found["name"], found["slug"]) == ("Deleted workspace", f"deleted-{workspace}")
