"""Who sees and does what: every route and event is tried by someone who may and by someone who may not."""

import re
from typing import Any

import socketio

from parlour.api.main import all_routes
from parlour.api.routing import Route
from parlour.socket.gateway import HANDLERS
from tests.conftest import Signup
from tests.person import Json, Person


async def test_every_route_but_the_open_ones_refuses_a_stranger(ada: Person) -> None:
    open_routes = {
        "/api/v1/auth/register",
        "/api/v1/auth/login",
        "/api/v1/auth/refresh",
        "/api/v1/auth/logout",
        # By what a first step, a passkey or another server proved: test_second_factor.py, test_passkeys.py.
        "/api/v1/auth/login/second",
        "/api/v1/auth/login/second/passkey-options",
        "/api/v1/auth/passkey",
        "/api/v1/auth/passkey/options",
        "/api/v1/auth/options",
        "/api/v1/auth/oidc/{provider}",
        "/api/v1/auth/oidc/{provider}/callback",
        # By what a mail says, see test_verification.py and test_resets.py.
        "/api/v1/auth/verify",
        "/api/v1/auth/password-reset",
        "/api/v1/auth/password-reset/confirm",
        "/api/v1/auth/email/confirm",
        "/api/v1/auth/email/take-back",
        "/.well-known/jwks.json",
        # By what a mail holds: see test_deactivation.py and test_erasure.py.
        "/api/v1/auth/reactivation",
        "/api/v1/auth/reactivation-link",
        "/api/v1/erasures/{erasure}",
        "/api/v1/avatars/{version}/{side}",
        "/api/v1/invites/{token}",
        # Its address is the permission: test_slash_commands.py.
        "/api/v1/command-answers/{run}/{secret}",
        "/api/v1/workspaces/{workspace}/emoji/{name}/image",
        # By a token too, or by a link: see test_files.py.
        "/api/v1/files/{file}/content",
        "/api/v1/files/{file}/previews/{name}",
        # By the secret in its address: see test_incoming_webhooks.py.
        "/hooks/{hook}/{secret}",
        # Likewise: see test_workflow_exports.py.
        "/api/v1/exports/{export}",
        "/healthz",
        "/readyz",
    }
    ada.token = ""
    for route in all_routes():
        if route.path in open_routes:
            assert route.who == "anyone"
            continue
        path = route.path
        path = re.sub(r"{\w+}", "00000000-0000-7000-8000-000000000000", path)
        answer = await ada.ask(route.method, path, {} if route.body else None)
        assert answer.status == 401, route.path
        assert route.method == "HEAD" or answer.code == "unauthenticated", route.path


async def test_an_outsider_gets_not_found_where_a_member_gets_an_answer(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    message = (await ben.send(channel, "secret"))["id"]
    workspace = ada.workspace["id"]
    section = (await ben.post(f"/api/v1/workspaces/{workspace}/sections", {"name": "Work"}))["id"]
    theirs = {"name": "Others", "handle": "others"}
    group = (await ben.post(f"/api/v1/workspaces/{workspace}/groups", theirs))["id"]
    tries = [
        ("GET", f"/api/v1/workspaces/{workspace}", None),
        ("GET", f"/api/v1/workspaces/{workspace}/members", None),
        ("GET", f"/api/v1/workspaces/{workspace}/groups", None),
        ("POST", f"/api/v1/workspaces/{workspace}/groups", {"name": "Crew", "handle": "crew"}),
        ("PATCH", f"/api/v1/workspaces/{workspace}/groups/{group}", {"name": "Others"}),
        ("DELETE", f"/api/v1/workspaces/{workspace}/groups/{group}", None),
        ("GET", f"/api/v1/workspaces/{workspace}/members/{ben.id}", None),
        ("GET", f"/api/v1/workspaces/{workspace}/members/{ben.id}/notifications", None),
        ("GET", f"/api/v1/workspaces/{workspace}/channels", None),
        ("POST", f"/api/v1/workspaces/{workspace}/channels", {"name": "mine", "kind": "public"}),
        ("POST", f"/api/v1/workspaces/{workspace}/invites", None),
        ("GET", f"/api/v1/workspaces/{workspace}/invitations", None),
        ("POST", f"/api/v1/workspaces/{workspace}/invitations", {"invitations": []}),
        ("GET", f"/api/v1/workspaces/{workspace}/welcome", None),
        ("GET", f"/api/v1/channels/{channel}", None),
        ("GET", f"/api/v1/channels/{channel}/members", None),
        ("GET", f"/api/v1/channels/{channel}/messages", None),
        ("PATCH", f"/api/v1/channels/{channel}", {"topic": "secrets"}),
        ("PATCH", f"/api/v1/channels/{channel}/membership", {"starred": True}),
        ("POST", f"/api/v1/channels/{channel}/commands", {"text": "/topic"}),
        ("GET", f"/api/v1/workspaces/{workspace}/sidebar", None),
        ("POST", f"/api/v1/workspaces/{workspace}/sections", {"name": "mine"}),
        ("PATCH", f"/api/v1/workspaces/{workspace}/sections/{section}", {"collapsed": True}),
        ("DELETE", f"/api/v1/workspaces/{workspace}/sections/{section}", None),
        ("POST", f"/api/v1/channels/{channel}/messages", {"text": "hi"}),
        ("GET", f"/api/v1/channels/{channel}/changes?since_seq=0", None),
        ("POST", f"/api/v1/channels/{channel}/read", {"n": 1}),
        ("POST", f"/api/v1/channels/{channel}/received", {"n": 1}),
        ("POST", f"/api/v1/channels/{channel}/unread", {"n": 1}),
        ("GET", f"/api/v1/channels/{channel}/pins", None),
        ("POST", f"/api/v1/channels/{channel}/scheduled", {"text": "hi", "when": "tomorrow"}),
        ("GET", f"/api/v1/workspaces/{workspace}/scheduled", None),
        ("POST", f"/api/v1/workspaces/{workspace}/reminders", {"text": "tea", "when": "tomorrow"}),
        ("GET", f"/api/v1/workspaces/{workspace}/reminders", None),
        ("GET", f"/api/v1/workspaces/{workspace}/saved", None),
        ("PUT", f"/api/v1/channels/{channel}/draft", {"text": "begun"}),
        ("GET", f"/api/v1/channels/{channel}/draft", None),
        ("DELETE", f"/api/v1/channels/{channel}/draft", None),
        ("GET", f"/api/v1/workspaces/{workspace}/drafts", None),
        ("GET", f"/api/v1/workspaces/{workspace}/mentions", None),
        ("GET", f"/api/v1/workspaces/{workspace}/notifications", None),
        ("GET", f"/api/v1/workspaces/{workspace}/notifications/unread", None),
        ("POST", f"/api/v1/workspaces/{workspace}/notifications/read", {"all": True}),
        ("POST", f"/api/v1/workspaces/{workspace}/notifications/unread", {"ids": []}),
        ("GET", f"/api/v1/workspaces/{workspace}/notification-preferences", None),
        ("PATCH", f"/api/v1/workspaces/{workspace}/notification-preferences", {"level": "all"}),
        ("GET", f"/api/v1/workspaces/{workspace}/search?q=secret", None),
        ("GET", f"/api/v1/workspaces/{workspace}/searches", None),
        ("POST", f"/api/v1/workspaces/{workspace}/searches", {"q": "secret"}),
        ("DELETE", f"/api/v1/workspaces/{workspace}/searches", None),
        ("GET", f"/api/v1/workspaces/{workspace}/threads", None),
        ("GET", f"/api/v1/workspaces/{workspace}/threads/marks", None),
        (
            "POST",
            f"/api/v1/workspaces/{workspace}/approvals",
            {"channel_id": channel, "text": "may I?", "user_ids": [ada.id]},
        ),
        ("GET", f"/api/v1/workspaces/{workspace}/approvals", None),
        ("GET", f"/api/v1/workspaces/{workspace}/commands", None),
        *((method, f"/api/v1/messages/{message}{rest}", body) for method, rest, body in AT_A_MESSAGE),
        ("GET", f"/api/v1/workspaces/{workspace}/files?q=plan", None),
        ("GET", f"/api/v1/workspaces/{workspace}/emoji", None),
        ("OPTIONS", f"/api/v1/workspaces/{workspace}/uploads", None),
        ("POST", f"/api/v1/workspaces/{workspace}/emoji", {"name": "of_ben", "image": PICTURE}),
        ("DELETE", f"/api/v1/workspaces/{workspace}/emoji/of_ben", None),
    ]
    not_for_every_member_either: list[tuple[str, str, Any]] = [
        ("GET", f"/api/v1/workspaces/{workspace}/emoji/of_ben/image", None),
        ("POST", f"/api/v1/channels/{channel}/members", {"user_id": outsider.id}),
        ("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}", None),
        ("DELETE", f"/api/v1/workspaces/{workspace}/members/{ben.id}", None),
        ("POST", f"/api/v1/workspaces/{workspace}/welcome/stop", None),
        # It has no such button: tests/service/test_message_actions.py.
        ("POST", f"/api/v1/messages/{message}/actions/yes", {}),
    ]
    for method, path, body in [*tries, *not_for_every_member_either]:
        refused = await outsider.ask(method, path, body)
        assert (refused.status, refused.code) == (404, "not_found"), (method, path)
        missing = path.replace(channel, channel[:-1] + "0").replace(workspace, workspace[:-1] + "0")
        assert (await outsider.ask(method, missing, body)).status == 404
    for method, path, body in tries:
        assert (await ben.ask(method, path, body)).status < 300, (method, path)
    ids = {
        workspace: "{workspace}",
        channel: "{channel}",
        message: "{message}",
        section: "{section}",
        group: "{group}",
        ben.id: "{user}",
        EMOJI: "{emoji}",
        "of_ben": "{name}",
        "/actions/yes": "/actions/{action}",
    }
    tried = {(method, templated(path, ids)) for method, path, _ in [*tries, *not_for_every_member_either]}
    scoped = {
        (r.method, r.path)
        for r in all_routes()
        if re.search(r"{(workspace|channel|message)}", r.path) and not is_guarded(r)
    }
    assert scoped <= tried, "a new route is missing here"


async def test_an_outsider_gets_not_found_from_each_route_that_needs_a_right_in_a_workspace(
    ada: Person, outsider: Person
) -> None:
    ids = {"workspace": ada.workspace["id"], "user": ada.id, "channel": await ada.general()}
    guarded = [route for route in all_routes() if is_guarded(route)]
    assert guarded
    for route in guarded:
        path = re.sub(r"{(\w+)}", lambda found: ids.get(found[1], NOBODYS), route.path)
        refused = await outsider.ask(route.method, path, {} if route.body else None)
        assert (refused.status, refused.code) == (404, "not_found"), route.path


def is_guarded(route: Route) -> bool:
    """Return whether a route asks for a right before its handler runs; in every role: tests/service/rights."""
    return route.needs is not None and "{workspace}" in route.path


def templated(path: str, ids: dict[str, str]) -> str:
    """Return the declared path of a request."""
    path = path.split("?")[0]
    for given, name in ids.items():
        path = path.replace(given, name)
    return path


PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
NOBODYS = "01890000-0000-7000-8000-000000000000"
EMOJI = "%F0%9F%91%8D"
AT_A_MESSAGE: list[tuple[str, str, object]] = [
    ("PUT", "/saved", {}),
    ("DELETE", "/saved", None),
    ("GET", "", None),
    ("PATCH", "", {"text": "mine now"}),
    ("GET", "/delivery", None),
    ("GET", "/notifications", None),
    ("GET", "/versions", None),
    ("DELETE", "/previews", None),
    ("GET", "/context", None),
    ("PUT", f"/reactions/{EMOJI}", None),
    ("DELETE", f"/reactions/{EMOJI}", None),
    ("PUT", "/pin", None),
    ("DELETE", "/pin", None),
    ("GET", "/thread", None),
    ("PUT", "/thread/follow", None),
    ("DELETE", "/thread/follow", None),
    ("POST", "/thread/read", {"seq": 1}),
    ("DELETE", "", None),
]


async def test_every_socket_event_refuses_an_outsider(ada: Person, outsider: Person) -> None:
    channel = await ada.make_channel("private")
    message = (await ada.send(channel, "secret"))["id"]
    payloads = {
        "message.send": {"channel_id": channel, "text": "hi"},
        "command.run": {"channel_id": channel, "text": "/topic"},
        "channel.sync": {"channel_id": channel, "since_seq": 0},
        "channel.read": {"channel_id": channel, "n": 0},
        "channel.received": {"channel_id": channel, "n": 0},
        "typing.start": {"channel_id": channel},
        "typing.list": {"channel_id": channel},
        "presence.list": {"workspace_id": ada.workspace["id"]},
        "presence.watch": {"workspace_id": ada.workspace["id"], "user_ids": [ada.id]},
        "message.edit": {"message_id": message, "text": "edited"},
        "message.pin": {"message_id": message},
        "message.unpin": {"message_id": message},
        "reaction.add": {"message_id": message, "emoji": "👍"},
        "reaction.remove": {"message_id": message, "emoji": "👍"},
        "message.delete": {"message_id": message},
        "workflow.follow": {"workspace_id": ada.workspace["id"]},
        "workflow.unfollow": {"workspace_id": ada.workspace["id"]},
    }
    assert set(payloads) | {"presence.set", "message.act"} == set(HANDLERS) | {"message.send"}
    at_eve, at_ada = await outsider.device(), await ada.device()
    for event, payload in payloads.items():
        refused = await at_eve.call(event, payload)
        assert (refused["ok"], refused["error"]["code"]) == (False, "not_found"), event
        assert (await at_ada.call(event, payload))["ok"], event


async def test_malformed_requests_are_answered_with_a_clear_error(ada: Person) -> None:
    device = await ada.device()
    channel = await ada.general()
    tries = [
        ("message.send", None),
        ("message.send", "text"),
        ("message.send", {"text": "x"}),
        ("message.send", {"channel_id": channel, "text": 5}),
        ("message.send", {"channel_id": 5, "text": "x"}),
        ("message.send", {"channel_id": channel, "text": "x", "client_id": "no spaces please"}),
        ("message.send", {"channel_id": channel, "text": "x", "surprise": 1}),
        ("message.send", {"channel_id": channel, "text": b"bytes"}),
        ("channel.sync", {"channel_id": channel, "since_seq": "1"}),
        ("channel.sync", {"channel_id": channel, "since_seq": -1}),
        ("channel.read", {"channel_id": channel, "n": 10**30}),
        ("presence.set", {"state": "invisible"}),
    ]
    for event, payload in tries:
        answer = await device.call(event, payload)
        assert (answer["ok"], answer["error"]["code"]) == (False, "invalid"), (event, payload)
        assert answer["error"]["detail"]
    unknown = await device.call("message.shout", {})
    assert unknown["error"]["code"] == "unknown_event"
    assert (await device.call("typing.start", {"channel_id": channel}))["ok"], "the connection still works"


async def test_a_socket_without_a_good_token_is_refused_with_the_reason(ada: Person) -> None:
    for auth in ({"token": "forged"}, {}, None, {"token": 5}, "text"):
        client = socketio.AsyncClient(reconnection=False)
        told: list[Json] = []
        client.on("connect_error", told.append)
        try:
            await client.connect(ada.address, auth=auth, transports=["websocket"], wait_timeout=5)
        except socketio.exceptions.ConnectionError:
            pass
        else:
            raise AssertionError("connected without a token")
        assert told[0]["data"]["code"] == "unauthenticated"


async def test_a_removed_member_loses_the_channel_at_once(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben, at_ada = await ben.device(), await ada.device()
    assert (await at_ben.call("message.send", {"channel_id": channel, "text": "I am in"}))["ok"]
    answer = await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    assert answer.status == 204
    await at_ben.wait_for("channel.left", lambda p: p["channel_id"] == channel)
    refused = await at_ben.call("message.send", {"channel_id": channel, "text": "still?"})
    assert refused["error"]["code"] == "not_found"
    await ada.send(channel, "he is gone")
    await at_ada.wait_for("message.sent", lambda p: p["message"]["text"] == "he is gone")
    assert [m["text"] for m in at_ben.messages(channel)] == ["I am in"]
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}/messages")).status == 404


async def test_someone_added_hears_the_channel_without_connecting_again(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private")
    await ada.send(channel, "before")
    at_ben = await ben.device()
    assert (await ada.ask("POST", f"/api/v1/channels/{channel}/members", {"user_id": ben.id})).status == 204
    joined = await at_ben.wait_for("channel.joined", lambda p: p["channel"]["id"] == channel)
    assert joined["channel"]["member"] is True
    await ada.send(channel, "after")
    await at_ben.wait_for("message.sent", lambda p: p["message"]["text"] == "after")


async def test_a_public_channel_is_seen_and_joined_and_left_by_the_workspace(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.make_channel("public")
    found = await ben.get(f"/api/v1/channels/{channel}")
    assert found["member"] is False
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}/messages")).status == 404
    join = ("POST", f"/api/v1/channels/{channel}/members")
    assert (await outsider.ask(*join, {"user_id": outsider.id})).status == 404
    assert (await ben.ask(*join, {"user_id": ben.id})).status == 204
    assert (await ben.ask(*join, {"user_id": ben.id})).status == 204
    assert (await ben.get(f"/api/v1/channels/{channel}"))["member_count"] == 2
    assert (await ben.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")).status == 204
    assert (await ben.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")).status == 404


async def test_members_may_not_remove_others(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    refused = await ben.ask("DELETE", f"/api/v1/channels/{channel}/members/{ada.id}")
    assert (refused.status, refused.code) == (403, "forbidden")
    refused = await ben.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ada.id}")
    assert (refused.status, refused.code) == (403, "missing_right")


async def test_a_direct_channel_is_found_again_and_keeps_its_two_people(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    third = await sign_up("cleo")
    await third.join(ada)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/channels"
    first = await ada.ask("POST", path, {"kind": "direct", "user_ids": [ben.id]})
    again = await ben.ask("POST", path, {"kind": "direct", "user_ids": [ada.id]})
    assert (first.status, again.status) == (201, 200)
    assert first.body["id"] == again.body["id"]
    assert sorted(first.body["user_ids"]) == sorted([ada.id, ben.id])
    direct = f"/api/v1/channels/{first.body['id']}/members"
    full = await ada.ask("POST", direct, {"user_id": third.id})
    assert (full.status, full.code) == (409, "direct_full")
    fixed = await ada.ask("DELETE", f"{direct}/{ben.id}")
    assert (fixed.status, fixed.code) == (403, "direct_is_fixed")


async def test_a_direct_channel_may_be_filled_after_it_was_made(ada: Person, ben: Person) -> None:
    path = f"/api/v1/workspaces/{ada.workspace['id']}/channels"
    made = await ada.ask("POST", path, {"kind": "direct", "name": "pair"})
    assert made.status == 201
    members = f"/api/v1/channels/{made.body['id']}/members"
    assert (await ada.ask("POST", members, {"user_id": ben.id})).status == 204
    assert (await ben.get(f"/api/v1/channels/{made.body['id']}"))["member"] is True
    again = await ben.ask("POST", path, {"kind": "direct", "user_ids": [ada.id]})
    assert (again.status, again.body["id"]) == (200, made.body["id"])


async def test_the_owner_brings_a_person_in_by_adding_them_to_a_channel(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    newcomer = await sign_up("dora")
    channel = await ada.make_channel("private", ben)
    refused = await ben.ask("POST", f"/api/v1/channels/{channel}/members", {"user_id": newcomer.id})
    assert refused.status == 404
    added = await ada.ask("POST", f"/api/v1/channels/{channel}/members", {"user_id": newcomer.id})
    assert added.status == 204
    me = await newcomer.get("/api/v1/me")
    assert [w["id"] for w in me["workspaces"]] == [ada.workspace["id"]]


async def test_who_leaves_a_workspace_loses_all_its_channels(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    left = await ben.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    assert left.status == 204
    await at_ben.wait_for("workspace.left")
    assert (await ben.ask("GET", f"/api/v1/channels/{channel}/messages")).status == 404
    last = await ada.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ada.id}")
    assert (last.status, last.code) == (409, "last_owner")


async def test_a_creating_request_sent_twice_with_one_key_creates_once(ada: Person, ben: Person) -> None:
    path = f"/api/v1/workspaces/{ada.workspace['id']}/channels"
    body = {"name": "only once", "kind": "public"}
    first = await ada.ask("POST", path, body, Idempotency_Key="k1")
    again = await ada.ask("POST", path, body, Idempotency_Key="k1")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert again.headers["Idempotent-Replay"] == "true"
    other = await ada.ask("POST", path, {"name": "another", "kind": "public"}, Idempotency_Key="k1")
    assert (other.status, other.code) == (422, "key_reused")
    without = await ben.ask("POST", path, body, Idempotency_Key="k1")
    assert (without.status, without.code) == (409, "name_taken"), "keys are each caller's own"
