"""Who was notified, who was not, and why, as members and owners see it."""

import re
from datetime import timedelta

import msgspec
from playwright.async_api import Locator, expect

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import UserId
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.person import Json, eventually
from tests.service.noticed import Known, dispatched, noticed, tried

ROUTED_MS = 60_000
REFRESHED_MS = 20_000


async def asks_why(person: Person, text: str, item: str) -> Locator:
    """Open what a message's menu tells of its notifications."""
    await person.message(text).hover()
    await person.message(text).get_by_role("button", name="More actions").click()
    await person.page.get_by_role("button", name=item).click()
    return person.page.get_by_role("dialog")


async def last_message(house: House, author: Person, text: str) -> Json:
    """Return what someone wrote in their only channel, once it is stored."""

    async def look() -> Json | None:
        [place] = await house.channels.memberships_of(await id_of(house, author))
        found = await house.entries.messages(place.channel_id, before_n=None, after_n=None, limit=1)
        return next((msgspec.to_builtins(entry) for entry in found if entry.text == text), None)

    return dict(await eventually(look))


async def id_of(house: House, person: Person) -> UserId:
    found = await house.users.by_email(person.email)
    assert found is not None
    return found[0].id


async def known(house: House, person: Person) -> Known:
    user_id = await id_of(house, person)
    [place] = await house.channels.memberships_of(user_id)
    return Known(user_id, {"id": place.workspace_id})


async def test_an_author_sees_who_was_notified_on_which_ways_and_who_was_not(
    ada_and_ben: tuple[Person, Person], house: House
) -> None:
    ada, ben = ada_and_ben
    await ben.page.goto("about:blank")
    text = f"Lunch is here, {ada.email}"
    await ada.says(text)
    message = await last_message(house, ada, text)
    dialog = await asks_why(ada, text, "Who was notified?")
    people = dialog.get_by_role("list", name="People").locator(":scope > li")
    await expect(people.filter(has_text="Ben")).to_contain_text(
        "Wants mentions only in #general.", timeout=ROUTED_MS
    )
    await expect(people.filter(has_text="Ada")).to_contain_text("You wrote it.")
    await ada.page.keyboard.press("Escape")
    row = await noticed(house, await known(house, ben), message)
    failed = tried("retry", code="503", words="the service is overloaded")
    due = now() + timedelta(minutes=3)
    await dispatched(
        house, row, state="retrying", words="will be tried again", attempts=[failed], attempted=1, due_at=due
    )
    dialog = await asks_why(ada, text, "Who was notified?")
    one = people.filter(has_text="Ben")
    await expect(one).to_contain_text("Was mentioned.")
    await expect(one).to_contain_text("Kept in the notification centre.")
    await expect(one).to_contain_text(re.compile(r"Push to Firefox on Linux Trying again.*Next: \d\d:\d\d"))
    await one.get_by_text("1 attempt").click()
    await expect(one).to_contain_text("503")
    await expect(one.get_by_role("link", name="Open in Temporal")).to_have_attribute(
        "href", re.compile("notify%2F")
    )
    await check(ada, "who was notified")
    await dialog.locator("label", has_text="Not notified").click()
    await expect(people).to_have_count(1)
    await expect(people).to_contain_text("You wrote it.")


async def test_a_member_sees_why_they_were_not_told_and_what_became_of_what_they_were_told(
    ada_and_ben: tuple[Person, Person], house: House
) -> None:
    ada, ben = ada_and_ben
    text = f"For all of you, {ada.email}"
    await ada.says(text)
    message = await last_message(house, ada, text)
    await expect(ben.message(text)).to_be_visible()
    dialog = await asks_why(ben, text, "Why was I (not) told?")
    await expect(dialog.get_by_text("You want mentions only in #general.")).to_be_visible(timeout=ROUTED_MS)
    await expect(dialog.get_by_role("heading", name="Why was I not told?")).to_be_visible()
    await check(ben, "why I was not told")
    await ben.page.keyboard.press("Escape")
    await expect(ada.state_of(text)).to_have_attribute("data-state", "seen")
    row = await noticed(house, await known(house, ben), message)
    sending = await dispatched(house, row, state="waiting", words="about to be sent")
    dialog = await asks_why(ben, text, "Why was I (not) told?")
    await expect(dialog.get_by_text("Ada mentioned you.")).to_be_visible()
    await expect(dialog.get_by_text("Push to Firefox on Linux Waiting")).to_be_visible()
    await house.dispatches.end([sending.id], "cancelled", "read on another device 3 s after", at=now())
    await expect(dialog.get_by_text("Read on another device 3 s after.")).to_be_visible()


async def test_an_owner_opens_again_what_was_given_up(
    ada_and_ben: tuple[Person, Person], house: House
) -> None:
    ada, ben = ada_and_ben
    text = f"Nobody outside sees this, {ada.email}"
    await ada.says(text)
    message = await last_message(house, ada, text)
    await ada.page.get_by_role("button", name="workspace menu").click()
    await ada.page.get_by_role("button", name="Administration").click()
    await ada.page.get_by_role("link", name="Notifications").click()
    await expect(ada.page.get_by_role("heading", level=1, name="Notifications")).to_be_visible()
    await expect(ada.page.get_by_text("Nothing has left yet.")).to_be_visible()
    await check(ada, "operations, empty")
    row = await noticed(house, await known(house, ben), message)
    failed = tried("retry", code="timeout", words="no answer within 10 s")
    for _ in range(2):
        lost = await dispatched(
            house, row, state="given_up", words="given up after 24 h", attempts=[failed], attempted=1
        )
    await dispatched(house, row, way="email", to="b…@example.com", world="smtp", attempts=[tried()])
    rows = ada.page.locator("tbody")
    await expect(rows).to_have_count(3)
    world = ada.page.get_by_role("article", name="Web Push at push.example.com")
    await expect(world).to_contain_text("No answer within 10 s. timeout", timeout=REFRESHED_MS)
    await world.get_by_role("button", name="Show Given up, 24 h: 2").click()
    await expect(rows).to_have_count(2)
    await rows.first.get_by_role("button", name="Details").press("Enter")
    await expect(rows.first).to_contain_text("Not now timeout No answer within 10 s.")
    await check(ada, "operations")
    await rows.first.get_by_role("checkbox").check()
    await ada.page.get_by_role("button", name="Try 1 again").click()
    await expect(ada.page.get_by_text("1 dispatch is tried again.")).to_be_visible()
    await ada.page.get_by_role("button", name="Try all given up again").click()
    await expect(ada.page.get_by_text("Nothing matches this filter.")).to_be_visible()
    again = await house.dispatches.get(lost.id)
    assert again is not None
    assert again.state != "given_up"
    await expect(ada.page.get_by_text(text)).to_have_count(0)
    await ada.page.get_by_label("Person").select_option(label="Ben")
    await ada.page.get_by_role("button", name="All of Ben’s notifications").click()
    dialog = ada.page.get_by_role("dialog", name="What Ben was notified of")
    await expect(dialog).to_contain_text("Was mentioned.")


async def test_operations_fit_a_phone_and_are_not_for_members(
    ada_and_ben: tuple[Person, Person], visit: Visit, house: House
) -> None:
    ada, ben = ada_and_ben
    await ben.page.get_by_role("button", name="workspace menu").click()
    await expect(ben.page.get_by_role("button", name="Administration")).to_have_count(0)
    await ben.page.goto(re.sub(r"/[^/]+$", "/~notifications-admin", ben.page.url))
    await expect(ben.page.get_by_text("This is not for your role")).to_be_visible()
    text = f"On the way, {ada.email}"
    await ada.says(text)
    message = await last_message(house, ada, text)
    await dispatched(house, await noticed(house, await known(house, ben), message), state="given_up")
    phone = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.email = ada.email
    await phone.signs_in()
    await phone.page.get_by_role("button", name="workspace menu").tap()
    await phone.page.get_by_role("button", name="Administration").tap()
    await phone.page.get_by_label("Section", exact=True).select_option(label="Notifications")
    await phone.page.get_by_role("button", name="Details").tap()
    await expect(phone.page.get_by_role("link", name="Open in Temporal")).to_be_visible()
    overflow = await phone.page.evaluate("document.querySelector('.place-rows').scrollWidth - innerWidth")
    assert overflow <= 0
    await check(phone, "operations on a phone")


async def test_a_notification_in_the_centre_tells_why(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    handle = (await ben.asks("GET", "/me"))["handle"]
    # Who looks at the channel reads it before a device is thought of.
    await ben.page.get_by_role("button", name=re.compile("^Notifications")).click()
    await expect(ben.composer).to_have_count(0)
    await ada.says(f"@{handle} come and see")
    note = ben.page.get_by_role("listitem").filter(has_text="come and see")
    await note.get_by_role("button", name="More").click(timeout=ROUTED_MS)
    await ben.page.get_by_role("button", name="Why was I told?").click()
    dialog = ben.page.get_by_role("dialog", name="Why was I told?")
    await expect(dialog.get_by_text("Ada mentioned you.")).to_be_visible()
    await expect(dialog.get_by_text("Has no device that takes pushes.")).to_be_visible()
    await check(ben, "why I was told")
    await dialog.get_by_role("button", name="Notification settings").click()
    await expect(ben.page.get_by_role("dialog", name="Notifications")).to_be_visible()
