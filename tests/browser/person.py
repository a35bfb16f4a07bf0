"""What a person does in Parlour, in their words, and what they see."""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, FilePayload, Locator, Page, Route, expect

PASSWORD = "correct horse battery"


class Person:
    """Someone at a browser. `faults` lists what broke in their pages, and what the policy refused."""

    def __init__(self, name: str, context: BrowserContext, page: Page) -> None:
        self.name = name
        self.email = f"{name.lower()}-{uuid.uuid4().hex[:12]}@example.com"
        self.context = context
        self.workspace: dict[str, Any] = {}
        self.general = self._token = ""
        self.faults: list[str] = []
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        context.on("console", self._heard)
        self.page = page

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            self.faults.append(message.text)

    async def another_tab(self) -> "Person":
        """The same person in a second tab of the same browser."""
        twin = Person(self.name, self.context, await self.context.new_page())
        twin.email = self.email
        return twin

    async def starts(self, workspace: str) -> None:
        """Have an account and a workspace without a click, and look at it. The way by hand is `founds`."""
        await self.owns(workspace)
        await self.looks()

    async def joins(self, owner: "Person") -> None:
        """Have an account in someone's workspace without a click, and look at it. The way by hand is `accepts`."""
        await self.belongs_to(owner)
        await self.looks()

    async def owns(self, workspace: str) -> None:
        """Have an account and a workspace without a click."""
        await self.registers()
        self.workspace = await self.asks("POST", "/workspaces", {"name": workspace})

    async def belongs_to(self, owner: "Person") -> None:
        """Have an account in someone's workspace without a click."""
        await self.registers()
        invitation = await owner.asks("POST", f"/workspaces/{owner.workspace['id']}/invites")
        self.workspace = await self.asks("POST", f"/invites/{invitation['token']}/accept")

    async def looks(self) -> None:
        """Open the workspace's #general by its address; the page begins its session by the cookie it finds."""
        channels = await self.asks("GET", f"/workspaces/{self.workspace['id']}/channels?limit=200")
        self.general = next(channel["id"] for channel in channels["items"] if channel["name"] == "general")
        await self.page.goto(f"/app/{self.workspace['slug']}/{self.general}")
        await expect(self.composer).to_be_visible()

    async def has_said(self, *texts: str) -> None:
        """Have sent messages to #general, one after the other, without writing them."""
        for text in texts:
            await self.asks("POST", f"/channels/{self.general}/messages", {"text": text})

    async def registers(self) -> None:
        """Have an account, and this browser the cookie of a session, without a click."""
        account = {"email": self.email, "password": PASSWORD, "name": self.name}
        self._token = (await self.asks("POST", "/auth/register", account))["access_token"]

    async def asks(self, method: str, path: str, body: object = None) -> Any:
        """Ask the API, from this browser."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        answer = await self.context.request.fetch(f"/api/v1{path}", method=method, data=body, headers=headers)
        assert answer.ok, await answer.text()
        return await answer.json() if answer.status != HTTPStatus.NO_CONTENT else None

    async def fills_in(self) -> None:
        """Fill in what a new account needs."""
        await self.page.get_by_label("Your name").fill(self.name)
        await self.page.get_by_label("E-mail").fill(self.email)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)

    async def signs_up(self) -> None:
        """Make an account from the sign-up page."""
        await self.page.goto("/sign-up")
        await self.fills_in()
        await self.page.get_by_role("button", name="Create account").click()
        await self.page.wait_for_url("**/app**")

    async def signs_in(self) -> None:
        """Sign in from the sign-in page."""
        await self.page.goto("/sign-in")
        await self.page.get_by_label("E-mail").fill(self.email)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.wait_for_url("**/app**")

    async def signs_out(self) -> None:
        """Sign out from the account menu."""
        await self.page.get_by_role("button", name="account menu").click()
        await self.page.get_by_role("button", name="Sign out").click()
        await self.page.wait_for_url("**/sign-in**")

    async def founds(self, workspace: str) -> None:
        """Sign up and make a first workspace."""
        await self.signs_up()
        await self.founds_here(workspace)

    async def founds_here(self, workspace: str) -> None:
        """Make a first workspace, signed in."""
        await self.page.get_by_label("Name of the workspace").fill(workspace)
        await self.page.get_by_role("button", name="Next").click()
        await self.page.get_by_role("radio", name="Empty").check()
        await self.page.get_by_role("button", name="Next").click()
        await self.page.get_by_role("button", name="Create workspace").click()
        await self.page.get_by_role("button", name=f"Open {workspace}").click(timeout=60_000)
        await expect(self.composer).to_be_visible()

    async def invites(self) -> str:
        """Make an invitation link."""
        await expect(self.page.get_by_role("link", name="general").first).to_be_visible()
        await self.page.get_by_role("button", name="workspace menu").click()
        await self.page.get_by_role("button", name="Invite people").click()
        dialog = self.page.get_by_role("dialog", name=re.compile("^Invite people"))
        await expect(dialog).to_be_visible()
        await dialog.get_by_text("By a link").click()
        await dialog.get_by_role("button", name="Make a link").click()
        await expect(dialog.get_by_label("Invitation link")).to_have_value(re.compile("/invite/"))
        link = await dialog.get_by_label("Invitation link").input_value()
        await self.page.keyboard.press("Escape")
        return link

    async def accepts(self, link: str) -> None:
        """Open an invitation without an account, make one, and land in the workspace."""
        await self.page.goto(re.sub(r"^https?://[^/]+", "", link))
        await expect(self.page.get_by_role("heading", name=re.compile("^Join "))).to_be_visible()
        await self.fills_in()
        await self.page.get_by_role("button", name="Create account and join").click()
        await self.page.wait_for_url("**/app/**")
        await expect(self.page.get_by_role("link", name="general").or_(self.composer).first).to_be_visible()

    async def opens(self, channel: str) -> None:
        """Open a channel or conversation from the side."""
        await self.page.get_by_role("link", name=re.compile(f"^{channel}")).click()
        await expect(self.composer).to_be_visible()

    async def creates(self, channel: str, kind: str = "Public") -> None:
        """Make a channel."""
        await self.page.get_by_role("button", name="Create a channel").click()
        await self.page.get_by_label("Name", exact=True).fill(channel)
        await self.page.get_by_role("radio", name=kind).check()
        await self.page.get_by_role("button", name="Create channel").click()
        await expect(self.page.get_by_role("heading", level=1, name=channel)).to_be_visible()

    async def messages_to(self, other: str) -> None:
        """Start a direct conversation."""
        await self.page.get_by_role("button", name="Start a conversation").click()
        await self.page.get_by_role("button", name=f"Message {other}").click()
        await expect(self.page.get_by_role("heading", level=1, name=other)).to_be_visible()

    async def holds_up(self, address: str | re.Pattern[str]) -> asyncio.Event:
        """Hold up the page's requests for an address until what is returned is set."""
        is_let_through = asyncio.Event()

        async def late(route: Route) -> None:
            await is_let_through.wait()
            await route.continue_()

        await self.page.route(address, late)
        return is_let_through

    async def says(self, text: str) -> None:
        """Write a message; it is on screen at once."""
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.message(text)).to_be_visible()

    async def writes(self, text: str) -> None:
        """Send a message, whatever it will look like."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def attaches(self, *files: FilePayload, place: str = "main") -> None:
        """Choose files by the composer's button: in the channel, or `place` "aside" in the thread."""
        await self.page.locator(f"{place} input[data-attach]").set_input_files(list(files))

    def attachment(self, name: str) -> Locator:
        """A file that is to go with what one writes."""
        return self.page.locator(".attachment").filter(has_text=name)

    async def shares(self, *files: FilePayload, text: str = "") -> None:
        """Send files as soon as they are uploaded."""
        await self.attaches(*files)
        await self.composer.fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()
        await expect(self.page.locator(".attachment")).to_have_count(0)

    def file(self, name: str) -> Locator:
        """A file of a message that is no picture."""
        return self.page.locator("main .file").filter(has_text=name)

    def opens_file(self, name: str) -> Locator:
        """What opens a picture, a video or a document in the gallery."""
        return self.page.get_by_role("button", name=f"Open {name}")

    async def slows_down(self, bytes_a_second: int) -> Callable[[], Awaitable[object]]:
        """Have a slow line up; calling what is returned makes it fast again."""
        session = await self.context.new_cdp_session(self.page)
        await session.send("Network.enable")
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
        await session.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": bytes_a_second})
        return lambda: session.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})

    async def reads_back(self) -> list[str]:
        """The texts on screen, from the top."""
        return await self.page.locator(".message-text").all_inner_texts()

    @property
    def composer(self) -> Locator:
        """Where a message is written."""
        return self.page.get_by_role("textbox", name=re.compile("^Message to (?!thread$)"))

    @property
    def banner(self) -> Locator:
        """What tells of a lost connection."""
        return self.page.get_by_text("No connection.")

    def message(self, text: str) -> Locator:
        """A message on screen."""
        return self.page.get_by_role("article").filter(has_text=text)

    def state_of(self, text: str) -> Locator:
        """The state of one of my messages."""
        return self.message(text).locator(".message-state")
