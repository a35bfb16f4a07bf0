"""Google's side: access tokens for a signed assertion, and Firebase Cloud Messaging HTTP v1."""

import json
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from parlour.core.ids import DeviceId, new_id
from parlour.core.outside.notice import Address
from tests.outside.leading import secret
from tests.outside.script import Script, play, serving
from tests.outside.signatures import opened

PROJECT, EMAIL = "parlour-test", "push@parlour-test.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DATA_MAX = 4096


class Google:
    """`received` is what each device's app got; `script` answers for messages, `token_script` for tokens."""

    def __init__(self) -> None:
        self.address = ""
        self.key = rsa.generate_private_key(65537, 2048)
        self.script, self.token_script = Script(), Script()
        self.tokens: set[str] = set()
        self.received: dict[str, list[dict[str, Any]]] = {}
        self.messages: list[dict[str, Any]] = []
        self.faults: list[str] = []

    @property
    def settings(self) -> dict[str, Any]:
        """What leads `Outside` here."""
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "key-1",
            "private_key": pem,
            "client_email": EMAIL,
            "token_uri": f"{self.address}/token",
        }
        return {"fcm_service_account": secret(json.dumps(account)), "fcm_url": self.address}

    def install(self) -> Address:
        """Return the address of a device on which the app has just registered."""
        token = secrets.token_urlsafe(100)
        self.received[token] = []
        return Address(device_id=DeviceId(new_id()), kind="fcm", target=token)

    async def grant(self, request: web.Request) -> web.StreamResponse:
        if (told := await play(self.token_script, request)) is not None:
            return told
        form = await request.post()
        try:
            assert form["grant_type"] == GRANT
            header, claims = opened(str(form["assertion"]), self.key.public_key())
            assert header["kid"] == "key-1"
            assert claims["iss"] == EMAIL
            assert claims["aud"] == f"{self.address}/token"
            assert claims["scope"] == SCOPE
            assert claims["iat"] < claims["exp"] <= claims["iat"] + 3600
            assert abs(claims["iat"] - time.time()) < 60
        except (AssertionError, KeyError, InvalidSignature) as error:
            self.faults.append(repr(error))
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = secrets.token_urlsafe(32)
        self.tokens.add(token)
        return web.json_response({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    async def send(self, request: web.Request) -> web.StreamResponse:
        if (told := await play(self.script, request)) is not None:
            return told
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return failure(401, "UNAUTHENTICATED")
        message = (await request.json())["message"]
        if fault := self._fault(message):
            self.faults.append(fault)
            return failure(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        if message["token"] not in self.received:
            return failure(404, "NOT_FOUND", "UNREGISTERED")
        self.messages.append(message)
        self.received[message["token"]].append(message["data"])
        return web.json_response({"name": f"projects/{PROJECT}/messages/0:{secrets.token_hex(8)}"})

    def _fault(self, message: dict[str, Any]) -> str:
        data, android = message["data"], message["android"]
        if not all(isinstance(value, str) for value in data.values()):
            return "data holds other than strings"
        if {name for name in data if name in ("from", "message_type") or name.startswith(("google", "gcm"))}:
            return "data has a reserved name"
        if sum(len(name.encode()) + len(value.encode()) for name, value in data.items()) > DATA_MAX:
            return "too much data"
        if android["priority"] not in ("NORMAL", "HIGH") or not re.fullmatch(r"\d+s", android["ttl"]):
            return "no such priority or time to live"
        return ""


def failure(status: int, name: str, code: str = "", field: str = "") -> web.Response:
    """Return an error as Google's interfaces tell it."""
    return web.json_response(failure_body(status, name, code, field), status=status)


def failure_body(status: int, name: str, code: str = "", field: str = "") -> dict[str, Any]:
    details: list[dict[str, Any]] = []
    if code:
        kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        details.append({"@type": kind, "errorCode": code})
    if field:
        violations = [{"field": field, "description": "Invalid value"}]
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations})
    return {"error": {"code": status, "message": "said so", "status": name, "details": details}}


@asynccontextmanager
async def google() -> AsyncIterator[Google]:
    """Serve on a free port; expects at the end that nothing was sent against the documentation."""
    served = Google()
    app = web.Application()
    app.router.add_post("/token", served.grant)
    app.router.add_post(f"/v1/projects/{PROJECT}/messages:send", served.send)
    async with serving(app) as address:
        served.address = address
        yield served
    assert not served.faults, served.faults
