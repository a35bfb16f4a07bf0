"""Searching: while typing, narrowed, by keyboard, and to the message in its place."""

import re

from playwright.async_api import Locator, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits


def field(person: Person) -> Locator:
    return person.page.get_by_role("searchbox", name="Search this workspace")


def hits(person: Person) -> Locator:
    return person.page.get_by_role("list", name="Found").locator("> li")


async def finds(person: Person, words: str, text: str) -> Locator:
    """Search until the index knows the message; it may be a few seconds behind."""
    hit = hits(person).filter(has_text=text)
    for _ in range(20):
        await field(person).fill(words)
        try:
            await expect(hit.first).to_be_visible(timeout=1500)
        except AssertionError:
            await field(person).fill("")
        else:
            return hit
    raise AssertionError(f"{words} did not find {text}")


async def test_typing_finds_and_enter_opens_the_message_in_its_place(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    keys = ada.page.keyboard
    await ben.says("The Éngine <b>weaves</b> algebraic patterns")
    for i in range(3):
        await ben.says(f"Nothing much {i}")
    await ada.creates("workshop")
    await expect(ada.composer).to_be_focused()
    await keys.press("Control+Shift+F")
    await expect(field(ada)).to_be_focused()
    await finds(ada, "engine weav", "algebraic patterns")
    marks = hits(ada).locator("mark")
    assert await marks.all_inner_texts() == ["Éngine", "weaves"]
    await expect(hits(ada).first).to_contain_text("<b>weaves</b>")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("heading", level=1, name="general")).to_be_visible()
    await expect(ada.message("algebraic patterns")).to_be_in_viewport()
    await ada.page.go_back()
    await expect(field(ada)).to_have_value("engine weav")
    await field(ada).fill("")
    await expect(ada.page.get_by_role("heading", name="Recent searches")).to_be_visible()
    await ada.page.get_by_role("button", name="engine weav", exact=True).click()
    await expect(hits(ada).first).to_contain_text("algebraic patterns")
    await field(ada).fill("")
    await ada.page.get_by_role("button", name="Clear all").click()
    await expect(ada.page.get_by_role("heading", name="Recent searches")).to_be_hidden()


async def test_filters_are_chips_that_go_on_and_off(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.says("punched cards at https://example.org/cards")
    await ben.says("punched cards, yes")
    await ada.page.get_by_role("button", name="Search", exact=True).click()
    await finds(ada, "punched", "cards, yes")
    await expect(hits(ada)).to_have_count(2)
    await ada.page.get_by_role("button", name="With a link").click()
    await expect(field(ada)).to_have_value("has:link punched")
    await expect(hits(ada)).to_have_count(1)
    await ada.page.get_by_role("button", name=re.compile("^has:link")).click()
    await expect(hits(ada)).to_have_count(2)
    await ada.page.get_by_text("Newest", exact=True).click()
    await expect(hits(ada).first).to_contain_text("cards, yes")
    await field(ada).fill("punched from:nobody ")
    await expect(ada.page.get_by_text("Nobody and nothing here is called so: from:nobody")).to_be_visible()
    await field(ada).fill("on:someday")
    await expect(ada.page.get_by_role("alert")).to_contain_text("someday is no date")
    await field(ada).fill("no such words anywhere")
    await expect(ada.page.get_by_role("heading", name="Nothing found")).to_be_visible()


async def test_the_switcher_offers_to_search_and_people_and_channels_are_found(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, _ = ada_and_ben
    keys = ada.page.keyboard
    await ada.creates("difference-engine")
    await keys.press("Control+k")
    await keys.type("differ")
    await expect(ada.page.get_by_role("option").last).to_contain_text("Search messages for")
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(field(ada)).to_have_value("differ")
    await expect(hits(ada).first).to_contain_text("difference-engine")
    await field(ada).fill("ben")
    await expect(hits(ada).filter(has_text="@ben")).to_have_count(1)
    await hits(ada).filter(has_text="@ben").get_by_role("button").click()
    await expect(ada.page.get_by_role("heading", level=1, name="Ben")).to_be_visible()


async def test_what_is_around_a_hit_is_shown_in_place(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.says("just before it")
    await ben.says("a needle here")
    await ben.says("just after it")
    await ada.page.keyboard.press("Control+Shift+F")
    hit = await finds(ada, "needle", "a needle here")
    await hit.get_by_role("button", name="Show what is around it").click()
    await expect(hit).to_contain_text("just before it")
    await expect(hit).to_contain_text("just after it")
    await check(ada, "search, found")
    await field(ada).fill("")
    await expect(ada.page.get_by_role("heading", name="What you can write")).to_be_visible()
    await check(ada, "search, empty")


async def test_search_fits_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    await ada.composer.fill("a needle on a phone")
    await ada.page.get_by_role("button", name="Send").tap()
    await expect(ada.message("a needle on a phone")).to_be_visible()
    await ada.page.get_by_role("button", name="Back to channels").tap()
    await ada.page.get_by_role("button", name="Search", exact=True).tap()
    await expect(ada.page.get_by_role("heading", name="What you can write")).to_be_visible()
    await fits(ada)
    await finds(ada, "needle", "on a phone")
    await fits(ada)
