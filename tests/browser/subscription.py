"""A browser's push subscription without the internet: its push service is the tests' own, on loopback.

Chromium would ask Google's servers for an endpoint; that one call answers what the tests hold. All else is the real
thing: the permission, the worker, the push event (which DevTools deliver), and the notifications that are shown.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import CDPSession, Page

from parlour.core.settings import settings
from tests.outside.push_service import Subscriber
from tests.person import WAIT_S, Json

SUBSCRIBED = """
(given) => {
  const binary = (text) => atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = (text) => Uint8Array.from(binary(text), (letter) => letter.charCodeAt(0)).buffer;
  const KEPT = 'test.subscribed';
  PushManager.prototype.subscribe = async function ({ userVisibleOnly, applicationServerKey }) {
    if (!userVisibleOnly) throw new DOMException('userVisibleOnly', 'NotAllowedError');
    sessionStorage.setItem(KEPT, applicationServerKey);
    return made();
  };
  PushManager.prototype.getSubscription = async () => (sessionStorage.getItem(KEPT) ? made() : null);
  const made = () => ({
    endpoint: given.endpoint,
    options: { userVisibleOnly: true, applicationServerKey: bytes(sessionStorage.getItem(KEPT)) },
    toJSON: () => given,
    unsubscribe: async () => (sessionStorage.removeItem(KEPT), true),
  });
}
"""
SHOWN = """
async () => {
  const worker = await navigator.serviceWorker.getRegistration('/');
  const shown = (await worker?.getNotifications()) ?? [];
  return shown.map(({ title, body, tag, silent, data }) => ({ title, body, tag, silent, ...data }));
}
"""


async def subscribes_to(page: Page, subscriber: Subscriber) -> None:
    """Let every later document of a page get this subscription when it asks for one."""
    await page.add_init_script(f"({SUBSCRIBED})({json.dumps(subscriber.subscription)})")


async def allows_notifications(page: Page) -> None:
    """Grant the permission, as a click on the browser's own question does."""
    await page.context.grant_permissions(["notifications"], origin=settings().address)


async def shown_on(page: Page) -> list[Json]:
    """The notifications that this browser shows now."""
    found: list[Json] = await page.evaluate(SHOWN)
    return found


class Worker:
    """A page's service worker, by DevTools."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._registered: asyncio.Queue[str] = asyncio.Queue()
        session.on("ServiceWorker.workerRegistrationUpdated", self._hear)

    def _hear(self, told: dict[str, Any]) -> None:
        for registration in told["registrations"]:
            self._registered.put_nowait(registration["registrationId"])

    async def deliver(self, push: Json) -> None:
        """Deliver what a push service would."""
        await self._session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": settings().address, "registrationId": self.id, "data": json.dumps(push)},
        )

    async def ready(self) -> None:
        """Wait until it is registered."""
        await self._session.send("ServiceWorker.enable")
        self.id = await asyncio.wait_for(self._registered.get(), WAIT_S)


@asynccontextmanager
async def worker_of(page: Page) -> AsyncIterator[Worker]:
    """The service worker of a page that has one."""
    session = await page.context.new_cdp_session(page)
    worker = Worker(session)
    await worker.ready()
    yield worker
    await session.detach()
