"""What people say of themselves and how others see it: status, do not disturb, profiles, groups, who is here."""

import asyncio
import re

from playwright.async_api import Route, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person


async def account(person: Person, item: str) -> None:
    await person.page.get_by_role("button", name="account menu").click()
    await person.page.locator(".menu-item").get_by_text(item, exact=True).click()


async def workspace(person: Person, item: str) -> None:
    await person.page.get_by_role("button", name="workspace menu").click()
    await person.page.locator(".menu-item").get_by_text(item, exact=True).click()


async def test_a_status_is_set_seen_by_others_and_cleared(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.says("Hello.")
    await account(ben, "Set a status")
    await ben.page.get_by_role("button", name="On holiday").click()
    await ben.page.get_by_label("Clear it after").select_option("1h")
    await ben.page.get_by_role("button", name="Save").click()
    seen = ada.message("Hello.").get_by_role("img", name=re.compile("^Status: 🌴 On holiday"))
    await expect(seen).to_be_visible()
    await account(ben, "Clear status")
    await expect(seen).to_have_count(0)


async def test_a_status_ends_on_every_screen_at_its_time(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.says("Hello.")
    await ada.page.clock.install()
    await ada.page.reload()
    await expect(ada.message("Hello.")).to_be_visible()
    await account(ben, "Set a status")
    await ben.page.get_by_label("What is your status?").fill("Soon back")
    await ben.page.get_by_label("Clear it after").select_option("30m")
    await ben.page.get_by_role("button", name="Save").click()
    seen = ada.message("Hello.").get_by_role("img", name=re.compile("Soon back"))
    await expect(seen).to_be_visible()
    await ada.page.clock.fast_forward("31:00")
    await expect(seen).to_have_count(0)


async def test_do_not_disturb_is_begun_seen_and_ended(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.says("Quiet now.")
    await account(ben, "Do not disturb")
    await ben.page.get_by_role("button", name="Begin").click()
    moon = ada.message("Quiet now.").get_by_role("img", name="Do not disturb")
    await expect(moon).to_be_visible()
    await account(ben, "End do not disturb")
    await expect(moon).to_have_count(0)


async def test_the_card_of_a_person_tells_of_them_and_leads_to_a_conversation(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    await ben.says("Who am I?")
    await account(ben, "Profile")
    await ben.page.get_by_label("Title").fill("Engineer")
    await ben.page.get_by_label("Name", exact=True).fill("Benjamin")
    await ben.page.get_by_role("button", name="Save").click()
    await expect(ada.message("Who am I?").get_by_text("Benjamin")).to_be_visible()
    await ada.message("Who am I?").get_by_role("button", name="Benjamin", exact=True).click()
    card = ada.page.get_by_role("dialog", name="Profile of Benjamin")
    await expect(card).to_contain_text("Engineer")
    await expect(card).to_contain_text("Active")
    await account(ben, "Set yourself away")
    await expect(card).to_contain_text("Away")
    await ada.page.keyboard.press("Escape")
    await expect(card).to_have_count(0)
    await ada.message("Who am I?").get_by_role("button", name="Profile of Benjamin").click()
    await card.get_by_role("button", name="Message").click()
    await expect(ada.page.get_by_role("heading", level=1, name="Benjamin")).to_be_visible()


async def test_a_taken_handle_is_told_at_its_field(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await account(ada, "Profile")
    handle = await ada.page.get_by_label("Handle").input_value()
    await ada.page.keyboard.press("Escape")
    await account(ben, "Profile")
    await ben.page.get_by_label("Handle").fill(handle)
    await ben.page.get_by_role("button", name="Save").click()
    await expect(ben.page.get_by_role("alert").filter(has_text="is taken")).to_be_visible()
    await expect(ben.page.get_by_label("Handle")).to_have_value(handle)


async def test_a_group_is_made_and_its_handle_calls_its_people(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await workspace(ada, "Groups")
    await ada.page.get_by_role("button", name="New group").click()
    await ada.page.get_by_label("Name", exact=True).fill("The Crew")
    await ada.page.get_by_label("Handle").fill("crew")
    await ada.page.get_by_role("checkbox", name=re.compile("^Ben")).check()
    await ada.page.get_by_role("button", name="Make group").click()
    await expect(ada.page.get_by_text("@crew · Ben")).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await ada.says("All aboard, @crew !")
    await expect(ben.message("All aboard").locator(".mention[data-own]")).to_have_text("@crew")
    await expect(ada.message("All aboard").locator(".mention:not([data-own])")).to_have_text("@crew")
    await workspace(ada, "Groups")
    await ada.page.get_by_role("button", name="Edit The Crew").click()
    await ada.page.get_by_role("button", name="Delete group").click()
    await expect(ada.page.get_by_text("There is no group yet.")).to_be_visible()


async def test_where_seen_is_hidden_messages_are_delivered_at_most(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    await ada.says("Have you read it?")
    await expect(ada.state_of("Have you read it?")).to_contain_text("Seen by Ben")
    await workspace(ada, "Workspace settings")
    await ada.page.get_by_label("Show who has seen a message").uncheck()
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.state_of("Have you read it?")).to_contain_text("Delivered")
    await ben.says("Yes.")
    await expect(ben.state_of("Yes.")).to_contain_text("Delivered")
    await ada.says("And this?")
    await expect(ada.state_of("And this?")).to_contain_text("Delivered")


async def test_a_phone_shows_who_is_here(ada_and_ben: tuple[Person, Person], visit: Visit) -> None:
    ada, ben = ada_and_ben
    await ben.says("Hello.")
    await ada.messages_to("Ben")
    here = ada.page.locator(".channel-head .presence")
    await expect(here).to_have_attribute("data-state", "active")
    phone = await visit("Ben", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.email = ben.email
    await phone.signs_in()
    await ben.page.goto("about:blank")
    await expect(here).to_have_attribute("data-state", "active")
    await phone.page.goto("about:blank")
    await expect(here).to_have_attribute("data-state", "offline")


async def test_who_joins_while_the_list_of_people_is_on_its_way_is_known(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.owns("Analytical Engines")
    answered, may_arrive = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        answered.set()
        await may_arrive.wait()
        await route.fulfill(response=answer)

    await ada.page.route(re.compile("/workspaces/[^/]+/members"), late)
    await ada.looks()
    await answered.wait()
    await ben.joins(ada)
    await ben.says("Here I am.")
    await expect(ada.message("Here I am.")).to_contain_text("Ben")
    may_arrive.set()
    await ada.page.wait_for_load_state("networkidle")
    await expect(ada.message("Here I am.")).to_contain_text("Ben")


async def test_who_joins_a_channel_before_people_are_known_is_named_once_they_are(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    await ada.creates("tea")
    asked, may_arrive = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await may_arrive.wait()
        await route.continue_()

    await ada.page.route(re.compile("/workspaces/[^/]+/members"), late)
    await ada.page.reload()
    await asked.wait()
    await ada.says("Who takes sugar?")
    await expect(ada.state_of("Who takes sugar?")).to_contain_text("Sent")
    await ben.page.get_by_role("button", name="Browse channels").click()
    await ben.page.get_by_role("button", name="Join tea").click()
    await expect(ben.message("Who takes sugar?")).to_be_visible()
    await expect(ada.state_of("Who takes sugar?")).to_contain_text("Seen by …")
    may_arrive.set()
    await expect(ada.state_of("Who takes sugar?")).to_contain_text("Seen by Ben")
