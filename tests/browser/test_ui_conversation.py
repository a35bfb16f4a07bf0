"""Two people, from signing up to "seen"."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.person import Person


async def test_a_message_goes_from_sent_to_seen(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.founds("Analytical Engines")
    await ben.accepts(await ada.invites())
    await ben.creates("elsewhere")
    await ada.says("Are you there?")
    await expect(ada.state_of("Are you there?")).to_contain_text("Delivered")
    await expect(ben.page.get_by_role("link", name="general")).to_contain_text("1 unread")
    await expect(ben.page).to_have_title(re.compile("^• "))

    await ben.opens("general")
    await expect(ben.message("Are you there?")).to_be_visible()
    await expect(ada.state_of("Are you there?")).to_contain_text("Seen by Ben")
    await expect(ben.page.get_by_role("link", name="general")).not_to_contain_text("unread")
    await expect(ben.page).to_have_title(re.compile("^general"))


async def test_an_invited_person_signs_up_and_talks(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.founds("Analytical Engines")
    await ben.accepts(await ada.invites())
    await ben.opens("general")
    await ben.says("Hello, I am new here.")
    await expect(ada.message("Hello, I am new here.")).to_be_visible()
    await ada.says("Welcome!")
    await expect(ben.message("Welcome!")).to_be_visible()


async def test_a_signed_in_person_joins_by_a_link_without_a_form(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.founds("Analytical Engines")
    await ben.signs_up()
    await ben.page.goto(await ada.invites())
    await ben.page.get_by_role("button", name="Join Analytical Engines as Ben").click()
    await expect(ben.page.get_by_role("link", name="general")).to_be_visible()


async def test_typing_and_presence_are_seen(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.composer.press_sequentially("Hm")
    await expect(ada.page.get_by_text("Ben is typing")).to_be_visible()
    await ben.says("Hmm.")
    await expect(ada.page.get_by_text("Ben is typing")).to_be_hidden()
    await ada.messages_to("Ben")
    await expect(ada.page.get_by_role("link", name="Ben (online)")).to_be_visible()
    await ben.context.close()
    await expect(ada.page.get_by_role("link", name="Ben (offline)")).to_be_visible()


async def test_delivery_tells_who_has_a_message_and_links_to_its_workflow(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, _ = ada_and_ben
    await ada.says("Lunch?")
    await expect(ada.state_of("Lunch?")).to_contain_text("Seen by Ben")
    await ada.state_of("Lunch?").click()
    dialog = ada.page.get_by_role("dialog", name="Delivery")
    await expect(dialog.get_by_role("list", name="Recipients")).to_contain_text("Ben")
    await expect(dialog).to_contain_text("Seen by everyone")
    await expect(dialog.get_by_role("link", name="Open in Temporal")).to_have_attribute(
        "href", re.compile("/workflows")
    )
    await ada.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_private_channels_are_for_those_who_are_added(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.creates("secrets", "Private")
    await ada.says("Only us.")
    await ben.page.get_by_role("button", name="Browse channels").click()
    channels = ben.page.get_by_role("list", name="Channels")
    await expect(channels).to_contain_text("general")
    await expect(channels).not_to_contain_text("secrets")
    await ben.page.keyboard.press("Escape")

    await ada.page.get_by_role("button", name="Add people").last.click()
    await ada.page.get_by_role("button", name="Add Ben").click()
    await ben.opens("secrets")
    await expect(ben.message("Only us.")).to_be_visible()
    await ada.page.keyboard.press("Escape")

    await ada.page.get_by_role("button", name=re.compile("2.*members")).click()
    await ada.page.get_by_role("button", name="Ben, actions").click()
    await ada.page.get_by_role("button", name="Remove from secrets").click()
    await expect(ben.page.get_by_role("heading", name="You are not in this channel")).to_be_visible()
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(ben.message("Only us.")).to_be_visible()


async def test_leaving_a_public_channel_can_be_undone(ada_and_ben: tuple[Person, Person]) -> None:
    _, ben = ada_and_ben
    await ben.creates("lunch")
    await ben.says("Soup today.")
    await ben.page.get_by_role("button", name="lunch, channel menu").click()
    await ben.page.get_by_role("button", name="Leave channel").click()
    await expect(ben.page.get_by_role("link", name="lunch")).to_be_hidden()
    await ben.page.get_by_role("button", name="Undo").click()
    await expect(ben.message("Soup today.")).to_be_visible()


async def test_text_is_shown_as_written_and_only_web_addresses_become_links(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    await ada.says("<img src=x onerror=alert(1)> javascript:alert(1) https://example.com/a(b).")
    shown = ben.message("<img src=x onerror=alert(1)>")
    await expect(shown).to_be_visible()
    await expect(shown.locator("img")).to_have_count(0)
    await expect(shown.get_by_role("link")).to_have_count(1)
    link = shown.get_by_role("link")
    await expect(link).to_have_attribute("href", "https://example.com/a(b)")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))


async def test_history_loads_page_by_page_and_keeps_its_place(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.creates("history")
    for number in range(1, 131):
        await ada.composer.fill(f"Line {number}.")
        await ada.composer.press("Enter")
    await expect(ada.page.locator("[data-state=sending]")).to_have_count(0)
    await ben.page.get_by_role("button", name="Browse channels").click()
    await ben.page.get_by_role("button", name="Join history").click()
    await expect(ben.message("Line 130.")).to_be_in_viewport()
    await expect(ben.message("Line 1.")).to_have_count(0)

    timeline = ben.page.get_by_role("region", name="Messages in history")
    seen = ben.message("Line 90.")
    await seen.scroll_into_view_if_needed()
    await expect(ben.page.get_by_role("button", name="Jump to latest")).to_be_visible()
    await expect(ben.message("Line 40.")).to_be_attached()
    await expect(seen).to_be_in_viewport()
    await timeline.evaluate("box => box.scrollTop = 0")
    await expect(ben.message("Line 1.")).to_be_attached()
    assert [text for text in await ben.reads_back() if text.startswith("Line")] == [
        f"Line {number}." for number in range(1, 131)
    ]
    await ben.page.get_by_role("button", name="Jump to latest").click()
    await expect(ben.message("Line 130.")).to_be_in_viewport()


async def test_sessions_last_until_signed_out(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.founds("Analytical Engines")
    await ada.composer.fill("A draft of mine")
    await ada.page.reload()
    await expect(ada.composer).to_have_value("A draft of mine")
    await ada.signs_out()
    await ada.page.goto("/app")
    await ada.page.wait_for_url("**/sign-in**")
    kept = await ada.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))")
    assert kept == [], "nothing that was written stays in a browser that someone signed out of"
    await ada.signs_in()
    await expect(ada.composer).to_have_value("A draft of mine")


async def test_errors_stand_beside_their_field(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.page.goto("/sign-up")
    await ada.page.get_by_role("button", name="Create account").click()
    await expect(ada.page.get_by_label("Your name")).to_be_focused()
    await expect(ada.page.get_by_text("Please enter your name.")).to_be_visible()
    await ada.page.goto("/sign-in")
    await ada.page.get_by_label("E-mail").fill(ada.email)
    await ada.page.get_by_label("Password", exact=True).fill("not my password")
    await ada.page.get_by_role("button", name="Sign in").click()
    await expect(ada.page.get_by_role("alert").first).not_to_be_empty()
    await expect(ada.page.get_by_role("button", name="Sign in")).to_be_enabled()


async def test_a_channel_opens_where_reading_ended(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.creates("elsewhere")
    await ada.has_said(*(f"Line {number}." for number in range(1, 121)))
    await expect(ben.page.get_by_role("link", name="general")).to_contain_text("120 unread")
    await ben.page.reload()
    await expect(ben.composer).to_be_visible()
    await ben.opens("general")
    await expect(ben.page.get_by_text("New messages", exact=True)).to_be_in_viewport()
    await expect(ben.message("Line 1.")).to_be_in_viewport()
    await ben.page.get_by_role("button", name="120 new messages").click()
    await expect(ben.message("Line 120.")).to_be_in_viewport()
    await expect(ben.page.get_by_role("link", name="general")).not_to_contain_text("unread")
    await ben.page.get_by_role("region", name="Messages in general").evaluate("box => box.scrollTop = 0")
    await expect(ben.message("Line 40.")).to_be_attached()
    await ada.says("One more.")
    await ben.page.get_by_role("button", name="1 new message").wait_for()
    await ben.page.get_by_role("button", name="Mark as read").click()
    await expect(ben.page.get_by_role("button", name="Jump to latest")).to_be_visible()
