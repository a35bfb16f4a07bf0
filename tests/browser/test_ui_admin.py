"""Looking after a workspace: its members and roles, the audit, and who is let in to that."""

import re
from pathlib import Path

from playwright.async_api import expect

from parlour.core.house import House
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits

Pair = tuple[Person, Person]


async def opens(person: Person, section: str) -> None:
    await person.page.goto(f"/app/{person.workspace['slug']}/~admin/{section.lower()}")
    await expect(person.page.get_by_role("heading", level=1, name=section)).to_be_visible()


async def test_an_owner_gives_roles_makes_one_and_takes_someone_out(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await opens(ada, "Roles")
    await expect(ada.page.get_by_role("columnheader", name="Moderator")).to_be_visible()
    await check(ada, "roles")
    await ada.page.get_by_role("button", name="Make a role").click()
    dialog = ada.page.get_by_role("dialog", name="Make a role")
    await dialog.get_by_label("Name", exact=True).fill("Librarian")
    await dialog.get_by_label("Read and export the audit").check()
    await check(ada, "making a role")
    await dialog.get_by_role("button", name="Make the role").click()
    await expect(ada.page.get_by_role("article", name="Librarian")).to_contain_text("2 rights")
    await opens(ada, "Members")
    await expect(ada.page.get_by_role("article", name="Ben")).to_be_visible()
    await check(ada, "members")
    await ada.page.get_by_label("Role of Ben").select_option(label="Librarian")
    await expect(ada.page.get_by_text("Ben is librarian now.")).to_be_visible()
    await ben.page.get_by_role("button", name="workspace menu").click()
    await ben.page.get_by_role("button", name="Administration").click()
    await expect(ben.page.get_by_role("heading", level=1, name="Audit")).to_be_visible()
    await expect(ben.page.get_by_text("member.role_changed")).to_be_visible()
    await ada.page.get_by_label("Name or handle").fill("ben")
    await ada.page.get_by_role("button", name="Ben, actions").click()
    await ada.page.get_by_role("button", name="Remove from Analytical Engines").click()
    asked = ada.page.get_by_role("dialog", name="Remove Ben?")
    await asked.get_by_role("button", name="Remove", exact=True).click()
    await expect(ada.page.get_by_role("article", name="Ben")).to_have_count(0)
    await expect(ada.page.get_by_role("heading", level=1, name="Members")).to_be_visible()


async def test_an_owner_filters_verifies_and_takes_along_the_audit(ada_and_ben: Pair, house: House) -> None:
    ada, _ = ada_and_ben
    await opens(ada, "Audit")
    rows = ada.page.get_by_role("list", name="What was done").get_by_role("listitem")
    await expect(rows.filter(has_text="member.joined").first).to_be_visible()
    await ada.page.get_by_role("button", name="Verify").click()
    await expect(ada.page.get_by_text(re.compile("^All .* entries are what was written"))).to_be_visible()
    await check(ada, "the audit, intact")
    await ada.page.get_by_role("combobox", name="What", exact=True).select_option(label="Members")
    await expect(rows.filter(has_text="workspace.created")).to_have_count(0)
    async with ada.page.expect_download() as downloading:
        await ada.page.get_by_role("button", name="JSON lines").click()
    assert "member.joined" in Path(await (await downloading.value).path()).read_text()
    where = {"workspace_id": ada.workspace["id"], "seq": 1}
    await house.database.audit.update_one(where, {"$set": {"detail": "Nothing."}})
    await ada.page.get_by_role("button", name="Verify").click()
    await expect(ada.page.get_by_text("Entry 1 is not what was written.")).to_be_visible()
    await check(ada, "the audit, changed")


async def test_administration_fits_a_phone_and_old_addresses_lead_to_it(
    ada_and_ben: Pair, visit: Visit
) -> None:
    ada, _ = ada_and_ben
    await ada.page.goto(f"/app/{ada.workspace['slug']}/~files-admin")
    await expect(ada.page).to_have_url(re.compile("/~admin/files$"))
    phone = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.email, phone.workspace = ada.email, ada.workspace
    await phone.signs_in()
    for section in ("Members", "Roles", "Audit"):
        await opens(phone, section)
        await expect(phone.page.get_by_label("Section", exact=True)).to_be_visible()
        await expect(phone.page.locator(".administration")).to_be_visible()
        await fits(phone)
        await check(phone, f"{section} on a phone")
