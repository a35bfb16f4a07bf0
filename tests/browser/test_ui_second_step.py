"""A workspace that demands a second step, as its admins and its members see it."""

import pytest
from playwright.async_api import expect

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.people.parking import park
from tests.authenticator import App
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.person import PASSWORD, Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_sign_in import keeps_codes


async def opens_section(ada: Person) -> None:
    await ada.page.goto(f"/app/{ada.workspace['slug']}/~admin/second-step")
    await expect(ada.page.get_by_label("Days to set it up")).to_be_visible()


async def has_app(person: Person) -> App:
    setup = await person.asks("POST", "/me/second-factor/totp", {"password": PASSWORD})
    app = App(setup["secret"])
    await person.asks("POST", "/me/second-factor/totp/confirm", {"code": app.code()})
    return app


async def sets_up_app_here(person: Person) -> None:
    page = person.page
    await page.get_by_role("button", name="Set up…").click()
    form = page.get_by_role("form", name="Set up an authenticator app")
    await form.get_by_label("Your password").fill(PASSWORD)
    await form.get_by_role("button", name="Continue").click()
    app = App((await page.get_by_label("Key", exact=True).inner_text()).replace(" ", ""))
    await page.get_by_label("Code that the app shows").fill(app.code())
    await page.get_by_role("button", name="Switch on").click()
    await keeps_codes(person)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_a_demand_is_made_seen_and_met(visit: Visit, viewport: dict[str, int]) -> None:
    ada, ben = await visit("Ada", viewport=viewport), await visit("Ben", viewport=viewport)
    await ada.owns("Analytical Engines")
    await ben.belongs_to(ada)
    await ben.looks()
    await opens_section(ada)
    await ada.page.get_by_role("button", name="Demand a second step").click()
    await expect(ada.page.get_by_text("Set up a second step for yourself first.")).to_be_visible()
    await has_app(ada)
    await ada.page.get_by_label("Days to set it up").fill("30")
    await ada.page.get_by_role("button", name="Demand a second step").click()
    await expect(ada.page.get_by_text("1 member has none yet.")).to_be_visible()
    row = ada.page.get_by_role("article", name="Ben")
    await expect(row).to_contain_text("until")
    await check(ada, "a second step is demanded")

    wanted = ben.page.get_by_role("region", name="Second step")
    await expect(wanted).to_contain_text("Analytical Engines wants a second step at sign-in by")
    await check(ben, "a second step is wanted")
    await wanted.get_by_role("button", name="Set it up").click()
    await expect(ben.page.get_by_text("Analytical Engines wants a second step by")).to_be_visible()
    await sets_up_app_here(ben)
    await expect(ben.page.get_by_text("Signing in takes two steps")).to_be_visible()
    await expect(ben.page.get_by_text("wants a second step")).to_have_count(0)

    await ada.page.reload()
    await expect(ada.page.get_by_text("Everybody has a second step.")).to_be_visible()
    await ada.page.get_by_role("button", name="Demand no more").click()
    await expect(ada.page.get_by_text("A password alone opens this workspace")).to_be_visible()


async def test_whoever_was_set_aside_is_led_to_it_and_back_in(visit: Visit, house: House) -> None:
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.owns("Analytical Engines")
    await ben.belongs_to(ada)
    await has_app(ada)
    workspace = WorkspaceId(ada.workspace["id"])
    await ada.asks("PUT", f"/workspaces/{workspace}/second-factor", {"grace_days": 7})
    user_id = UserId((await ben.asks("GET", "/me"))["id"])
    await house.demands.mark(workspace, user_id, at=now(), by=now())
    await park(house, workspace, user_id, by=None, why="second_factor")
    await ben.page.goto("/app")
    await expect(ben.page.get_by_text("Analytical Engines waits for your second step")).to_be_visible()
    await check(ben, "set aside")
    await ben.page.get_by_role("link", name="Set it up").click()
    await sets_up_app_here(ben)
    await ben.page.goto("/app")
    await expect(ben.page.get_by_role("heading", name="general")).to_be_visible()
