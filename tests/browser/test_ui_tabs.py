"""Two tabs and a phone of one person agree."""

import re

from playwright.async_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person


async def test_tabs_and_a_phone_show_the_same(ada_and_ben: tuple[Person, Person], visit: Visit) -> None:
    ada, ben = ada_and_ben
    tab = await ada.another_tab()
    await tab.page.goto(ada.page.url)
    phone = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.email = ada.email
    await phone.signs_in()
    await phone.opens("general")

    await ada.says("From the desk.")
    for device in (tab, phone):
        await expect(device.message("From the desk.")).to_be_visible()
        await expect(device.page.locator(".message-text")).to_have_count(1)
    await phone.composer.fill("From the phone.")
    await phone.page.get_by_role("button", name="Send").tap()
    for device in (ada, tab, ben):
        await expect(device.message("From the phone.")).to_be_visible()
    for device in (ada, tab, phone):
        await expect(device.state_of("From the phone.")).to_contain_text("Seen by Ben")


async def test_reading_in_one_tab_reads_in_the_other(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.creates("elsewhere")
    tab = await ada.another_tab()
    await tab.page.goto(ada.page.url)
    await expect(tab.composer).to_be_visible()
    await ben.says("News.")
    for device in (ada, tab):
        await expect(device.page.get_by_role("link", name="general")).to_contain_text("1 unread")
    await tab.opens("general")
    for device in (ada, tab):
        await expect(device.page.get_by_role("link", name="general")).not_to_contain_text("unread")


async def test_signing_out_in_one_tab_signs_out_the_other(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    tab = await ada.another_tab()
    await tab.page.goto(ada.page.url)
    await expect(tab.composer).to_be_visible()
    await ada.signs_out()
    await tab.page.wait_for_url(re.compile("/sign-in"))
