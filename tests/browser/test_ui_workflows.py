"""Workflows, for those who run a workspace: counted, stuck ones first, one of them in words, and helped along."""

import re
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

from playwright.async_api import Locator, expect

from parlour.core.house import House
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits
from tests.person import Person as Client
from tests.service.test_workflows_in_view import a_broken_message

Pair = tuple[Person, Person]
FOUND_MS = 40_000


async def opens_workflows(person: Person) -> None:
    await person.page.get_by_role("button", name="workspace menu").click()
    await person.page.get_by_role("button", name="Administration").click()
    await person.page.get_by_role("link", name="Workflows").click()
    await expect(person.page.get_by_role("heading", level=1, name="Workflows")).to_be_visible()


async def starts(person: Person, name: str, given: dict[str, object]) -> str:
    body = {"type": name, "workspace_id": person.workspace["id"], "input": given}
    return str((await person.asks("POST", "/workflow-runs", body))["id"])


async def schedules(person: Person) -> str:
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    return await starts(person, "message.send", {"channel_id": person.general, "text": "a plan", "at": at})


async def as_client(person: Person) -> Client:
    """The same person as the stores and the contract know them."""
    client = Client("")
    client.id = (await person.asks("GET", "/me"))["id"]
    client.workspace = person.workspace
    return client


def row(person: Person, title: str) -> Locator:
    return person.page.get_by_role("list", name="Workflows").get_by_role("article", name=title).first


async def test_workflows_are_counted_listed_and_told_in_words(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await schedules(ben)
    await opens_workflows(ada)
    table = ada.page.get_by_role("region", name="Workflows by type")
    await expect(table).to_contain_text("Scheduled message", timeout=FOUND_MS)
    await expect(row(ada, "Scheduled message")).to_contain_text("Waiting.", timeout=FOUND_MS)
    await check(ada, "workflows")
    filters = ada.page.get_by_role("group", name="Filter")
    await filters.get_by_role("combobox").first.select_option(label="Scheduled message")
    await expect(ada.page.get_by_role("list", name="Workflows").get_by_role("article")).to_have_count(1)
    await row(ada, "Scheduled message").get_by_role("button", name="Scheduled message").click()
    await expect(ada.page).to_have_url(re.compile("~admin/workflows/scheduled"))
    told = ada.page.get_by_role("region", name="Scheduled message")
    await expect(told).to_contain_text("A message is sent at its time, once")
    await expect(told).to_contain_text("It waits for a time, or to be told something.")
    await expect(told.get_by_role("link", name=re.compile("Open in Temporal"))).to_have_attribute(
        "href", re.compile("scheduled%2F")
    )
    happened = ada.page.get_by_role("region", name="What happened")
    await expect(happened).to_contain_text("Began.")
    await expect(ada.page.get_by_role("region", name="About it")).to_contain_text("Ben, by API")
    await check(ada, "one workflow")
    await told.get_by_role("button", name="Cancel…").click()
    dialog = ada.page.get_by_role("dialog", name="Cancel: Scheduled message?")
    await expect(dialog).to_contain_text("Its author sees that.")
    await dialog.get_by_role("button", name="Cancel it").click()
    await expect(told.get_by_text("Nothing: it is over.")).to_be_visible(timeout=FOUND_MS)
    await expect(told.get_by_role("button", name="Cancel…")).to_be_hidden()
    await ada.page.get_by_role("button", name="All workflows").click()
    await expect(ada.page).to_have_url(re.compile("~admin/workflows$"))


async def test_what_is_stuck_comes_first_counts_down_and_is_tried_when_asked(
    ada_and_ben: Pair, house: House
) -> None:
    ada, _ = ada_and_ben
    record = await a_broken_message(house, await as_client(ada), ada.general)
    await opens_workflows(ada)
    first = row(ada, "Scheduled message")
    await expect(first).to_contain_text("Stuck", timeout=FOUND_MS)
    await expect(first).to_contain_text(re.compile(r"Send it: attempt \d+"))
    await expect(ada.page.get_by_role("button", name=re.compile(r"^1\s*Stuck"))).to_be_visible(
        timeout=FOUND_MS
    )
    await check(ada, "workflows, one stuck")
    await first.get_by_role("button", name="Scheduled message").click()
    step = ada.page.get_by_role("article", name="Send it")
    await expect(step).to_contain_text(re.compile(r"attempt \d+"))
    await expect(step).to_contain_text(re.compile(r"tried again in \d+ s"), timeout=FOUND_MS)
    await check(ada, "a workflow that is stuck")
    await house.database.scheduled.update_one({"_id": record.id}, {"$set": {"draft": b'{"text":"mended"}'}})
    await ada.page.get_by_role("button", name="Try now").click()
    told = ada.page.get_by_role("region", name="Scheduled message")
    await expect(told.get_by_text("Nothing: it is over.")).to_be_visible(timeout=FOUND_MS)


async def test_workflows_fit_on_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    await schedules(ada)
    await ada.page.goto(f"/app/{ada.workspace['slug']}/~admin/workflows")
    await expect(row(ada, "Scheduled message")).to_be_visible(timeout=FOUND_MS)
    await fits(ada)
    await row(ada, "Scheduled message").get_by_role("button", name="Scheduled message").tap()
    await expect(ada.page.get_by_role("region", name="What happened")).to_contain_text("Began.")
    await fits(ada)


async def test_a_member_without_the_right_sees_no_workflows(ada_and_ben: Pair) -> None:
    _, ben = ada_and_ben
    await ben.page.goto(f"/app/{ben.workspace['slug']}/~admin/workflows")
    await expect(ben.page.get_by_text("This is not for your role")).to_be_visible()


async def test_an_export_is_begun_watched_and_loaded(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    await ada.has_said("The engine weaves algebraic patterns.")
    page = ada.page
    await page.goto(f"/app/{ada.workspace['slug']}/~admin/storage")
    await page.get_by_role("button", name="All public channels").click()
    await expect(page.get_by_role("heading", name="Export of channels")).to_be_visible()
    load = page.get_by_role("button", name="Load the zip")
    await expect(load).to_be_visible(timeout=FOUND_MS)
    async with page.expect_download() as loading:
        await load.click()
    packed = ZipFile(await (await loading.value).path())
    told = b"".join(packed.read(name) for name in packed.namelist())
    assert b"The engine weaves algebraic patterns." in told
