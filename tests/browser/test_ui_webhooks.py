"""Webhooks in the browser: made, tried, looked into; and cards as people read them."""

import json
import os
from pathlib import Path

import aiohttp
from playwright.async_api import Locator, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits
from tests.hooks.payloads import BLOCKS, GITHUB, GRAFANA
from tests.hooks.receiver import Receiver, saying
from tests.person import Json, eventually

Pair = tuple[Person, Person]
LATER_MS = 40_000
SHOTS = os.environ.get("WEBHOOK_SHOTS", "")


async def opens_webhooks(person: Person) -> None:
    await person.page.get_by_role("button", name="workspace menu").click()
    await person.page.get_by_role("button", name="Administration").click()
    await person.page.get_by_role("link", name="Webhooks").click()
    await expect(person.page.get_by_role("heading", level=1, name="Webhooks")).to_be_visible()


def card(person: Person, name: str) -> Locator:
    return person.page.get_by_role("article", name=name)


async def post(url: str, payload: Json) -> None:
    async with aiohttp.ClientSession() as session, session.post(url, data=json.dumps(payload)) as response:
        assert await response.text() == "ok"


async def makes_incoming(person: Person, name: str) -> str:
    """Make an incoming webhook for #general, and return its address as it is shown once."""
    page = person.page
    await page.get_by_role("button", name="New incoming webhook").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Channel", exact=True).select_option(label="#general")
    await page.get_by_role("button", name="Make webhook").click()
    url = await page.get_by_label("Address", exact=True).input_value()
    await page.get_by_role("button", name="I have kept it").click()
    await expect(card(person, name)).to_contain_text("Not used yet")
    return url


async def shoot(person: Person, name: str) -> None:
    """Take pictures in both themes, where somebody asks for them."""
    if not SHOTS:
        return
    for theme in ("light", "dark"):
        await person.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        width = (person.page.viewport_size or {"width": 0})["width"]
        await person.page.screenshot(path=Path(SHOTS) / f"{name}_{width}_{theme}.png", full_page=False)
    await person.page.emulate_media(color_scheme="light")


async def test_an_address_is_made_and_what_is_posted_there_is_read_by_everyone(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await opens_webhooks(ada)
    await expect(ada.page.get_by_text("No program posts here yet.")).to_be_visible()
    await check(ada, "webhooks, empty")
    url = await makes_incoming(ada, "Alerts")
    for payload in (GRAFANA, GITHUB, BLOCKS):
        await post(url, payload)
    grafana = ben.page.get_by_role("article", name="Grafana")
    await expect(grafana).to_contain_text("via Alerts")
    await expect(
        grafana.get_by_role("link", name="[FIRING:1] High CPU (node-1 production)")
    ).to_have_attribute("href", "https://grafana.example.com/alerting/list")
    github = ben.page.get_by_role("article", name="GitHub")
    await expect(github.get_by_role("link", name="Open run")).to_be_visible()
    await expect(github.locator(".hook-fields > [data-short]")).to_have_count(2)
    await expect(github).to_contain_text("Fix snake_case_names & <script>")
    blocks = ben.page.get_by_role("article", name="Alerts")
    await expect(blocks).to_contain_text("Deploy *finished*")
    await expect(blocks.get_by_role("listitem")).to_have_text(["build", "make"])
    await expect(blocks).not_to_contain_text("Deploy of engine finished")
    await check(ben, "cards")
    await shoot(ben, "cards")


async def test_a_server_is_told_tested_and_looked_into(ada_and_ben: Pair, receiver: Receiver) -> None:
    ada, ben = ada_and_ben
    await opens_webhooks(ada)
    page = ada.page
    await page.get_by_role("button", name="New outgoing webhook").click()
    await page.get_by_label("Name", exact=True).fill("Deploy bot")
    await page.get_by_label("Address", exact=True).fill("http://10.0.0.1/hook")
    await page.get_by_label("Somebody reacted").check()
    await page.get_by_role("button", name="Make webhook").click()
    await expect(page.get_by_text("Parlour calls public addresses by https")).to_be_visible()
    await page.get_by_label("Address", exact=True).fill(f"{receiver.address}/hook")
    await expect(page.get_by_label("Somebody reacted")).to_be_checked()
    await shoot(ada, "dialog")
    await page.get_by_role("button", name="Make webhook").click()
    receiver.secrets.append(await page.get_by_label("Signing secret").input_value())
    await shoot(ada, "secret")
    await page.get_by_role("button", name="I have kept it").click()
    await expect(card(ada, "Deploy bot")).to_contain_text("2 events of all public channels")
    receiver.script.append(saying(401, "who are you?"))
    await page.get_by_role("button", name="Test Deploy bot").click()
    log = page.get_by_role("region", name="Log of Deploy bot")
    row = log.get_by_role("listitem").filter(has_text="webhook.ping").first
    await expect(row).to_contain_text("taken (200)", timeout=LATER_MS)
    await row.locator("summary").click()
    await expect(row).to_contain_text("who are you?")
    await expect(row).to_contain_text("webhook-signature")
    await ben.says("is anybody told of this?")
    await expect(log.get_by_text("message.sent")).to_be_visible(timeout=LATER_MS)
    assert receiver.faults == []
    await check(ada, "webhooks, with a log")
    await shoot(ada, "log")


async def test_what_disabled_it_is_said_and_what_was_given_up_is_sent_again(
    ada_and_ben: Pair, receiver: Receiver
) -> None:
    ada, ben = ada_and_ben
    wanted = {"name": "Deploy bot", "url": receiver.address, "events": ["message.sent"]}
    await ada.asks("POST", f"/workspaces/{ada.workspace['id']}/webhooks", wanted)
    receiver.always = saying(410)
    await ben.says("build it")
    await opens_webhooks(ada)
    mine = card(ada, "Deploy bot")
    await expect(mine).to_contain_text("The receiver answered 410", timeout=LATER_MS)
    await expect(mine).to_contain_text("Disabled")
    await shoot(ada, "disabled")
    receiver.always = None
    await mine.get_by_role("button", name="Enable Deploy bot").click()
    await mine.get_by_role("button", name="Log of Deploy bot").click()
    await mine.get_by_role("button", name="Send all 1 given up again").click()

    async def came() -> bool:
        return bool(receiver.got)

    await eventually(came)
    await expect(mine).to_contain_text("taken (200)", timeout=LATER_MS)
    await mine.get_by_role("button", name="More for Deploy bot").click()
    await ada.page.get_by_role("button", name="Delete…").click()
    await ada.page.get_by_role("button", name="Delete", exact=True).click()
    await expect(ada.page.get_by_text("No server is told of anything yet.")).to_be_visible()


async def test_webhooks_and_cards_fit_a_phone(visit: Visit, receiver: Receiver) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True)
    await ada.owns("Analytical Engines")
    workspace = ada.workspace["id"]
    general = (await ada.asks("GET", f"/workspaces/{workspace}/channels"))["items"][0]["id"]
    made = await ada.asks(
        "POST", f"/workspaces/{workspace}/incoming-webhooks", {"name": "Alerts", "channel_id": general}
    )
    wanted = {"name": "Deploy bot", "url": receiver.address, "events": ["message.sent"], "from_bots": True}
    await ada.asks("POST", f"/workspaces/{workspace}/webhooks", wanted)
    await post(made["url"], GITHUB)
    await ada.looks()
    await expect(ada.page.get_by_role("article", name="GitHub")).to_be_visible()
    await fits(ada)
    for payload in (GRAFANA, BLOCKS):
        await post(made["url"], payload)
    await expect(ada.page.get_by_text("well done")).to_be_visible()
    await shoot(ada, "cards")
    await ada.page.goto(f"/app/{ada.workspace['slug']}/~admin/webhooks")
    await expect(card(ada, "Deploy bot")).to_be_visible()
    await card(ada, "Deploy bot").get_by_role("button", name="Log of Deploy bot").click()
    await expect(ada.page.get_by_text("message.sent").first).to_be_visible(timeout=LATER_MS)
    await fits(ada)
    await check(ada, "webhooks on a phone")
    await shoot(ada, "webhooks")
