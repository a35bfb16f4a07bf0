"""Web Push and UnifiedPush, against a push service that verifies and devices that decrypt by the RFCs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest
from aiohttp import web

from parlour.core.ids import DeviceId
from parlour.core.model.notifications import DeviceKind, WebPushKeys
from parlour.core.outside.notice import Address
from parlour.core.outside.outside import Outside, world_of
from parlour.core.outside.vapid import public_key
from parlour.core.settings import Settings
from tests.outside.leading import secret, towards
from tests.outside.push_service import PushService
from tests.outside.samples import a_push, plainly
from tests.outside.script import serving


@pytest.fixture
async def outside(stack_settings: Settings) -> AsyncIterator[Outside]:
    async with Outside(towards(stack_settings), plainly) as opened:
        yield opened


async def test_a_browser_decrypts_what_was_pushed(
    outside: Outside, pushes: PushService, stack_settings: Settings
) -> None:
    browser = pushes.subscribe(public_key(stack_settings))
    push = a_push(urgency="high", badge=3)
    answer = await outside.push(browser.address(), push)
    assert (answer.answered, answer.code) == ("sent", "201")
    [received] = browser.received
    assert received.payload == msgspec.to_builtins(push)
    assert received.payload["body"] == "Lunch at noon? ☕"
    assert received.headers["Urgency"] == "high"
    assert int(received.headers["TTL"]) == stack_settings.push_ttl
    assert received.claims["aud"] == pushes.address
    assert received.claims["sub"] == "mailto:parlour@127.0.0.1"


async def test_nothing_of_a_push_can_be_read_on_its_way(outside: Outside, pushes: PushService) -> None:
    browser = pushes.subscribe()
    push = a_push()
    await outside.push(browser.address(), push)
    seen = str(browser.received[0].headers)
    for private in (push.tag, push.user_id, push.channel_id, push.dispatch_id, push.title):
        assert private not in seen


async def test_pushes_of_one_conversation_share_a_topic_on_one_device_alone(
    outside: Outside, pushes: PushService
) -> None:
    one, other = pushes.subscribe(), pushes.subscribe()
    at_one, at_other = one.address(), other.address()
    for tag in ("general", "general", "random"):
        await outside.push(at_one, a_push(tag=tag))
    await outside.push(at_other, a_push(tag="general"))
    first, second, third = (received.headers["Topic"] for received in one.received)
    assert first == second != third
    assert other.received[0].headers["Topic"] != first
    assert len(first) == 32


async def test_a_long_text_is_cut_to_what_every_push_service_takes(
    outside: Outside, pushes: PushService, stack_settings: Settings
) -> None:
    browser = pushes.subscribe()
    for text in ("ä" * 16_000, "\x01" * 16_000, "word " * 3000):
        assert (await outside.push(browser.address(), a_push(body=text))).answered == "sent"
    for payload in browser.payloads:
        size = len(msgspec.json.encode(payload))
        assert stack_settings.push_payload_max_bytes - 20 <= size <= stack_settings.push_payload_max_bytes
        assert payload["body"].endswith("…")


async def test_a_phone_by_unifiedpush_gets_it_sealed_or_plain_as_it_registered(
    outside: Outside, pushes: PushService
) -> None:
    sealed, plain = pushes.subscribe(), pushes.subscribe(sealed=False)
    push = a_push()
    for phone in (sealed, plain):
        assert (await outside.push(phone.address("unifiedpush"), push)).answered == "sent"
        assert phone.payloads == [msgspec.to_builtins(push)]
    assert "Authorization" not in plain.received[0].headers


@pytest.mark.parametrize("kind", ["webpush", "unifiedpush"])
@pytest.mark.parametrize(
    ("status", "answered"),
    [
        (202, "sent"),
        (404, "gone"),
        (410, "gone"),
        (401, "misconfigured"),
        (403, "misconfigured"),
        (429, "retry"),
        (500, "retry"),
        (503, "retry"),
        (507, "retry"),
        (307, "retry"),
        (400, "refused"),
        (413, "refused"),
    ],
)
async def test_each_status_means_what_it_means(
    outside: Outside, pushes: PushService, kind: DeviceKind, status: int, answered: str
) -> None:
    pushes.script.then(status, Location="http://127.0.0.1:1/")
    answer = await outside.push(pushes.subscribe().address(kind), a_push())
    assert (answer.answered, answer.code) == (answered, str(status))
    assert answer.retry_after is None
    assert answer.words


async def test_a_browser_that_ended_its_subscription_is_gone(outside: Outside, pushes: PushService) -> None:
    browser = pushes.subscribe()
    browser.gone = True
    answer = await outside.push(browser.address(), a_push())
    assert (answer.answered, answer.code) == ("gone", "410")
    assert not answer.is_the_worlds_fault


async def test_a_server_with_another_key_is_told_that_it_is_misconfigured(
    outside: Outside, pushes: PushService, stack_settings: Settings
) -> None:
    pushes.script.then(0)
    another = towards(stack_settings, vapid_private_key=secret("A" * 42 + "E"))
    browser = pushes.subscribe(public_key(another))
    answer = await outside.push(browser.address(), a_push())
    assert answer.answered in ("misconfigured", "refused")
    pushes.faults.clear()
    async with Outside(another, plainly) as other:
        assert (await other.push(browser.address(), a_push())).answered == "sent"


async def test_a_service_says_when_it_wants_to_be_asked_again(outside: Outside, pushes: PushService) -> None:
    address = pushes.subscribe().address()
    now = datetime.now(UTC)
    for given, meant in (
        ("120", timedelta(seconds=120)),
        (format_datetime(now + timedelta(minutes=5), usegmt=True), timedelta(minutes=5)),
        (format_datetime(now - timedelta(minutes=5), usegmt=True), timedelta(0)),
        ("999999999", timedelta(days=1)),
        ("soon", None),
    ):
        pushes.script.then(429, Retry_After=given)
        found = (await outside.push(address, a_push())).retry_after
        assert found == meant or (found and meant and abs(found - meant) < timedelta(seconds=5)), given


async def test_a_service_that_hangs_breaks_off_or_talks_nonsense_is_tried_again(
    outside: Outside, pushes: PushService
) -> None:
    address = pushes.subscribe().address()
    pushes.script.then_hang()
    slow = await outside.push(address, a_push())
    assert (slow.answered, slow.code) == ("retry", "timeout")
    assert "0.5 s" in slow.words
    pushes.script.then_garbage()
    garbage = await outside.push(address, a_push())
    assert (garbage.answered, garbage.code) == ("retry", "garbage")
    pushes.script.then_garbage(b"")
    assert (await outside.push(address, a_push())).answered == "retry"
    away = Address(
        device_id=address.device_id, kind="webpush", target="http://127.0.0.1:9/push", keys=address.keys
    )
    assert (await outside.push(away, a_push())).code == "unreachable"
    assert (await outside.push(address, a_push())).answered == "sent"


async def test_an_endless_answer_is_not_read_to_its_end(outside: Outside, pushes: PushService) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=503)
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    app = web.Application()
    app.router.add_post("/", endless)
    async with serving(app) as address:
        target = Address(
            device_id=DeviceId("d"), kind="webpush", target=f"{address}/", keys=pushes.subscribe().keys
        )
        assert (await outside.push(target, a_push())).code == "503"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://updates.push.services.mozilla.com/wpush/v2/x",
        "https://localhost/push",
        "https://127.0.0.2/push",
        "https://[::1]/push",
        "https://[::ffff:127.0.0.2]/push",
        "https://2130706434/push",
        "https://10.1.2.3/push",
        "https://169.254.169.254/latest/meta-data",
        "https://user:secret@8.8.8.8/push",
        "https://8.8.8.8:8443/push",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://",
        "not an address",
        "",
    ],
)
@pytest.mark.parametrize("kind", ["webpush", "unifiedpush"])
async def test_a_device_cannot_lead_pushes_into_our_own_network(
    outside: Outside, pushes: PushService, endpoint: str, kind: DeviceKind
) -> None:
    keys = pushes.subscribe().keys
    address = Address(device_id=DeviceId("d"), kind=kind, target=endpoint, keys=keys)
    answer = await outside.push(address, a_push())
    assert (answer.answered, answer.code) == ("refused", "address")
    assert endpoint not in answer.words or not endpoint
    assert outside.world_of(address).startswith(f"{kind}:")


async def test_a_redirect_is_not_followed(outside: Outside, pushes: PushService) -> None:
    browser = pushes.subscribe()
    pushes.script.then(308, Location=browser.endpoint)
    assert (await outside.push(browser.address(), a_push())).answered == "retry"
    assert not browser.received
    assert pushes.script.asked == 1


@pytest.mark.parametrize(
    "keys",
    [
        None,
        WebPushKeys(p256dh="", auth=""),
        WebPushKeys(p256dh="BA" + "A" * 85, auth="A" * 22),
        WebPushKeys(p256dh="ä" * 87, auth="?" * 22),
    ],
)
async def test_a_device_without_good_keys_is_refused(
    outside: Outside, pushes: PushService, keys: WebPushKeys | None
) -> None:
    address = Address(device_id=DeviceId("d"), kind="webpush", target=pushes.subscribe().endpoint, keys=keys)
    answer = await outside.push(address, a_push())
    assert (answer.answered, answer.code) == ("refused", "keys")


@pytest.mark.parametrize(
    "key", ["nonsense", "AAAA", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"]
)
async def test_a_wrong_key_of_ours_is_said_and_not_shown(
    stack_settings: Settings, pushes: PushService, key: str
) -> None:
    async with Outside(towards(stack_settings, vapid_private_key=secret(key)), plainly) as outside:
        answer = await outside.push(pushes.subscribe().address(), a_push())
    assert answer.answered == "misconfigured"
    assert "PARLOUR_VAPID_PRIVATE_KEY" in answer.words
    assert key not in answer.words


async def test_what_is_not_set_up_is_said_so(stack_settings: Settings, pushes: PushService) -> None:
    bare = towards(stack_settings, vapid_private_key=secret(""), smtp_host="")
    async with Outside(bare, plainly) as outside:
        assert not outside.mail_configured
        for kind in ("webpush", "unifiedpush", "fcm", "apns"):
            assert not outside.configured(kind)
            answer = await outside.push(pushes.subscribe().address(kind), a_push())
            assert (answer.answered, answer.code) == ("misconfigured", "settings")
    assert public_key(bare) is None
    async with Outside(towards(stack_settings), plainly) as outside:
        assert outside.mail_configured
        assert outside.configured("webpush")


def test_a_world_is_named_by_its_host_alone() -> None:
    def named(kind: DeviceKind, target: str) -> str:
        return world_of(Address(device_id=DeviceId("d"), kind=kind, target=target))

    secretly = "https://updates.push.services.mozilla.com/wpush/v2/secret"
    assert named("webpush", secretly) == "webpush:updates.push.services.mozilla.com"
    assert named("unifiedpush", "https://ntfy.example:8443/up?x=secret") == "unifiedpush:ntfy.example:8443"
    assert named("fcm", "token") == "fcm"
    assert named("apns", "token") == "apns"
