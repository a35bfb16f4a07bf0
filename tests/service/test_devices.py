"""Devices that are pushed to: registered by a session, chosen, tried, and forgotten when it ends."""

import asyncio
import secrets
from typing import Any

from parlour.core.house import House
from parlour.core.ids import DeviceId, UserId
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.outside.push_service import PushService, Subscriber
from tests.person import PASSWORD, Answer, Json, Person

DEVICES = "/api/v1/me/devices"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)


def browser(at: Subscriber, **more: Any) -> Json:
    """What a page posts of its subscription."""
    given = at.subscription
    return {"kind": "webpush", "endpoint": given["endpoint"], "keys": given["keys"], **more}


async def registers(person: Person, at: Subscriber, **more: Any) -> Json:
    return dict(await person.post(DEVICES, browser(at, **more)))


async def listed(person: Person) -> list[Json]:
    return list((await person.get(DEVICES))["items"])


async def test_a_browser_registers_once_however_often_it_says_so(ada: Person, pushes: PushService) -> None:
    at = pushes.subscribe()
    first = await ada.ask("POST", DEVICES, browser(at), User_Agent=FIREFOX)
    again = await ada.ask("POST", DEVICES, browser(at), User_Agent=PHONE)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert first.body["name"] == "Firefox on Linux"
    shown = await listed(ada)
    assert shown == [first.body]
    assert at.endpoint not in str(shown), "an address is a secret"


async def test_devices_are_named_by_what_they_say_of_themselves_or_by_their_owner(
    ada: Person, pushes: PushService
) -> None:
    agents = {FIREFOX: "Firefox on Linux", PHONE: "Mobile Safari on iOS", "x" * 5000: "A browser"}
    for agent, name in agents.items():
        made = await ada.ask("POST", DEVICES, browser(pushes.subscribe()), User_Agent=agent)
        assert (made.status, made.body["name"]) == (201, name)
    own = await registers(ada, pushes.subscribe(), name=" The  desk ")
    assert own["name"] == "The desk"


async def test_every_kind_registers_with_what_it_needs(ada: Person) -> None:
    endpoint = "https://push.example.com/up?token=abc"
    tries: list[Json] = [
        {"kind": "unifiedpush", "endpoint": endpoint},
        {"kind": "fcm", "token": "dGVzdA-" + "a" * 30 + ":APA91b"},
        {"kind": "apns", "token": "ab" * 32},
    ]
    for body in tries:
        assert (await ada.post(DEVICES, body))["kind"] == body["kind"]


async def test_what_cannot_be_pushed_to_is_refused(
    ada: Person, pushes: PushService, stack_settings: Settings
) -> None:
    good = browser(pushes.subscribe())
    point, auth = good["keys"]["p256dh"], good["keys"]["auth"]
    off_the_curve = "B" + secrets.token_urlsafe(64)[:86]
    tries: list[tuple[Json, str]] = [
        (good | {"endpoint": None}, "endpoint"),
        (good | {"endpoint": "http://push.example.com/1"}, "endpoint"),
        (good | {"endpoint": "https://push.example.com:8443/1"}, "endpoint"),
        (good | {"endpoint": "https://me:secret@push.example.com/"}, "endpoint"),
        (good | {"endpoint": "javascript:alert(1)"}, "endpoint"),
        (good | {"endpoint": "https://[::1"}, "endpoint"),
        (good | {"endpoint": "https://push.example.com/" + "a" * 3000}, "endpoint"),
        (good | {"keys": None}, "keys"),
        (good | {"keys": {"p256dh": point[:40], "auth": auth}}, "keys.p256dh"),
        (good | {"keys": {"p256dh": off_the_curve, "auth": auth}}, "keys.p256dh"),
        (good | {"keys": {"p256dh": point, "auth": "öäü"}}, "keys.auth"),
        (good | {"keys": {"p256dh": point, "auth": auth + "aa"}}, "keys.auth"),
        (good | {"token": "a" * 40}, "token"),
        (good | {"name": "  "}, "name"),
        ({"kind": "fcm", "token": "no spaces in here, please"}, "token"),
        ({"kind": "apns", "token": "z" * 64}, "token"),
        ({"kind": "apns", "token": "ab" * 32, "endpoint": good["endpoint"]}, "endpoint"),
        ({"kind": "fcm"}, "token"),
    ]
    for body, field in tries:
        refused = await ada.ask("POST", DEVICES, body)
        assert (refused.status, refused.code) == (422, "invalid"), (body, refused.body)
        assert refused.body["errors"][0]["field"] == field, refused.body
    unlike: list[Any] = [{"kind": "pigeon"}, {"kind": "webpush", "extra": 1}, [], {}]
    for what in unlike:
        assert (await ada.ask("POST", DEVICES, what)).status == 422
    assert await listed(ada) == []


async def test_a_limit_says_its_setting_and_what_is_gone_makes_room(
    ada: Person, pushes: PushService, house: House
) -> None:
    most = house.settings.devices_per_person
    made = [await registers(ada, pushes.subscribe()) for _ in range(most)]
    full = await ada.ask("POST", DEVICES, browser(pushes.subscribe()))
    assert (full.status, full.code) == (409, "too_many_devices")
    assert "devices_per_person" in full.body["detail"]
    await house.devices.is_gone(DeviceId(made[0]["id"]), "the push service knows it no more")
    gone = (await listed(ada))[0]
    assert gone["gone"] == "the push service knows it no more"
    new = await registers(ada, pushes.subscribe())
    assert {d["id"] for d in await listed(ada)} == {d["id"] for d in [*made[1:], new]}


async def test_a_changed_subscription_stays_the_same_device(ada: Person, pushes: PushService) -> None:
    before, after = pushes.subscribe(), pushes.subscribe()
    made = await registers(ada, before, name="The desk")
    path = f"{DEVICES}/{made['id']}"
    await ada.ask("PATCH", path, {"kinds": ["mention"]})
    moved = await ada.ask("POST", DEVICES, browser(after, replaces=before.endpoint))
    assert (moved.status, moved.body["id"], moved.body["name"]) == (200, made["id"], "The desk")
    assert moved.body["kinds"] == ["mention"]
    again = await ada.ask("POST", DEVICES, browser(after, replaces=before.endpoint))
    assert (again.status, len(await listed(ada))) == (200, 1)
    both = await registers(ada, before)
    merged = await ada.ask("POST", DEVICES, browser(after, replaces=before.endpoint))
    assert (merged.body["id"], [d["id"] for d in await listed(ada)]) == (made["id"], [made["id"]])
    assert both["id"] != made["id"]


async def test_two_tabs_that_register_at_once_make_one_device(ada: Person, pushes: PushService) -> None:
    at = pushes.subscribe()
    answers = await asyncio.gather(*(ada.ask("POST", DEVICES, browser(at)) for _ in range(8)))
    assert {a.status for a in answers} <= {200, 201}, [a.body for a in answers]
    assert len({a.body["id"] for a in answers}) == len(await listed(ada)) == 1


async def test_an_address_belongs_to_whoever_registered_it_last(
    ada: Person, ben: Person, pushes: PushService, house: House
) -> None:
    at, at_ada = pushes.subscribe(), await ada.device()
    hers = await registers(ada, at, name="Ada's")
    his = await registers(ben, at)
    assert his["id"] != hers["id"], "what is under way to her device never reaches his"
    assert (await listed(ada), [d["id"] for d in await listed(ben)]) == ([], [his["id"]])
    await at_ada.wait_for("devices.changed", lambda told: told["devices"] == [])


async def test_a_device_is_named_switched_off_and_told_of_chosen_kinds_alone(
    ada: Person, ben: Person, pushes: PushService
) -> None:
    device = await registers(ada, pushes.subscribe())
    path = f"{DEVICES}/{device['id']}"
    at_ada, at_ben = await ada.device(), await ben.device()
    change = {"name": "Phone", "enabled": False, "kinds": ["direct", "mention", "mention"]}
    changed = await ada.ask("PATCH", path, change)
    assert changed.status == 200
    assert changed.body | {"name": "Phone", "enabled": False, "kinds": ["mention", "direct"]} == changed.body
    told = await at_ada.wait_for("devices.changed", lambda told: told["devices"][0]["name"] == "Phone")
    assert told["devices"] == [changed.body]
    assert "devices.changed" not in {name for name, _ in at_ben.heard}
    all_again = await ada.ask("PATCH", path, {"kinds": None, "enabled": True})
    assert (all_again.body.get("kinds"), all_again.body.get("enabled", True)) == (None, True)
    bodies: list[Json] = [
        {"kinds": []},
        {"kinds": ["spam"]},
        {"name": ""},
        {"enabled": "yes"},
        {"target": "x"},
    ]
    for wrong in bodies:
        assert (await ada.ask("PATCH", path, wrong)).status == 422, wrong
    assert (await ada.ask("PATCH", path, {})).body == all_again.body
    assert (await ada.ask("DELETE", path)).status == 204
    assert (await ada.ask("DELETE", path)).status == 404


async def test_signing_out_forgets_the_devices_of_that_session_and_no_others(
    ada: Person, sign_up: Signup, pushes: PushService, house: House
) -> None:
    phone = await sign_up("phone")
    signed_in = await phone.post("/api/v1/auth/login", {"email": ada.email, "password": PASSWORD}, status=200)
    phone.id, phone.token = ada.id, signed_in["access_token"]
    await registers(phone, pushes.subscribe(), name="Phone")
    kept = await registers(ada, pushes.subscribe(), name="Desk")
    assert (await phone.ask("POST", "/api/v1/auth/logout")).status == 204
    assert [d["id"] for d in await listed(ada)] == [kept["id"]]
    assert (await ada.ask("POST", "/api/v1/auth/logout")).status == 204
    assert await house.devices.of(UserId(ada.id)) == []


async def test_a_test_is_on_record_and_one_at_a_time(ada: Person, pushes: PushService, house: House) -> None:
    device = await registers(ada, pushes.subscribe(), name="Desk")
    path = f"{DEVICES}/{device['id']}/test"
    sent = await ada.ask("POST", path, {"workspace_id": ada.workspace["id"]})
    assert sent.status == 201
    facts = {"way": "push", "to": "Desk", "covers": [], "workspace_id": ada.workspace["id"]}
    assert sent.body | facts == sent.body
    assert sent.body["world"].startswith("webpush:127.0.0.1")
    shown = await ada.get(f"/api/v1/me/dispatches/{sent.body['id']}")
    assert (shown["id"], shown["device_id"]) == (sent.body["id"], device["id"])
    stored = await house.dispatches.get(sent.body["id"])
    assert stored is not None


async def test_a_test_goes_the_way_of_every_notification_and_its_outcome_is_told(
    ada: Person, pushes: PushService
) -> None:
    at, at_ada = pushes.subscribe(), await ada.device()
    device = await registers(ada, at)
    sent = await ada.post(f"{DEVICES}/{device['id']}/test")
    await at_ada.wait_for("devices.changed", lambda told: "last_sent_at" in told["devices"][0])
    [pushed] = at.payloads
    assert (pushed["dispatch_id"], pushed["tag"]) == (sent["id"], f"test-{device['id']}")
    made = await ada.get(f"/api/v1/me/dispatches/{sent['id']}")
    assert (made["state"], [a["code"] for a in made["attempts"]]) == ("sent", ["201"])
    at.gone = True
    await ada.post(f"{DEVICES}/{device['id']}/test")
    await at_ada.wait_for("devices.changed", lambda told: "gone" in told["devices"][0])
    assert pushes.faults == []


async def test_what_cannot_be_tried_says_why(
    ada: Person, sign_up: Signup, pushes: PushService, house: House
) -> None:
    async def tried(person: Person, device: Json) -> Answer:
        return await person.ask("POST", f"{DEVICES}/{device['id']}/test")

    device = await registers(ada, pushes.subscribe())
    await ada.ask("PATCH", f"{DEVICES}/{device['id']}", {"enabled": False})
    assert (await tried(ada, device)).code == "device_off"
    await house.devices.is_gone(DeviceId(device["id"]), "it was uninstalled")
    gone = await tried(ada, device)
    assert (gone.status, gone.code) == (409, "device_gone")
    assert "it was uninstalled" in gone.body["detail"]
    alone = await sign_up("newcomer")
    lone = await registers(alone, pushes.subscribe())
    assert (await tried(alone, lone)).code == "no_workspace"


async def test_nobody_else_reaches_a_device_or_a_dispatch(
    ada: Person, ben: Person, outsider: Person, pushes: PushService
) -> None:
    device = await registers(ada, pushes.subscribe())
    dispatch = await ada.post(f"{DEVICES}/{device['id']}/test")
    foreign = {"workspace_id": outsider.workspace["id"]}
    assert (await ada.ask("POST", f"{DEVICES}/{device['id']}/test", foreign)).status == 404
    for person in (ben, outsider):
        for method, path, body in (
            ("PATCH", f"{DEVICES}/{device['id']}", {"enabled": False}),
            ("DELETE", f"{DEVICES}/{device['id']}", None),
            ("POST", f"{DEVICES}/{device['id']}/test", None),
            ("GET", f"/api/v1/me/dispatches/{dispatch['id']}", None),
        ):
            answer = await person.ask(method, path, body)
            assert (answer.status, answer.code) == (404, "not_found"), (method, path)
        assert await listed(person) == []


async def test_the_key_for_subscribing_is_a_point_of_the_curve(ada: Person) -> None:
    key = (await ada.get("/api/v1/push/key"))["key"]
    assert len(key) == 87
    assert key.startswith("B"), "65 bytes that begin with 4, in base64url"
