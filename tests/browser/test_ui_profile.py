"""One's profile and picture, leaving and coming back, and what those who run a workspace see of it."""

import re

import pytest
from playwright.async_api import expect

from parlour.core.settings import Settings
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import PASSWORD, Person
from tests.browser.samples import payload, picture
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits
from tests.browser.test_ui_sign_in import has_a_passkey
from tests.doors import mail_about, token_in
from tests.outside.mailbox import text_of

Pair = tuple[Person, Person]


async def opens(person: Person, place: str) -> None:
    await person.page.goto(f"/app/{person.workspace['slug']}/~{place}")


async def test_a_picture_is_cut_and_shown_to_others_at_once_and_taken_away(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.says("Hello.")
    face = ada.message("Hello.").locator(".avatar-face")
    await expect(face).to_have_count(0)
    await opens(ben, "account/profile")
    await ben.page.get_by_label("A picture of you").set_input_files(picture("me.png", (640, 480)))
    frame = ben.page.get_by_role("img", name=re.compile("Move it with the arrow keys"))
    await frame.focus()
    await ben.page.keyboard.press("ArrowLeft")
    await ben.page.get_by_label("Zoom").fill("2")
    await check(ben, "cutting a picture")
    await ben.page.get_by_role("button", name="Use this picture").click()
    await expect(ben.page.get_by_text("Your picture is shown from now on.")).to_be_visible()
    await expect(face).to_be_visible()
    assert await face.evaluate("face => face.decode().then(() => face.naturalWidth)") == 192
    await ben.page.get_by_role("button", name="Remove").click()
    await expect(face).to_have_count(0)


async def test_what_is_no_picture_is_said_so(ada_and_ben: Pair) -> None:
    _, ben = ada_and_ben
    await opens(ben, "account/profile")
    await ben.page.get_by_label("A picture of you").set_input_files(payload("me.jpg", "image/jpeg", b"words"))
    await expect(ben.page.get_by_text("This picture cannot be read.")).to_be_visible()


async def test_pronouns_are_seen_on_the_card_and_a_language_writes_the_dates(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.says("Hello.")
    await opens(ben, "account/profile")
    await ben.page.get_by_label("Pronouns").fill("they/them")
    await ben.page.get_by_label("Dates and numbers").select_option("de")
    # The page is loaded anew, so that all of its dates are written so.
    async with ben.page.expect_event("load"):
        await ben.page.get_by_role("button", name="Save").click()
    assert await ben.page.evaluate("localStorage.getItem('parlour.language')") == "de"
    await ada.message("Hello.").get_by_role("button", name="Ben").first.click()
    await expect(ada.page.get_by_role("dialog").get_by_text("they/them")).to_be_visible()


async def test_an_account_is_deactivated_and_taken_up_again_by_its_mail(
    ada_and_ben: Pair, stack_settings: Settings
) -> None:
    ada, ben = ada_and_ben
    await ben.says("See you.")
    await opens(ben, "account/leaving")
    await ben.page.get_by_role("button", name="Deactivate my account…").click()
    await ben.page.get_by_label("Your password").fill(PASSWORD)
    await ben.page.get_by_role("button", name="Deactivate my account", exact=True).click()
    await expect(ada.message("See you.").get_by_role("button", name="Ben").first).to_be_visible()
    letter = await mail_about(stack_settings, ben.email, "Your account is deactivated")
    await ben.page.goto(f"/reactivate#{token_in(letter)}")
    await check(ben, "taking an account up again")
    await ben.page.get_by_role("button", name="Reactivate my account").click()
    await expect(ben.page.get_by_role("heading", name="Your account is active again")).to_be_visible()
    await ben.signs_in()
    await ben.page.goto(f"/app/{ben.workspace['slug']}/{ben.general}")
    await ben.says("Here again.")
    await expect(ada.message("Here again.")).to_be_visible()


async def test_an_account_is_deactivated_by_a_passkey_besides_the_password(
    visit: Visit, stack_settings: Settings
) -> None:
    ada = await visit("Ada", address=stack_settings.address.replace("127.0.0.1", "localhost"))
    await ada.owns("Analytical Engines")
    await has_a_passkey(ada)
    await opens(ada, "account/leaving")
    await ada.page.get_by_role("button", name="Deactivate my account…").click()
    form = ada.page.get_by_role("form", name="Deactivate my account")
    await expect(form.get_by_text("You will be asked for one of your passkeys.")).to_be_visible()
    await form.get_by_label("Your password").fill(PASSWORD)
    await check(ada, "leaving, with a passkey")
    await form.get_by_role("button", name="Deactivate my account").click()
    await mail_about(stack_settings, ada.email, "Your account is deactivated")


async def test_an_erasure_is_asked_for_shown_and_taken_back(
    ada_and_ben: Pair, stack_settings: Settings
) -> None:
    _, ben = ada_and_ben
    await opens(ben, "account/leaving")
    await check(ben, "leaving")
    await ben.page.get_by_role("button", name="Erase my account…").click()
    await ben.page.get_by_label("Are deleted, where your workspaces leave that to you").check()
    await ben.page.get_by_label("Your password").fill("not this one")
    await ben.page.get_by_role("button", name="Erase my account", exact=True).click()
    await expect(ben.page.get_by_text("This is not your password.")).to_be_visible()
    await ben.page.get_by_label("Your password").fill(PASSWORD)
    await ben.page.get_by_role("button", name="Erase my account", exact=True).click()
    letter = await mail_about(stack_settings, ben.email, "Your account will be erased")
    found = re.search(r"/erasure/\S+#\S+", text_of(letter))
    assert found
    await ben.page.goto(found[0])
    await expect(ben.page.get_by_role("heading", name="Your account will be erased")).to_be_visible()
    await expect(ben.page.get_by_text("Sessions, tokens and devices")).to_be_visible()
    await check(ben, "an erasure")
    await ben.page.get_by_role("button", name="Keep my account").click()
    await expect(ben.page.get_by_role("heading", name="Your account stays")).to_be_visible()


@pytest.mark.parametrize("section", ["channels", "storage", "health"])
async def test_who_runs_a_workspace_sees_its_channels_its_storage_and_its_servers(
    ada_and_ben: Pair, visit: Visit, section: str
) -> None:
    ada, ben = ada_and_ben
    await ben.creates("plans", kind="Private")
    await opens(ada, f"admin/{section}")
    seen = {"channels": "plans", "storage": "Largest files", "health": "Worker"}
    await expect(ada.page.get_by_text(seen[section], exact=True).first).to_be_visible(timeout=30_000)
    await check(ada, section)
    await ada.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await fits(ada)
    await opens(ben, f"admin/{section}")
    await expect(ben.page.get_by_text("This is not for your role")).to_be_visible()


async def test_a_channel_is_archived_and_restored_by_who_is_not_in_it(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.creates("plans", kind="Private")
    await opens(ada, "admin/channels")
    await ada.page.get_by_role("button", name="Archive plans").click()
    await expect(ben.page.get_by_text(re.compile("archived", re.IGNORECASE)).first).to_be_visible()
    await ada.page.get_by_role("button", name="Restore plans").click()
    await expect(ada.page.get_by_role("button", name="Archive plans")).to_be_visible()
