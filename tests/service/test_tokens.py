"""Tokens: shown once, stored as a hash, opening their scopes alone, ended everywhere at once."""

import re
from datetime import timedelta

import pytest

from parlour.api.main import all_routes
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.model.rights import SCOPES
from parlour.socket.gateway import HANDLERS
from tests.conftest import Signup
from tests.person import Json, Person, eventually
from tests.programs import ALL_SCOPES, OpenProgram, make_token

NOBODY = "00000000-0000-7000-8000-000000000000"


async def test_a_token_is_shown_once_and_only_its_hash_is_stored(ada: Person, house: House) -> None:
    made = await make_token(ada, ["messages:read"], name="Nightly report")
    secret, token = made["secret"], made["token"]
    assert re.fullmatch(r"prl_pat_[0-9a-f]{32}_[A-Za-z0-9_-]{43}", secret)
    listed = await ada.get("/api/v1/me/tokens")
    assert listed["items"] == [token]
    assert secret not in str(listed)
    stored = await house.database.sessions.find_one({"_id": token["id"]})
    assert secret.rpartition("_")[2] not in str(stored)
    keys = [key async for key in house.database.idempotency.find({"caller": ada.id})]
    assert secret not in str(keys), "no answer that holds it is kept either"


@pytest.mark.parametrize("scope", ALL_SCOPES)
async def test_every_route_of_a_scope_takes_a_token_with_it_and_none_without(
    scope: str, ada: Person, program: OpenProgram
) -> None:
    with_it = await program((await make_token(ada, [scope]))["secret"], ada.id)
    others = [other for other in ALL_SCOPES if other != scope]
    without = await program((await make_token(ada, others))["secret"], ada.id)
    for route in all_routes():
        if route.who != "signed in" or route.scope != scope:
            continue
        path = re.sub(r"{\w+}", NOBODY, route.path)
        body: Json | None = {} if route.body else None
        refused = await without.ask(route.method, path, body)
        assert refused.status == 403, (route.method, route.path)
        assert route.method == "HEAD" or refused.code == "missing_scope", (route.method, route.path)
        answer = await with_it.ask(route.method, path, body)
        if isinstance(answer.body, dict) and "code" in answer.body:
            assert answer.code not in ("missing_scope", "sessions_only"), (route.method, route.path)
        assert answer.status not in (401, 500), (route.method, route.path)


async def test_no_token_does_what_is_for_sessions_alone(ada: Person, program: OpenProgram) -> None:
    everything = await program((await make_token(ada))["secret"], ada.id)
    for route in all_routes():
        if route.who == "signed in" and route.scope is None:
            path = re.sub(r"{\w+}", NOBODY, route.path)
            refused = await everything.ask(route.method, path, {} if route.body else None)
            assert (refused.status, refused.code) == (403, "sessions_only"), (route.method, route.path)
    for_sessions = {(r.method, r.path) for r in all_routes() if r.who == "signed in" and r.scope is None}
    workspace = "/api/v1/workspaces/{workspace}"
    assert for_sessions >= {
        ("GET", "/api/v1/me/tokens"),
        ("POST", "/api/v1/me/tokens"),
        ("DELETE", "/api/v1/me/tokens/{token}"),
        ("POST", f"{workspace}/bots"),
        ("POST", f"{workspace}/bots/{{bot}}/token"),
    }, "no token begets another"


async def test_every_socket_event_takes_a_token_with_its_scope_and_none_without(
    ada: Person, program: OpenProgram
) -> None:
    reading = await program((await make_token(ada, ["messages:read"]))["secret"], ada.id)
    everything = await program((await make_token(ada))["secret"], ada.id)
    at_reading, at_everything = await reading.device(), await everything.device()
    for name, handler in HANDLERS.items():
        answer = await at_everything.call(name, {})
        assert answer["ok"] or answer["error"]["code"] not in ("missing_scope", "sessions_only"), name
        if handler.scope != "messages:read":
            refused = await at_reading.call(name, {})
            assert refused["error"]["code"] == "missing_scope", name
    sent = await at_reading.call("message.send", {"channel_id": await ada.general(), "text": "hi"})
    assert sent["error"]["code"] == "missing_scope"


async def test_a_socket_is_opened_only_by_a_token_that_reads_messages(
    ada: Person, program: OpenProgram
) -> None:
    blind = await program((await make_token(ada, ["files:read"]))["secret"], ada.id)
    with pytest.raises(Exception, match="failed to connect"):
        await blind.device()


async def test_a_revoked_token_is_cut_off_at_once(ada: Person, program: OpenProgram) -> None:
    made = await make_token(ada)
    script = await program(made["secret"], ada.id)
    device = await script.device()
    assert (await ada.ask("DELETE", f"/api/v1/me/tokens/{made['token']['id']}")).status == 204
    await device.wait_for("session.ended")

    async def is_cut() -> bool:
        return not device.sio.connected

    await eventually(is_cut)
    refused = await script.ask("GET", "/api/v1/me")
    assert (refused.status, refused.code) == (401, "session_ended")
    assert (await ada.get("/api/v1/me/tokens"))["items"] == []
    assert (await ada.ask("DELETE", f"/api/v1/me/tokens/{made['token']['id']}")).status == 404


async def test_an_expired_token_lets_nobody_in(ada: Person, program: OpenProgram, house: House) -> None:
    made = await make_token(ada, days=1)
    script = await program(made["secret"], ada.id)
    assert (await script.ask("GET", "/api/v1/me")).status == 200
    gone = {"$set": {"expires_at": now() - timedelta(seconds=1)}}
    await house.database.sessions.update_one({"_id": made["token"]["id"]}, gone)
    assert (await script.ask("GET", "/api/v1/me")).status == 401
    assert made["token"]["id"] not in await house.sessions.alive([made["token"]["id"]]), "sockets are cut"


async def test_a_forged_token_is_refused_as_an_unknown_one(ada: Person, program: OpenProgram) -> None:
    secret = (await make_token(ada))["secret"]
    other = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    for forged in (other, secret.replace("prl_pat_", "prl_bot_")[:-1] + "_", secret + "x", "prl_pat_x_y"):
        script = await program(forged, ada.id)
        assert (await script.ask("GET", "/api/v1/me")).status == 401, forged


async def test_a_token_sees_no_workspace_that_is_not_its_persons(
    ada: Person, outsider: Person, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private")
    script = await program((await make_token(outsider))["secret"], outsider.id)
    for path in (f"/workspaces/{ada.workspace['id']}", f"/channels/{channel}/messages"):
        refused = await script.ask("GET", f"/api/v1{path}")
        assert (refused.status, refused.code) == (404, "not_found")


async def test_a_token_may_no_more_than_its_person(ada: Person, ben: Person, program: OpenProgram) -> None:
    script = await program((await make_token(ben))["secret"], ben.id)
    refused = await script.ask("PATCH", f"/api/v1/workspaces/{ada.workspace['id']}", {"name": "Mine"})
    assert (refused.status, refused.code) == (403, "missing_right")


async def test_a_guest_makes_no_tokens(ada: Person, sign_up: Signup, house: House) -> None:
    guest = await sign_up("gil")
    await guest.join(ada)
    await house.database.workspace_members.update_one({"user_id": guest.id}, {"$set": {"role": "guest"}})
    refused = await guest.ask("POST", "/api/v1/me/tokens", {"name": "CI", "scopes": ["messages:read"]})
    assert (refused.status, refused.code) == (403, "missing_right")


async def test_what_cannot_be_made_is_refused_with_the_field(ada: Person) -> None:
    for field, given in (
        ("name", {"name": ""}),
        ("scopes", {"scopes": []}),
        ("days", {"days": 0}),
        ("days", {"days": 100_000}),
    ):
        body = {"name": "CI", "scopes": ["messages:read"]} | given
        refused = await ada.ask("POST", "/api/v1/me/tokens", body)
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, field)
    unknown = await ada.ask("POST", "/api/v1/me/tokens", {"name": "CI", "scopes": ["everything"]})
    assert unknown.status == 422


async def test_when_a_token_was_last_used_is_known_and_making_it_is_audited(
    ada: Person, program: OpenProgram
) -> None:
    made = await make_token(ada)
    script = await program(made["secret"], ada.id)
    await script.ask("GET", "/api/v1/me", User_Agent="nightly/1.0")
    [token] = (await ada.get("/api/v1/me/tokens"))["items"]
    assert (token["agent"], token["last_used_at"] is not None) == ("nightly/1.0", True)
    audit = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit")
    assert "token.made" in {entry["action"] for entry in audit["items"]}


async def test_the_scopes_are_listed_with_words(ada: Person) -> None:
    listed = (await ada.get("/api/v1/scopes"))["items"]
    assert {view["scope"] for view in listed} == set(SCOPES)
    assert all(view["words"] for view in listed)


async def test_a_program_is_not_taken_for_its_person_being_here(
    ada: Person, ben: Person, program: OpenProgram
) -> None:
    script = await program((await make_token(ben))["secret"], ben.id)
    await script.device()
    at_ada = await ada.device()
    listed = await at_ada.call("presence.list", {"workspace_id": ada.workspace["id"]})
    assert ben.id not in {one["user_id"] for one in listed["online"]}
