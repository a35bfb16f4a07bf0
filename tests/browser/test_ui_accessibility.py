"""Every screen through axe, light and dark: nothing serious, nothing critical."""

from collections.abc import Awaitable, Callable
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.line import Line
from tests.browser.person import Person

SERIOUS = ("serious", "critical")
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Every rule runs; what passed is not described element by element, which takes longer than the rules.
    "resultTypes": ["violations"],
}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

Opens = Callable[[Person], Awaitable[object]]


async def check(person: Person, screen: str) -> None:
    """Scan what is on screen, in both themes."""
    for theme in THEMES:
        await person.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        results = await Axe().run(person.page, options=OPTIONS)
        found = [
            f"{screen}, {theme}: {v['id']}: {[node['html'][:120] for node in v['nodes']]}"
            for v in results.response["violations"]
            if v["impact"] in SERIOUS
        ]
        assert found == []


@pytest.mark.parametrize(
    "path",
    ["/", "/sign-in", "/sign-up", "/forgot-password", "/verify-email", "/docs", "/invite/no-such-invitation"],
)
async def test_pages_for_strangers(visit: Visit, path: str) -> None:
    ada = await visit("Ada")
    await ada.page.goto(path)
    await expect(ada.page.get_by_role("heading", level=1)).to_be_visible()
    await check(ada, path)


async def test_forms_with_errors(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.page.goto("/sign-up")
    await ada.page.get_by_role("button", name="Create account").click()
    await check(ada, "sign-up with errors")


async def test_an_empty_workspace(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.signs_up()
    await expect(ada.page.get_by_label("Name of the workspace")).to_be_visible()
    await check(ada, "no workspace")
    await ada.founds_here("Analytical Engines")
    await check(ada, "empty channel")


async def menu(person: Person) -> None:
    await person.page.get_by_role("button", name="workspace menu").click()


async def delivery(person: Person) -> None:
    await person.state_of("Both of us.").click()
    await expect(person.page.get_by_role("link", name="Open in Temporal")).to_be_visible()


async def members(person: Person) -> None:
    await person.page.get_by_role("button", name="members").click()


async def switcher(person: Person) -> None:
    await person.page.keyboard.press("Control+k")


async def shortcuts(person: Person) -> None:
    await person.page.keyboard.press("Control+/")


async def create_channel(person: Person) -> None:
    await person.page.get_by_role("button", name="Create a channel").click()


async def browse(person: Person) -> None:
    await person.page.get_by_role("button", name="Browse channels").click()
    await expect(person.page.get_by_role("button", name="Open general")).to_be_visible()


async def people(person: Person) -> None:
    await person.page.get_by_role("button", name="Start a conversation").click()


async def invite(person: Person) -> None:
    await person.invites()
    await person.page.get_by_role("button", name="workspace menu").click()
    await person.page.get_by_role("button", name="Invite people").click()
    await expect(person.page.get_by_label("E-mail addresses")).to_be_visible()


async def appearance(person: Person) -> None:
    await person.page.get_by_role("button", name="account menu").click()
    await person.page.get_by_role("button", name="Appearance").click()


async def leave_workspace(person: Person) -> None:
    await person.page.get_by_role("button", name="workspace menu").click()
    await person.page.get_by_role("button", name="Leave Analytical Engines").click()


SCREENS: list[Opens] = [
    menu, delivery, members, switcher, shortcuts, create_channel, browse, people, invite, appearance, leave_workspace,
]  # fmt: skip


async def test_a_busy_channel_and_everything_that_opens_over_it(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.says("Both of us.")
    await ben.says("See https://example.com.")
    await expect(ada.state_of("Both of us.")).to_contain_text("Seen by Ben")
    await check(ada, "channel")
    for opens in SCREENS:
        await opens(ada)
        await check(ada, opens.__name__)
        await ada.page.keyboard.press("Escape")
    await ada.messages_to("Ben")
    await check(ada, "direct conversation")


async def test_without_a_connection(visit: Visit, line: Line) -> None:
    ada = await visit("Ada", address=line.address)
    await ada.starts("Analytical Engines")
    line.cut()
    await expect(ada.banner).to_be_visible()
    await ada.says("Unsent.")
    await expect(ada.message("Unsent.").get_by_role("button", name="Retry")).to_be_visible()
    await check(ada, "offline")


async def test_on_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    await expect(ada.composer).to_be_visible()
    await check(ada, "phone, channel")
    await ada.page.get_by_role("button", name="Back to channels").tap()
    await check(ada, "phone, channels")
