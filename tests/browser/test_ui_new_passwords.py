"""Choosing a password: how hard it is to guess is said while one types, and whose server it is for."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.person import PASSWORD
from tests.doors import an_api

EASY, HARD = "password12", "violet kettles rarely vote twice"


async def is_judged(page: Page, name: str) -> None:
    field = page.get_by_label(name, exact=True)
    said = page.get_by_role("status").filter(has_text=re.compile("to guess"))
    await field.fill(EASY)
    await expect(said).to_contain_text("asy to guess.")
    await field.fill(HARD)
    await expect(said).to_have_text("Very hard to guess.")
    await field.fill("")
    await expect(said).to_have_count(0)


async def test_a_new_password_is_judged_in_the_browser_alone(visit: Visit) -> None:
    ada = await visit("Ada")
    asked: list[str] = []
    ada.page.on(
        "request", lambda request: asked.append(f"{request.method} {request.url} {request.post_data}")
    )
    await ada.page.goto("/sign-up")
    await expect(ada.page.get_by_role("heading", name="Create your account")).to_be_visible()
    assert not [request for request in asked if "zxcvbn" in request], "its lists come with the first letter"
    await is_judged(ada.page, "Password")
    assert [request for request in asked if "passwords.json.mjs" in request]
    assert not [request for request in asked if EASY in request or "kettles" in request]
    await ada.page.get_by_label("E-mail").fill("grace.violet@kettles.example")
    await ada.page.get_by_label("Password", exact=True).fill("grace.violet")
    await expect(ada.page.get_by_text("Your own name and address are what is guessed first.")).to_be_visible()
    assert not ada.faults


async def test_a_password_that_is_reset_or_changed_is_judged_too(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.page.goto("/reset-password#a.b")
    await is_judged(ada.page, "New password")
    await ada.owns("Analytical Engines")
    await ada.page.goto(f"/app/{ada.workspace['slug']}/~account/sign-in")
    await ada.page.get_by_role("button", name="Change password…").click()
    await is_judged(ada.page, "New password")
    await ada.page.get_by_label("Present password").fill(PASSWORD)
    await ada.page.get_by_label("New password").fill(HARD)
    await ada.page.get_by_role("button", name="Change password", exact=True).click()
    await expect(ada.page.get_by_text("Your password is changed.")).to_be_visible()


async def test_whose_server_it_is_and_what_one_agrees_to_is_said_where_it_is_known(visit: Visit) -> None:
    ada = await visit("Ada")
    terms, privacy = "https://example.com/terms", "https://example.com/privacy"
    await ada.owns("Analytical Engines")
    for path in ("/sign-in", "/sign-up", f"/app/{ada.workspace['slug']}/~account"):
        await ada.page.goto(path)
        whose = ada.page.locator("footer").last
        await expect(whose).to_contain_text("Example Hosting")
        await expect(whose.get_by_role("link", name="Terms")).to_have_attribute("href", terms)
        await expect(whose.get_by_role("link", name="Privacy")).to_have_attribute("href", privacy)
    await ada.page.goto("/sign-up")
    agreed = ada.page.get_by_role("form", name="Sign up").get_by_text("By creating an account you agree")
    await expect(agreed.get_by_role("link")).to_have_count(2)
    async with an_api(run_by="", terms_url="", privacy_url="") as silent:
        await ada.page.goto(f"{silent}/sign-up")
        await expect(ada.page.get_by_role("heading", name="Create your account")).to_be_visible()
        await expect(ada.page.get_by_text(re.compile("terms|privacy|run by", re.IGNORECASE))).to_have_count(0)


async def test_the_mail_about_a_sign_in_leads_to_ones_sessions(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.owns("Analytical Engines")
    await ada.page.goto("/app?open=sessions")
    await expect(ada.page.get_by_role("heading", name="Sessions")).to_be_visible()
    await expect(ada.page.get_by_text("This one")).to_be_visible()
