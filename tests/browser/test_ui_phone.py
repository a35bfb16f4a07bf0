"""On a phone: one thing at a time, nothing cut off."""

from playwright.async_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person

TOO_SMALL = """() => [...document.querySelectorAll('button, a[href], input, textarea')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => !element.closest('.visually-hidden, .skip-link, p'))
  .filter((element) => !element.matches('[tabindex="-1"], [type=radio]'))
  .map((element) => [element.getBoundingClientRect(), element])
  .filter(([{ width, height }]) => height < 44 || width < 44)
  .map(([{ width, height }, element]) => `${element.outerHTML.slice(0, 80)} ${width}x${height}`)"""


async def fits(person: Person) -> None:
    """Nothing sticks out to the side, and everything can be hit with a thumb."""
    width = await person.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    assert await person.page.evaluate(TOO_SMALL) == []


async def test_one_channel_or_the_list_of_channels(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.founds("Analytical Engines")
    await expect(ada.composer).to_be_visible()
    await fits(ada)
    await ada.page.get_by_role("button", name="Back to channels").tap()
    await expect(ada.composer).to_be_hidden()
    await fits(ada)
    await ada.page.get_by_role("link", name="general").tap()
    await ada.composer.fill(f"A word without an end: {'x' * 300} and https://example.com/{'y' * 200}")
    await ada.page.get_by_role("button", name="Send").tap()
    await expect(ada.message("A word without an end")).to_be_visible()
    await fits(ada)
    await ada.page.get_by_role("button", name="Back to channels").tap()
    await expect(ada.page.get_by_role("link", name="general")).to_be_visible()
    await ada.page.go_back()
    await expect(ada.composer).to_be_visible()


async def test_forms_fit(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    for path in ("/", "/sign-in", "/sign-up", "/docs"):
        await ada.page.goto(path)
        width = await ada.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], path
