"""What integrators connect, as people see it: bots and their buttons, approvals, slash commands, and running them."""

import re
from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits
from tests.hooks.receiver import receiving, saying
from tests.service.test_slash_commands import answering

Pair = tuple[Person, Person]


async def opens_integrations(person: Person) -> None:
    await person.page.goto(f"/app/{person.workspace['slug']}/~admin/integrations")
    await expect(person.page.get_by_role("heading", level=1, name="Bots", exact=True)).to_be_visible()


async def bot_says(owner: Person, text: str, actions: list[dict[str, Any]]) -> str:
    """Have a bot of the workspace say something in #general; return its token."""
    path = f"/workspaces/{owner.workspace['id']}/bots"
    made = await owner.asks("POST", path, {"name": "Deployer", "scopes": ["messages:read", "messages:write"]})
    await owner.asks("POST", f"/channels/{owner.general}/members", {"user_id": made["bot"]["id"]})
    sent = await owner.context.request.post(
        f"/api/v1/channels/{owner.general}/messages",
        data={"text": text, "actions": actions},
        headers={"Authorization": f"Bearer {made['secret']}"},
    )
    assert sent.ok, await sent.text()
    return str(made["secret"])


def approval(person: Person) -> Locator:
    return person.page.get_by_role("region", name=re.compile("^Approval"))


async def asks_for_approval(asker: Person, *of: str, **fields: Any) -> None:
    body = {"channel_id": asker.general, "text": "May I deploy 1.2?", "user_ids": list(of)} | fields
    await asker.asks("POST", f"/workspaces/{asker.workspace['id']}/approvals", body)


async def test_an_admin_makes_a_bot_and_copies_its_token_once(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    page = ada.page
    await opens_integrations(ada)
    await expect(page.get_by_text("This workspace has no bots.")).to_be_visible()
    await check(ada, "integrations, empty")
    await page.get_by_role("button", name="New bot").click()
    dialog = page.get_by_role("dialog", name="New bot")
    await dialog.get_by_label("Name").fill("Build light")
    await dialog.get_by_label("Read files").check()
    await check(ada, "new bot")
    await dialog.get_by_role("button", name="Make bot").click()
    shown = page.get_by_role("dialog", name="Build light’s token")
    await expect(shown.get_by_label("Token")).to_have_value(re.compile(r"^prl_bot_"))
    await check(ada, "a token, shown once")
    await shown.get_by_role("button", name="I have kept it").click()
    bot = page.get_by_role("article", name="Build light")
    await expect(bot).to_contain_text("Never used")
    await expect(bot.get_by_role("list", name="Scopes")).to_contain_text("files:read")
    await bot.get_by_role("button", name="Deactivate").click()
    await page.get_by_role("dialog").get_by_role("button", name="Deactivate Build light").click()
    await expect(bot).to_contain_text("Deactivated")
    await bot.get_by_role("button", name="Bring back").click()
    await expect(page.get_by_role("dialog").get_by_label("Token")).to_have_value(re.compile(r"^prl_bot_"))


async def test_a_command_is_made_completed_and_answers(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await opens_integrations(ada)
    async with receiving() as receiver:
        receiver.always = answering(text="It rains")
        await ada.page.get_by_role("button", name="New command").click()
        dialog = ada.page.get_by_role("dialog", name="New slash command")
        await dialog.get_by_label("Command").fill("help")
        await dialog.get_by_label("Address").fill(f"{receiver.address}/weather")
        await dialog.get_by_label("What it does").fill("Tell the weather")
        await dialog.get_by_role("button", name="Make command").click()
        await expect(dialog.get_by_text("/help is Parlour's own.")).to_be_visible()
        await dialog.get_by_label("Command").fill("weather")
        await dialog.get_by_role("button", name="Make command").click()
        await ada.page.get_by_role("button", name="I have kept it").click()
        await expect(ada.page.get_by_role("article", name="/weather")).to_be_visible()
        await ben.composer.fill("/wea")
        await ben.composer.press("End")
        await expect(ben.page.get_by_role("option", name=re.compile("weather"))).to_contain_text(
            "Tell the weather"
        )
        await ben.composer.press("Enter")
        await expect(ben.composer).to_have_value("/weather ")
        await expect(ben.page.get_by_role("option")).to_have_count(0)
        await ben.composer.press("Enter")
        await expect(ben.page.get_by_text("/weather: It rains")).to_be_visible()
        receiver.always = saying(500)
        await ben.writes("/weather in Berlin")
        await expect(
            ben.page.get_by_text(re.compile("did not work: its address answered 500"))
        ).to_be_visible()


async def test_a_button_is_pressed_by_keyboard_and_all_see_by_whom(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    actions = [
        {"id": "go", "label": "Deploy", "style": "primary", "confirm": "It goes to production."},
        {"id": "no", "label": "Cancel"},
    ]
    await bot_says(ada, "Deploy 1.2?", actions)
    message = ben.message("Deploy 1.2?")
    await expect(message).to_contain_text("Bot")
    button = message.get_by_role("button", name="Deploy", exact=True)
    await button.focus()
    await ben.page.keyboard.press("Enter")
    asked = ben.page.get_by_role("dialog", name="Deploy?")
    await expect(asked).to_contain_text("It goes to production.")
    await asked.get_by_role("button", name="Deploy").click()
    for person in (ada, ben):
        await expect(person.message("Deploy 1.2?")).to_contain_text("Ben pressed Deploy")
    await check(ben, "a message with buttons")


async def test_an_approval_is_answered_where_it_is_asked(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await asks_for_approval(ada, (await ben.asks("GET", "/me"))["id"])
    await expect(approval(ada)).to_contain_text("Waiting for approval")
    await expect(approval(ada).get_by_role("button", name="Approve")).to_have_count(0)
    await expect(approval(ada).get_by_role("button", name="Withdraw")).to_be_visible()
    mine = approval(ben)
    await expect(mine).to_contain_text("0 of 1 approval")
    await check(ben, "an approval")
    await mine.get_by_label("Comment with your answer").fill("after lunch")
    await mine.get_by_role("button", name="Approve").click()
    for person in (ada, ben):
        await expect(approval(person)).to_contain_text("Approved")
        await expect(approval(person)).to_contain_text("Ben approved: after lunch")
    await expect(mine.get_by_role("button", name="Approve")).to_have_count(0)


async def test_an_approval_and_buttons_fit_a_phone(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    ben = await visit("Ben", viewport=PHONE, has_touch=True, is_mobile=True)
    await ben.joins(ada)
    long = [{"id": f"b{n}", "label": f"Answer {n} with quite a few words in it"[:40]} for n in range(5)]
    await bot_says(ada, "Which one?", long)
    await asks_for_approval(ada, (await ben.asks("GET", "/me"))["id"])
    await expect(approval(ben)).to_be_visible()
    await fits(ben)
    await approval(ben).get_by_role("button", name="Reject").tap()
    await expect(approval(ada)).to_contain_text("Rejected")


async def test_a_members_administration_has_no_bots(ada_and_ben: Pair) -> None:
    _, ben = ada_and_ben
    await ben.page.goto(f"/app/{ben.workspace['slug']}/~admin/integrations")
    await expect(ben.page.get_by_text("This is not for your role")).to_be_visible()


async def test_a_token_of_ones_own_is_made_and_revoked_on_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    page = ada.page
    await page.goto(f"/app/{ada.workspace['slug']}/~account/tokens")
    await expect(page.get_by_text("No program acts for you.")).to_be_visible()
    await page.get_by_role("button", name="New token").tap()
    dialog = page.get_by_role("dialog", name="New token")
    await dialog.get_by_label("What for").fill("Nightly report")
    await dialog.get_by_role("button", name="Make token").tap()
    await expect(page.get_by_role("dialog").get_by_label("Token")).to_have_value(re.compile(r"^prl_pat_"))
    await page.get_by_role("button", name="I have kept it").tap()
    token = page.get_by_role("article", name="Nightly report")
    await expect(token).to_contain_text("Never used")
    await fits(ada)
    await check(ada, "tokens")
    await token.get_by_role("button", name="Revoke").tap()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke Nightly report").tap()
    await expect(page.get_by_text("No program acts for you.")).to_be_visible()
