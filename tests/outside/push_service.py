"""A push service (RFC 8030), and the browsers behind it: it verifies who sends, they decrypt what came."""

import json
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import InvalidTokenError

from parlour.core.ids import DeviceId, new_id
from parlour.core.model.notifications import DeviceKind, WebPushKeys
from parlour.core.outside.notice import Address
from tests.outside import webcrypto
from tests.outside.script import Script, play, serving

TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = ("very-low", "low", "normal", "high")


@dataclass(frozen=True)
class Received:
    """A push as the device decrypted it."""

    payload: dict[str, Any]
    headers: dict[str, str]
    claims: dict[str, Any]


@dataclass
class Subscriber:
    """A browser, or an app by UnifiedPush: its keys, and what it got. `vapid_key` none: of any server."""

    endpoint: str
    vapid_key: str | None = None
    sealed: bool = True
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    received: list[Received] = field(default_factory=list)
    gone: bool = False

    @property
    def keys(self) -> WebPushKeys:
        public = webcrypto.encoded(webcrypto.point(self.private.public_key()))
        return WebPushKeys(p256dh=public, auth=webcrypto.encoded(self.auth))

    @property
    def subscription(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` would say."""
        keys = {"p256dh": self.keys.p256dh, "auth": self.keys.auth}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [received.payload for received in self.received]

    def address(self, kind: DeviceKind = "webpush") -> Address:
        keys = self.keys if self.sealed else None
        return Address(device_id=DeviceId(new_id()), kind=kind, target=self.endpoint, keys=keys)


class PushService:
    """`script` says what it answers instead of the truth; `faults` is what a sender did against the RFCs."""

    def __init__(self) -> None:
        self.address = ""
        self.script = Script()
        self.faults: list[str] = []
        self._subscribers: dict[str, Subscriber] = {}

    def subscribe(self, vapid_key: str | None = None, *, sealed: bool = True) -> Subscriber:
        """Return a new browser; not `sealed`: a phone whose app registered no keys."""
        name = secrets.token_urlsafe(24)
        made = Subscriber(f"{self.address}/push/{name}", vapid_key, sealed)
        self._subscribers[name] = made
        return made

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if (told := await play(self.script, request)) is not None:
            return told
        subscriber = self._subscribers.get(request.match_info["name"])
        if subscriber is None or subscriber.gone:
            return web.Response(status=410)
        if fault := self._headers_fault(request):
            return self._refuse(400, fault)
        try:
            subscriber.received.append(await self._opened(request, subscriber))
        except (AssertionError, KeyError, ValueError, InvalidTag) as error:
            return self._refuse(400, f"{type(error).__name__}: {error}")
        except InvalidTokenError as error:
            return self._refuse(403, str(error))
        return web.Response(status=201, headers={"Location": f"{self.address}/m/{secrets.token_hex(8)}"})

    async def _opened(self, request: web.Request, subscriber: Subscriber) -> Received:
        body, headers = await request.read(), dict(request.headers)
        claims: dict[str, Any] = {}
        if subscriber.sealed:
            claims = webcrypto.verified(headers["Authorization"], self.address, subscriber.vapid_key)
            assert headers["Content-Encoding"] == "aes128gcm"
            body = webcrypto.decrypt(body, subscriber.private, subscriber.auth)
        return Received(json.loads(body), headers, claims)

    def _headers_fault(self, request: web.Request) -> str:
        headers = request.headers
        if not headers.get("TTL", "").isdecimal():
            return "no TTL"
        if headers.get("Urgency", "normal") not in URGENCIES:
            return "no such urgency"
        return "" if TOPIC.fullmatch(headers.get("Topic", "none")) else "no such topic"

    def _refuse(self, status: int, fault: str) -> web.Response:
        self.faults.append(fault)
        return web.Response(status=status, text=fault)


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """Serve on a free port; expects at the end that no sender broke the RFCs."""
    service = PushService()
    app = web.Application()
    app.router.add_post("/push/{name}", service.answer)
    async with serving(app) as address:
        service.address = address
        yield service
    assert not service.faults, service.faults
