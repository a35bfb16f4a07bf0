"""The virus scanner: ClamAV's clamd, and what its answers mean.

A content is streamed to it (INSTREAM), so it needs no files of ours. Its protocol: clamd(8).
"""

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import clamd

from parlour.core.clock import now
from parlour.core.model.files import Verdict, VerdictResult
from parlour.core.settings import Settings

BLOCK = 262_144
VERSION = re.compile(r"(?P<scanner>ClamAV [^/]+)(?:/(?P<number>\d+)/(?P<date>.+))?")
DATE = "%a %b %d %H:%M:%S %Y"
TEST_SIGNATURES = "test signatures only"
NO_SIGNATURES = "no signatures"
# ClamAV does not look into a zip with a file whose header says of its size, compressed or not, that it is elsewhere,
# written in 64 bits; it calls such a zip clean.
ZIP64 = re.compile(rb"PK\x03\x04.{14}(?:\xff{4}|.{4}\xff{4})", re.DOTALL)
ZIP64_LENGTH = 26


class ScannerAwayError(Exception):
    """The scanner cannot be asked at present; its words say why."""


class ScanBrokenError(Exception):
    """The scanner was there and did not finish with this content; its words say how."""


class Source(Protocol):
    """What is scanned, read from its beginning by a thread that may block."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes, none at the end."""


@dataclass(frozen=True)
class ScannerVersion:
    """What a scanner is, and of when its signatures are, where it has any but the test's."""

    scanner: str
    signatures: str
    dated: datetime | None = None

    def __str__(self) -> str:
        """Say it for people."""
        dated = f" of {self.dated:%d %b %Y}" if self.dated else ""
        return f"{self.scanner}, {_counted(self.signatures)}{dated}"


class Scanner:
    """clamd, by a connection for each question. Its methods block, `probe` apart."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        host, _, port = settings.clamav_address.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)

    async def probe(self) -> str:
        """Return what the scanner says of itself and its signatures."""
        return str(await asyncio.to_thread(self.version))

    def version(self) -> ScannerVersion:
        """Return what the scanner is, and what its signatures are.

        Raises:
            ScannerAwayError: it does not answer, or not as ClamAV does.
        """
        with _away_in_words():
            said = str(self._clamd(self._settings.dependency_timeout).version())
        found = VERSION.fullmatch(said.strip())
        if found is None:
            raise ScannerAwayError("The virus scanner does not answer as ClamAV does.")
        number, date = found["number"], found["date"]
        if self._settings.clamav_test_signatures or not number:
            number = TEST_SIGNATURES if self._settings.clamav_test_signatures else NO_SIGNATURES
        return ScannerVersion(found["scanner"], number, _dated(date))

    def ready(self) -> ScannerVersion:
        """Return its version when it may be asked to scan.

        Raises:
            ScannerAwayError: it does not answer, has no signatures of ClamAV (unless `clamav_test_signatures`), or too
                old ones (`clamav_signatures_max_days`).
        """
        version, most = self.version(), self._settings.clamav_signatures_max_days
        if version.signatures == NO_SIGNATURES:
            raise ScannerAwayError("The virus scanner has no signatures of ClamAV.")
        if most and version.dated and now() - version.dated > timedelta(days=most):
            raise ScannerAwayError(
                f"The virus scanner's signatures are of {version.dated:%d %b %Y}, older than "
                f"{most} days (clamav_signatures_max_days)."
            )
        return version

    def scan(self, source: Source, version: ScannerVersion) -> Verdict:
        """Have a content scanned; return the verdict, made by a scanner of this version.

        Raises:
            ScanBrokenError: it did not finish.
        """
        deadline = time.monotonic() + self._settings.scan_timeout
        watched = _Watched(source, deadline)
        result, found = self._answer(watched)
        if result == "clean" and watched.has_zip64:
            result, found = "limits", "a zip archive with 64-bit sizes"
        return Verdict(
            result=result, at=now(), scanner=version.scanner, signatures=version.signatures, found=found
        )

    def _answer(self, source: "_Watched") -> tuple[VerdictResult, str]:
        try:
            answer = self._clamd(self._settings.scan_timeout).instream(source)
        except clamd.BufferTooLongError:
            return "too_large", ""
        except (clamd.ClamdError, OSError) as error:
            raise ScanBrokenError(f"The virus scanner broke off ({_reason(error)}).") from error
        status, words = (answer or {}).get("stream", ("ERROR", "no answer"))
        if status == "OK":
            return "clean", ""
        if status == "FOUND":
            return _meant(str(words)), str(words)
        raise ScanBrokenError(f"The virus scanner could not finish ({words}).")

    def _clamd(self, timeout: float) -> "_Clamd":
        return _Clamd(self._host, self._port, timeout)


class _Clamd(clamd.ClamdNetworkSocket):  # type: ignore[misc]
    """The library's client; connecting has a time limit too, and what is sent is sent whole."""

    def _init_socket(self) -> None:
        connected = socket.create_connection((self.host, self.port), self.timeout)
        self.clamd_socket = _WholeSocket(connected)


class _WholeSocket:
    """A socket whose `send` sends everything: half a chunk would shift all that follows."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self.close = connected.close
        self.makefile = connected.makefile

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)


class _Watched:
    """A source for clamd: read in blocks, within a time, and looked at for what clamd passes over."""

    def __init__(self, source: Source, deadline: float) -> None:
        self._source = source
        self._deadline = deadline
        self._block = memoryview(b"")
        self._tail = b""
        self.has_zip64 = False

    def read(self, size: int) -> bytes:
        """Return the next bytes; raises `TimeoutError` when the time for a scan is over."""
        if not self._block:
            self._next_block()
        chunk, self._block = bytes(self._block[:size]), self._block[size:]
        return chunk

    def _next_block(self) -> None:
        if time.monotonic() > self._deadline:
            raise TimeoutError("it takes too long")
        block = bytes(self._source.read(BLOCK))
        self.has_zip64 = self.has_zip64 or bool(ZIP64.search(self._tail + block))
        self._tail = (self._tail + block)[1 - ZIP64_LENGTH :]
        self._block = memoryview(block)


@contextmanager
def _away_in_words() -> Iterator[None]:
    try:
        yield
    except (clamd.ClamdError, OSError, UnicodeDecodeError) as error:
        raise ScannerAwayError(f"The virus scanner does not answer ({_reason(error)}).") from error


def _meant(found: str) -> VerdictResult:
    """Return what a name that clamd gives stands for; what is no heuristic of its limits is a virus."""
    if found.startswith("Heuristics.Limits.Exceeded"):
        return "limits"
    return "encrypted" if found.startswith("Heuristics.Encrypted") else "infected"


def _dated(said: str | None) -> datetime | None:
    """Return a date as clamd writes it, in its machine's time, which is taken for UTC."""
    try:
        return datetime.strptime(" ".join((said or "").split()), DATE).replace(tzinfo=UTC)
    except ValueError:
        return None


def _counted(signatures: str) -> str:
    return f"signatures {signatures}" if signatures.isdecimal() else signatures


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
