"""Firebase Cloud Messaging and Apple's push service, against servers that speak and check their true protocols."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from parlour.core.outside.notice import Address
from parlour.core.outside.outside import Outside
from parlour.core.settings import Settings
from tests.outside.apple import Apple, reason
from tests.outside.google import Google, failure_body
from tests.outside.leading import secret, towards
from tests.outside.samples import a_push, plainly


@pytest.fixture
async def to_google(stack_settings: Settings, googles: Google) -> AsyncIterator[Outside]:
    async with Outside(towards(stack_settings, **googles.settings), plainly) as opened:
        yield opened


@pytest.fixture
async def to_apple(stack_settings: Settings, apples: Apple) -> AsyncIterator[Outside]:
    async with Outside(towards(stack_settings, push_timeout=5, **apples.settings), plainly) as opened:
        yield opened


async def test_an_android_app_gets_the_fields_of_a_push(to_google: Outside, googles: Google) -> None:
    device = googles.install()
    push = a_push(count=3, badge=5, sound=False)
    answer = await to_google.push(device, push)
    assert (answer.answered, answer.code) == ("sent", "200")
    [data] = googles.received[device.target]
    assert data["title"] == push.title
    assert data["tag"] == push.tag
    assert (data["count"], data["badge"], data["sound"]) == ("3", "5", "false")
    [message] = googles.messages
    assert message["android"]["priority"] == "HIGH"
    assert "collapse_key" not in message["android"]
    assert "notification" not in message


async def test_a_token_of_google_is_asked_for_once_and_again_when_it_is_withdrawn(
    to_google: Outside, googles: Google
) -> None:
    device = googles.install()
    for _ in range(3):
        assert (await to_google.push(device, a_push())).answered == "sent"
    assert len(googles.tokens) == 1
    googles.tokens.clear()
    assert (await to_google.push(device, a_push())).answered == "sent"
    assert len(googles.tokens) == 1
    googles.script.then(401, times=2)
    refused = await to_google.push(device, a_push())
    assert (refused.answered, refused.code) == ("misconfigured", "401")


@pytest.mark.parametrize(
    ("status", "name", "code", "field", "answered", "shown"),
    [
        (404, "NOT_FOUND", "UNREGISTERED", "", "gone", "UNREGISTERED"),
        (404, "NOT_FOUND", "", "", "misconfigured", "404"),
        (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token", "gone", "UNREGISTERED"),
        (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "", "refused", "400"),
        (403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", "", "misconfigured", "SENDER_ID_MISMATCH"),
        (401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", "", "misconfigured", "THIRD_PARTY_AUTH_ERROR"),
        (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "", "retry", "429"),
        (503, "UNAVAILABLE", "UNAVAILABLE", "", "retry", "503"),
        (500, "INTERNAL", "INTERNAL", "", "retry", "500"),
    ],
)
async def test_each_error_of_google_means_what_it_means(
    to_google: Outside,
    googles: Google,
    status: int,
    name: str,
    code: str,
    field: str,
    answered: str,
    shown: str,
) -> None:
    body = json.dumps(failure_body(status, name, code, field)).encode()
    googles.script.then(status, body=body, times=2, Retry_After="7")
    answer = await to_google.push(googles.install(), a_push())
    assert (answer.answered, answer.code) == (answered, shown)
    assert answer.retry_after == (timedelta(seconds=7) if answered == "retry" else None)


async def test_an_app_that_was_removed_is_gone(to_google: Outside, googles: Google) -> None:
    device = googles.install()
    del googles.received[device.target]
    assert (await to_google.push(device, a_push())).answered == "gone"


async def test_google_hanging_talking_nonsense_or_refusing_a_token_is_told_apart(
    to_google: Outside, googles: Google
) -> None:
    device = googles.install()
    googles.token_script.then(503, Retry_After="9")
    busy = await to_google.push(device, a_push())
    assert (busy.answered, busy.retry_after) == ("retry", timedelta(seconds=9))
    googles.token_script.then(400, body=b'{"error":"invalid_grant"}')
    assert (await to_google.push(device, a_push())).answered == "misconfigured"
    googles.token_script.then(200, body=b"<html>sign in</html>")
    assert (await to_google.push(device, a_push())).code == "garbage"
    googles.token_script.then_hang()
    assert (await to_google.push(device, a_push())).code == "timeout"
    googles.script.then(200, body=b"<html>sign in</html>")
    assert (await to_google.push(device, a_push())).code == "garbage"
    googles.script.then(503, body=b"\xff\x00")
    assert (await to_google.push(device, a_push())).code == "503"
    googles.script.then_hang()
    assert (await to_google.push(device, a_push())).code == "timeout"
    googles.script.then_garbage()
    assert (await to_google.push(device, a_push())).answered == "retry"
    assert (await to_google.push(device, a_push())).answered == "sent"


async def test_long_texts_fit_both(
    to_google: Outside, googles: Google, to_apple: Outside, apples: Apple
) -> None:
    android, phone = googles.install(), apples.install()
    long = a_push(body="ä☕" * 8000)
    assert (await to_google.push(android, long)).answered == "sent"
    assert (await to_apple.push(phone, long)).answered == "sent"
    assert googles.received[android.target][0]["body"].endswith("…")
    assert apples.received[phone.target][0].payload["aps"]["alert"]["body"].endswith("…")


@pytest.mark.parametrize("account", ["{}", "{nonsense", "/nowhere/account.json"])
async def test_a_wrong_service_account_is_said(
    stack_settings: Settings, googles: Google, account: str
) -> None:
    wrong = towards(stack_settings, **(googles.settings | {"fcm_service_account": secret(account)}))
    async with Outside(wrong, plainly) as outside:
        answer = await outside.push(googles.install(), a_push())
    assert answer.answered == "misconfigured"
    assert "PARLOUR_FCM_SERVICE_ACCOUNT" in answer.words


async def test_a_service_account_may_be_a_file(
    stack_settings: Settings, googles: Google, tmp_path: Path
) -> None:
    path = tmp_path / "account.json"
    given = googles.settings["fcm_service_account"]
    path.write_text(given.get_secret_value())  # type: ignore[attr-defined]
    by_file = towards(stack_settings, **(googles.settings | {"fcm_service_account": secret(str(path))}))
    async with Outside(by_file, plainly) as outside:
        assert (await outside.push(googles.install(), a_push())).answered == "sent"


async def test_an_iphone_shows_an_alert(to_apple: Outside, apples: Apple) -> None:
    device = apples.install()
    push = a_push(urgency="high", badge=2)
    answer = await to_apple.push(device, push)
    assert (answer.answered, answer.code) == ("sent", "200")
    [received] = apples.received[device.target]
    aps = received.payload["aps"]
    assert aps["alert"] == {"title": push.title, "body": push.body}
    assert (aps["badge"], aps["sound"], aps["thread-id"]) == (2, "default", push.tag)
    assert aps["interruption-level"] == "time-sensitive"
    assert received.payload["parlour"]["url"] == push.url
    assert received.headers["apns-id"] == push.dispatch_id


async def test_what_was_read_elsewhere_is_closed_in_the_background(to_apple: Outside, apples: Apple) -> None:
    device = apples.install()
    shown, close = a_push(), a_push(close=True)
    for push in (shown, close):
        assert (await to_apple.push(device, push)).answered == "sent"
    alert, background = apples.received[device.target]
    assert background.headers["apns-push-type"] == "background"
    assert background.payload["parlour"]["close"] is True
    assert background.headers["apns-collapse-id"] == alert.headers["apns-collapse-id"]


async def test_apples_connection_and_token_are_used_again(to_apple: Outside, apples: Apple) -> None:
    device = apples.install()
    for _ in range(5):
        assert (await to_apple.push(device, a_push())).answered == "sent"
    assert len(apples.connections) == 1
    assert len(apples.provider_tokens) == 1


async def test_an_expired_provider_token_is_replaced_once(to_apple: Outside, apples: Apple) -> None:
    device = apples.install()
    apples.script.then(403, body=reason("ExpiredProviderToken"))
    assert (await to_apple.push(device, a_push())).answered == "sent"
    apples.script.then(403, body=reason("ExpiredProviderToken"), times=2)
    assert (await to_apple.push(device, a_push())).answered == "misconfigured"


@pytest.mark.parametrize(
    ("status", "said", "answered"),
    [
        (410, "Unregistered", "gone"),
        (400, "BadDeviceToken", "gone"),
        (410, "ExpiredToken", "gone"),
        (403, "InvalidProviderToken", "misconfigured"),
        (400, "BadTopic", "misconfigured"),
        (400, "DeviceTokenNotForTopic", "misconfigured"),
        (400, "BadCollapseId", "refused"),
        (413, "PayloadTooLarge", "refused"),
        (429, "TooManyRequests", "retry"),
        (429, "TooManyProviderTokenUpdates", "retry"),
        (500, "InternalServerError", "retry"),
        (503, "Shutdown", "retry"),
    ],
)
async def test_each_reason_of_apple_means_what_it_means(
    to_apple: Outside, apples: Apple, status: int, said: str, answered: str
) -> None:
    apples.script.then(status, body=reason(said), Retry_After="7")
    answer = await to_apple.push(apples.install(), a_push())
    assert (answer.answered, answer.code) == (answered, said)
    assert answer.retry_after == (timedelta(seconds=7) if answered == "retry" else None)


async def test_apple_hanging_or_away_is_tried_again(stack_settings: Settings, apples: Apple) -> None:
    hasty = towards(stack_settings, **apples.settings)
    device = apples.install()
    async with Outside(hasty, plainly) as outside:
        apples.script.then_hang()
        assert (await outside.push(device, a_push())).code == "timeout"
        apples.script.then(503, body=b"\xff\x00")
        assert (await outside.push(device, a_push())).code == "503"
        assert (await outside.push(device, a_push())).answered == "sent"
    away = towards(stack_settings, **(apples.settings | {"apns_url": "https://127.0.0.1:9"}))
    async with Outside(away, plainly) as outside:
        assert (await outside.push(device, a_push())).code == "unreachable"
    stranger = towards(stack_settings, **(apples.settings | {"apns_ca_file": ""}))
    async with Outside(stranger, plainly) as outside:
        assert (await outside.push(device, a_push())).code == "unreachable"


@pytest.mark.parametrize("token", ["", "nonsense", "../../etc", "ab" * 200, "abcd/../" * 8])
async def test_a_token_that_is_none_never_reaches_apple(to_apple: Outside, apples: Apple, token: str) -> None:
    device = msgspec.structs.replace(apples.install(), target=token)
    assert isinstance(device, Address)
    assert (await to_apple.push(device, a_push())).answered == "gone"
    assert apples.script.asked == 0


async def test_a_wrong_key_of_ours_for_apple_is_said(stack_settings: Settings, apples: Apple) -> None:
    for wrong in (
        {"apns_key": secret("-----BEGIN nonsense")},
        {"apns_key": secret("/nowhere.p8")},
        {"apns_team_id": ""},
        {"apns_ca_file": "/nowhere.pem"},
    ):
        async with Outside(towards(stack_settings, **(apples.settings | wrong)), plainly) as outside:
            answer = await outside.push(apples.install(), a_push())
        assert (answer.answered, answer.code) == ("misconfigured", "settings")
        assert "PARLOUR_APNS" in answer.words
