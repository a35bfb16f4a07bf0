"""The stack that `deploy/up` and `deploy/test` run: its front door, its supervisor, its refusals."""

import http.client
import os
import re
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

import aio_pika
import pytest
from aio_pika.connection import make_url
from pydantic import SecretStr

from deploy import keys, preflight, processes
from deploy.failure import StackError
from deploy.program import Port
from deploy.roles import environment, environment_path
from deploy.stack import Stack
from parlour.core.outside.vapid import public_key
from parlour.core.settings import Settings


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack.here()


def ask(stack: Stack, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", stack.settings.port, timeout=5)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def assert_soon(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.1)


def serves(stack: Stack, name: str) -> bool:
    service = next(service for service in stack.services if service.name == name)
    return service.waits_for() is None


def test_the_front_door_leads_to_the_api_and_hides_its_metrics(stack: Stack) -> None:
    assert ask(stack, "/readyz").status == 200
    assert ask(stack, "/metrics").status == 404


def test_the_front_door_names_every_request_and_keeps_a_good_name_given_before(stack: Stack) -> None:
    given = ask(stack, "/readyz", {"X-Request-Id": "0123456789abcdef"})
    odd = ask(stack, "/readyz", {"X-Request-Id": "a b;c"})
    assert given.getheader("X-Request-Id") == "0123456789abcdef"
    assert re.fullmatch(r"[0-9a-f]{32}", odd.getheader("X-Request-Id") or "")


def test_the_front_door_says_so_in_json_while_the_api_is_away(stack: Stack) -> None:
    stack.stop_program("api-1")
    try:
        answer = ask(stack, "/readyz")
    finally:
        stack.start_program("api-1")
    assert answer.status == 503
    assert answer.getheader("Content-Type") == "application/problem+json"
    assert_soon(lambda: serves(stack, "api-1"))


def test_a_killed_program_is_started_again(stack: Stack) -> None:
    before = stack.pid("nginx")
    stack.kill("nginx")
    assert_soon(lambda: not processes.alive(before))
    assert_soon(lambda: serves(stack, "nginx"))
    assert stack.pid("nginx") != before


def test_a_second_start_says_who_runs_and_disturbs_nothing(stack: Stack) -> None:
    before = stack.pid("mongo")
    with pytest.raises(StackError, match=r"already running \(pid \d+\)"):
        stack.start()
    assert stack.pid("mongo") == before


def test_secrets_are_readable_by_their_owner_only(stack: Stack) -> None:
    folder = stack.settings.data_dir
    private = (
        "run/supervisord.conf",
        "seaweedfs/s3.json",
        "secrets/s3-secret-key",
        "secrets/rabbitmq-password",
        "rabbitmq/definitions.json",
    )
    for path in (folder, environment_path(stack.settings), *(folder / name for name in private)):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


async def test_no_account_that_everybody_knows_opens_the_broker(stack: Stack) -> None:
    port = stack.settings.rabbitmq_port
    async with await aio_pika.connect(stack.settings.rabbitmq_url) as ours:
        assert not ours.is_closed
    stranger = aio_pika.Connection(make_url(f"amqp://guest:guest@127.0.0.1:{port}/"))
    with pytest.raises(aio_pika.exceptions.AMQPConnectionError):
        await stranger.connect()
    # One that is left behind closes itself whenever it is collected, in whichever thread that happens.
    await stranger.close()


def test_a_taken_port_is_told_with_its_holder_and_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        expected = rf"port {number} \(PARLOUR_PORT\) is taken by .* \(pid {os.getpid()}\): .*PARLOUR_PORT"
        with pytest.raises(StackError, match=expected):
            preflight.check_ports([Port(number, "PARLOUR_PORT")])


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(StackError, match="holds other things"):
        preflight.claim_data_folder(Settings(data_dir=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_the_mail_server_that_keeps_mails_gives_way_to_one_that_sends_them(stack: Stack) -> None:
    assert serves(stack, "mailbox")
    sending = stack.settings.model_copy(update={"smtp_host": "mail.example.com", "smtp_port": 587})
    assert "mailbox" not in [service.name for service in Stack(sending).services]
    variables = environment(sending)
    assert (variables["PARLOUR_SMTP_HOST"], variables["PARLOUR_SMTP_PORT"]) == ("mail.example.com", "587")


def test_an_s3_of_ones_own_takes_the_place_of_the_embedded_one(stack: Stack) -> None:
    names = {service.name for service in stack.services}
    url = "https://s3.eu-central-1.amazonaws.com"
    elsewhere = Settings(s3_url=url, s3_access_key=SecretStr("theirs"), s3_secret_key=SecretStr("too"))
    found = environment(elsewhere)
    assert {"seaweedfs"} == names - {service.name for service in Stack(elsewhere).services}
    keys_found = (found["PARLOUR_S3_ACCESS_KEY"], found["PARLOUR_S3_SECRET_KEY"])
    assert (found["PARLOUR_S3_URL"], *keys_found) == (url, "theirs", "too")


def test_the_key_that_browsers_subscribe_for_is_made_once_and_private(tmp_path: Path) -> None:
    key = keys.vapid_key(tmp_path)
    assert keys.vapid_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secrets/vapid-key").stat().st_mode) == 0o600
    settings = Settings(vapid_private_key=SecretStr(key))
    assert len(public_key(settings) or "") == 87
