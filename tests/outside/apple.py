"""Apple's side: the push notification service over HTTP/2 with TLS, by a certificate authority of one's own."""

import asyncio
import json
import re
import secrets
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypercorn.asyncio import serve
from hypercorn.config import Config

from parlour.core.ids import DeviceId, new_id
from parlour.core.outside.notice import Address
from tests.outside.leading import secret
from tests.outside.script import Script
from tests.outside.signatures import opened

TOPIC, TEAM, KEY_ID = "test.parlour.app", "TEAM123456", "KEY1234567"
PAYLOAD_MAX = 4096


@dataclass(frozen=True)
class Received:
    """A push as Apple took it."""

    payload: dict[str, Any]
    headers: dict[str, str]


class Apple:
    """`script` says what it answers instead of the truth; `faults` is what was sent against the documentation."""

    def __init__(self, folder: Path) -> None:
        self.address = ""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.script = Script()
        self.received: dict[str, list[Received]] = {}
        self.provider_tokens: list[str] = []
        self.faults: list[str] = []
        self.connections: set[Any] = set()
        self.folder = folder

    @property
    def settings(self) -> dict[str, Any]:
        """What leads `Outside` here."""
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return {
            "apns_key": secret(pem),
            "apns_key_id": KEY_ID,
            "apns_team_id": TEAM,
            "apns_topic": TOPIC,
            "apns_url": self.address,
            "apns_ca_file": str(self.folder / "ca.pem"),
        }

    def install(self) -> Address:
        """Return the address of a device on which the app has just registered."""
        token = secrets.token_hex(32)
        self.received[token] = []
        return Address(device_id=DeviceId(new_id()), kind="apns", target=token)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            return
        self.connections.add(scope["client"])
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = b""
        while (event := await receive()).get("type") == "http.request":
            body += event["body"]
            if not event.get("more_body"):
                break
        status, said, more = await self._answer(scope, headers, body)
        named = [(b"apns-id", headers.get("apns-id", "").encode())]
        named += [(name.encode(), value.encode()) for name, value in more.items()]
        await send({"type": "http.response.start", "status": status, "headers": named})
        await send({"type": "http.response.body", "body": said})

    async def _answer(
        self, scope: dict[str, Any], headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        if (told := self.script.next()) is not None:
            await asyncio.sleep(told.after_s)
            if told.hangs:
                await asyncio.Event().wait()
            if told.status:
                return told.status, told.body, dict(told.headers)
        try:
            self._check(scope, headers, body)
            self._check_provider(headers["authorization"])
        except (AssertionError, KeyError, ValueError) as error:
            self.faults.append(repr(error))
            return 400, reason("BadMessage"), {}
        except InvalidSignature:
            return 403, reason("InvalidProviderToken"), {}
        device = scope["path"].removeprefix("/3/device/")
        if device not in self.received:
            return 410, json.dumps({"reason": "Unregistered", "timestamp": 1}).encode(), {}
        self.received[device].append(Received(json.loads(body), headers))
        return 200, b"", {}

    def _check(self, scope: dict[str, Any], headers: dict[str, str], body: bytes) -> None:
        assert scope["http_version"] == "2"
        assert scope["method"] == "POST"
        assert re.fullmatch(r"/3/device/[0-9a-f]+", scope["path"])
        assert headers["apns-topic"] == TOPIC
        assert str(uuid.UUID(headers["apns-id"])) == headers["apns-id"]
        assert len(headers["apns-collapse-id"].encode()) <= 64
        assert int(headers["apns-expiration"]) > time.time()
        assert len(body) <= PAYLOAD_MAX
        aps = json.loads(body)["aps"]
        if headers["apns-push-type"] == "background":
            assert aps == {"content-available": 1}
            assert headers["apns-priority"] == "5"
        else:
            assert headers["apns-push-type"] == "alert"
            assert set(aps["alert"]) == {"title", "body"}
            assert headers["apns-priority"] == "10"

    def _check_provider(self, authorization: str) -> None:
        scheme, _, token = authorization.partition(" ")
        assert scheme == "bearer"
        header, claims = opened(token, self.key.public_key())
        assert header["kid"] == KEY_ID
        assert claims["iss"] == TEAM
        assert -60 < time.time() - claims["iat"] < 3600
        if token not in self.provider_tokens:
            self.provider_tokens.append(token)


def reason(name: str) -> bytes:
    """Return an error as Apple tells it."""
    return json.dumps({"reason": name}).encode()


@asynccontextmanager
async def apple(folder: Path) -> AsyncIterator[Apple]:
    """Serve on a free port; keeps certificates in a folder."""
    served = Apple(folder)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    leaf = authority.issue_cert("127.0.0.1")
    leaf.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    listening = socket.create_server(("127.0.0.1", 0))
    served.address = f"https://127.0.0.1:{listening.getsockname()[1]}"
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]
    config.certfile = config.keyfile = str(folder / "server.pem")
    config.graceful_timeout = 0.1
    config.errorlog = None
    ended = asyncio.Event()

    async def until_ended() -> None:
        await ended.wait()

    serving = asyncio.create_task(serve(served, config, shutdown_trigger=until_ended))  # type: ignore[arg-type]
    try:
        yield served
    finally:
        ended.set()
        await serving
    assert not served.faults, served.faults
