"""The doors as people see them: signing up by mail, a forgotten password, and the place of one's own account."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from parlour.core.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.person import PASSWORD, Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits
from tests.doors import SUBJECTS, an_address, an_api, code_in, mail_about, token_in

ANOTHER = "a wholly other horse"
CODE = "is your code"


@pytest.fixture(scope="module")
async def strict() -> AsyncIterator[str]:
    """An API where an address is proved before there is an account."""
    async with an_api(email_verification="required") as address:
        yield address


async def begins_to_sign_up(person: Person) -> None:
    await person.page.goto("/sign-up")
    await person.fills_in()
    await person.page.get_by_role("button", name="Create account").click()
    await expect(person.page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await expect(person.page.get_by_text(person.email)).to_be_visible()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_a_sign_up_ends_by_the_code_of_its_mail(
    visit: Visit, strict: str, stack_settings: Settings, viewport: dict[str, int]
) -> None:
    nia = await visit("Nia", address=strict, viewport=viewport)
    await begins_to_sign_up(nia)
    await check(nia, "look into your mail")
    # It is still there after the browser was closed meanwhile.
    await nia.page.reload()
    await nia.page.get_by_label("Code", exact=True).fill("000")
    await nia.page.get_by_role("button", name="Confirm and go on").click()
    await expect(nia.page.get_by_text("This is not the code of the mail.")).to_be_visible()
    code = code_in(await mail_about(stack_settings, nia.email, CODE))
    await nia.page.get_by_label("Code", exact=True).fill(code)
    await nia.page.get_by_role("button", name="Confirm and go on").click()
    await nia.page.wait_for_url("**/app**")


async def test_the_mails_link_ends_it_too_and_asks_another_browser_for_the_password(
    visit: Visit, strict: str, stack_settings: Settings
) -> None:
    nia = await visit("Nia", address=strict)
    await begins_to_sign_up(nia)
    link = f"/verify-email#{token_in(await mail_about(stack_settings, nia.email, CODE))}"
    elsewhere = await visit("Nia", address=strict, viewport=PHONE)
    await elsewhere.page.goto(link)
    await elsewhere.page.get_by_role("button", name="Confirm this address").click()
    password = elsewhere.page.get_by_label("The password you chose")
    await expect(password).to_be_focused()
    await check(elsewhere, "another browser")
    await password.fill("not this one")
    await elsewhere.page.get_by_role("button", name="Confirm this address").click()
    await expect(elsewhere.page.get_by_text("This is not the password")).to_be_visible()
    await password.fill(PASSWORD)
    await elsewhere.page.get_by_role("button", name="Confirm this address").click()
    await elsewhere.page.wait_for_url("**/app**")
    await nia.page.goto(link)
    await nia.page.get_by_role("button", name="Confirm this address").click()
    await expect(nia.page.get_by_role("heading", name="This link does not work")).to_be_visible()


async def test_a_forgotten_password_is_chosen_anew_by_a_link(visit: Visit, stack_settings: Settings) -> None:
    ada = await visit("Ada")
    await ada.registers()
    page = ada.page
    await page.goto("/sign-in")
    await page.get_by_role("link", name="Forgotten your password?").click()
    await page.get_by_label("E-mail").fill(ada.email)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await check(ada, "a link is on its way")
    token = token_in(await mail_about(stack_settings, ada.email, SUBJECTS["reset"]))
    await page.goto(f"/reset-password#{token}")
    await check(ada, "choose a new password")
    field = page.get_by_label("New password", exact=True)
    await field.fill("12345678")
    await page.get_by_role("button", name="Save the new password").click()
    await expect(page.get_by_text(re.compile("tried first"))).to_be_visible()
    await field.fill(ANOTHER)
    await page.get_by_role("button", name="Save the new password").click()
    await expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("E-mail").fill(ada.email)
    await page.get_by_label("Password", exact=True).fill(ANOTHER)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/app**")


async def opens_account(ada: Person, section: str) -> None:
    await ada.page.goto(f"/app/{ada.workspace['slug']}/~account/{section}")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_the_account_is_reached_from_the_menu_and_its_sections_pass(
    visit: Visit, viewport: dict[str, int]
) -> None:
    ada = await visit("Ada", viewport=viewport)
    await ada.owns("Analytical Engines")
    await ada.page.goto(f"/app/{ada.workspace['slug']}")
    await ada.page.get_by_role("button", name="account menu").click()
    await ada.page.get_by_role("button", name="Account and security").click()
    await expect(ada.page.get_by_role("heading", name="Signing in")).to_be_visible()
    await ada.page.get_by_role("button", name="Change address…").click()
    await ada.page.get_by_role("button", name="Change password…").click()
    await check(ada, "password and e-mail")
    if viewport == PHONE:
        await ada.page.get_by_label("Section", exact=True).select_option("Sessions")
    else:
        await ada.page.get_by_role("link", name="Sessions").click()
    await expect(ada.page.get_by_role("article").filter(has_text="This one")).to_be_visible()
    await check(ada, "sessions")


async def test_an_address_is_confirmed_changed_and_taken_back(visit: Visit, stack_settings: Settings) -> None:
    ada = await visit("Ada")
    await ada.owns("Analytical Engines")
    page, old, new = ada.page, ada.email, an_address("ada-new")
    await opens_account(ada, "sign-in")
    await expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    confirm = token_in(await mail_about(stack_settings, old, SUBJECTS["verify"]))
    await follows(ada, f"/verify-email#{confirm}", "Confirm this address", "Your address is confirmed")
    await opens_account(ada, "sign-in")
    await expect(page.get_by_text("Confirmed on")).to_be_visible()
    await page.get_by_role("button", name="Change address…").click()
    await page.get_by_label("New e-mail address").fill(new)
    await page.get_by_label("Your password").fill("a guess")
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_text("This is not your present password.")).to_be_visible()
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_role("status").filter(has_text=new)).to_be_visible()
    moved = token_in(await mail_about(stack_settings, new, SUBJECTS["confirm"]))
    await follows(ada, f"/confirm-email#{moved}", "Use this address", "Your address is changed")
    await opens_account(ada, "sign-in")
    await expect(page.get_by_text(new, exact=True)).to_be_visible()
    back = token_in(await mail_about(stack_settings, old, SUBJECTS["email changed"]))
    stranger = await visit("Ada's owner")
    await follows(stranger, f"/take-back-email#{back}", "Take it back", "Your account has its address again")
    await page.wait_for_url("**/sign-in**")


async def follows(person: Person, link: str, button: str, heading: str) -> None:
    """Follow a mail's link in a page of its own, press its button, and read what is said then."""
    page: Page = await person.context.new_page()
    await page.goto(link)
    await page.get_by_role("button", name=button).click()
    await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    await page.close()


async def test_a_password_is_changed_and_other_sessions_end(visit: Visit) -> None:
    ada, elsewhere = await visit("Ada"), await visit("Ada", viewport=PHONE)
    await ada.owns("Analytical Engines")
    elsewhere.email = ada.email
    await elsewhere.signs_in()
    await opens_account(ada, "sign-in")
    page = ada.page
    await page.get_by_role("button", name="Change password…").click()
    await page.get_by_label("Present password").fill(PASSWORD)
    await page.get_by_label("New password").fill("Ada")
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("password_min_length")).to_be_visible()
    await page.get_by_label("New password").fill(ANOTHER)
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("Your password is changed.")).to_be_visible()
    await elsewhere.page.wait_for_url("**/sign-in**")


async def test_a_session_elsewhere_is_seen_and_ended(visit: Visit) -> None:
    ada, elsewhere = await visit("Ada"), await visit("Ada", viewport=PHONE)
    await ada.owns("Analytical Engines")
    elsewhere.email = ada.email
    await elsewhere.signs_in()
    await opens_account(ada, "sessions")
    await ada.page.get_by_role("button", name=re.compile("^End the session of")).click()
    await expect(ada.page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    await elsewhere.page.wait_for_url("**/sign-in**")


async def test_somebody_without_a_workspace_reaches_their_account(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.signs_up()
    page = ada.page
    await page.get_by_role("button", name="Account and security").tap()
    await expect(page.get_by_role("heading", level=1, name="Signing in")).to_be_visible()
    await fits(ada)
    await check(ada, "an account without a workspace")
    await page.get_by_label("Section").select_option("Sessions")
    await expect(page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", level=1, name="Sessions")).to_be_visible()
    await page.get_by_role("button", name="Back").tap()
    await expect(page.get_by_label("Name of the workspace")).to_be_visible()


async def test_the_address_of_an_account_alone_leads_into_ones_workspace(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.owns("Analytical Engines")
    await ada.page.goto("/app/~account/sessions")
    await ada.page.wait_for_url(f"**/app/{ada.workspace['slug']}/~account/sessions")
    await expect(ada.page.get_by_role("heading", level=1, name="Sessions")).to_be_visible()
