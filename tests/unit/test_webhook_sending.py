"""Integrators' addresses are called safely: signed, in time, and never into this server's own network."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import TCPConnector
from pydantic import ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from parlour.core.errors import InvalidError
from parlour.core.sealing import UnsealError, seal, unseal
from parlour.core.settings import Settings
from parlour.core.webhooks.allowed import METADATA, Allowed, check_address
from parlour.core.webhooks.sending import Sender
from parlour.core.webhooks.signing import new_secret, signed_headers
from tests.hooks.receiver import Receiver, hanging, hanging_up, saying, talking_without_end
from tests.unit.test_previews import FORMS, PRIVATE, PUBLIC

MORE_FORMS = (
    "https://localhost:{port}/", "http://localhost.:{port}/", "http://127.0.0.1:{port}/a?b=c#d",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://0:{port}/", "http://127.1:{port}/",
    "http://0x7f.0.0.1:{port}/", "http://017700000001:{port}/", "http://127.0.0.1%2f@example.com:{port}/",
    "http://metadata.google.internal/", "http://168.63.129.16/", "https://168.63.129.16/", "http://100.100.100.200/",
    "https://[fd00:ec2::254]/", "\thttp://127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}\\", "http://127.0.0.1:99999/",
    "https://8.8.8.8:22/", "http://8.8.8.8/", "https://user@8.8.8.8/", "javascript:alert(1)", "",
)  # fmt: skip


def limits(ranges: str = "", **changes: Any) -> Settings:
    return Settings(webhook_allowed_ranges=ranges, **changes)


async def call(settings: Settings, url: str) -> tuple[int, str, str]:
    sender = Sender(settings)
    try:
        reply = await sender.post(url, b"{}", {})
    finally:
        await sender.close()
    return reply.status, reply.fault, reply.words


@pytest.mark.parametrize("form", [*FORMS, *MORE_FORMS])
async def test_nothing_private_is_called_however_it_is_written(receiver: Receiver, form: str) -> None:
    link = form.replace("{port}", receiver.address.rpartition(":")[2])
    status, fault, _ = await call(limits(), link)
    assert (status, fault) in [(0, "refused"), (0, "unreachable")]
    assert not receiver.raw


@pytest.mark.parametrize("form", [*FORMS, *MORE_FORMS])
async def test_a_redirect_is_not_followed(receiver: Receiver, form: str) -> None:
    target = form.strip().replace("{port}", receiver.address.rpartition(":")[2])
    receiver.always = saying(307, Location=target)
    status, _, words = await call(limits("127.0.0.1/32"), receiver.address)
    assert status == 307
    assert "not followed" in words
    assert len(receiver.raw) == 1


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_may_not_be_called(address: str) -> None:
    assert not Allowed(limits()).may_call(address, 443, scheme="https")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ones_may_by_https_and_the_usual_ports(address: str) -> None:
    allowed = Allowed(limits())
    assert allowed.may_call(address, 443, scheme="https")
    assert not allowed.may_call(address, 443, scheme="http")
    assert not allowed.may_call(address, 6379, scheme="https")
    assert Allowed(limits(webhook_plain_http=True)).may_call(address, 80, scheme="http")


def test_a_range_that_is_allowed_may_be_called_at_any_port_and_nothing_beside_it() -> None:
    allowed = Allowed(limits("10.1.0.0/16, fd12:3456::/32"))
    assert allowed.may_call("10.1.2.3", 3000, scheme="http")
    assert allowed.may_call("::ffff:10.1.2.3", 3000, scheme="http")
    assert allowed.may_call("fd12:3456::7", 3000, scheme="http")
    assert not allowed.may_call("10.2.0.1", 443, scheme="https")
    assert not allowed.may_call("fd12:3457::7", 443, scheme="https")


@pytest.mark.parametrize("address", sorted(map(str, METADATA)))
def test_what_tells_a_machine_its_secrets_is_never_called_whatever_is_allowed(address: str) -> None:
    assert not Allowed(limits("0.0.0.0/0, ::/0", webhook_plain_http=True)).may_call(
        address, 80, scheme="http"
    )


@pytest.mark.parametrize("given", ["10.0.0.1/8", "10.0.0.0/33", "localhost", "10.0.0.0-10.0.0.9"])
def test_a_range_that_is_none_is_said_at_the_start(given: str) -> None:
    with pytest.raises(ValidationError):
        limits(given)


async def test_a_name_that_means_another_place_the_second_time_gains_nothing(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is judged, this machine when it is connected to."""
    answers = iter(["93.184.216.34", *["127.0.0.1"] * 9])
    asked: list[str] = []

    async def resolve(_self: TCPConnector, host: str, port: int, traces: Any = None) -> list[dict[str, Any]]:
        asked.append(host)
        address = next(answers)
        return [{"hostname": host, "host": address, "port": port, "family": 2, "proto": 6, "flags": 0}]

    monkeypatch.setattr(TCPConnector, "_resolve_host", resolve)
    sender = Sender(limits(webhook_plain_http=True, webhook_ports=receiver.address.rpartition(":")[2]))
    url = f"http://rebinding.example:{receiver.address.rpartition(':')[2]}/"
    replies = [await sender.post(url, b"{}", {}, seconds=0.3) for _ in range(2)]
    await sender.close()
    assert asked == ["rebinding.example"] * 2, (
        "a name is resolved once a call, and no second time behind the judgement"
    )
    assert [reply.fault for reply in replies][1] == "refused"
    assert not receiver.raw


async def test_an_answer_is_read_up_to_its_limit(receiver: Receiver) -> None:
    receiver.always = talking_without_end()
    sender = Sender(limits("127.0.0.1/32", webhook_answer_max_bytes=100))
    reply = await sender.post(receiver.address, b"{}", {})
    await sender.close()
    assert (reply.status, len(reply.body), reply.is_ok) == (200, 100, True)


async def test_what_goes_wrong_is_told_in_words(receiver: Receiver) -> None:
    settings = limits("127.0.0.1/32", webhook_timeout=0.2)
    receiver.script.extend([hanging(5), hanging_up(), saying(429, Retry_After="17")])
    assert (await call(settings, receiver.address))[1:] == ("timeout", "no answer within 0.2 s")
    assert (await call(settings, receiver.address))[1] == "unreachable"
    assert (await call(settings, "http://127.0.0.1:1/"))[1] == "unreachable"
    sender = Sender(settings)
    reply = await sender.post(receiver.address, b"{}", {})
    await sender.close()
    assert reply.retry_after is not None
    assert (reply.status, reply.retry_after.total_seconds()) == (429, 17)


def test_a_signature_is_verified_by_the_receivers_library_with_either_secret() -> None:
    old, new, other = new_secret(), new_secret(), new_secret()
    body = '{"text":"caf\xe9 \U0001f600"}'.encode()
    headers = signed_headers([new, old], "msg_1", body, at=datetime.now(UTC))
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(body + b" ", headers)


@pytest.mark.parametrize(
    "given", ["http://10.0.0.1/", "https://127.0.0.1/", "http://example.com/", "https://example.com:22/", "https://a:b@c.de/",
              "ftp://example.com/", "example.com", "", "https://" + "a" * 3000]
)  # fmt: skip
def test_an_address_is_looked_at_when_it_is_entered(given: str) -> None:
    with pytest.raises(InvalidError):
        check_address(limits(), given)


def test_a_usual_address_is_taken() -> None:
    assert check_address(limits(), "https://example.com/hooks?a=b")
    assert check_address(limits("10.0.0.0/8"), "http://build.internal:8000/")


def test_what_is_sealed_opens_for_its_own_purpose_and_record_alone() -> None:
    key = os.urandom(24).hex()
    settings, other = Settings(secret_key=key), Settings(secret_key=key + "x")  # type: ignore[arg-type]
    sealed = seal(settings, b"secret", purpose="webhook", of="one")
    assert unseal(settings, sealed, purpose="webhook", of="one") == b"secret"
    assert sealed != seal(settings, b"secret", purpose="webhook", of="one")
    for wrong in ((settings, "webhook", "two"), (settings, "totp", "one"), (other, "webhook", "one")):
        with pytest.raises(UnsealError):
            unseal(wrong[0], sealed, purpose=wrong[1], of=wrong[2])
    with pytest.raises(UnsealError):
        unseal(settings, sealed[:-1], purpose="webhook", of="one")
