"""Channels: what they are about, who may change them, how one arranges them, and commands."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.person import Person


def in_side(person: Person, name: str) -> Locator:
    return person.page.get_by_role("link", name=re.compile(f"^{name}"))


def section(person: Person, name: str) -> Locator:
    return person.page.get_by_role("region", name=name, exact=True)


async def menu(person: Person, channel: str, action: str) -> None:
    """Choose from the menu that the right mouse button opens in the side."""
    await in_side(person, channel).click(button="right")
    await person.page.locator(".menu:popover-open").get_by_role("button", name=action).click()


async def details(person: Person) -> Locator:
    """Open the details of the channel on screen."""
    await person.page.keyboard.press("Control+.")
    dialog = person.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    return dialog


@pytest.fixture
async def lunch(ada_and_ben: tuple[Person, Person]) -> tuple[Person, Person]:
    """Ada and Ben in Ada's public channel "lunch", both looking at it."""
    ada, ben = ada_and_ben
    await ada.creates("lunch")
    await ben.page.get_by_role("button", name="Browse channels").click()
    await ben.page.get_by_role("button", name="Join lunch").click()
    await expect(ben.page.get_by_role("heading", level=1, name="lunch")).to_be_visible()
    return ada, ben


async def test_a_topic_is_set_from_the_head_and_seen_by_all(lunch: tuple[Person, Person]) -> None:
    ada, ben = lunch
    await ben.page.get_by_role("button", name="Add a topic").click()
    await ben.page.get_by_label("Topic").fill("Pizza on Friday")
    await ben.page.get_by_label("Purpose").fill("What we eat")
    await ben.page.get_by_role("button", name="Save").click()
    await ben.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("button", name="Pizza on Friday")).to_be_visible()
    await expect(ada.page.get_by_text("Ben set the topic: Pizza on Friday")).to_be_visible()


async def test_a_channel_is_renamed_made_private_and_archived_with_the_way_back(
    lunch: tuple[Person, Person],
) -> None:
    ada, ben = lunch
    dialog = await details(ada)
    await dialog.get_by_label("Channel name").fill("general")
    await dialog.get_by_role("button", name="Rename").click()
    await expect(dialog.get_by_text("There is already a channel named general.")).to_be_visible()
    await dialog.get_by_label("Channel name").fill("dinner")
    await dialog.get_by_role("button", name="Rename").click()
    await expect(ben.page.get_by_role("heading", level=1, name="dinner")).to_be_visible()
    await dialog.get_by_role("button", name="Make it private").click()
    await ada.page.get_by_role("button", name="Make it private").click()
    await expect(in_side(ben, "dinner")).to_contain_text("(private)")
    await ada.page.get_by_role("button", name="dinner, channel menu").click()
    await ada.page.get_by_role("button", name="Archive").click()
    await ada.page.get_by_role("button", name="Archive channel").click()
    await expect(ben.page.get_by_text("This channel is archived.")).to_be_visible()
    await expect(ben.composer).to_be_hidden()
    await expect(ben.page.get_by_role("button", name="Open it again")).to_be_hidden()
    await ada.page.get_by_role("button", name="Undo").click()
    await ben.says("Back again.")
    await expect(ada.message("Back again.")).to_be_visible()


async def test_who_does_not_manage_a_channel_is_offered_nothing_for_all(
    lunch: tuple[Person, Person],
) -> None:
    _, ben = lunch
    dialog = await details(ben)
    await expect(dialog.get_by_text("For you")).to_be_visible()
    await expect(dialog.get_by_text("For everyone")).to_be_hidden()


async def test_in_an_announcement_channel_a_member_reads_why_they_cannot_write(
    lunch: tuple[Person, Person],
) -> None:
    ada, ben = lunch
    dialog = await details(ada)
    await dialog.get_by_role("switch", name="Announcements only").check()
    await ada.page.keyboard.press("Escape")
    await expect(ben.page.get_by_text("You can reply in threads.")).to_be_visible()
    await expect(ben.composer).to_be_hidden()
    await ada.says("Kitchen closed today.")
    await expect(ben.message("Kitchen closed today.")).to_be_visible()


async def test_a_muted_channel_shows_mentions_only(lunch: tuple[Person, Person]) -> None:
    ada, ben = lunch
    await ben.opens("general")
    await menu(ben, "lunch", "Mute")
    await expect(in_side(ben, "lunch")).to_contain_text("(muted)")
    await ada.says("Anyone?")
    await ada.opens("general")
    await ada.says("Over here.")
    await expect(ben.message("Over here.")).to_be_visible()
    await expect(in_side(ben, "lunch")).not_to_contain_text("unread")
    await expect(ben.page).to_have_title(re.compile("^general"))
    await ada.opens("lunch")
    await ada.says("@channel Pizza is here")
    await expect(in_side(ben, "lunch")).to_contain_text("mention you")
    await ben.page.reload()
    await expect(in_side(ben, "lunch")).to_contain_text("(muted)")


async def test_channels_are_starred_and_put_into_sections_of_ones_own(
    lunch: tuple[Person, Person],
) -> None:
    ada, ben = lunch
    tab = await ben.another_tab()
    await tab.page.goto("/app")
    await menu(ben, "lunch", "Star")
    await expect(section(ben, "Starred").get_by_role("link", name="lunch")).to_be_visible()
    await menu(ben, "lunch", "Move to…")
    await ben.page.get_by_role("button", name="New section").click()
    await ben.page.get_by_label("Name").fill("Food")
    await ben.page.get_by_role("button", name="Make section").click()
    await expect(section(ben, "Food").get_by_role("link", name="lunch")).to_be_visible()
    await expect(section(ben, "Starred")).to_be_hidden()
    await expect(section(tab, "Food").get_by_role("link", name="lunch")).to_be_visible()
    await tab.opens("general")
    await ben.opens("general")
    await section(ben, "Food").get_by_role("button", name="Food", exact=True).click()
    await expect(in_side(ben, "lunch")).to_be_hidden()
    await expect(in_side(tab, "lunch")).to_be_hidden()
    await ada.says("Hungry?")
    await expect(in_side(ben, "lunch")).to_be_visible()
    await ben.page.get_by_role("button", name="Food, section menu").click()
    await ben.page.get_by_role("button", name="Delete section").click()
    await expect(section(ben, "Channels").get_by_role("link", name="lunch")).to_be_visible()
    await ben.page.get_by_role("button", name="Undo").click()
    await expect(section(ben, "Food").get_by_role("link", name="lunch")).to_be_visible()


async def test_the_menu_of_a_channel_opens_by_keyboard(lunch: tuple[Person, Person]) -> None:
    _, ben = lunch
    await in_side(ben, "lunch").focus()
    await ben.page.keyboard.press("Shift+F10")
    await expect(ben.page.locator(".menu:popover-open").get_by_role("button", name="Star")).to_be_focused()
    await ben.page.keyboard.press("Enter")
    await expect(section(ben, "Starred").get_by_role("link", name="lunch")).to_be_visible()


async def test_a_group_begins_in_the_people_dialog_and_is_found_again(visit: Visit) -> None:
    ada, ben, cleo = await visit("Ada"), await visit("Ben"), await visit("Cleo")
    await ada.starts("Analytical Engines")
    await ben.joins(ada)
    await cleo.joins(ada)
    for _ in range(2):
        await ada.page.get_by_role("button", name="Start a conversation").click()
        await ada.page.get_by_role("checkbox", name="Choose Ben").check()
        await ada.page.get_by_role("checkbox", name="Choose Cleo").check()
        await ada.page.get_by_role("button", name="Start with Ben and Cleo").click()
        await expect(ada.page.get_by_role("dialog")).to_be_hidden()
        await expect(ada.page.get_by_role("heading", level=1, name="Ben, Cleo")).to_be_visible()
    await ada.says("The three of us.")
    await expect(in_side(cleo, "Ada, Ben")).to_contain_text("1 unread")
    await expect(in_side(ada, "Ben, Cleo")).to_have_count(1)


async def test_archived_channels_are_found_by_browsing(lunch: tuple[Person, Person]) -> None:
    ada, ben = lunch
    await ada.composer.fill("/archive ")
    await ada.composer.press("Enter")
    await ben.opens("general")
    await expect(in_side(ben, "lunch")).to_be_hidden()
    await ben.page.keyboard.press("Control+Shift+L")
    await ben.page.get_by_label("Find a channel").fill("LUN")
    await expect(ben.page.get_by_text("No channel matches “LUN”.")).to_be_visible()
    await ben.page.get_by_role("checkbox", name="Archived").check()
    await ben.page.get_by_role("button", name="Open lunch").click()
    await expect(ben.page.get_by_text("This channel is archived.")).to_be_visible()


async def test_commands_are_done_and_not_said(lunch: tuple[Person, Person]) -> None:
    ada, ben = lunch
    await ada.composer.fill("/topic Soup")
    await ada.composer.press("Enter")
    await expect(ben.page.get_by_role("button", name="Soup")).to_be_visible()
    await ada.composer.fill("/me cooks")
    await ada.composer.press("Enter")
    await expect(ben.message("cooks")).to_be_visible()
    await ada.composer.fill("/tpoic Stew")
    await ada.composer.press("Enter")
    await expect(ada.page.get_by_text("Did you mean /topic?")).to_be_visible()
    await ada.page.get_by_role("button", name="Send as text").click()
    await expect(ben.message("/tpoic Stew")).to_be_visible()
    await ada.composer.fill("//me is a command")
    await ada.composer.press("Enter")
    await expect(ben.message("/me is a command")).to_be_visible()
    await ada.composer.fill("/help ")
    await ada.composer.press("Enter")
    await expect(ada.page.get_by_role("dialog", name="Commands")).to_contain_text("/invite")


async def test_a_question_mark_outside_a_field_shows_the_keys(ada_and_ben: tuple[Person, Person]) -> None:
    ada, _ = ada_and_ben
    await ada.composer.press("?")
    await expect(ada.page.get_by_role("dialog")).to_be_hidden()
    await in_side(ada, "general").focus()
    await ada.page.keyboard.press("?")
    await expect(ada.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
