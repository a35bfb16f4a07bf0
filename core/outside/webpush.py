"""Web Push: RFC 8030 to deliver, RFC 8291 to encrypt for one device alone, RFC 8292 to say who sends."""

import base64
import binascii

import http_ece
from aiohttp import ClientError, ClientSession
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from parlour.core.model.notifications import WebPushKeys
from parlour.core.outside import answers
from parlour.core.outside.answer import Answer
from parlour.core.outside.exchange import allowed_hosts, post
from parlour.core.outside.notice import Address, Push
from parlour.core.outside.payload import payload, topic
from parlour.core.outside.vapid import Vapid
from parlour.core.previews.guard import RefusedAddressError, check_url
from parlour.core.settings import Settings

POINT_BYTES, SECRET_BYTES = 65, 16


class WebPush:
    """Pushes to browsers. Its session guards against endpoints that lead into this server's own network."""

    def __init__(self, settings: Settings, session: ClientSession, vapid: Vapid) -> None:
        self._settings = settings
        self._session = session
        self._vapid = vapid

    async def push(self, address: Address, push: Push) -> Answer:
        """Encrypt a push for a browser and hand it to its push service.

        Raises:
            ConfigurationError: a setting is wrong.
        """
        if address.keys is None:
            return answers.refused("keys", "the device has registered without its keys")
        try:
            body = encrypted(payload(push, most=self._settings.push_payload_max_bytes), address.keys)
        except ValueError:
            return answers.refused("keys", "the device's keys are none")
        try:
            headers = {**sealed_headers(self._vapid, address), **conditions(address, push, self._settings)}
            return await deliver(self._session, address.target, body, headers, self._settings)
        except ValueError:
            return answers.refused("address", "the push service's address is none")


async def deliver(
    session: ClientSession, endpoint: str, body: bytes, headers: dict[str, str], settings: Settings
) -> Answer:
    """Post to an endpoint that a device named, if that is a place to post to."""
    try:
        check_endpoint(endpoint, settings)
        most = settings.push_answer_max_bytes
        reply = await post(session, endpoint, data=body, headers=headers, most=most)
    except (ClientError, *answers.UNDERSTOOD) as error:
        return answers.failed(error, timeout=settings.push_timeout)
    return answers.judged(reply)


def check_endpoint(endpoint: str, settings: Settings) -> None:
    """Let pass what a device may be pushed to by: https on its usual port, or a host of the setting `push_allow`.

    Whether the host is public is looked at when it is connected to.

    Raises:
        RefusedAddressError: it may not.
        ValueError: it is no URL.
    """
    url, allowed = URL(endpoint), allowed_hosts(settings)
    check_url(url, allowed=allowed)
    if url.scheme != "https" and url.host not in allowed:
        raise RefusedAddressError("a push service is reached by https")


def encrypted(content: bytes, keys: WebPushKeys) -> bytes:
    """Return content that only the device can read: one record of aes128gcm (RFC 8188).

    Raises:
        ValueError: the keys are none.
    """
    public, secret = _decoded(keys.p256dh, POINT_BYTES), _decoded(keys.auth, SECRET_BYTES)
    sealed: bytes = http_ece.encrypt(
        content,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=public,
        auth_secret=secret,
        version="aes128gcm",
    )
    return sealed


def sealed_headers(vapid: Vapid, address: Address) -> dict[str, str]:
    """Return the headers of encrypted content."""
    return {
        "Authorization": vapid.authorization(address.target),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }


def conditions(address: Address, push: Push, settings: Settings) -> dict[str, str]:
    """Return how long a push is kept, how much it matters, and what it takes the place of (RFC 8030, 5.2 to 5.4)."""
    return {"TTL": str(settings.push_ttl), "Urgency": push.urgency, "Topic": topic(address, push)}


def _decoded(text: str, length: int) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
    if len(raw) != length:
        raise ValueError(f"not {length} bytes")
    return raw
