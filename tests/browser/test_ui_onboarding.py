"""From signing up to the first message with a new colleague: set-up, checklist, invitation, first steps."""

import re
import uuid
from datetime import timedelta

from playwright.async_api import expect

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.settings import settings
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import PASSWORD, Person
from tests.browser.test_ui_accessibility import check
from tests.outside.mailbox import mails_to, text_of
from tests.person import eventually

Pair = tuple[Person, Person]


async def sets_up(person: Person, name: str, *invited: str, template: str = "Team") -> None:
    """Fill in the pages of the set-up, and send them off."""
    page = person.page
    await page.get_by_label("Name of the workspace").fill(name)
    await expect(page.get_by_text(re.compile("is free|letters will be added"))).to_be_visible()
    await page.get_by_role("button", name="Next").click()
    await page.get_by_role("radio", name=template).check()
    await page.get_by_role("button", name="Next").click()
    await page.get_by_label("E-mail addresses").fill("\n".join(invited))
    await page.get_by_role("button", name="Create workspace").click()


async def link_to(email: str) -> str:
    """The link in the mail that came for somebody."""

    async def came() -> str | None:
        return next((text_of(mail) for mail in mails_to(settings(), email)), None)

    text = await eventually(came, within_s=60)
    return "/invite/" + str(text).split("/invite/", 1)[1].split()[0]


async def test_from_signing_up_to_the_first_message_with_a_new_colleague(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.signs_up()
    await sets_up(ada, "Chess Club", ben.email, "nobody at all")
    steps = ada.page.get_by_role("dialog").get_by_role("listitem")
    await expect(steps).to_have_count(6)
    open_it = ada.page.get_by_role("button", name="Open Chess Club")
    await open_it.click(timeout=60_000)
    await expect(ada.composer).to_be_visible()
    await ben.page.goto(await link_to(ben.email))
    await expect(ben.page.get_by_role("heading", name="Join Chess Club")).to_be_visible()
    await expect(ben.page.get_by_label("E-mail")).to_have_value(ben.email)
    await ben.page.get_by_label("Your name").fill("Ben")
    await ben.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await ben.page.get_by_role("button", name="Create account and join").click()
    await expect(ben.composer).to_be_visible()
    first = ben.page.get_by_role("region", name="First steps")
    await expect(first.get_by_role("button", name="Write a first message")).to_be_visible()
    await ben.opens("general")
    await ben.says("Hello, I am new here")
    await expect(first.get_by_text("Write a first message in a channel, done")).to_be_visible()
    await ada.opens("general")
    await expect(ada.message("Hello, I am new here")).to_be_visible()


async def test_first_steps_can_be_waved_away(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.signs_up()
    await sets_up(ada, "Chess Club")
    await ada.page.get_by_role("button", name="Open Chess Club").click(timeout=60_000)
    first = ada.page.get_by_role("region", name="First steps")
    await first.get_by_role("button", name="Say who you are").click()
    await expect(ada.page.get_by_role("dialog")).to_be_visible()
    await ada.page.keyboard.press("Escape")
    async with ada.page.expect_response(re.compile("/welcome/stop$")):
        await first.get_by_role("button", name="Show no more first steps").click()
    await expect(first).to_have_count(0)
    await ada.page.reload()
    await expect(ada.composer).to_be_visible()
    await expect(first).to_have_count(0)


async def test_the_tour_is_left_out_in_part_and_stopped_by_the_bots_buttons(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.signs_up()
    await sets_up(ada, "Chess Club")
    await ada.page.get_by_role("button", name="Open Chess Club").click(timeout=60_000)
    first = ada.page.get_by_role("region", name="First steps")
    await expect(first.get_by_text("Invite a colleague")).to_be_visible()
    await ada.opens("Parlour")
    skip = ada.page.get_by_role("button", name="Skip inviting")
    await skip.focus()
    await ada.page.keyboard.press("Enter")
    await expect(first.get_by_text("Invite a colleague")).to_have_count(0)
    await expect(skip).to_have_count(0)
    await check(ada, "the welcome bot's buttons")
    await ada.page.get_by_role("button", name="Stop the tour").click()
    await expect(first).to_have_count(0)
    await expect(ada.page.get_by_role("group", name="Buttons")).to_have_count(0)


async def test_a_member_sees_what_became_of_their_own_invitations(ada_and_ben: Pair, house: House) -> None:
    _, ben = ada_and_ben
    page, guest = ben.page, f"one-{uuid.uuid4().hex[:8]}@example.com"
    await page.get_by_role("button", name="workspace menu").click()
    await page.get_by_role("button", name="Invite people").click()
    dialog = page.get_by_role("dialog", name=re.compile("^Invite people"))
    await dialog.get_by_text("So far").click()
    await expect(dialog.get_by_text("You have invited nobody yet.")).to_be_visible()
    await check(ben, "no invitations of one's own")
    await dialog.get_by_text("By e-mail").click()
    await dialog.get_by_label("E-mail addresses").fill(guest)
    await dialog.get_by_role("button", name="Invite 1 person").click()
    await dialog.get_by_text("So far").click()
    row = dialog.get_by_role("article", name=guest)
    await expect(row).to_contain_text("Sent", timeout=60_000)
    await check(ben, "invitations of one's own")
    # Within a minute of the last mail there is no other one.
    earlier = {"$set": {"sent_at": now() - timedelta(minutes=5)}}
    mine = {"workspace_id": ben.workspace["id"], "email": guest}
    assert (await house.database.workspace_invitations.update_one(mine, earlier)).modified_count
    await row.get_by_role("button", name="Send again").click()
    await expect(row).to_contain_text("Sent again", timeout=60_000)
    await row.get_by_role("button", name="Revoke").click()
    await expect(row).to_contain_text("Revoked")


async def test_a_guest_is_offered_nothing_that_is_not_for_guests(ada_and_ben: Pair, visit: Visit) -> None:
    ada, _ = ada_and_ben
    gus = await visit("Gus")
    await gus.registers()
    asked = {"role": "guest", "channel_ids": [ada.general]}
    link = await ada.asks("POST", f"/workspaces/{ada.workspace['id']}/invites", asked)
    gus.workspace = await gus.asks("POST", f"/invites/{link['token']}/accept")
    await gus.looks()
    page = gus.page
    await expect(page.get_by_role("button", name="Start a conversation")).to_be_visible()
    for name in ("Create a channel", "Browse channels", "Add people"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await page.get_by_role("button", name="workspace menu").click()
    await expect(page.get_by_role("button", name="People", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Invite people")).to_be_hidden()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="general, channel menu").click()
    await expect(page.get_by_role("button", name="Ask for approval")).to_be_hidden()


async def test_many_are_invited_by_pasting_and_each_is_answered_by_name(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    await ada.page.get_by_role("button", name="workspace menu").click()
    await ada.page.get_by_role("button", name="Invite people").click()
    dialog = ada.page.get_by_role("dialog", name=re.compile("^Invite people"))
    one = f"one-{uuid.uuid4().hex[:8]}@example.com"
    pasted = f"One <{one}>, {ada.email}\nnonsense; {one}"
    await dialog.get_by_label("E-mail addresses").fill(pasted)
    await dialog.get_by_role("button", name="Invite 4 people").click()
    told = dialog.get_by_role("status").first
    await expect(told).to_contain_text("1 person is invited")
    await expect(told).to_contain_text("They belong to this workspace already.")
    await expect(told).to_contain_text("This is not an e-mail address.")
    await dialog.get_by_role("button", name="Invitations so far").click()
    row = ada.page.get_by_role("article", name=one)
    await expect(row).to_contain_text("Sent", timeout=60_000)
    await row.get_by_role("button", name="Revoke").click()
    await expect(row).to_contain_text("Revoked")
    stranger = await visit("Stranger")
    await stranger.page.goto(await link_to(one))
    await expect(stranger.page.get_by_role("heading", name="This invitation was revoked")).to_be_visible()


async def test_a_link_for_others_says_for_whom_it_is(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.starts("Analytical Engines")
    await ben.registers()
    path = f"/workspaces/{ada.workspace['id']}/invites"
    link = await ada.asks("POST", path, {"domains": ["school.example"]})
    await ben.page.goto(f"/invite/{link['token']}")
    await ben.page.goto("/app")
    await expect(ben.page.get_by_label("Name of the workspace")).to_be_visible()
    await ben.page.goto(f"/invite/{link['token']}")
    await expect(ben.page.get_by_text("This invitation is for addresses at school.example")).to_be_visible()
    await ben.page.get_by_role("button", name="Sign out, and use another account").click()
    await expect(ben.page.get_by_role("button", name="Create account and join")).to_be_visible()


async def test_a_link_that_is_used_up_says_so(visit: Visit) -> None:
    ada, ben = await visit("Ada"), await visit("Ben", viewport=PHONE)
    await ada.starts("Analytical Engines")
    path = f"/workspaces/{ada.workspace['id']}/invites"
    link = await ada.asks("POST", path, {"max_uses": 1})
    await ben.accepts(f"/invite/{link['token']}")
    late = await visit("Late")
    await late.page.goto(f"/invite/{link['token']}")
    await expect(late.page.get_by_role("heading", name="This link is used up")).to_be_visible()
