"""Scheduling, saving, reminders and drafts, as people use them."""

import asyncio
import re
from datetime import datetime, timedelta

from playwright.async_api import Route, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.person import WAIT_S


async def founded(visit: Visit) -> Person:
    ada = await visit("Ada", timezone_id="Europe/Berlin")
    await ada.starts("Analytical Engines")
    return ada


async def schedules(person: Person, text: str, choice: str = "Tomorrow") -> None:
    await person.composer.fill(text)
    await person.page.get_by_role("button", name="Schedule", exact=True).click()
    await person.page.get_by_role("button", name=re.compile(f"^{choice}")).click()


async def place(person: Person, name: str) -> None:
    await person.page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    await expect(person.page.get_by_role("heading", level=1, name=name)).to_be_visible()


async def test_a_message_is_scheduled_from_the_composer_edited_and_sent_now(visit: Visit) -> None:
    ada = await founded(visit)
    await schedules(ada, "Good morning!")
    await expect(ada.composer).to_have_value("")
    await ada.page.get_by_role("button", name="Show").click()
    one = ada.page.get_by_role("article")
    await expect(one).to_contain_text("Good morning!")
    await expect(one.locator("time")).to_contain_text("09:00")
    await check(ada, "scheduled")
    await one.get_by_role("button", name="Edit").click()
    await ada.page.get_by_label("Message", exact=True).fill("Good evening!")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(one).to_contain_text("Good evening!")
    await one.get_by_role("button", name="Send now").click()
    await expect(one).to_have_count(0)
    await ada.opens("general")
    await expect(ada.message("Good evening!")).to_be_visible()


async def test_an_urgent_message_is_still_urgent_when_it_leaves_at_its_time(visit: Visit) -> None:
    ada = await founded(visit)
    await ada.page.get_by_role("button", name="Urgent").click()
    await schedules(ada, "The house will be on fire")
    await expect(ada.page.get_by_role("button", name="Urgent")).to_have_attribute("aria-pressed", "false")
    await ada.page.get_by_role("button", name="Show").click()
    one = ada.page.get_by_role("article")
    await expect(one.get_by_text("Urgent")).to_be_visible()
    await one.get_by_role("button", name="Cancel").click()
    await expect(one).to_have_count(0)
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(one.get_by_text("Urgent")).to_be_visible()
    await one.get_by_role("button", name="Send now").click()
    await ada.opens("general")
    await expect(ada.message("The house will be on fire").get_by_text("Urgent")).to_be_visible()


async def test_a_reply_for_later_is_sent_to_the_channel_too_if_so_chosen(visit: Visit) -> None:
    ada = await founded(visit)
    await ada.says("Where shall we eat?")
    await ada.message("Where shall we eat?").hover()
    await ada.message("Where shall we eat?").get_by_role("button", name="Reply in thread").click()
    thread = ada.page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("textbox").fill("At the mill.")
    also = thread.get_by_role("checkbox", name="Also send to general")
    await also.check()
    await thread.get_by_role("button", name="Schedule", exact=True).click()
    await ada.page.get_by_role("button", name=re.compile("^Tomorrow")).click()
    await expect(also).not_to_be_checked()
    await ada.page.get_by_role("button", name="Show").click()
    one = ada.page.get_by_role("article", name=re.compile("^Scheduled message"))
    await expect(one).to_contain_text("#general, in a thread and the channel")
    await one.get_by_role("button", name="Send now").click()
    await ada.opens("general")
    await expect(
        ada.page.get_by_role("main").get_by_role("article").filter(has_text="At the mill.")
    ).to_be_visible()


async def test_a_time_is_chosen_by_keyboard_and_one_that_is_over_is_refused(visit: Visit) -> None:
    ada = await founded(visit)
    await ada.composer.fill("By keys alone.")
    await ada.page.get_by_role("button", name="Schedule", exact=True).press("Enter")
    await ada.page.get_by_role("button", name=re.compile("^Choose date")).press("Enter")
    field = ada.page.get_by_label("Date and time")
    await expect(ada.page.get_by_text("Your time: Europe/Berlin")).to_be_visible()
    await check(ada, "choosing a time")
    send = ada.page.get_by_role("dialog").get_by_role("button", name="Schedule")
    today = datetime.now()  # noqa: DTZ005 - a wall clock
    await field.fill(f"{today - timedelta(days=1):%Y-%m-%d}T17:45")
    await send.press("Enter")
    await expect(ada.page.locator("input:invalid")).to_be_visible()
    tomorrow = today + timedelta(days=1)
    await field.fill(f"{tomorrow:%Y-%m-%d}T17:45")
    await send.press("Enter")
    await ada.page.get_by_role("button", name="Show").click()
    await expect(ada.page.get_by_role("article").locator("time")).to_contain_text("17:45")


async def test_what_is_scheduled_while_the_list_is_loading_stays_in_it(visit: Visit) -> None:
    ada = await founded(visit)
    scheduled, asked = asyncio.Event(), asyncio.Queue[bool]()

    async def answer_late(route: Route) -> None:
        answer = await route.fetch()
        asked.put_nowait(scheduled.is_set())
        await scheduled.wait()
        await route.fulfill(response=answer)

    await ada.page.route("**/scheduled?*", answer_late)
    await ada.page.reload()
    assert not await asked.get()
    await schedules(ada, "Not to be lost.")
    await expect(ada.composer).to_have_value("")
    scheduled.set()
    async with asyncio.timeout(WAIT_S):
        while not await asked.get():
            pass
    await place(ada, "Scheduled")
    await expect(ada.page.get_by_role("article")).to_contain_text("Not to be lost.")


async def test_a_cancelled_message_can_be_brought_back(visit: Visit) -> None:
    ada = await founded(visit)
    await schedules(ada, "Think twice.")
    await place(ada, "Scheduled")
    one = ada.page.get_by_role("article")
    await one.get_by_role("button", name="Cancel").click()
    await expect(one).to_have_count(0)
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(one).to_contain_text("Think twice.")


async def test_who_left_the_channel_sees_why_a_message_was_not_sent(
    ada_and_ben: tuple[Person, Person],
) -> None:
    _, ben = ada_and_ben
    await ben.creates("elsewhere", "Public")
    await schedules(ben, "Too late.")
    await ben.page.get_by_role("button", name=re.compile("channel menu|More|elsewhere, ")).first.click()
    await ben.page.get_by_role("button", name=re.compile("^Leave (channel|elsewhere)")).click()
    await expect(ben.page.get_by_text("You left elsewhere.")).to_be_visible()
    await place(ben, "Scheduled")
    await ben.page.get_by_role("button", name="Send now").click()
    await expect(ben.page.get_by_role("article")).to_contain_text("You are not in this channel any more.")
    await expect(ben.page.get_by_role("button", name="Put away")).to_be_visible()


async def test_a_saved_message_is_kept_and_done(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.says("Read this some time.")
    await ben.message("Read this some time.").hover()
    await ben.message("Read this some time.").get_by_role("button", name="More actions").click()
    await ben.page.get_by_role("button", name="Save for later").click()
    await place(ben, "Later")
    one = ben.page.get_by_role("article")
    await expect(one).to_contain_text("Read this some time.")
    await check(ben, "later")
    await one.get_by_role("button", name="Done").click()
    await expect(one).to_have_count(0)
    await ben.page.get_by_role("tab", name="Saved").press("ArrowLeft")
    await expect(ben.page.get_by_role("tab", name="Done")).to_have_attribute("aria-selected", "true")
    await expect(one).to_contain_text("Read this some time.")


async def test_a_reminder_in_words_rings_and_is_put_off_and_done(visit: Visit) -> None:
    ada = await founded(visit)
    await place(ada, "Later")
    await ada.page.get_by_role("button", name="New reminder").click()
    await ada.page.get_by_label("What", exact=True).fill("Stretch")
    when = ada.page.get_by_label("When", exact=True)
    await when.fill("sometime")
    await ada.page.get_by_role("button", name="Remind", exact=True).click()
    await expect(ada.page.get_by_text("is not a time Parlour understands")).to_be_visible()
    await check(ada, "a reminder")
    await when.fill("in 1 second")
    await ada.page.get_by_role("button", name="Remind", exact=True).click()
    await expect(ada.page.get_by_text("Reminder: Stretch")).to_be_visible()
    await expect(ada.page.get_by_role("button", name=re.compile("^Later"))).to_contain_text("1 due")
    await ada.page.get_by_role("tab", name="Reminders").click()
    one = ada.page.get_by_role("article")
    await check(ada, "reminders")
    await one.get_by_role("button", name="Remind me again").click()
    await ada.page.get_by_role("button", name="In 1 hour").click()
    await expect(ada.page.get_by_role("heading", name="To come")).to_be_visible()
    await expect(ada.page.get_by_role("button", name=re.compile("^Later"))).not_to_contain_text("due")
    await one.get_by_role("button", name="Delete").click()
    await expect(one).to_have_count(0)


async def test_a_draft_follows_its_person_and_is_gone_everywhere_once_sent(visit: Visit) -> None:
    ada = await founded(visit)
    phone = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.email = ada.email
    await phone.signs_in()
    await phone.opens("general")
    await ada.composer.fill("Begun at the desk,")
    await expect(phone.composer).to_have_value("Begun at the desk,")
    await phone.composer.fill("Begun at the desk, ended on the phone.")
    await expect(ada.composer).to_have_value("Begun at the desk, ended on the phone.")
    await phone.page.get_by_role("button", name="Send", exact=True).tap()
    await expect(ada.composer).to_have_value("")
    await ada.page.reload()
    await expect(ada.message("ended on the phone.")).to_be_visible()
    await expect(ada.composer).to_have_value("")
