"""How files fare, for owners: scanner and store, quarantine, what waits, scanning all again; and finding files."""

import re

from playwright.async_api import Locator, expect

from parlour.core.house import House
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.samples import document, infected, payload
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits
from tests.browser.test_ui_search import field, finds, hits
from tests.person import Person as Client
from tests.service.kept import a_content, a_file, verdict

Pair = tuple[Person, Person]
REFRESHED_MS = 20_000


async def opens_operations(person: Person) -> None:
    await person.page.get_by_role("button", name="workspace menu").click()
    await person.page.get_by_role("button", name="Administration").click()
    await person.page.get_by_role("link", name="Files").click()
    await expect(person.page.get_by_role("heading", level=1, name="Files")).to_be_visible()


def kept(person: Person, name: str) -> Locator:
    return person.page.get_by_role("article", name=name)


async def as_client(person: Person) -> Client:
    """The same person as the stores know them."""
    client = Client("")
    client.id = (await person.asks("GET", "/me"))["id"]
    client.workspace = person.workspace
    return client


async def test_an_owner_sees_that_all_is_well_when_there_is_nothing(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await opens_operations(ada)
    scanner = kept(ada, "Virus scanner")
    await expect(scanner).to_contain_text("ClamAV")
    await expect(scanner).to_contain_text(re.compile("Test signatures only|Working"))
    await expect(kept(ada, "File store")).to_contain_text("0 bytes of 20 GB used")
    for words in (
        "Nothing is in quarantine.",
        "No file is on its way, and none waits.",
        "This was never done here.",
        "Nothing had to be done yet.",
    ):
        await expect(ada.page.get_by_text(words)).to_be_visible()
    await check(ada, "file operations, empty")


async def test_an_owner_releases_and_deletes_what_is_in_quarantine(ada_and_ben: Pair, house: House) -> None:
    ada, ben = ada_and_ben
    await ben.shares(infected("invoice.txt"), text="See the invoice.")
    await expect(ben.message("See the invoice.").locator(".file")).to_have_attribute(
        "data-state", "quarantined"
    )
    held = await a_content(house, await as_client(ben), b"locked", verdict("encrypted"))
    await a_file(house, await as_client(ben), held, name="locked.zip")
    await opens_operations(ada)
    bad = kept(ada, "invoice.txt")
    await expect(bad).to_contain_text("A virus was found")
    await expect(bad).to_contain_text("Ben")
    await expect(bad.get_by_role("link", name=re.compile("Open in Temporal"))).to_have_attribute(
        "href", re.compile("file%2F")
    )
    await check(ada, "quarantine")
    await bad.get_by_role("button", name="Release invoice.txt").click()
    dialog = ada.page.get_by_role("dialog", name="Release invoice.txt?")
    await dialog.get_by_role("button", name="Release", exact=True).click()
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Reason").fill("It is the scanner's test string.")
    await check(ada, "releasing a file")
    await dialog.get_by_role("checkbox").check()
    await dialog.get_by_role("button", name="Release", exact=True).click()
    await expect(dialog).to_be_hidden()
    await expect(bad).to_have_count(0)
    done = ada.page.get_by_role("list", name="What was done").get_by_role("listitem")
    await expect(done.first).to_contain_text("Ada released a file")
    await expect(done.first).to_contain_text("It is the scanner's test string.")
    await expect(done.nth(1)).to_contain_text("Parlour put a file into quarantine")
    await expect(ben.page.get_by_role("button", name="Download invoice.txt")).to_be_visible()
    await kept(ada, "locked.zip").get_by_role("button", name="Delete locked.zip").click()
    await ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(ada.page.get_by_text("Nothing is in quarantine.")).to_be_visible()
    await expect(done.first).to_contain_text("Ada deleted a file", timeout=REFRESHED_MS)


async def test_an_owner_has_everything_scanned_again_and_sees_how_far_it_is(
    ada_and_ben: Pair, house: House
) -> None:
    ada, ben = ada_and_ben
    eicar = infected("x.txt")["buffer"]
    old = await a_content(house, await as_client(ben), eicar)
    await a_file(house, await as_client(ben), old, name="long ago.txt")
    await opens_operations(ada)
    await ada.page.get_by_role("button", name="Scan all files again").click()
    section = ada.page.get_by_role("region", name="Scan everything again")
    await expect(section).to_contain_text("1 of 1 contents looked at, 1 scanned, 1 put into quarantine.")
    await expect(section.get_by_role("link", name=re.compile("Open in Temporal"))).to_be_visible()
    await expect(kept(ada, "long ago.txt")).to_contain_text("A virus was found", timeout=REFRESHED_MS)


async def test_what_waits_is_tried_again_by_hand(ada_and_ben: Pair, house: House) -> None:
    ada, ben = ada_and_ben
    content = await a_content(house, await as_client(ben), b"it waits")
    detail = "Waiting for the virus scanner."
    await a_file(
        house,
        await as_client(ben),
        content,
        name="plan.txt",
        state="scanning",
        waiting=True,
        detail=detail,
    )
    await opens_operations(ada)
    await expect(kept(ada, "plan.txt")).to_contain_text(detail)
    await check(ada, "what waits")
    await kept(ada, "plan.txt").get_by_role("button", name="Try plan.txt now").click()
    await expect(ada.page.get_by_text("No file is on its way, and none waits.")).to_be_visible()


async def test_file_operations_fit_a_phone_and_are_not_for_members(
    ada_and_ben: Pair, visit: Visit, house: House
) -> None:
    ada, ben = ada_and_ben
    await ben.page.get_by_role("button", name="workspace menu").click()
    await expect(ben.page.get_by_role("button", name="Administration")).to_have_count(0)
    await ben.page.goto(re.sub(r"/[^/]+$", "/~files-admin", ben.page.url))
    await expect(ben.page.get_by_text("This is not for your role")).to_be_visible()
    bad = await a_content(house, await as_client(ben), b"x", verdict("infected", found="Eicar"))
    await a_file(house, await as_client(ben), bad, name=f"{'long' * 20}.txt")
    phone = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.email = ada.email
    await phone.signs_in()
    await phone.page.get_by_role("button", name="workspace menu").tap()
    await phone.page.get_by_role("button", name="Administration").tap()
    await phone.page.get_by_label("Section", exact=True).select_option(label="Files")
    await expect(phone.page.get_by_role("button", name=re.compile("^Release long"))).to_be_visible()
    await fits(phone)
    await check(phone, "file operations on a phone")


async def test_files_are_found_by_name_and_by_what_they_say(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.shares(document("quarterly plan.pdf"), text="The plan.")
    said = b"Everything about the analytical loom and its punched cards."
    await ben.shares(payload("notes.txt", "text/plain", said), text="Notes.")
    for name in ("quarterly plan.pdf", "notes.txt"):
        await expect(ada.page.get_by_role("button", name=f"Download {name}")).to_be_visible()
    await ada.page.get_by_role("button", name="Search", exact=True).click()
    await ada.page.locator(".search-kinds label", has_text="Files").click()
    await finds(ada, "quarterly", "quarterly plan.pdf")
    await expect(hits(ada).locator("mark")).to_have_text("quarterly")
    await finds(ada, "punched cards", "notes.txt")
    await expect(hits(ada)).to_have_count(1)
    assert await hits(ada).locator("mark").all_inner_texts() == ["punched", "cards"]
    await check(ada, "files found")
    await ada.page.get_by_role("button", name="PDFs").click()
    await expect(ada.page.get_by_role("heading", name="Nothing found")).to_be_visible()
    await finds(ada, "punched cards", "notes.txt")
    await field(ada).press("ArrowDown")
    await ada.page.keyboard.press("Enter")
    await expect(ada.message("Notes.")).to_be_in_viewport()
