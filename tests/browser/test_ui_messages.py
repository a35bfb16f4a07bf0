"""What one does to messages: edit, delete, react, reply, pin, forward, mark unread, open by a link."""

import re

from playwright.async_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.line import Line
from tests.browser.person import Person

Pair = tuple[Person, Person]


async def menu_of(person: Person, text: str) -> Locator:
    """Open the menu of a message."""
    message = person.message(text).first
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    return message


async def does(person: Person, text: str, action: str) -> None:
    """Choose an action from a message's menu."""
    message = await menu_of(person, text)
    await message.get_by_role("button", name=action, exact=True).click()


async def test_the_last_message_is_edited_by_the_up_arrow(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("Lunhc at noon")
    await expect(ben.message("Lunhc at noon")).to_be_visible()
    await ada.composer.press("ArrowUp")
    field = ada.page.get_by_role("textbox", name="Edit message")
    await expect(field).to_have_value("Lunhc at noon")
    await field.fill("Lunch at noon")
    await field.press("Enter")
    await expect(ben.message("Lunch at noon")).to_contain_text("(edited)")
    await ben.message("Lunch at noon").get_by_role("button", name="(edited)").click()
    versions = ben.page.get_by_role("dialog", name="Earlier versions")
    await expect(versions.get_by_role("listitem")).to_have_text(
        [re.compile("Lunch at"), re.compile("Lunhc at")]
    )


async def holds_back(visit: Visit, line: Line, text: str) -> Person:
    """Return someone whose message is on its way."""
    ada = await visit("Ada", address=line.address)
    await ada.starts("Analytical Engines")
    await ada.says("Before")
    await expect(ada.state_of("Before")).to_contain_text("Sent")
    line.hold()
    await ada.says(text)
    return ada


async def test_a_message_that_is_on_its_way_is_edited_once_it_is_there(visit: Visit, line: Line) -> None:
    ada = await holds_back(visit, line, "Lunhc at noon")
    await ada.composer.press("ArrowUp")
    field = ada.page.get_by_role("textbox", name="Edit message")
    await expect(field).to_have_count(0)
    line.let_go()
    await expect(field).to_have_value("Lunhc at noon")


async def test_who_goes_on_writing_does_not_edit_what_was_on_its_way(visit: Visit, line: Line) -> None:
    ada = await holds_back(visit, line, "Lunch at noon")
    await ada.composer.press("ArrowUp")
    await ada.composer.fill("and tea at four")
    line.let_go()
    await expect(ada.state_of("Lunch at noon")).to_contain_text("Sent")
    await expect(ada.page.get_by_role("textbox", name="Edit message")).to_have_count(0)
    await expect(ada.composer).to_have_value("and tea at four")


async def test_what_one_does_with_a_message_is_there_once_it_is_sent_though_the_pointer_was_there_before(
    visit: Visit, line: Line
) -> None:
    ada = await holds_back(visit, line, "On its way")
    await ada.message("On its way").hover()
    await expect(ada.message("On its way").get_by_role("button", name="More actions")).to_have_count(0)
    line.let_go()
    await ada.message("On its way").get_by_role("button", name="More actions").click()
    await expect(ada.page.get_by_role("button", name="Edit", exact=True)).to_be_visible()


async def test_what_is_sent_while_the_channel_loads_stays_on_screen(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    is_let_go = await ada.holds_up("**/messages?limit=*")
    await ada.page.reload()
    await ada.says("Lunhc at noon")
    await ada.page.wait_for_function("Object.keys(localStorage).every((key) => !key.includes('outbox.'))")
    await ada.composer.press("ArrowUp")
    await expect(ada.message("Lunhc at noon")).to_be_visible()
    is_let_go.set()
    await expect(ada.page.get_by_role("textbox", name="Edit message")).to_have_value("Lunhc at noon")


async def test_editing_is_left_by_escape_and_changes_nothing(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await ada.says("As it is")
    await does(ada, "As it is", "Edit")
    await ada.page.get_by_role("textbox", name="Edit message").fill("something else")
    await ada.page.keyboard.press("Escape")
    await expect(ada.message("As it is")).to_be_visible()


async def test_a_deleted_message_is_gone_for_everyone(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.says("Never mind")
    await does(ben, "Never mind", "Delete")
    await ben.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(ada.page.get_by_text("This message was deleted.")).to_be_visible()
    await expect(ada.message("Never mind")).to_have_count(0)


async def test_a_member_is_not_offered_what_only_authors_may(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("Mine")
    message = await menu_of(ben, "Mine")
    await expect(message.get_by_role("button", name="Copy link")).to_be_visible()
    for action in ("Edit", "Delete"):
        await expect(message.get_by_role("button", name=action, exact=True)).to_have_count(0)


async def test_a_reaction_is_added_joined_and_taken_back(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("Good?")
    message = ben.message("Good?")
    await message.hover()
    await message.get_by_role("button", name="React", exact=True).click()
    await ben.page.get_by_label("Find an emoji").fill("party popper")
    await ben.page.get_by_label("Find an emoji").press("Enter")
    mine = ada.message("Good?").get_by_role("button", name="🎉")
    await expect(mine).to_contain_text("1")
    await mine.click()
    await expect(message.get_by_role("button", name=re.compile("^🎉"))).to_contain_text("2")
    await mine.click()
    await expect(mine).to_have_attribute("aria-pressed", "false")


async def test_a_thread_goes_on_beside_its_channel(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("Where shall we eat?")
    message = ben.message("Where shall we eat?")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    reply = ben.page.get_by_role("textbox", name="Message to thread")
    await reply.fill("At the harbour")
    await reply.press("Enter")
    await expect(ben.page.get_by_role("complementary", name="Thread")).to_contain_text("At the harbour")
    link = ada.message("Where shall we eat?").get_by_role("button", name="1 reply")
    await expect(link).to_contain_text("New")
    threads = ada.page.get_by_role("button", name=re.compile("^Threads"))
    await expect(threads).to_contain_text("1")
    await link.click()
    panel = ada.page.get_by_role("complementary", name="Thread")
    await expect(panel).to_contain_text("At the harbour")
    await expect(threads).not_to_contain_text("1")
    await panel.get_by_role("checkbox", name="Also send to general").check()
    answer = ada.page.get_by_role("textbox", name="Message to thread")
    await answer.fill("The harbour it is")
    await answer.press("Enter")
    await expect(ben.page.get_by_role("region", name="Messages in general")).to_contain_text(
        "The harbour it is"
    )
    await expect(ben.page.get_by_role("complementary", name="Thread")).to_contain_text("The harbour it is")


async def test_the_threads_view_gathers_what_one_follows(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("A question")
    message = ben.message("A question")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    reply = ben.page.get_by_role("textbox", name="Message to thread")
    await reply.fill("An answer")
    await reply.press("Enter")
    await expect(ada.page.get_by_role("button", name=re.compile("^Threads"))).to_contain_text("1")
    await ada.page.get_by_role("button", name=re.compile("^Threads")).click()
    await expect(ada.page.get_by_role("heading", level=1, name="Threads")).to_be_visible()
    card = ada.page.get_by_role("article").filter(has_text="A question")
    await expect(card).to_contain_text("An answer")
    await card.get_by_role("button", name="Open thread").click()
    await expect(ada.page.get_by_role("complementary", name="Thread")).to_contain_text("An answer")


async def test_a_mention_stands_out_and_is_gathered(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.creates("elsewhere")
    handle = await ben.page.evaluate("JSON.parse(localStorage['parlour.session']).user.handle")
    await ada.says(f"@{handle} please look")
    await expect(ben.page.get_by_role("link", name=re.compile("^general"))).to_contain_text("@")
    mentions = ben.page.get_by_role("button", name=re.compile("^Mentions"))
    await expect(mentions).to_contain_text("1")
    await mentions.click()
    card = ben.page.get_by_role("article").filter(has_text="please look")
    await card.get_by_role("button", name="Open").click()
    await expect(ben.message("please look")).to_have_attribute("data-calls", "true")
    await expect(mentions).not_to_contain_text("1")


async def test_a_pinned_message_is_kept_at_hand(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("The door code is on the board")
    await does(ada, "door code", "Pin to channel")
    await ben.page.get_by_role("button", name="Pinned messages").click()
    pins = ben.page.get_by_role("complementary", name="Pinned messages")
    await expect(pins).to_contain_text("The door code")
    await pins.get_by_role("button", name="Unpin").click()
    await expect(pins).to_contain_text("Nothing is pinned yet")


async def test_what_was_read_counts_as_unread_again_from_a_message_on(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    for text in ("one", "two", "three"):
        await ada.says(text)
    await expect(ben.message("three")).to_be_visible()
    await does(ben, "two", "Mark unread from here")
    general = ben.page.get_by_role("link", name=re.compile("^general"))
    await expect(general).to_contain_text("2 unread")
    await expect(ben.page.get_by_text("New messages")).to_be_visible()
    await ben.creates("elsewhere")
    await ben.opens("general")
    await expect(general).not_to_contain_text("unread")


async def test_a_message_opens_by_its_link_wherever_it_is(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.has_said(*(f"line {i}" for i in range(60)))
    await expect(ada.message("line 59")).to_be_visible()
    await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = ada.message("line 0").first
    await first.scroll_into_view_if_needed()
    await does(ada, "line 0", "Copy link")
    link = await ada.page.evaluate("navigator.clipboard.readText()")
    await ben.creates("elsewhere")
    await ben.page.goto(link)
    await expect(ben.message("line 0").first).to_be_in_viewport()
    await expect(ben.page).not_to_have_url(link)


async def test_a_message_is_forwarded_with_its_source(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("Worth keeping")
    await ben.creates("archive")
    await ben.opens("general")
    await does(ben, "Worth keeping", "Forward")
    await ben.page.get_by_role("button", name="Send to archive").click()
    await ben.opens("archive")
    await expect(ben.message("Worth keeping")).to_contain_text("Ada")


async def test_a_message_is_quoted_where_one_answers(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("To be or not to be")
    await does(ben, "To be or not", "Quote")
    await expect(ben.composer).to_be_focused()
    await ben.composer.press_sequentially("Be.")
    await ben.composer.press("Enter")
    answer = ada.page.get_by_role("article").filter(has_text="Be.").last
    await expect(answer.locator("blockquote")).to_have_text("To be or not to be")


async def test_a_message_is_handled_by_keyboard_alone(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await ada.says("By keys")
    await expect(ada.state_of("By keys")).to_contain_text("Seen by Ben")
    await ada.page.get_by_role("region", name="Messages in general").focus()
    await ada.page.keyboard.press("ArrowUp")
    await ada.page.keyboard.press("p")
    await expect(ada.page.get_by_text("Pinned to the channel.")).to_be_visible()
    await ada.page.locator(".message-row").last.focus()
    await ada.page.keyboard.press("t")
    await expect(ada.page.get_by_role("complementary", name="Thread")).to_be_visible()
    await expect(ada.page.get_by_role("textbox", name="Message to thread")).to_be_focused()
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("complementary", name="Thread")).to_be_hidden()
    await ada.page.locator(".message-row").last.focus()
    await ada.page.keyboard.press("e")
    await expect(ada.page.get_by_role("textbox", name="Edit message")).to_be_focused()


async def test_a_channel_opens_at_a_day(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await ada.has_said(*(f"line {i}" for i in range(30)))
    await expect(ada.message("line 29")).to_be_visible()
    await ada.page.get_by_role("button", name="Today").click()
    await ada.page.get_by_role("button", name="Jump", exact=True).click()
    await expect(ada.message("line 0")).to_be_in_viewport()
