"""Signing in by other servers: the way there and back, whose account it is, and roles by what the server says."""

import asyncio
import json
import socket
import sys
import time
import uuid
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.people.oidc.providers import ProvidersError, _read
from parlour.core.people.oidc.sign_in import local_place
from parlour.core.settings import Settings
from tests.authenticator import second_step, set_up_app
from tests.conftest import Signup
from tests.outside.sign_in_server import CLIENT, SECRET, SignInServer, sign_in_server
from tests.passkey import Passkey
from tests.person import PASSWORD, Answer, Json, Person, eventually

LINKED = "/api/v1/me/linked-accounts"
PROOF = {"password": PASSWORD}


class Config:
    """The file of sign-in servers that the stack reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: list[Json] = []

    def put(self, **provider: Any) -> str:
        """Add or change a server, and return its id."""
        provider = {"client_id": CLIENT, "label": "Example Work"} | provider
        self.known = [known for known in self.known if known["id"] != provider["id"]] + [provider]
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.known))
        fresh.replace(self.path)
        return str(provider["id"])


@pytest.fixture(scope="session")
def config(stack_settings: Settings) -> Config:
    return Config(stack_settings.data_dir / "oidc.json")


@pytest.fixture
async def server(config: Config, tmp_path: Path) -> AsyncIterator[SignInServer]:
    """A sign-in server that the stack knows as `work-…`."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    async with sign_in_server() as running:
        running.claims = person_there()
        running.secret_file = str(secret)
        running.id = config.put(
            id=f"work-{uuid.uuid4().hex[:8]}", issuer=running.issuer, client_secret_file=str(secret)
        )
        yield running


def person_there(**claims: Any) -> Json:
    email = f"grace-{uuid.uuid4().hex}@example.com"
    return {"sub": uuid.uuid4().hex, "email": email, "email_verified": True, "name": "Grace Hopper"} | claims


@pytest.fixture
async def browser(stack_settings: Settings) -> AsyncIterator[Callable[[], Any]]:
    """Browsers of strangers."""
    async with AsyncExitStack() as stack:
        yield lambda: stack.enter_async_context(Person(stack_settings.address))


async def goes(person: Person, address: str) -> Answer:
    """Follow one link, no further."""
    async with person._http.get(address, allow_redirects=False) as response:
        return Answer(response.status, await response.text(), response.headers, response.cookies)


async def comes_back(person: Person, server: SignInServer, next_place: str = "/app") -> str:
    """Go to the server, and return the address that it sends the browser back to."""
    begun = await goes(person, f"{person.address}/api/v1/auth/oidc/{server.id}?next={next_place}")
    assert begun.status == 303
    there = begun.headers["Location"]
    assert there.startswith(server.issuer), there
    return str((await goes(person, there)).headers["Location"])


async def signs_in(person: Person, server: SignInServer, next_place: str = "/app") -> str:
    """Go all the way, and return where Parlour leads on to."""
    back = await comes_back(person, server, next_place)
    ended = await goes(person, back)
    assert ended.status == 303
    return str(ended.headers["Location"])


async def takes_up(person: Person) -> Json:
    """Begin with the session that the cookie opens, as the sign-in page does."""
    answer = await person.ask("POST", "/api/v1/auth/refresh")
    assert answer.status == 200, answer.body
    person.token, person.id = answer.body["access_token"], answer.body["user"]["id"]
    return dict(answer.body["user"])


def problem(place: str) -> str:
    parts = urlsplit(place)
    assert (parts.scheme, parts.netloc, parts.path) == ("", "", "/sign-in")
    return parse_qs(parts.query).get("problem", [""])[0]


async def test_a_stranger_signs_up_by_the_server_and_in_again(browser: Any, server: SignInServer) -> None:
    first = await browser()
    assert await signs_in(first, server, "/app/team") == "/sign-in?done=1&next=%2Fapp%2Fteam"
    user = await takes_up(first)
    assert (user["name"], user["email"]) == ("Grace Hopper", server.claims["email"])
    assert user["email_verified_at"]
    second = await browser()
    await signs_in(second, server)
    assert (await takes_up(second))["id"] == user["id"]


async def test_a_browser_that_comes_back_from_the_server_is_known(
    browser: Any, server: SignInServer, house: House
) -> None:
    """On the way back from another site a browser keeps the cookie by which it is known to itself."""

    async def mails() -> list[str]:
        query = {"to": server.claims["email"], "kind": "unknown_browser"}
        return [mail["_id"] async for mail in house.database.account_mails.find(query)]

    first, second = await browser(), await browser()
    await signs_in(first, server)
    back = await comes_back(first, server)
    first._http.cookie_jar.clear(lambda cookie: cookie.key == "parlour_device")
    assert "done=1" in (await goes(first, back)).headers["Location"]
    assert await mails() == []
    await signs_in(second, server)
    assert len(await mails()) == 1


async def test_the_request_is_bound_to_this_browser_and_this_way(browser: Any, server: SignInServer) -> None:
    person = await browser()
    begun = await goes(person, f"{person.address}/api/v1/auth/oidc/{server.id}")
    asked = dict(parse_qsl(urlsplit(begun.headers["Location"]).query))
    assert asked["redirect_uri"] == f"{person.address}/api/v1/auth/oidc/{server.id}/callback"
    assert asked["scope"].split()[0] == "openid"
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    cookie = begun.cookies["parlour_way"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/api/v1/auth")
    assert cookie.value not in begun.headers["Location"]


async def test_another_browser_cannot_finish_what_this_one_began(browser: Any, server: SignInServer) -> None:
    """Else an attacker signs somebody in as themselves, and reads what they write there."""
    attacker, victim = await browser(), await browser()
    back = await comes_back(attacker, server)
    assert problem((await goes(victim, back)).headers["Location"]) == "sign_in_over"
    own = await comes_back(victim, server)
    mixed = own.replace(parse_qs(urlsplit(own).query)["state"][0], parse_qs(urlsplit(back).query)["state"][0])
    assert problem((await goes(victim, mixed)).headers["Location"]) == "sign_in_over"
    assert (await victim.ask("POST", "/api/v1/auth/refresh")).status == 401


async def test_a_way_is_gone_once(browser: Any, server: SignInServer) -> None:
    person = await browser()
    back = await comes_back(person, server)
    assert "done=1" in (await goes(person, back)).headers["Location"]
    assert problem((await goes(person, back)).headers["Location"]) == "sign_in_over"


async def test_a_way_at_one_server_does_not_end_at_another(
    browser: Any, server: SignInServer, config: Config
) -> None:
    """Mix-up (RFC 9207): an answer counts for the server that was asked."""
    other = config.put(
        id=f"other-{uuid.uuid4().hex[:8]}", issuer=server.issuer, client_secret_file=server.secret_file
    )
    person = await browser()
    back = await comes_back(person, server)
    ended = await goes(person, back.replace(f"/{server.id}/", f"/{other}/"))
    assert problem(ended.headers["Location"]) == "sign_in_over"
    back = (
        (await comes_back(person, server))
        .replace("iss=http%3A%2F%2F127.0.0.1", "iss=http%3A%2F%2F127.0.0.2")
        .replace("iss=http://127.0.0.1", "iss=http://127.0.0.2")
    )
    assert problem((await goes(person, back)).headers["Location"]) == "sign_in_refused"


@pytest.mark.parametrize(
    "turned",
    [
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": 5},
        {"sub": ""},
        {"nbf": int(time.time()) + 3600},
        {"at_hash": "not of the token"},
    ],
    ids=str,
)
async def test_a_token_that_is_not_quite_right_signs_nobody_in(
    browser: Any, server: SignInServer, turned: Json
) -> None:
    server.turn = lambda claims: {
        name: value for name, value in (claims | turned).items() if value is not None
    }
    person = await browser()
    assert problem(await signs_in(person, server)) == "sign_in_refused"
    assert (await person.ask("POST", "/api/v1/auth/refresh")).status == 401


@pytest.mark.parametrize(
    "signed", ["unsigned", "signed_by_another", "signed_by_what_is_public", "signed_by_the_client"]
)
async def test_only_the_servers_own_key_signs(browser: Any, server: SignInServer, signed: str) -> None:
    server.sign = getattr(server, signed)
    assert problem(await signs_in(await browser(), server)) == "sign_in_refused"


async def test_a_server_is_not_asked_for_its_keys_by_every_token(browser: Any, server: SignInServer) -> None:
    await signs_in(await browser(), server)
    assert server.asked.count("metadata") == 1
    server.key = type(server.key).generate_key(2048, {"kid": "second"})
    # It was asked for its keys just now, and is not asked again for each token that names another.
    assert problem(await signs_in(await browser(), server)) == "sign_in_refused"
    assert server.asked.count("keys") == 1


async def test_what_the_token_lacks_is_asked_for(browser: Any, server: SignInServer) -> None:
    server.in_userinfo = True
    person = await browser()
    await signs_in(person, server)
    assert (await takes_up(person))["email"] == server.claims["email"]
    assert "userinfo" in server.asked


async def test_going_back_at_the_server_leads_to_the_sign_in_page(browser: Any, server: SignInServer) -> None:
    server.denies = True
    assert problem(await signs_in(await browser(), server)) == "sign_in_denied"


async def test_a_server_that_is_away_or_odd_is_a_clear_error(
    browser: Any, server: SignInServer, config: Config
) -> None:
    person = await browser()
    for number, (name, provider) in enumerate(
        {
            "away": {"issuer": "http://127.0.0.1:1"},
            "of another name": {"issuer": server.issuer.replace("127.0.0.1", "localhost")},
        }.items()
    ):
        odd = config.put(id=f"odd-{number}-{uuid.uuid4().hex[:8]}", **provider)
        begun = await goes(person, f"{person.address}/api/v1/auth/oidc/{odd}")
        assert problem(begun.headers["Location"]) == "sign_in_server_away", name
    server.metadata = {"token_endpoint": "http://10.0.0.1/token"}
    begun = await goes(person, f"{person.address}/api/v1/auth/oidc/{server.id}")
    assert problem(begun.headers["Location"]) == "sign_in_server_away", "plain http leads out of this machine"
    nobody = await goes(person, f"{person.address}/api/v1/auth/oidc/nobody")
    assert problem(nobody.headers["Location"]) == "not_found"


async def test_a_verified_address_on_both_sides_is_one_person(
    browser: Any, server: SignInServer, sign_up: Signup, house: House
) -> None:
    ada = await sign_up("ada")
    server.claims = person_there(email=ada.email.upper())
    assert problem(await signs_in(await browser(), server)) == "unverified_here"
    await house.database.users.update_one({"_id": ada.id}, {"$set": {"email_verified_at": now()}})
    person = await browser()
    await signs_in(person, server)
    assert (await takes_up(person))["id"] == ada.id
    shown = (await ada.get(LINKED))["items"]
    assert [known["email"] for known in shown] == [ada.email]


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_an_address_that_the_server_has_not_verified_is_nobodys(
    browser: Any, server: SignInServer, ada: Person, house: House, verified: object
) -> None:
    await house.database.users.update_one({"_id": ada.id}, {"$set": {"email_verified_at": now()}})
    server.claims = person_there(email=ada.email, email_verified=verified)
    assert problem(await signs_in(await browser(), server)) == "unverified_there"


async def test_a_server_may_sign_in_known_people_alone(
    browser: Any, server: SignInServer, config: Config
) -> None:
    config.put(id=server.id, issuer=server.issuer, client_secret_file=server.secret_file, sign_up=False)
    assert problem(await signs_in(await browser(), server)) == "no_account"


async def test_an_account_is_linked_and_unlinked_by_its_owner(
    ada: Person, server: SignInServer, browser: Any
) -> None:
    server.claims = person_there(email="somebody.else@example.com", email_verified=False)
    path = f"{LINKED}/{server.id}"
    assert (await ada.ask("POST", path, {})).code == "wrong_password"
    begun = await ada.post(path, PROOF | {"next": "/app/~account"}, status=200)
    back = (await goes(ada, begun["url"])).headers["Location"]
    assert (await goes(ada, back)).headers["Location"] == "/app/~account"
    assert [known["provider"] for known in (await ada.get(LINKED))["items"]] == [server.id]
    person = await browser()
    await signs_in(person, server)
    assert (await takes_up(person))["id"] == ada.id
    assert (await ada.ask("POST", f"{path}/remove", {})).code == "wrong_password"
    await ada.post(f"{path}/remove", PROOF, status=204)
    assert (await ada.get(LINKED))["items"] == []
    assert problem(await signs_in(await browser(), server)) == "unverified_there"


async def test_an_account_there_is_of_one_person_here(ada: Person, ben: Person, server: SignInServer) -> None:
    for person, outcome in ((ada, ""), (ben, "linked_elsewhere"), (ada, "")):
        begun = await person.post(f"{LINKED}/{server.id}", PROOF, status=200)
        ended = await goes(person, (await goes(person, begun["url"])).headers["Location"])
        assert parse_qs(urlsplit(ended.headers["Location"]).query).get("problem", [""])[0] == outcome


async def test_who_signs_in_by_a_server_alone_keeps_a_way_in(browser: Any, server: SignInServer) -> None:
    person = await browser()
    await signs_in(person, server)
    await takes_up(person)
    state = await person.get("/api/v1/me/second-factor")
    assert not state["has_password"]
    refused = await person.ask("POST", f"{LINKED}/{server.id}/remove", {})
    assert (refused.status, refused.code) == (409, "last_way_in")


async def test_without_a_password_a_fresh_sign_in_is_the_proof(
    browser: Any, server: SignInServer, house: House, stack_settings: Settings
) -> None:
    person = await browser()
    await signs_in(person, server)
    await takes_up(person)
    assert (await person.ask("POST", "/api/v1/me/second-factor/totp", {})).status == 201


async def test_the_second_step_of_this_house_follows_unless_the_server_had_one(
    browser: Any, server: SignInServer, sign_up: Signup, house: House
) -> None:
    ada = await sign_up("ada")
    app, _ = await set_up_app(ada)
    await house.database.users.update_one({"_id": ada.id}, {"$set": {"email_verified_at": now()}})
    server.claims = person_there(email=ada.email)
    person = await browser()
    place = urlsplit(await signs_in(person, server, "/app/team"))
    assert (place.path, place.query) == ("/sign-in", "next=%2Fapp%2Fteam")
    told = dict(parse_qsl(place.fragment))
    assert told["methods"] == "totp,recovery_code"
    assert (await person.ask("POST", "/api/v1/auth/refresh")).status == 401
    answer = await second_step(person, told["challenge"], code=app.code())
    assert answer.body["user"]["id"] == ada.id
    server.claims |= {"amr": ["pwd", "mfa"]}
    other = await browser()
    assert "done=1" in await signs_in(other, server)


async def test_roles_follow_what_the_server_says_at_each_sign_in(
    ada: Person, browser: Any, server: SignInServer, config: Config
) -> None:
    slug = ada.workspace["slug"]
    rules = [
        {"claim": "groups", "value": "admins", "workspace": slug, "role": "admin"},
        {"claim": "groups", "value": "staff", "workspace": slug, "role": "moderator"},
    ]
    config.put(id=server.id, issuer=server.issuer, client_secret_file=server.secret_file, roles=rules)
    person = await browser()

    async def role_with(*groups: str) -> str | None:
        server.claims |= {"groups": list(groups)}
        await signs_in(person, server)
        await takes_up(person)
        mine = (await person.get("/api/v1/me"))["workspaces"]
        return next((one["role"] for one in mine if one["id"] == ada.workspace["id"]), None)

    assert await role_with("guests") is None
    assert await role_with("staff", "admins") == "admin"
    assert await role_with("staff") == "moderator"
    assert await role_with() == "member"
    server.claims |= {"groups": "admins"}
    audit = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"]
    mapped = [entry for entry in audit if entry["action"] == "member.role_mapped"]
    assert [entry["subject"] for entry in mapped] == [person.id] * 3


async def test_the_mapping_leaves_owners_and_other_roles_alone(
    ada: Person, browser: Any, server: SignInServer, config: Config, house: House
) -> None:
    slug = ada.workspace["slug"]
    rules = [{"claim": "dept", "value": "it", "workspace": slug, "role": "member"}]
    config.put(id=server.id, issuer=server.issuer, client_secret_file=server.secret_file, roles=rules)
    await house.database.users.update_one({"_id": ada.id}, {"$set": {"email_verified_at": now()}})
    server.claims = person_there(email=ada.email, dept="it")
    await signs_in(await browser(), server)
    assert (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}"))["role"] == "owner"


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/app/team?x=1", "/app/team?x=1"),
        ("https://evil.example", "/app"),
        ("//evil.example", "/app"),
        ("/\\evil.example", "/app"),
        ("/a\\b", "/app"),
        ("\t//evil.example", "/app"),
        ("/\t/evil.example", "/app"),
        ("javascript:alert(1)", "/app"),
        ("", "/app"),
        ("app", "/app"),
        ("/api/v1/auth/logout", "/app"),
        ("/x\r\nSet-Cookie: a=b", "/app"),
    ],
)
def test_nobody_is_led_to_another_site(wanted: str, led_to: str) -> None:
    assert local_place(wanted) == led_to


async def test_the_sign_in_page_learns_of_the_servers(browser: Any, server: SignInServer) -> None:
    person = await browser()
    options = await person.get("/api/v1/auth/options")
    mine = next(option for option in options["providers"] if option["id"] == server.id)
    assert (mine["label"], mine["url"]) == ("Example Work", f"/api/v1/auth/oidc/{server.id}")
    assert "secret" not in json.dumps(options)


@pytest.mark.parametrize(
    ("provider", "fault"),
    [
        ({"issuer": "http://id.example.com"}, "https"),
        ({"issuer": "https://user:pass@id.example.com"}, "https"),
        ({"id": "No Spaces"}, "a-z"),
        ({"scopes": ["email"]}, "openid"),
        ({"surprise": 1}, "surprise"),
        ({"roles": [{"claim": "g", "value": "x", "workspace": "w", "role": "owner"}]}, "owner"),
    ],
)
def test_a_wrong_file_is_told_of(tmp_path: Path, provider: Json, fault: str) -> None:
    path = tmp_path / "oidc.json"
    good = {"id": "work", "label": "Work", "issuer": "https://id.example.com", "client_id": "x"}
    path.write_text(json.dumps([good | provider]))
    with pytest.raises(ProvidersError, match=fault):
        _read(path, time.monotonic_ns())


@pytest.fixture
async def foreign_server() -> AsyncIterator[tuple[str, Json]]:
    """PyPI's oidc-provider-mock, which people write their clients against: its issuer, and the person it knows."""
    email = f"alan-{uuid.uuid4().hex}@example.com"
    person = {"sub": email, "email": email, "email_verified": True, "name": "Alan Turing"}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("--port", str(port), "--user-claims", json.dumps(person))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "oidc_provider_mock", *options, stdout=DEVNULL, stderr=DEVNULL
    )
    yield f"http://127.0.0.1:{port}", person
    process.terminate()
    await process.wait()


async def test_a_server_that_somebody_else_wrote_signs_people_in(
    browser: Any, config: Config, foreign_server: tuple[str, Json], tmp_path: Path
) -> None:
    issuer, claims = foreign_server
    (tmp_path / "secret").write_text("any will do there")
    secret = str(tmp_path / "secret")
    known = config.put(id=f"mock-{uuid.uuid4().hex[:8]}", issuer=issuer, client_secret_file=secret)
    person = await browser()

    async def begun() -> str:
        answer = await goes(person, f"{person.address}/api/v1/auth/oidc/{known}")
        place = str(answer.headers["Location"])
        return place if place.startswith(issuer) else ""

    there = await eventually(begun)
    async with person._http.post(there, data={"sub": claims["sub"]}, allow_redirects=False) as answer:
        back = answer.headers["Location"]
    assert "done=1" in (await goes(person, back)).headers["Location"]
    assert (await takes_up(person))["name"] == "Alan Turing"


async def test_passkeys_are_told_where_they_work(browser: Any, stack_settings: Settings) -> None:
    person = await browser()
    origin = (await person.get("/api/v1/auth/options"))["passkey_origin"]
    assert urlsplit(origin).hostname == "localhost"
    assert Passkey(origin, "localhost").origin == origin
