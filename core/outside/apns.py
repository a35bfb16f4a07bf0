"""The Apple Push Notification service: HTTP/2, with a provider token that is made anew every 20 to 60 minutes."""

import asyncio
import re
import ssl
import time
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx2
import jwt
import msgspec
from msgspec import Struct

from parlour.core.outside import answers
from parlour.core.outside.answer import Answer
from parlour.core.outside.exchange import Reply
from parlour.core.outside.faults import ConfigurationError
from parlour.core.outside.given import text_of
from parlour.core.outside.notice import Address, Push
from parlour.core.outside.payload import fitted, topic
from parlour.core.settings import Settings

TOKEN = re.compile(r"[0-9A-Fa-f]{16,200}")
PAYLOAD_MAX_BYTES = 4096
AT_ONCE, WHEN_CONVENIENT = "10", "5"
GONE = {"BadDeviceToken", "Unregistered", "ExpiredToken"}
OURS = {
    "BadTopic",
    "MissingTopic",
    "TopicDisallowed",
    "DeviceTokenNotForTopic",
    "BadCertificate",
    "BadCertificateEnvironment",
    "InvalidProviderToken",
    "MissingProviderToken",
}
EXPIRED = "ExpiredProviderToken"


class _Said(Struct, frozen=True):
    reason: str = ""


class _ProviderToken(NamedTuple):
    text: str
    made: float


class Apns:
    """Pushes to Apple's devices, over few connections that are kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = text_of(settings.apns_key, "PARLOUR_APNS_KEY")
        if not (settings.apns_key_id and settings.apns_team_id and settings.apns_topic):
            raise ConfigurationError(
                "PARLOUR_APNS_KEY_ID, PARLOUR_APNS_TEAM_ID and PARLOUR_APNS_TOPIC go with PARLOUR_APNS_KEY"
            )
        self._token = self._new_token()
        self._client = httpx2.AsyncClient(
            base_url=settings.apns_url,
            http1=False,
            http2=True,
            verify=_trust(settings),
            trust_env=False,
            timeout=settings.push_timeout,
        )

    async def close(self) -> None:
        """End all connections."""
        await self._client.aclose()

    async def push(self, address: Address, push: Push) -> Answer:
        """Hand a push to Apple; a provider token that has expired is replaced once.

        Raises:
            ConfigurationError: the key is none.
        """
        if not TOKEN.fullmatch(address.target):
            return Answer(answered="gone", code="BadDeviceToken", words="the device's token is none")
        most = min(self._settings.push_payload_max_bytes, PAYLOAD_MAX_BYTES)
        body = fitted(push, payload, most=most)
        answer = await self._sent(address, push, body)
        if answer.code == EXPIRED:
            self._token = self._new_token()
            answer = await self._sent(address, push, body)
        return answer

    async def _sent(self, address: Address, push: Push, body: bytes) -> Answer:
        headers = self._headers(address, push)
        try:
            async with asyncio.timeout(self._settings.push_timeout):
                reply = await self._replied(f"/3/device/{address.target}", headers, body)
        except (TimeoutError, httpx2.TimeoutException):
            return answers.failed(TimeoutError(), timeout=self._settings.push_timeout)
        except httpx2.TransportError as error:
            return _broken(error)
        return _judged(reply)

    async def _replied(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        most = self._settings.push_answer_max_bytes
        async with self._client.stream("POST", path, headers=headers, content=body) as response:
            read = bytearray()
            async for part in response.aiter_raw():
                read += part
                if len(read) >= most:
                    break
            named = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, named, bytes(read[:most]))

    def _headers(self, address: Address, push: Push) -> dict[str, str]:
        return {
            "authorization": f"bearer {self._current_token()}",
            "apns-id": _apns_id(push),
            "apns-topic": self._settings.apns_topic,
            "apns-push-type": "background" if push.close else "alert",
            "apns-priority": WHEN_CONVENIENT if push.close else AT_ONCE,
            "apns-expiration": str(int(time.time()) + self._settings.push_ttl),
            "apns-collapse-id": topic(address, push),
        }

    def _current_token(self) -> str:
        if time.time() - self._token.made > self._settings.apns_token_seconds:
            self._token = self._new_token()
        return self._token.text

    def _new_token(self) -> _ProviderToken:
        made = time.time()
        claims = {"iss": self._settings.apns_team_id, "iat": int(made)}
        headers = {"kid": self._settings.apns_key_id}
        try:
            return _ProviderToken(jwt.encode(claims, self._key, "ES256", headers=headers), made)
        except (ValueError, TypeError, jwt.PyJWTError):
            raise ConfigurationError("PARLOUR_APNS_KEY is no P-256 key") from None


def payload(push: Push) -> bytes:
    """Return what Apple's devices get: an alert, or for `close` a word to the app in the background."""
    ours = {
        "dispatch_id": push.dispatch_id,
        "user_id": push.user_id,
        "workspace_id": push.workspace_id,
        "channel_id": push.channel_id,
        "tag": push.tag,
        "url": push.url,
        "count": push.count,
        "close": push.close,
    }
    aps = {"content-available": 1} if push.close else _alert(push)
    return msgspec.json.encode({"aps": aps, "parlour": ours})


def _alert(push: Push) -> dict[str, Any]:
    aps: dict[str, Any] = {
        "alert": {"title": push.title, "body": push.body},
        "thread-id": push.tag,
        "interruption-level": "time-sensitive" if push.urgency == "high" else "active",
        "mutable-content": 1,
    }
    if push.sound:
        aps["sound"] = "default"
    if push.badge is not None:
        aps["badge"] = push.badge
    return aps


def _apns_id(push: Push) -> str:
    """Return the id by which Apple knows a dispatch at every attempt."""
    try:
        return str(uuid.UUID(push.dispatch_id))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, push.dispatch_id))


def _trust(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.apns_ca_file or None)
    except (OSError, ssl.SSLError):
        raise ConfigurationError("PARLOUR_APNS_CA_FILE names no file of certificates") from None


def _judged(reply: Reply) -> Answer:
    try:
        reason = msgspec.json.decode(reply.body or b"{}", type=_Said).reason
    except msgspec.DecodeError:
        reason = ""
    code = reason or str(reply.status)
    if reason in GONE:
        return Answer(answered="gone", code=code, words="the app is no longer on the device")
    if reason in OURS or reason == EXPIRED:
        return answers.misconfigured("Apple does not accept PARLOUR_APNS_KEY or PARLOUR_APNS_TOPIC", code)
    answer = answers.judged(reply)
    return msgspec.structs.replace(answer, code=code)


def _broken(error: httpx2.TransportError) -> Answer:
    if isinstance(error, httpx2.RemoteProtocolError):
        return answers.garbage()
    return answers.failed(ConnectionError(), timeout=0)
