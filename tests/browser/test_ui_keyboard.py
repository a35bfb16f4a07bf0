"""Everything without a mouse."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.person import PASSWORD, Person


async def test_from_signing_up_to_the_first_message(visit: Visit) -> None:
    ada = await visit("Ada")
    keys = ada.page.keyboard
    await ada.page.goto("/sign-up")
    await expect(ada.page.get_by_label("Your name")).to_be_focused()
    await keys.type(ada.name)
    await keys.press("Tab")
    await keys.type(ada.email)
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await expect(ada.page.get_by_label("Name of the workspace")).to_be_focused()
    await keys.type("Analytical Engines")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("radio", name="Team")).to_be_focused()
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(ada.page.get_by_label("E-mail addresses")).to_be_focused()
    await keys.press("Control+Enter")
    await expect(ada.page.get_by_role("button", name="Open Analytical Engines")).to_be_focused(timeout=60_000)
    await keys.press("Enter")
    await expect(ada.composer).to_be_focused()
    await keys.type("Only keys.")
    await keys.press("Shift+Enter")
    await keys.type("Second line.")
    await keys.press("Enter")
    await expect(ada.message("Only keys.")).to_contain_text("Second line.")
    await expect(ada.composer).to_be_focused()


async def test_the_switcher_finds_channels_and_people(ada_and_ben: tuple[Person, Person]) -> None:
    ada, _ = ada_and_ben
    keys = ada.page.keyboard
    await ada.creates("zebra")
    await keys.press("Control+k")
    await expect(ada.page.get_by_role("combobox", name="Channel or person")).to_be_focused()
    await keys.type("gen")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("heading", level=1, name="general")).to_be_visible()
    await keys.press("Control+k")
    await keys.type("ben")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("heading", level=1, name="Ben")).to_be_visible()
    await keys.press("Control+k")
    await keys.press("Escape")
    await expect(ada.composer).to_be_focused()


async def test_alt_and_arrows_move_between_channels(ada_and_ben: tuple[Person, Person]) -> None:
    ada, _ = ada_and_ben
    await ada.creates("zebra")
    await ada.page.keyboard.press("Alt+ArrowUp")
    await expect(ada.page.get_by_role("heading", level=1, name="general")).to_be_visible()
    await ada.page.keyboard.press("Alt+ArrowDown")
    await expect(ada.page.get_by_role("heading", level=1, name="zebra")).to_be_visible()


async def test_a_message_opens_its_delivery_and_gives_the_focus_back(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, _ = ada_and_ben
    await ada.says("One.")
    await ada.says("Two.")
    await ada.page.get_by_role("region", name="Messages in general").focus()
    await ada.page.keyboard.press("ArrowUp")
    await ada.page.keyboard.press("ArrowUp")
    await ada.page.keyboard.press("d")
    dialog = ada.page.get_by_role("dialog", name="Delivery")
    await expect(dialog).to_contain_text("One.")
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.locator(".message-row:focus")).to_contain_text("One.")


async def test_new_messages_are_read_to_those_who_listen(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.says("Can you hear me?")
    await expect(ada.page.locator("[data-announcer]")).to_have_text(re.compile("Ben: Can you hear me?"))
