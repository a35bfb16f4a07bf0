"""UnifiedPush, the free way to phones: a web push where the app has registered keys, the plain payload otherwise."""

from aiohttp import ClientSession

from parlour.core.outside.answer import Answer
from parlour.core.outside.notice import Address, Push
from parlour.core.outside.payload import payload
from parlour.core.outside.vapid import Vapid
from parlour.core.outside.webpush import WebPush, conditions, deliver
from parlour.core.settings import Settings


class UnifiedPush:
    """Pushes to the distributor that someone chose on their phone (https://unifiedpush.org/developers/spec/server/)."""

    def __init__(self, settings: Settings, session: ClientSession, vapid: Vapid) -> None:
        self._settings = settings
        self._session = session
        self._sealed = WebPush(settings, session, vapid)

    async def push(self, address: Address, push: Push) -> Answer:
        """Hand a push to the phone's push server.

        Raises:
            ConfigurationError: a setting is wrong.
        """
        if address.keys is not None:
            return await self._sealed.push(address, push)
        body = payload(push, most=self._settings.push_payload_max_bytes)
        headers = {
            "Content-Type": "application/json",
            **conditions(address, push, self._settings),
        }
        return await deliver(self._session, address.target, body, headers, self._settings)
