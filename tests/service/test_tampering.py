"""What somebody may send who means harm: tokens, cookies, headers, fields, addresses and paths turned every way."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import jwt
import msgspec
import pytest
import socketio
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from parlour.api.main import all_routes
from parlour.api.routing import Route
from parlour.core.house import House
from parlour.core.people.keyring import all_keys
from parlour.core.settings import Settings
from tests.person import PASSWORD, Json, Person, eventually

# Tokens


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hand_made(header: Json, claims: object, sign: Any = None) -> str:
    """Return a token with a header that no library would write."""
    body = f"{part(header)}.{part(claims)}"
    return f"{body}.{part(sign(body.encode()) if sign else b'')}"


def tampered(good: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield tokens that differ in one thing from a good one."""
    claims = jwt.decode(good, options={"verify_signature": False})
    key = next(k for k in all_keys(settings.keys_dir) if k.kid == jwt.get_unverified_header(good)["kid"])
    header = {"alg": "EdDSA", "kid": key.kid, "typ": "at+jwt"}
    assert hand_made(header, claims, key.private.sign).count(".") == 2
    yield from by_another_algorithm(header, claims, key.public)
    yield from by_another_key(header, claims, key.private)
    wrong: dict[str, Json] = {
        "expired": {"exp": int(time.time()) - 1},
        "expires in words": {"exp": "tomorrow"},
        "another audience": {"aud": "parlour-files"},
        "no audience": {"aud": []},
        "another issuer": {"iss": "https://evil.example"},
        "somebody else": {"sub": str(uuid.uuid4())},
        "another session": {"sid": str(uuid.uuid4())},
        "a list for a person": {"sub": [claims["sub"]]},
        "an operator for a session": {"sid": {"$ne": ""}},
    }
    for what, value in wrong.items():
        yield what, hand_made(header, claims | value, key.private.sign)
    for what in claims:
        rest = {name: value for name, value in claims.items() if name != what}
        yield f"without {what}", hand_made(header, rest, key.private.sign)
    first, second, third = good.split(".")
    yield "claims changed afterwards", f"{first}.{part(claims | {'exp': claims['exp'] + 99})}.{third}"
    yield "a shorter signature", f"{first}.{second}.{third[:-4]}"
    yield "no signature", f"{first}.{second}."
    yield "two parts", f"{first}.{second}"
    yield "four parts", f"{good}.{third}"
    yield "claims that are a list", hand_made(header, [claims], key.private.sign)
    yield "a header that is a list", f"{part(['EdDSA'])}.{second}.{third}"
    yield "deep claims", f"{first}.{part(b'[' * 3000)}.{third}"


def by_another_algorithm(header: Json, claims: Json, public: Any) -> Iterator[tuple[str, str]]:
    for none in ("none", "None", "NONE", "nOnE", ""):
        yield f"algorithm {none!r}", hand_made(header | {"alg": none}, claims)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    for name, secret in {"pem": pem, "raw": raw, "x": part(raw).encode(), "empty": b""}.items():
        yield (
            f"HS256 by the public key ({name})",
            hand_made(
                header | {"alg": "HS256"}, claims, lambda body, s=secret: hmac.digest(s, body, hashlib.sha256)
            ),
        )
    others: dict[str, Any] = {
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "RS256": rsa.generate_private_key(65537, 2048),
    }
    for alg, own in others.items():
        yield alg, jwt.encode(claims, own, alg, headers={"kid": header["kid"]})


def by_another_key(header: Json, claims: Json, ours: Ed25519PrivateKey) -> Iterator[tuple[str, str]]:
    foreign = Ed25519PrivateKey.generate()
    x = part(foreign.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": header["kid"]}
    brought: dict[str, Json] = {
        "a foreign key": {},
        "a foreign key that it brings along": {"jwk": jwk},
        "a foreign key that is to be fetched": {"jku": "http://127.0.0.1:1/jwks.json", "kid": "theirs"},
        "a foreign certificate": {"x5c": [x], "x5u": "http://127.0.0.1:1/"},
        "a critical header": {"crit": ["exp"]},
    }
    for name, more in brought.items():
        yield name, hand_made(header | more, claims, foreign.sign)
    for odd in (
        "",
        "..",
        f"../{header['kid']}",
        f"./{header['kid']}",
        "/dev/null",
        "../../../../etc/passwd",
        f"{header['kid']}\0.pem",
        f"{header['kid']}.pem",
        "' OR '1'='1",
        "x" * 4000,
        None,
        7,
        ["a"],
        {"$ne": ""},
    ):
        yield f"kid {odd!r}"[:60], hand_made(header | {"kid": odd}, claims, ours.sign)


async def test_no_token_that_was_tampered_with_opens_the_api_or_a_socket(
    ada: Person, stack_settings: Settings
) -> None:
    tokens = dict(tampered(ada.token, stack_settings))
    assert len(tokens) > 40
    for what, token in tokens.items():
        answer = await ada.ask("GET", "/api/v1/me", Authorization=f"Bearer {token}")
        assert answer.status == 401, (what, answer.body)
        assert answer.code in {"unauthenticated", "session_ended"}, what
    for token in tokens.values():
        client = socketio.AsyncClient(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(ada.address, auth={"token": token}, transports=["websocket"], wait_timeout=5)
    assert (await ada.get("/api/v1/me"))["id"] == ada.id, "the good one still does"


async def test_a_token_of_one_persons_session_names_nobody_else(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    """The right key signed it, and both are real: still the session is not theirs."""
    claims = jwt.decode(ada.token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(ada.token)["kid"]
    key = next(key for key in all_keys(stack_settings.keys_dir) if key.kid == kid)
    mixed = jwt.encode(claims | {"sub": ben.id}, key.private, "EdDSA", headers={"kid": kid})
    refused = await ada.ask("GET", "/api/v1/me", Authorization=f"Bearer {mixed}")
    assert (refused.status, refused.code) == (401, "session_ended")


async def test_a_token_is_taken_from_its_header_alone(ada: Person) -> None:
    token, ada.token = ada.token, ""
    for path in (f"/api/v1/me?access_token={token}", f"/api/v1/me?token={token}"):
        assert (await ada.ask("GET", path)).status == 401
    for headers in (
        {"Cookie": f"access_token={token}; Authorization=Bearer {token}"},
        {"Authorization": f"Basic {token}"},
        {"Authorization": token},
        {"X_Authorization": f"Bearer {token}"},
    ):
        assert (await ada.ask("GET", "/api/v1/me", **headers)).status == 401
    assert (await ada.ask("GET", "/api/v1/me", Authorization=f"Bearer {token}")).status == 200


# Sessions


async def test_a_session_planted_before_sign_in_stays_the_planters(ada: Person, outsider: Person) -> None:
    """Session fixation: whoever signs in gets a session of their own, whatever cookie their browser had."""
    planted = await outsider.ask(
        "POST", "/api/v1/auth/login", {"email": outsider.email, "password": PASSWORD}
    )
    cookie = planted.cookies["parlour_refresh"].value
    async with Person(ada.address) as victim:
        body = {"email": ada.email, "password": PASSWORD}
        answer = await victim.ask("POST", "/api/v1/auth/login", body, Cookie=f"parlour_refresh={cookie}")
        own = answer.cookies["parlour_refresh"].value
        assert own.partition(".")[0] != cookie.partition(".")[0]
        assert answer.body["user"]["id"] == ada.id
    async with Person(ada.address) as thief:
        renewed = await thief.ask("POST", "/api/v1/auth/refresh", Cookie=f"parlour_refresh={cookie}")
        assert renewed.body["user"]["id"] == outsider.id


async def test_an_invented_session_is_not_taken_over(ada: Person, house: House) -> None:
    invented = f"{uuid.uuid4()}.chosen-by-somebody-else"
    body = {"email": ada.email, "password": PASSWORD}
    answer = await ada.ask("POST", "/api/v1/auth/login", body, Cookie=f"parlour_refresh={invented}")
    assert invented.partition(".")[0] not in answer.cookies["parlour_refresh"].value
    assert await house.database.sessions.find_one({"_id": invented.partition(".")[0]}) is None


async def test_every_sign_in_is_another_session(ada: Person) -> None:
    body = {"email": ada.email, "password": PASSWORD}
    answers = [await ada.ask("POST", "/api/v1/auth/login", body) for _ in range(3)]
    sessions = {answer.cookies["parlour_refresh"].value.partition(".")[0] for answer in answers}
    assert len(sessions) == 3


async def test_a_refresh_token_used_again_ends_the_session_for_owner_and_thief(ada: Person) -> None:
    signed_in = await ada.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD})
    stolen = signed_in.cookies["parlour_refresh"].value
    ada.token = (await ada.ask("POST", "/api/v1/auth/refresh")).body["access_token"]
    device = await ada.device()
    async with Person(ada.address) as thief:
        refused = await thief.ask("POST", "/api/v1/auth/refresh", Cookie=f"parlour_refresh={stolen}")
        assert (refused.status, refused.code) == (401, "session_ended")
    await device.wait_for("session.ended")

    async def cut() -> bool:
        return not device.sio.connected

    await eventually(cut)
    assert (await ada.ask("GET", "/api/v1/me")).code == "session_ended"
    assert (await ada.ask("POST", "/api/v1/auth/refresh")).code == "session_ended"


@pytest.mark.parametrize("cookie", ["", ".", "..", "a.b", "\x00", "x" * 3000, "%00.%00", "{}.{}", "a.b.c.d"])
async def test_an_odd_refresh_cookie_is_a_clear_refusal(ada: Person, cookie: str) -> None:
    status, head, body = await raw(
        ada, "POST", "/api/v1/auth/refresh", f"Cookie: parlour_refresh={cookie}\r\n"
    )
    assert status in {400, 401}
    assert b"Traceback" not in body
    assert "set-cookie" not in head.lower()


# Headers


async def raw(person: Person, method: str, path: str, headers: str = "") -> tuple[int, str, bytes]:
    """Send exactly these bytes, and return the status, the head and the body of the answer."""
    host, _, port = person.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    token = f"Authorization: Bearer {person.token}\r\n" if person.token else ""
    length = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    request = (
        f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n{token}{headers}{length}"
    )
    writer.write(request.encode("utf-8", "surrogateescape"))
    answer = await asyncio.wait_for(reader.read(), 15)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1.1 (\d+)", head)
    assert status, answer[:200]
    return int(status[1]), head.decode("latin-1"), body


@pytest.mark.parametrize(
    "sent",
    [
        "a\nX-Planted: yes",
        "a\rX-Planted: yes",
        "a%0d%0aX-Planted: yes",
        "å\u010d\u010aX-Planted: yes",
        "\t\x0b",
    ],
)
async def test_what_a_request_is_called_plants_no_header_in_its_answer(ada: Person, sent: str) -> None:
    _, head, _ = await raw(ada, "GET", "/api/v1/me", f"X-Request-Id: {sent}\r\n")
    assert "x-planted:" not in head.lower()


async def test_what_people_write_plants_no_header(ada: Person) -> None:
    planted = "%0d%0aX-Planted:%20yes"
    for path in (
        f"/static/{planted}",
        f"/app/{planted}",
        f"/invite/{planted}",
        f"/sign-in?next=/{planted}",
        f"/api/v1/files/{planted}/content",
        f"/{planted}",
    ):
        _, head, _ = await raw(ada, "GET", path)
        assert "x-planted:" not in head.lower(), path


async def test_addresses_are_made_of_the_setting_and_never_of_what_a_request_says(
    ada: Person, stack_settings: Settings
) -> None:
    path = f"/api/v1/workspaces/{ada.workspace['id']}/invites"
    for name in ("Host", "X-Forwarded-Host", "X-Original-Host", "Forwarded", "X-Host"):
        value = "host=evil.example" if name == "Forwarded" else "evil.example"
        # A second Host header is refused outright.
        status, _, body = await raw(ada, "POST", path, f"{name}: {value}\r\n")
        assert b"evil.example" not in body
        if name != "Host":
            assert status == 201
            assert json.loads(body)["url"].startswith(stack_settings.address)


async def test_a_method_is_the_one_of_its_request(ada: Person) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        await raw(
            ada,
            "POST",
            f"/api/v1/workspaces/{ada.workspace['id']}/invites?_method=DELETE",
            f"{name}: DELETE\r\n",
        )
    assert await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}")
    for method in ("TRACE", "CONNECT", "TRACK", "PROPFIND"):
        status, _, body = await raw(ada, method, "/api/v1/me")
        assert 400 <= status < 500, method
        assert ada.token.encode() not in body


# Fields


def bodies() -> list[tuple[str, Any]]:
    return [(f"{route.method} {route.path}", route.body) for route in all_routes() if route.body is not None]


FOREIGN_BODIES = {"POST /api/v1/command-answers/{run}/{secret}"}
"""Bodies of a form that others decided, which grows without us."""


@pytest.mark.parametrize(("route", "body"), bodies())
def test_every_body_refuses_fields_that_it_does_not_know(route: str, body: Any) -> None:
    """Mass assignment: what a type does not name cannot come in, at any depth."""
    if route in FOREIGN_BODIES:
        return
    loose = [name for name, kind in structs_in(body) if not kind.__struct_config__.forbid_unknown_fields]
    assert not loose, f"{route}: {loose} need forbid_unknown_fields=True"


def structs_in(kind: Any, seen: set[Any] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield every struct that a body is made of."""
    seen = set() if seen is None else seen
    for info in msgspec.inspect.multi_type_info([kind]):
        yield from _structs(info, seen)


def _structs(info: Any, seen: set[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(info, msgspec.inspect.StructType):
        if info.cls in seen:
            return
        seen.add(info.cls)
        yield info.cls.__name__, info.cls
        for field in info.fields:
            yield from _structs(field.type, seen)
    for name in ("item_type", "key_type", "value_type"):
        if hasattr(info, name):
            yield from _structs(getattr(info, name), seen)
    for inner in getattr(info, "types", ()) or ():
        yield from _structs(inner, seen)


async def test_nobody_makes_themselves_more_than_they_are(ada: Person, ben: Person) -> None:
    account = {"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD, "name": "New"}
    workspace = f"/api/v1/workspaces/{ada.workspace['id']}"
    more: list[tuple[str, str, Json, Json]] = [
        ("POST", "/api/v1/auth/register", account, {"role": "owner"}),
        ("POST", "/api/v1/auth/register", account, {"id": ada.id}),
        ("POST", "/api/v1/auth/register", account, {"kind": "bot"}),
        ("POST", "/api/v1/auth/register", account, {"email_verified_at": "2020-01-01T00:00:00Z"}),
        ("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD}, {"user_id": ben.id}),
        ("PATCH", "/api/v1/me", {"title": "Engineer"}, {"email": "other@example.com"}),
        ("PATCH", "/api/v1/me", {"title": "Engineer"}, {"id": ben.id}),
        ("PATCH", "/api/v1/me", {"title": "Engineer"}, {"password_hash": "x"}),
        ("PATCH", "/api/v1/me", {"title": "Engineer"}, {"$set": {"email": "x"}}),
        ("POST", "/api/v1/workspaces", {"name": "Mine"}, {"id": ada.workspace["id"]}),
        ("POST", "/api/v1/workspaces", {"name": "Mine"}, {"slug": "admin"}),
        ("PATCH", workspace, {"name": "Ours"}, {"slug": "other"}),
        ("PATCH", workspace, {"name": "Ours"}, {"role": "owner"}),
        ("PATCH", workspace, {"name": "Ours"}, {"owner_id": ben.id}),
        ("POST", f"{workspace}/channels", {"name": "new", "kind": "public"}, {"workspace_id": "other"}),
        ("POST", f"{workspace}/channels", {"name": "new", "kind": "public"}, {"last_n": 7}),
    ]
    for method, path, good, extra in more:
        refused = await ada.ask(method, path, good | extra)
        assert refused.status == 422, (method, path, extra)
    assert (await ada.get(workspace))["name"] == "Analytical Engines"
    assert (await ada.get("/api/v1/me"))["title"] == ""


# Paths


IDS = (
    "%2e%2e",
    "..%2f..%2fme",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "a%2fb",
    "a%5cb",
    "%00",
    "a%00b",
    "%0d%0a",
    "%ff%fe",
    "%F0%9F%91%8D",
    "*",
    "$ne",
    "%7B%22$ne%22:1%7D",
    "0",
    "-1",
    "null",
    "'%20OR%20'1'='1",
    "..;",
    "x" * 3000,
)


def odd_paths(route: Route) -> Iterator[str]:
    for odd in IDS:
        yield re.sub(r"{\w+}", odd, route.path)


async def test_no_id_in_a_path_breaks_out_of_its_place(ada: Person) -> None:
    """Each route whose path holds an id is asked for odd ones: encoded slashes, dot segments, null bytes."""
    routes = [route for route in all_routes() if "{" in route.path and not route.streamed]
    assert len(routes) > 80
    gate = asyncio.Semaphore(8)

    async def ask(route: Route, path: str) -> tuple[str, str, int, bytes]:
        async with gate:
            status, _, body = await raw(ada, route.method, path)
            return route.method, path[:120], status, body[:300]

    asked = [ask(route, path) for route in routes for path in odd_paths(route)]
    answers = await asyncio.gather(*asked)
    # Browsers are led back to the sign-in page, see test_oidc.py.
    led = {answer for answer in answers if answer[1].startswith("/api/v1/auth/oidc/") and answer[2] == 303}
    # Whether an address is free is asked of any text that could be one.
    free = {answer for answer in answers if answer[3].endswith(b'"free":true}')}
    wrong = [answer for answer in answers if not 400 <= answer[2] < 500 and answer not in led | free]
    assert not wrong, wrong[:10]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pyproject.toml",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/....//....//etc/passwd",
        "/static/..%5c..%5cpages.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/js/app.js%00.css",
        "/static/npm/../../../package.json",
        "/../../../../etc/passwd",
        "//etc/passwd",
        "/.git/config",
        "/.env",
        "/metrics",
        "/api/v1/../../metrics",
        "/socket.io/../metrics",
    ],
)
async def test_no_path_leads_to_a_file_or_page_that_is_not_served(ada: Person, path: str) -> None:
    status, _, body = await raw(ada, "GET", path)
    assert status in {400, 404}, body[:200]
    assert b"root:" not in body
    assert b"[project]" not in body


async def test_a_dot_segment_does_not_lead_past_who_may_call(ada: Person) -> None:
    ada.token = ""
    for path in (
        "/docs/../api/v1/me",
        "/static/../api/v1/me",
        "/api/v1/auth/../me",
        "/api/v1/auth/%2e%2e/me",
    ):
        status, _, _ = await raw(ada, "GET", path)
        assert status in {400, 401, 404}, path


# Redirects


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/%2e%2e",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/.//evil.example",
        "/sign-in?next=//evil.example",
        "/sign-up?next=https://evil.example",
        "/app//evil.example",
        "/favicon.ico//evil.example",
        "/static//evil.example/",
    ],
)
async def test_no_answer_leads_to_another_site(ada: Person, path: str) -> None:
    _, head, _ = await raw(ada, "GET", path)
    led = re.findall(r"(?im)^(?:location|refresh):\s*(.*?)\r?$", head)
    assert all(place.startswith("/static/") for place in led), led
