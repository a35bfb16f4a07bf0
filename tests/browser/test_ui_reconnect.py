"""Losing the network and coming back."""

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.line import Line


async def test_what_was_unsent_and_what_was_missed_arrive_once_and_in_order(visit: Visit, line: Line) -> None:
    ada, ben = await visit("Ada", address=line.address), await visit("Ben")
    await ada.starts("Analytical Engines")
    await ben.joins(ada)
    await ada.says("Before.")
    await expect(ben.message("Before.")).to_be_visible()

    line.cut()
    await expect(ada.banner).to_be_visible()
    for number in range(1, 4):
        await ben.says(f"Missed {number}.")
    await ada.says("Unsent.")
    await expect(ada.message("Unsent.")).to_contain_text("It leaves when the connection is back")
    await expect(ada.message("Unsent.").get_by_role("button", name="Retry")).to_be_visible()

    line.mend()
    await ada.page.get_by_role("button", name="Retry now").click()
    await expect(ada.banner).to_be_hidden()
    await expect(ben.message("Unsent.")).to_be_visible()
    expected = ["Before.", "Missed 1.", "Missed 2.", "Missed 3.", "Unsent."]
    await expect(ada.page.locator(".message-text")).to_have_text(expected)
    await expect(ben.page.locator(".message-text")).to_have_text(expected)
    await expect(ada.state_of("Unsent.")).to_contain_text("Seen by Ben")


async def test_an_unsent_message_survives_closing_the_page(visit: Visit, line: Line) -> None:
    ada = await visit("Ada", address=line.address)
    await ada.starts("Analytical Engines")
    line.cut()
    await expect(ada.banner).to_be_visible()
    await ada.says("Keep me.")
    await ada.page.goto("about:blank")
    line.mend()
    await ada.page.goto("/app")
    await expect(ada.state_of("Keep me.")).to_contain_text("Sent")
    await expect(ada.page.locator(".message-text")).to_have_text(["Keep me."])


async def test_the_connection_comes_back_by_itself(visit: Visit, line: Line) -> None:
    ada = await visit("Ada", address=line.address)
    await ada.starts("Analytical Engines")
    line.cut()
    await expect(ada.banner).to_be_visible()
    line.mend()
    await expect(ada.banner).to_be_hidden()
    await ada.says("Back again.")
    await expect(ada.state_of("Back again.")).to_contain_text("Sent")
