"""The browser as a device: leave to notify, its subscription, what is pushed and shown, and the list of devices."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, expect

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import UserId, new_id
from tests.browser.conftest import WHOLE, Visit, launched
from tests.browser.person import Person
from tests.browser.subscription import (
    Worker,
    allows_notifications,
    shown_on,
    subscribes_to,
    worker_of,
)
from tests.outside.push_service import PushService, Subscriber
from tests.person import Json, eventually


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """A browser that shows notifications."""
    async with launched(*WHOLE) as browser:
        yield browser


@pytest.fixture
def at_ada(pushes: PushService) -> Subscriber:
    """What Ada's browser is subscribed to, when it is."""
    return pushes.subscribe()


@pytest.fixture
async def ada_and_ben(visit: Visit, at_ada: Subscriber) -> tuple[Person, Person]:
    """Two people in #general; Ada's browser can subscribe."""
    ada, ben = await visit("Ada"), await visit("Ben")
    await subscribes_to(ada.page, at_ada)
    await ada.owns("Analytical Engines")
    await ben.belongs_to(ada)
    await asyncio.gather(ada.looks(), ben.looks())
    return ada, ben


@pytest.fixture
async def worker(ada_and_ben: tuple[Person, Person]) -> AsyncIterator[Worker]:
    """The worker of Ada's browser, which may notify her and is subscribed."""
    ada, _ = ada_and_ben
    await allows_notifications(ada.page)
    await expect_registered(ada)
    async with worker_of(ada.page) as found:
        yield found


def offer(person: Person) -> Locator:
    return person.page.get_by_role("region", name="Notifications").filter(has_text="Get told of mentions")


async def settings_of(person: Person) -> Locator:
    """Open the notification settings, and return the section of devices."""
    await person.page.get_by_role("button", name="account menu").click()
    await person.page.get_by_role("button", name="Notification settings").click()
    section = person.page.get_by_role("region", name="Devices")
    await expect(section).to_be_visible()
    return section


async def expect_registered(person: Person) -> Json:
    async def look() -> Json | None:
        devices: list[Json] = (await person.asks("GET", "/me/devices"))["items"]
        return next((d for d in devices if not d.get("gone")), None)

    return dict(await eventually(look))


async def expect_shown(person: Person, *titles: str) -> list[Json]:
    async def look() -> bool:
        return [n["title"] for n in await shown_on(person.page)] == list(titles)

    # A mention has gone through the log, its channel's workflow and the routing before.
    await eventually(look, within_s=60)
    return await shown_on(person.page)


async def look_away(*windows: Person) -> None:
    """Another window comes before all of these."""
    for person in windows:
        session = await person.context.new_cdp_session(person.page)
        await session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    other = await windows[0].context.new_page()
    await other.bring_to_front()
    await expect_not_looking(windows[0])


async def expect_not_looking(person: Person) -> None:
    async def look() -> bool:
        held = await person.page.evaluate(
            "async () => (await navigator.locks.query()).held.map((l) => l.name)"
        )
        return not any("looking" in name for name in held)

    await eventually(look)


async def looks_at_general(person: Person) -> str:
    """Wait until others can see what the person looks at, and return that conversation."""
    conversation = person.page.url.split("/")[5]
    script = "async (name) => (await navigator.locks.query()).held.some((l) => l.name === name)"

    async def look() -> bool:
        return bool(await person.page.evaluate(script, f"parlour.looking.{conversation}"))

    await eventually(look)
    return conversation


def push(tag: str, **more: object) -> Json:
    return {
        "dispatch_id": new_id(),
        "user_id": new_id(),
        "workspace_id": new_id(),
        "channel_id": tag,
        "tag": tag,
        "title": "Ben mentioned you",
        "body": "Are you there?",
        "at": now().isoformat(),
        **more,
    }


async def test_leave_is_asked_for_after_a_first_message_and_never_before(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, _ = ada_and_ben
    await expect(offer(ada)).to_have_count(0)
    await ada.says("Hello.")
    await expect(offer(ada)).to_be_visible()
    await offer(ada).get_by_role("button", name="Not now").click()
    await expect(offer(ada)).to_have_count(0)
    await ada.page.reload()
    await ada.says("Hello again.")
    await expect(offer(ada)).to_have_count(0)
    # After a while it may be asked once more.
    await ada.page.evaluate("localStorage.setItem('parlour.asked', JSON.stringify({ times: 1, until: 0 }))")
    await ada.page.reload()
    await ada.says("And again.")
    await expect(offer(ada)).to_be_visible()


async def test_turning_it_on_makes_this_browser_a_device(
    ada_and_ben: tuple[Person, Person], at_ada: Subscriber
) -> None:
    ada, _ = ada_and_ben
    await ada.says("Hello.")
    await allows_notifications(ada.page)
    device = await expect_registered(ada)
    assert device["name"] == "Chrome on Linux"
    await expect(offer(ada)).to_have_count(0)
    await ada.page.reload()
    section = await settings_of(ada)
    await expect(section.get_by_text("This browser")).to_be_visible()
    assert (await expect_registered(ada))["id"] == device["id"], "a start tells the server again, of the same"


async def test_after_a_refusal_nothing_asks_and_the_settings_say_how_to_allow_it(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, _ = ada_and_ben
    await ada.page.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
    )
    await ada.page.reload()
    await ada.says("Hello.")
    await expect(offer(ada)).to_have_count(0)
    section = await settings_of(ada)
    await expect(section).to_contain_text("Your browser blocks notifications of Parlour")
    await expect(section).to_contain_text("to Allow")


async def test_a_push_is_shown_and_one_that_closes_takes_it_away(
    ada_and_ben: tuple[Person, Person], worker: Worker
) -> None:
    ada, _ = ada_and_ben
    await worker.deliver(push("elsewhere", url="/app/x/y/z", sound=False))
    [shown] = await expect_shown(ada, "Ben mentioned you")
    assert (shown["body"], shown["tag"], shown["url"]) == ("Are you there?", "elsewhere", "/app/x/y/z")
    assert shown["silent"] is True
    await worker.deliver(push("elsewhere", title="2 new messages"))
    await expect_shown(ada, "2 new messages")
    await worker.deliver(push("elsewhere", close=True))
    await expect_shown(ada)


async def test_what_is_looked_at_is_not_shown(ada_and_ben: tuple[Person, Person], worker: Worker) -> None:
    ada, _ = ada_and_ben
    await ada.page.bring_to_front()
    conversation = await looks_at_general(ada)
    await worker.deliver(push(conversation, title="Seen already"))
    await worker.deliver(push("elsewhere"))
    await expect_shown(ada, "Ben mentioned you")


async def test_a_notification_is_shown_by_one_of_two_tabs_and_taken_away_when_it_is_read(
    ada_and_ben: tuple[Person, Person], worker: Worker
) -> None:
    ada, ben = ada_and_ben
    tab = await ada.another_tab()
    await tab.page.goto(ada.page.url)
    await expect(tab.composer).to_be_visible()
    await look_away(ada, tab)
    await mentions(ben, ada, "are you there?")
    [shown] = await expect_shown(ada, "Ben mentioned you in #general")
    assert shown["body"].endswith("are you there?")
    channel = ada.page.url.split("/")[5]
    [message] = (await ada.asks("GET", f"/channels/{channel}/messages"))["items"]
    assert (shown["tag"], shown["url"].split("/")[3:]) == (channel, [channel, message["id"]])
    # The push that comes later takes its place, and is no second one.
    await worker.deliver(push(channel, at=message["created_at"], title="The same"))
    [same] = await expect_shown(ada, "The same")
    assert same["silent"] is True
    await ada.asks("POST", f"/channels/{channel}/read", {"n": message["n"]})
    await expect_shown(ada)


async def test_a_mention_reaches_a_closed_parlour_and_goes_away_when_it_is_read_elsewhere(
    ada_and_ben: tuple[Person, Person], worker: Worker, at_ada: Subscriber
) -> None:
    ada, ben = ada_and_ben
    quick = {"push_after": 5}
    await ada.asks("PATCH", f"/workspaces/{ada.workspace['id']}/notification-preferences", quick)
    await ada.page.goto("/docs")
    await mentions(ben, ada, "are you there?")
    [pushed] = await arrived(at_ada, 1)
    await worker.deliver(pushed)
    [shown] = await expect_shown(ada, "Ben mentioned you in #general")
    assert shown["body"].endswith("are you there?")
    await ada.asks("POST", f"/channels/{pushed['channel_id']}/read", {"n": 1})
    [_, closes] = await arrived(at_ada, 2)
    assert closes["close"] is True
    await worker.deliver(closes)
    await expect_shown(ada)


async def test_a_test_is_sent_from_the_list_and_shown(
    ada_and_ben: tuple[Person, Person], worker: Worker, at_ada: Subscriber
) -> None:
    ada, _ = ada_and_ben
    section = await settings_of(ada)
    await section.get_by_role("button", name="More about").click()
    await section.get_by_role("button", name="Send a test").click()
    await expect(section.get_by_role("status")).to_contain_text("Its push service has taken it (201)")
    await expect(section.get_by_role("listitem")).to_contain_text("Last push today at")
    await worker.deliver((await arrived(at_ada, 1))[0])
    await expect_shown(ada, "This device gets your notifications")


async def mentions(author: Person, person: Person, text: str) -> None:
    handle = (await person.asks("GET", "/me"))["handle"]
    await author.writes(f"@{handle} {text}")


async def arrived(at: Subscriber, count: int) -> list[Json]:
    """Wait until so many pushes have reached the browser's push service."""

    async def look() -> bool:
        return len(at.payloads) >= count

    await eventually(look, within_s=60)
    return at.payloads


async def test_a_click_opens_the_message_in_the_window_that_is_there(
    ada_and_ben: tuple[Person, Person], worker: Worker
) -> None:
    ada, _ = ada_and_ben
    await ada.creates("elsewhere")
    there = ada.page.url
    await ada.opens("general")
    await worker.deliver(push("elsewhere", url=there.removeprefix(f"{there.split('/app')[0]}")))
    await expect_shown(ada, "Ben mentioned you")
    [running] = ada.context.service_workers
    await running.evaluate(
        """async () => {
          const [shown] = await registration.getNotifications();
          self.dispatchEvent(new NotificationEvent('notificationclick', { notification: shown }));
        }"""
    )
    await ada.page.wait_for_url(there)
    await expect_shown(ada)


async def test_a_subscription_that_the_browser_ended_is_made_anew_without_a_page(
    ada_and_ben: tuple[Person, Person],
    worker: Worker,
    at_ada: Subscriber,
    pushes: PushService,
    house: House,
) -> None:
    ada, _ = ada_and_ben
    device, renewed = await expect_registered(ada), pushes.subscribe()
    await ada.page.goto("/docs")
    [running] = ada.context.service_workers
    await running.evaluate(
        """([before, given]) => {
          PushManager.prototype.subscribe = async () => ({ toJSON: () => given });
          const ended = Object.assign(new ExtendableEvent('pushsubscriptionchange'), { oldSubscription: before });
          self.dispatchEvent(ended);
        }""",
        [at_ada.subscription, renewed.subscription],
    )

    async def is_reached_anew() -> bool:
        stored = await house.devices.get(device["id"])
        return stored is not None and stored.target == renewed.endpoint

    await eventually(is_reached_anew)
    # The page's own session goes on.
    await ada.page.goto(f"/app/{ada.workspace['slug']}")
    await expect(ada.composer).to_be_visible()


async def test_a_device_is_named_chosen_for_switched_off_and_taken_off(
    ada_and_ben: tuple[Person, Person], worker: Worker
) -> None:
    ada, _ = ada_and_ben
    section = await settings_of(ada)
    row = section.get_by_role("listitem").filter(has_text="Chrome on Linux")
    await expect(row).to_contain_text("This browser")
    await row.get_by_role("button", name="More about").click()
    await row.get_by_label("Name").fill("The desk")
    await row.get_by_label("Name").press("Tab")
    row = section.get_by_role("listitem").filter(has_text="The desk")
    await row.get_by_role("checkbox", name="My keywords").uncheck()
    await row.get_by_role("switch").uncheck()
    await expect(row).to_contain_text("Switched off.")
    device = await expect_registered(ada)
    assert (device["name"], device["enabled"], "keyword" in device["kinds"]) == ("The desk", False, False)
    await row.get_by_role("button", name="Take off this device").click()
    await expect(section).to_contain_text("No device is told yet")
    await expect(section).to_contain_text("This browser is not told")
    await ada.page.reload()
    section = await settings_of(ada)
    await expect(section).to_contain_text("This browser is not told")
    await section.get_by_role("button", name="Turn on here").click()
    await expect(section.get_by_role("listitem")).to_contain_text("This browser")


async def test_a_device_that_is_gone_says_why_and_is_removed(
    ada_and_ben: tuple[Person, Person], worker: Worker, house: House
) -> None:
    ada, _ = ada_and_ben
    device = await expect_registered(ada)
    await house.devices.is_gone(device["id"], "its push service knows it no more (410)")
    section = await settings_of(ada)
    await expect(section).to_contain_text("Gone: its push service knows it no more (410).")
    await section.get_by_role("button", name="Remove").click()
    await expect(section).to_contain_text("No device is told yet")


async def test_signing_out_ends_the_subscription_and_what_is_shown(
    ada_and_ben: tuple[Person, Person], worker: Worker, house: House
) -> None:
    ada, _ = ada_and_ben
    me = (await ada.asks("GET", "/me"))["id"]
    await worker.deliver(push("elsewhere"))
    await expect_shown(ada, "Ben mentioned you")
    await ada.signs_out()
    assert await house.devices.of(UserId(me)) == []
    assert await shown_on(ada.page) == []
    subscribed = (
        "async () => (await (await navigator.serviceWorker.ready).pushManager.getSubscription()) !== null"
    )
    assert await ada.page.evaluate(subscribed) is False


async def test_the_title_counts_what_concerns_me_and_marks_what_does_not(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    await ada.creates("elsewhere")
    await ben.says("News.")
    await expect(ada.page).to_have_title(re.compile("^• elsewhere"))
    await expect(ada.page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("icon-unread"))
    await mentions(ben, ada, "are you there?")
    await expect(ada.page).to_have_title(re.compile(r"^\(1\) elsewhere"))
    await expect(ada.page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("icon-calls"))
    await ada.opens("general")
    await expect(ada.page).to_have_title(re.compile("^general"))
    await expect(ada.page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile(r"icon\.svg"))
