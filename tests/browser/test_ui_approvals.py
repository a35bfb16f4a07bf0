"""Asking for an approval: the dialog, whom it offers, what it refuses at which field, and taking it back."""

import re

from playwright.async_api import Locator, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits

Pair = tuple[Person, Person]


def approval(person: Person) -> Locator:
    return person.page.get_by_role("region", name=re.compile("^Approval"))


async def opens_the_dialog(person: Person) -> Locator:
    await person.page.get_by_role("button", name="general, channel menu").click()
    await person.page.get_by_role("button", name="Ask for approval").click()
    dialog = person.page.get_by_role("dialog", name="Ask for approval")
    await expect(dialog.get_by_label("What you ask")).to_be_focused()
    return dialog


def suggestions(dialog: Locator) -> Locator:
    return dialog.get_by_role("listbox", name="Suggestions").get_by_role("option")


async def chooses(dialog: Locator, label: str, words: str) -> None:
    field = dialog.get_by_role("combobox", name=label)
    await field.fill(words)
    await expect(suggestions(dialog).first).to_be_visible()
    await field.press("Enter")


async def test_an_approval_is_asked_for_answered_and_another_taken_back(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    dialog = await opens_the_dialog(ada)
    await dialog.get_by_label("What you ask").fill("May I deploy 1.2?")
    await chooses(dialog, "Who may answer", "be")
    await expect(dialog.get_by_role("list", name="Chosen")).to_contain_text("Ben")
    await dialog.get_by_label("Remind who has not answered").select_option("Every hour")
    await check(ada, "asking for an approval")
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    await expect(dialog).to_be_hidden()
    await expect(approval(ben)).to_contain_text("0 of 1 approval")
    await approval(ben).get_by_role("button", name="Approve").click()
    await expect(approval(ada)).to_contain_text("Ben approved")

    await ada.writes(f"/approve @{(await ben.asks('GET', '/me'))['handle']} And 1.3?")
    again = ada.page.get_by_role("dialog", name="Ask for approval")
    await expect(again.get_by_label("What you ask")).to_have_value("And 1.3?")
    await expect(again.get_by_role("list", name="Chosen")).to_contain_text("Ben")
    await again.get_by_role("button", name="Ask", exact=True).click()
    asked = ada.message("And 1.3?")
    await asked.hover()
    await asked.get_by_role("button", name="More actions").click()
    await asked.get_by_role("button", name="Withdraw the approval").click()
    await ada.page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    await expect(ben.message("And 1.3?")).to_contain_text("Withdrawn")


async def test_what_is_refused_stands_at_its_field_and_has_the_focus(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    dialog = await opens_the_dialog(ada)
    await dialog.get_by_label("What you ask").fill("May I?")
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    nobody = dialog.get_by_role("combobox", name="Who may answer")
    await expect(nobody).to_be_focused()
    await expect(nobody).to_have_accessible_description(re.compile("Say who is asked"))
    await chooses(dialog, "Who may answer", "Ben")
    await dialog.get_by_label("Approvals needed").fill("3")
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    await expect(dialog.get_by_label("Approvals needed")).to_have_accessible_description(
        re.compile("Between 1 and 1")
    )
    await dialog.get_by_label("Approvals needed").fill("1")
    await dialog.get_by_label("Answers count for").select_option("1 hour")
    await dialog.get_by_label("If it is not decided, ask also").select_option("Others, after 4 hours")
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    late = dialog.get_by_label("If it is not decided, ask also")
    await expect(late).to_have_accessible_description(re.compile("less than the deadline"))
    await late.select_option("Others, after 30 minutes")
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    then = dialog.get_by_role("combobox", name="Who is asked then")
    await expect(then).to_have_accessible_description(re.compile("Say both"))
    await chooses(dialog, "Who is asked then", "Ben")
    await check(ada, "asking for an approval, refused once")
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    await expect(approval(ada)).to_contain_text("Waiting for approval")


async def test_names_are_chosen_and_taken_out_by_the_keys(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    dialog = await opens_the_dialog(ada)
    field, chosen = (
        dialog.get_by_role("combobox", name="Who may answer"),
        dialog.get_by_role("list", name="Chosen"),
    )
    await field.focus()
    await expect(suggestions(dialog)).to_contain_text(["Ben"])
    await field.press("Escape")
    await expect(suggestions(dialog)).to_have_count(0)
    await field.press_sequentially("b")
    await field.press("Tab")
    await expect(chosen).to_contain_text("Ben")
    await field.press("Backspace")
    await expect(chosen.get_by_role("listitem")).to_have_count(0)


async def test_an_approval_is_asked_for_on_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    ben = await visit("Ben")
    await ben.joins(ada)
    dialog = await opens_the_dialog(ada)
    await dialog.get_by_label("What you ask").fill("May I?")
    await dialog.get_by_role("combobox", name="Who may answer").tap()
    await suggestions(dialog).filter(has_text="Ben").tap()
    await fits(ada)
    await dialog.get_by_role("button", name="Ask", exact=True).tap()
    await expect(approval(ben)).to_contain_text("Waiting for approval")
