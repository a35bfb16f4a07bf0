"""What the log tells of sign-ins and refusals: who, where and why, and never what they sent."""

import json
import uuid
from typing import Any

import pytest
import socketio
from structlog.testing import capture_logs

from parlour.core.errors import InvalidError, NotFoundError, TooManyError
from parlour.core.ids import UserId
from parlour.core.security_log import SecurityLog
from parlour.core.settings import Settings
from tests.authenticator import begin_sign_in, second_step, set_up_app
from tests.person import PASSWORD, Device, Json, Person, eventually

LOGIN = "/api/v1/auth/login"


async def told(settings: Settings, event: str, **facts: Any) -> Json:
    """Return the line of a process's log with these facts."""

    async def found() -> Json | None:
        logs = [path.read_text() for path in (settings.data_dir / "log").glob("[as]*-*.log")]
        lines = [json.loads(line) for text in logs for line in text.splitlines() if f'"{event}"' in line]
        return next(
            (line for line in lines if line["event"] == event and facts.items() <= line.items()), None
        )

    line: Json = await eventually(found)
    return line


def logged(settings: Settings) -> str:
    return "".join(path.read_text() for path in (settings.data_dir / "log").glob("[as]*-*.log"))


async def test_sign_ins_are_logged_whether_they_succeed_or_not(ada: Person, stack_settings: Settings) -> None:
    guess, body = uuid.uuid4().hex, {"email": ada.email, "password": PASSWORD}
    await ada.ask("POST", LOGIN, body)
    line = await told(stack_settings, "sign_in.succeeded", user_id=ada.id, by="password")
    assert (line["address"], line["known_browser"]) == ("127.0.0.1", True)
    await ada.ask("POST", LOGIN, body | {"password": guess})
    await told(stack_settings, "sign_in.failed", user_id=ada.id, by="password", address="127.0.0.1")
    app, codes = await set_up_app(ada)
    challenge = await begin_sign_in(ada)
    await second_step(ada, challenge, code=app.wrong())
    await told(stack_settings, "sign_in.failed", user_id=ada.id, by="second step", code="wrong_code")
    signed_in = await second_step(ada, challenge, recovery_code=codes[0])
    await told(stack_settings, "sign_in.succeeded", user_id=ada.id, by="second step")
    secrets = (
        PASSWORD,
        guess,
        codes[0],
        app.totp.secret,
        challenge,
        ada.email,
        signed_in.body["access_token"],
        signed_in.cookies["parlour_refresh"].value,
    )
    text = logged(stack_settings)
    assert not [secret for secret in secrets if secret in text]


async def test_refused_access_is_logged_with_the_right_and_the_route(
    ada: Person, ben: Person, outsider: Person, stack_settings: Settings
) -> None:
    members = f"/api/v1/workspaces/{ada.workspace['id']}/audit"
    door = "GET /api/v1/workspaces/{workspace}/audit"
    assert (await ben.ask("GET", members)).status == 403
    await told(
        stack_settings,
        "access.refused",
        user_id=ben.id,
        door=door,
        code="missing_right",
        right="audit.read",
        address="127.0.0.1",
    )
    assert (await outsider.ask("GET", members)).status == 404
    await told(stack_settings, "access.refused", user_id=outsider.id, door=door, code="not_found")
    given = uuid.uuid4().hex
    refused = await ada.ask("GET", "/api/v1/me", Authorization=f"Bearer {given}", X_Request_Id=given[:8])
    assert refused.status == 401
    await told(stack_settings, "access.refused", correlation_id=given[:8], code="unauthenticated")
    assert given not in logged(stack_settings)


async def test_refused_access_by_a_socket_is_logged(
    ada: Person, outsider: Person, stack_settings: Settings
) -> None:
    device, text = await outsider.device(), uuid.uuid4().hex
    [channel, *_] = await ada.channels()
    refused = await device.call(
        "message.send", {"channel_id": channel["id"], "text": text, "client_id": uuid.uuid4().hex}
    )
    assert not refused["ok"]
    await told(stack_settings, "access.refused", user_id=outsider.id, door="message.send", code="not_found")
    assert not (await device.call("message.edit", {"text": text}))["ok"]
    await told(stack_settings, "input.refused", user_id=outsider.id, door="message.edit", code="invalid")
    assert text not in logged(stack_settings)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Device(outsider.address).connect(text)
    await told(stack_settings, "access.refused", door="connect", code="unauthenticated")
    assert text not in logged(stack_settings)


async def test_refused_input_is_logged_by_its_fields_and_not_by_what_they_held(
    ada: Person, stack_settings: Settings
) -> None:
    secret = uuid.uuid4().hex
    path = "/api/v1/workspaces"
    for body, fields in (
        ({"name": secret * 20}, ["name"]),
        ({"name": "Fine", secret: secret}, ["body"]),
        (secret, ["body"]),
    ):
        refused = await ada.ask("POST", path, body)
        assert refused.status == 422, refused.body
        line = {"user_id": ada.id, "door": f"POST {path}", "code": refused.code, "fields": fields}
        await told(stack_settings, "input.refused", **line)
    assert secret not in logged(stack_settings)


def test_who_tries_too_often_is_refused_access_and_who_looks_for_nothing_is_not() -> None:
    security_log = SecurityLog(3)
    with capture_logs() as lines:
        for error in (TooManyError("too_many_requests", "Wait."), NotFoundError.of("page")):
            security_log.refused(error, door="POST /x", user_id=None, address="192.0.2.1")
    assert [(line["event"], line["code"]) for line in lines] == [("access.refused", "too_many_requests")]


def test_a_flood_of_refusals_is_counted_and_not_written() -> None:
    security_log = SecurityLog(3)
    with capture_logs() as lines:
        for _ in range(10):
            error = InvalidError.field("name", "Too long.")
            security_log.refused(error, door="POST /x", user_id=UserId("u"), address="192.0.2.1")
        security_log.note("sign_in.failed", address="192.0.2.1")
        assert [line["event"] for line in lines] == ["input.refused"] * 3 + ["sign_in.failed"]
        security_log._windows["input.refused"].ends = 0.0
        security_log.refused(error, door="POST /x", user_id=None, address="192.0.2.1")
    assert lines[-2] == {
        "event": "security_log.left_out",
        "about": "input.refused",
        "lines": 7,
        "log_level": "warning",
    }
