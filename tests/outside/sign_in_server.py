"""A sign-in server on this machine (OpenID Connect): it asks for PKCE and the client's secret, and gives a code once.

Whoever comes is signed in at once as the person that the test put there. A test may have it answer what it should not.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey
from yarl import URL

CLIENT, SECRET = "parlour", "a secret of the client's / with+odd signs"

Json = dict[str, Any]


@dataclass
class SignInServer:
    """What it knows. `claims` are those of the person there; `turn` changes what a token says before it is signed."""

    issuer: str = ""
    id: str = ""
    secret_file: str = ""
    claims: Json = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    turn: Callable[[Json], Json] = lambda claims: claims
    sign: Callable[[Json], str] | None = None
    metadata: Json = field(default_factory=dict)
    denies: bool = False
    in_userinfo: bool = False
    codes: dict[str, Json] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def signed(self, claims: Json) -> str:
        """Return a token as a good server signs it."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def signed_by_another(self, claims: Json) -> str:
        """Return one by a key that is not the server's, though it says so."""
        foreign = RSAKey.generate_key(2048, {"kid": str(self.key.kid)})
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, foreign)

    def signed_by_what_is_public(self, claims: Json) -> str:
        """Return one by HS256, with the public key for a secret."""
        return self._by_secret(claims, self.key.as_pem(private=False))

    def signed_by_the_client(self, claims: Json) -> str:
        """Return one by HS256, with the client's secret."""
        return self._by_secret(claims, SECRET.encode())

    def _by_secret(self, claims: Json, secret: bytes) -> str:
        parts = ({"alg": "HS256", "kid": self.key.kid}, claims)
        body = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        return f"{body}.{encoded(hmac.digest(secret, body.encode(), 'sha256'))}"

    def unsigned(self, claims: Json) -> str:
        """Return one by no algorithm at all."""
        parts = ({"alg": "none", "kid": self.key.kid}, claims)
        return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."

    async def discover(self, _: web.Request) -> web.Response:
        self.asked.append("metadata")
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize?tenant=one",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
            | self.metadata
        )

    async def keys(self, _: web.Request) -> web.Response:
        self.asked.append("keys")
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: web.Request) -> web.Response:
        given = dict(request.query)
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT
        assert given["code_challenge_method"] == "S256"
        assert given["tenant"] == "one"
        answer = {"state": given["state"], "iss": self.issuer}
        if self.denies:
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self.codes[answer["code"]] = given
        raise web.HTTPFound(str(URL(given["redirect_uri"]).update_query(answer)))

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = self.codes.pop(str(form["code"]), None)
        basic = base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()
        challenge = encoded(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
        right = given and (given["code_challenge"], given["redirect_uri"]) == (
            challenge,
            form["redirect_uri"],
        )
        if not given or not right or request.headers.get("Authorization") != f"Basic {basic}":
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = secrets.token_urlsafe(16)
        shown = {"sub": self.claims["sub"]} if self.in_userinfo else self.claims
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": given["nonce"],
        }
        sign = self.sign or self.signed
        return web.json_response(
            {"access_token": access, "token_type": "Bearer", "id_token": sign(self.turn(claims | shown))}
        )

    async def userinfo(self, _: web.Request) -> web.Response:
        self.asked.append("userinfo")
        return web.json_response(self.claims)


@asynccontextmanager
async def sign_in_server() -> AsyncIterator[SignInServer]:
    """Serve one on a free port."""
    server = SignInServer()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", server.discover)
    app.router.add_get("/keys", server.keys)
    app.router.add_get("/authorize", server.authorize)
    app.router.add_post("/token", server.token)
    app.router.add_get("/userinfo", server.userinfo)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.issuer = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
