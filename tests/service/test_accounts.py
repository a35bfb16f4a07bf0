"""Signing up, in and out, staying signed in."""

import time
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from parlour.core.people.keyring import all_keys
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.person import PASSWORD, Person, eventually


async def test_signing_in_gives_a_short_token_and_an_http_only_cookie(
    ada: Person, stack_settings: Settings
) -> None:
    answer = await ada.ask("POST", "/api/v1/auth/login", {"email": ada.email.upper(), "password": PASSWORD})
    assert answer.status == 200
    assert answer.body["user"]["id"] == ada.id
    assert answer.body["expires_in"] == stack_settings.access_token_seconds
    cookie = answer.cookies["parlour_refresh"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/api/v1/auth"
    me = await ada.get("/api/v1/me")
    assert (me["id"], me["email"]) == (ada.id, ada.email)
    assert [w["id"] for w in me["workspaces"]] == [ada.workspace["id"]]


async def test_wrong_password_and_unknown_address_get_the_same_answer(ada: Person) -> None:
    wrong = await ada.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": "not hers"})
    unknown = await ada.ask("POST", "/api/v1/auth/login", {"email": "no@example.com", "password": "not hers"})
    assert wrong.status == unknown.status == 401
    assert wrong.body == unknown.body
    assert wrong.code == "wrong_credentials"


async def test_too_many_failed_sign_ins_are_refused_for_a_while(
    ada: Person, stack_settings: Settings
) -> None:
    body = {"email": ada.email, "password": "guess"}
    for _ in range(stack_settings.sign_in_failures):
        assert (await ada.ask("POST", "/api/v1/auth/login", body)).status == 401
    refused = await ada.ask("POST", "/api/v1/auth/login", body)
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert "sign_in_failures" in refused.body["detail"]
    assert int(refused.headers["Retry-After"]) > 0


async def test_an_address_can_be_used_once(ada: Person) -> None:
    body = {"email": ada.email.upper(), "password": PASSWORD, "name": "Second Ada"}
    answer = await ada.ask("POST", "/api/v1/auth/register", body)
    assert (answer.status, answer.code) == (409, "email_taken")
    assert answer.body["errors"][0]["field"] == "email"


async def test_each_wrong_field_of_a_registration_is_named(sign_up: Signup, ada: Person) -> None:
    good = {"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD, "name": "New"}
    wrong = {
        "email": ["", "nobody", "a b@example.com", "a@b", "x" * 300 + "@example.com"],
        "password": ["short", "x" * 1000],
        "name": ["", "   ", "a\x00b", "line\nbreak", "x" * 200],
    }
    for field, values in wrong.items():
        for value in values:
            answer = await ada.ask("POST", "/api/v1/auth/register", good | {field: value})
            assert (answer.status, answer.body["errors"][0]["field"]) == (422, field), value
    bodies: list[Any] = [{**good, "extra": 1}, {"email": 5}, [], "text"]
    for body in bodies:
        answer = await ada.ask("POST", "/api/v1/auth/register", body)
        assert answer.status == 422
        assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_refresh_rotates_and_an_old_token_ends_the_session(ada: Person) -> None:
    first = await ada.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD})
    old = first.cookies["parlour_refresh"].value
    ada.token = ""
    second = await ada.ask("POST", "/api/v1/auth/refresh")
    assert second.status == 200
    new = second.cookies["parlour_refresh"].value
    assert new != old
    for token in (old, new):
        async with Person(ada.address) as thief:
            refused = await thief.ask("POST", "/api/v1/auth/refresh", Cookie=f"parlour_refresh={token}")
            assert (refused.status, refused.code) == (401, "session_ended")
    ada.token = second.body["access_token"]
    assert (await ada.ask("GET", "/api/v1/me")).code == "session_ended"


async def test_signing_out_ends_the_session_and_its_live_connection(ada: Person) -> None:
    device = await ada.device()
    answer = await ada.ask("POST", "/api/v1/auth/logout")
    assert answer.status == 204
    await device.wait_for("session.ended")

    async def cut():
        return not device.sio.connected

    await eventually(cut)
    assert (await ada.ask("GET", "/api/v1/me")).status == 401
    assert (await ada.ask("POST", "/api/v1/auth/refresh")).status == 401


async def test_tokens_that_are_not_ours_open_nothing(ada: Person, stack_settings: Settings) -> None:
    good = jwt.decode(ada.token, options={"verify_signature": False})
    key = all_keys(stack_settings.keys_dir)[0]
    told, foreign = {"kid": key.kid}, Ed25519PrivateKey.generate()
    public = key.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    forged = {
        "other key": jwt.encode(good, foreign, "EdDSA", headers=told),
        "other key, own id": jwt.encode(good, foreign, "EdDSA", headers={"kid": "mine"}),
        "no id": jwt.encode(good, key.private, "EdDSA"),
        "id with a path": jwt.encode(good, key.private, "EdDSA", headers={"kid": f"../{key.kid}"}),
        "no signature": jwt.encode(good, "", "none", headers=told),
        "public key as a secret": jwt.encode(good, public, "HS256", headers=told),
        "secret key": jwt.encode(good, stack_settings.secret_key.get_secret_value(), "HS256", headers=told),
        "garbage": "abc",
    }
    wrong = {"exp": int(time.time()) - 1, "aud": "files", "iss": "http://else.example", "sub": "somebody"}
    for name, value in wrong.items():
        forged[f"other {name}"] = jwt.encode(good | {name: value}, key.private, "EdDSA", headers=told)
    for name in good:
        less = {other: value for other, value in good.items() if other != name}
        forged[f"no {name}"] = jwt.encode(less, key.private, "EdDSA", headers=told)
    for what, token in forged.items():
        answer = await ada.ask("GET", "/api/v1/me", Authorization=f"Bearer {token}")
        assert answer.status == 401, what
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    ours = jwt.encode(good, key.private, "EdDSA", headers=told)
    assert (await ada.ask("GET", "/api/v1/me", Authorization=f"Bearer {ours}")).status == 200


async def test_whoever_checks_our_tokens_finds_the_public_keys(ada: Person) -> None:
    found = await ada.get("/.well-known/jwks.json")
    keys = jwt.PyJWKSet.from_dict(found)
    kid = jwt.get_unverified_header(ada.token)["kid"]
    claims = jwt.decode(ada.token, keys[kid], algorithms=["EdDSA"], audience="parlour-api")
    assert claims["sub"] == ada.id
    assert all("d" not in key for key in found["keys"]), "nothing private"
