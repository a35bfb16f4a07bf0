"""The notification centre and the settings of notifications, as people use them."""

import re

from playwright.async_api import Locator, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check


def bell(person: Person) -> Locator:
    return person.page.get_by_role("button", name=re.compile("^Notifications")).first


def rows(person: Person) -> Locator:
    return person.page.locator(".note")


async def handle_of(person: Person) -> str:
    """The handle that others call someone by."""
    await person.page.get_by_role("button", name="account menu").click()
    await person.page.get_by_role("button", name="Profile", exact=True).click()
    handle = await person.page.get_by_label("Handle").input_value()
    await person.page.keyboard.press("Escape")
    return handle


async def away(person: Person) -> None:
    """Make a channel of one's own and look at that."""
    await person.creates("elsewhere")


async def settings(person: Person) -> Locator:
    """Open the settings."""
    await person.page.get_by_role("button", name="account menu").click()
    await person.page.get_by_role("button", name="Notification settings").click()
    dialog = person.page.get_by_role("dialog", name="Notifications")
    await expect(dialog.get_by_role("heading", name="Keywords")).to_be_visible()
    return dialog


async def test_a_mention_rings_the_bell_and_opens_in_its_place(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    handle = await handle_of(ben)
    await away(ben)
    await ada.writes(f"@{handle} please **look** at this")
    await expect(bell(ben)).to_have_accessible_name("Notifications, 1 unread")
    await expect(ben.page).to_have_title(re.compile(r"^\(1\) "))
    await bell(ben).click()
    await expect(rows(ben)).to_have_count(1)
    await expect(rows(ben)).to_contain_text("Ada mentioned you in #general")
    await expect(rows(ben)).to_contain_text("please look at this")
    await expect(ben.page.get_by_role("heading", name="Today")).to_be_visible()
    await check(ben, "notifications")
    await ben.page.get_by_role("button", name=re.compile("Ada mentioned you")).click()
    await expect(ben.message("please look at this")).to_be_visible()
    await expect(bell(ben)).to_have_accessible_name("Notifications")


async def test_all_are_marked_read_and_that_is_taken_back(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    handle = await handle_of(ben)
    await away(ben)
    await bell(ben).click()
    await expect(ben.page.get_by_text("Nothing yet.")).to_be_visible()
    for text in ("one", "two", "three"):
        await ada.writes(f"@{handle} {text}")
    await expect(rows(ben)).to_have_count(3)
    await expect(bell(ben)).to_have_accessible_name("Notifications, 3 unread")
    await ben.page.get_by_role("button", name="Mark all read").click()
    await expect(ben.page.locator(".note[data-unread]")).to_have_count(0)
    await expect(bell(ben)).to_have_accessible_name("Notifications")
    await ben.page.get_by_role("button", name="Undo").click()
    await expect(ben.page.locator(".note[data-unread]")).to_have_count(3)
    await ben.page.get_by_role("tab", name=re.compile("^Unread")).click()
    await expect(rows(ben)).to_have_count(3)
    await ben.page.get_by_role("button", name="Mark all read").click()
    await expect(ben.page.get_by_text("You are up to date.")).to_be_visible()
    await ben.page.get_by_role("tab", name="Threads").click()
    await expect(ben.page.get_by_text("No replies yet")).to_be_visible()
    await ben.page.get_by_role("tab", name="Mentions").click()
    await expect(rows(ben)).to_have_count(3)


async def test_the_centre_is_used_by_keyboard_alone(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    handle = await handle_of(ben)
    await away(ben)
    for text in ("one", "two"):
        await ada.writes(f"@{handle} {text}")
    await bell(ben).press("Enter")
    await expect(rows(ben)).to_have_count(2)
    first, second = rows(ben).nth(0).locator(".note-open"), rows(ben).nth(1).locator(".note-open")
    await first.focus()
    for key, now in (("j", second), ("k", first), ("ArrowDown", second), ("ArrowUp", first), ("j", second)):
        await ben.page.keyboard.press(key)
        await expect(now).to_be_focused()
    await ben.page.keyboard.press("u")
    await expect(bell(ben)).to_have_accessible_name("Notifications, 1 unread")
    await ben.page.keyboard.press("u")
    await expect(bell(ben)).to_have_accessible_name("Notifications, 2 unread")
    await ben.page.keyboard.press("Enter")
    await expect(ben.message(f"@{handle} one")).to_be_visible()


async def test_a_direct_message_and_a_reply_in_ones_thread_are_told(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    await ben.says("What do you think?")
    await away(ben)
    await ada.message("What do you think?").hover()
    await ada.message("What do you think?").get_by_role("button", name="Reply in thread").click()
    reply = ada.page.get_by_role("textbox", name="Message to thread")
    await reply.fill("I like it")
    await reply.press("Enter")
    await bell(ben).click()
    await expect(rows(ben)).to_contain_text("Ada replied in a thread you follow")
    await ben.page.get_by_role("button", name=re.compile("Ada replied in a thread")).click()
    await expect(ben.page.locator(".panel.thread").get_by_text("I like it")).to_be_visible()
    await ada.messages_to("Ben")
    await ada.says("Between us")
    await bell(ben).click()
    await expect(rows(ben).first).to_contain_text("Ada wrote to you")


async def test_settings_are_saved_at_once_and_given_back(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.founds("Analytical Engines")
    dialog = await settings(ada)
    await check(ada, "notification settings")
    level = dialog.get_by_label("Notify me of")
    await expect(level.locator("option").first).to_have_text("Like the workspace: what concerns me")
    await level.select_option("Every message")
    await expect(dialog.get_by_role("status")).to_have_text("Saved")
    await dialog.get_by_label("Mentions of you: E-mail").uncheck()
    await expect(dialog.get_by_role("button", name="Reset: like the workspace")).to_be_visible()
    await dialog.get_by_label("New keyword").fill("tea, Release  Notes")
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(dialog.get_by_role("list", name="Keywords").get_by_role("listitem")).to_have_count(2)
    await dialog.get_by_label("New keyword").fill("x" * 60)
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("keyword_max_length")
    await dialog.get_by_label("New keyword").fill("")
    await dialog.get_by_role("button", name="Remove tea").click()
    await expect(dialog.get_by_role("alert")).to_have_count(0)
    await ada.page.reload()
    dialog = await settings(ada)
    await expect(dialog.get_by_label("Notify me of")).to_have_value("all")
    await expect(dialog.get_by_label("Mentions of you: E-mail")).not_to_be_checked()
    await expect(dialog.get_by_role("list", name="Keywords")).to_have_text("Release Notes")
    await dialog.get_by_role("button", name="Reset: like the workspace").click()
    await expect(dialog.get_by_label("Mentions of you: E-mail")).to_be_checked()
    await dialog.get_by_label("Notify me of").select_option(index=0)
    await expect(dialog.get_by_role("status")).to_have_text("Saved")


async def test_quiet_hours_have_days_and_pauses_begin_and_end(visit: Visit) -> None:
    ada = await visit("Ada", timezone_id="Europe/Berlin")
    await ada.founds("Analytical Engines")
    dialog = await settings(ada)
    await dialog.get_by_label("Quiet hours").select_option("Choose hours…")
    await expect(dialog.get_by_label("From")).to_have_value("22:00")
    await dialog.get_by_label("to", exact=True).fill("07:30")
    await dialog.get_by_label("saturday").uncheck()
    await expect(dialog.get_by_label("Quiet hours").locator("option:checked")).to_have_text(
        "22:00 to 07:30, Mon, Tue, Wed, Thu, Fri, Sun"
    )
    await dialog.get_by_role("button", name="1 hour").click()
    await expect(dialog.get_by_text("Nothing disturbs you until")).to_be_visible()
    await dialog.get_by_role("button", name="Resume now").click()
    await expect(dialog.get_by_text("Nothing disturbs you for a while.")).to_be_visible()
    await dialog.get_by_label("Send e-mail").select_option("Gathered, once a day")
    async with ada.page.expect_response(lambda answer: "18:15" in (answer.request.post_data or "")):
        await dialog.get_by_label("Time of the day").fill("18:15")
    await expect(dialog.get_by_role("status")).to_have_text("Saved")
    await ada.page.reload()
    dialog = await settings(ada)
    await expect(dialog.get_by_label("to", exact=True)).to_have_value("07:30")
    await expect(dialog.get_by_label("saturday")).not_to_be_checked()
    await expect(dialog.get_by_label("Time of the day")).to_have_value("18:15")


async def test_of_changes_in_a_row_each_builds_on_the_one_before(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    dialog = await settings(ada)
    await dialog.get_by_label("Quiet hours").select_option("Choose hours…")
    await expect(dialog.get_by_label("From")).to_have_value("22:00")
    is_answered = await ada.holds_up("**/notification-preferences")
    await dialog.get_by_label("to", exact=True).fill("07:30")
    await dialog.get_by_label("saturday").uncheck()
    await dialog.get_by_label("sunday").uncheck()
    await dialog.get_by_label("Direct messages: Push").uncheck()
    await dialog.get_by_label("Direct messages: E-mail").uncheck()
    async with ada.page.expect_response(lambda answer: '"direct":[]' in (answer.request.post_data or "")):
        is_answered.set()
    await expect(dialog.get_by_label("Quiet hours").locator("option:checked")).to_have_text(
        "22:00 to 07:30, Mon, Tue, Wed, Thu, Fri"
    )
    await ada.page.reload()
    dialog = await settings(ada)
    await expect(dialog.get_by_label("sunday")).not_to_be_checked()
    for way in ("Push", "E-mail"):
        await expect(dialog.get_by_label(f"Direct messages: {way}")).not_to_be_checked()


async def test_what_the_owner_says_is_seen_by_a_member_who_chose_nothing(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    bens = await settings(ben)
    await ada.page.get_by_role("button", name="workspace menu").click()
    await ada.page.get_by_role("button", name="Workspace settings").click()
    await ada.page.get_by_label("Only that there is something").check()
    await ada.page.get_by_role("group", name="urgent").get_by_label("Every member").check()
    await ada.page.get_by_role("button", name="Save").click()
    await ada.page.get_by_role("button", name="workspace menu").click()
    await ada.page.get_by_role("button", name="Workspace settings").click()
    await expect(ada.page.get_by_label("Only that there is something")).to_be_checked()
    await ada.page.get_by_role("button", name="Notifications of everyone").click()
    everyone = ada.page.get_by_role("dialog", name="Notifications of everyone")
    await everyone.get_by_label("Send e-mail").select_option("Never")
    await expect(everyone.get_by_role("status")).to_have_text("Saved")
    await check(ada, "notification defaults")
    first = bens.get_by_label("Send e-mail").locator("option").first
    await expect(first).to_have_text("Like the workspace: never")


async def test_a_channel_with_a_choice_of_its_own_is_found_from_the_settings(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.founds("Analytical Engines")
    dialog = await settings(ada)
    await expect(dialog.get_by_text("No channel has a choice of its own.")).to_be_visible()
    await ada.page.reload()
    await expect(ada.composer).to_be_visible()
    await ada.page.keyboard.press("Control+.")
    details = ada.page.get_by_role("dialog", name="general")
    await details.get_by_label("Notify me of").select_option("Every message")
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.locator("dialog")).to_have_count(0)
    dialog = await settings(ada)
    await expect(dialog.get_by_role("listitem").filter(has_text="#general")).to_contain_text("Every message")
    await dialog.get_by_role("button", name="Change general").click()
    await expect(ada.page.get_by_role("dialog", name="general")).to_be_visible()


async def test_the_centre_works_on_a_phone(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben", viewport=PHONE, has_touch=True)
    await ada.founds("Analytical Engines")
    await ben.accepts(await ada.invites())
    await ada.messages_to("Ben")
    await ada.says("On your phone?")
    await bell(ben).click()
    await expect(rows(ben)).to_contain_text("Ada wrote to you")
    assert await ben.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await check(ben, "notifications on a phone")
    await ben.page.get_by_role("button", name=re.compile("Ada wrote to you")).click()
    await expect(ben.message("On your phone?")).to_be_visible()


async def test_the_link_of_a_mail_opens_the_settings(ada_and_ben: tuple[Person, Person]) -> None:
    _, ben = ada_and_ben
    await ben.page.goto(f"{ben.page.url}?open=notifications")
    await expect(ben.page.get_by_role("dialog", name="Notifications")).to_be_visible()
    await expect(ben.page).not_to_have_url(re.compile("open="))


async def test_an_urgent_message_is_marked_and_only_those_send_one_whom_the_workspace_lets(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    await expect(ben.page.get_by_role("button", name="Urgent")).to_have_count(0)
    await ada.page.get_by_role("button", name="Urgent").click()
    await ada.writes("the house is on fire")
    await expect(ben.message("the house is on fire").get_by_text("Urgent")).to_be_visible()
    await expect(ada.page.get_by_role("button", name="Urgent")).to_have_attribute("aria-pressed", "false")
