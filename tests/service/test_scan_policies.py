"""What becomes of files that the scanner cannot look into, and when it is asked at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from parlour.core.clock import now
from parlour.core.files.assemble import assemble
from parlour.core.files.intake import scan, scanned
from parlour.core.house import House
from parlour.core.model.files import Content, FileRecord, Verdict
from parlour.core.outside.scanner import Scanner, ScannerAwayError, ScannerVersion
from parlour.core.settings import Settings
from tests.houses import with_
from tests.person import Person
from tests.uploaded import encrypted_zip, upload


def with_settings(house: House, **changed: object) -> House:
    return with_(house, settings=house.settings.model_copy(update=changed))


async def taken_in(house: House, person: Person, data: bytes) -> FileRecord:
    """Take the steps of the intake as far as the verdict, by the policy of this house."""

    async def ask() -> ScannerVersion:
        return await asyncio.to_thread(house.scanner.ready)

    async def by(content: Content, version: ScannerVersion) -> Verdict:
        return await asyncio.to_thread(scanned, house, content, house.scanner, version)

    file_id = await upload(house, person, data)
    await assemble(house, file_id)
    await scan(house, file_id, 1, ask=ask, by=by)
    record = await house.files.get(file_id)
    assert record is not None
    return record


@pytest.mark.parametrize(("policy", "state"), [("hold", "quarantined"), ("refuse", "failed")])
async def test_what_is_too_large_to_scan_is_held_or_refused_and_never_served(
    ada: Person, house: House, policy: str, state: str
) -> None:
    strict = with_settings(house, scan_too_large=policy, scan_max_bytes=10)
    record = await taken_in(strict, ada, b"more than ten bytes")
    assert record.state == state
    assert "larger than the virus scanner takes (scan_max_bytes)" in record.detail
    answer = await ada.ask("GET", f"/api/v1/files/{record.id}/content")
    assert answer.status == 409


@pytest.mark.parametrize(("policy", "state"), [("hold", "quarantined"), ("refuse", "failed")])
async def test_what_is_encrypted_is_held_or_refused_and_never_served(
    ada: Person, house: House, policy: str, state: str
) -> None:
    record = await taken_in(with_settings(house, scan_unreadable=policy), ada, encrypted_zip())
    assert record.state == state
    assert "is encrypted" in record.detail
    assert (await ada.ask("GET", f"/api/v1/files/{record.id}/content")).status == 409


@asynccontextmanager
async def clamd(version: str) -> AsyncIterator[str]:
    """A clamd that says this of its version; the machine's own has no signatures that could be old."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readline()).strip() == b"nVERSION"
        writer.write(f"{version}\n".encode())
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def dated(days: int) -> str:
    return f"ClamAV 1.4.6/27800/{now() - timedelta(days=days):%a %b %d %H:%M:%S %Y}"


async def ready(settings: Settings, version: str, **changed: object) -> ScannerVersion:
    async with clamd(version) as address:
        changed = {"clamav_address": address, "clamav_test_signatures": False, **changed}
        return await asyncio.to_thread(Scanner(settings.model_copy(update=changed)).ready)


async def test_signatures_that_are_too_old_are_waited_for(stack_settings: Settings) -> None:
    with pytest.raises(ScannerAwayError, match="clamav_signatures_max_days"):
        await ready(stack_settings, dated(8), clamav_signatures_max_days=7)
    fresh = await ready(stack_settings, dated(6), clamav_signatures_max_days=7)
    assert fresh.signatures == "27800"
    assert (await ready(stack_settings, dated(800))).dated is not None, "by default any age will do"


async def test_a_scanner_without_signatures_is_waited_for_unless_the_test_s_are_wanted(
    stack_settings: Settings,
) -> None:
    with pytest.raises(ScannerAwayError, match="no signatures"):
        await ready(stack_settings, "ClamAV 1.4.6")
    tried = await ready(stack_settings, "ClamAV 1.4.6", clamav_test_signatures=True)
    assert tried.signatures == "test signatures only"
