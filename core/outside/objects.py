"""The file store: any S3, through one door. Its keys tell nothing of what lies behind them.

An object is written once and never changed, so that parts of it may be read one after the other.
"""

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import obstore
from msgspec import Struct
from obstore.exceptions import BaseError
from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import S3Config

from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.settings import Settings
from parlour.core.telemetry import log

# S3 takes parts from 5 MiB on, 10 000 of them: 80 GB in one object.
PART_BYTES = 8_388_608
PARTS_AT_ONCE = 2
# How much of an object is fetched at a time; the next block is on its way while one is used. They grow, since many who
# begin to read soon stop, and who goes on should not wait for S3 each time.
FIRST_BLOCK_BYTES = 131_072
BLOCK_BYTES = 524_288
CONNECT_SECONDS = 3
RETRIES = 3


class Stored(Struct, frozen=True):
    """An object that is there; `size` in bytes."""

    key: str
    size: int
    modified_at: datetime


class Objects:
    """The objects of one bucket.

    Every call raises UnavailableError when S3 does not answer within the setting `s3_timeout`, or refuses our keys, and
    NotFoundError when there is no such object.
    """

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._timeout = settings.s3_timeout
        self._store = _connect(settings)

    async def put(
        self,
        key: str,
        data: bytes | AsyncIterator[bytes],
        *,
        media_type: str = "application/octet-stream",
    ) -> None:
        """Store an object whole or not at all, in parts when it is large; S3 verifies what it got by checksums.

        What an iterator raises is raised here, and nothing is stored.
        """
        whole, parts = (data, None) if isinstance(data, bytes) else await _beginning(data)
        try:
            async with asyncio.timeout(self._timeout if parts is None else None):
                await obstore.put_async(
                    self._store,
                    key,
                    parts or whole,
                    attributes={"Content-Type": media_type},
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )
        except (BaseError, FileNotFoundError, TimeoutError) as error:
            # What is not found by one who writes is the bucket.
            raise _unavailable(error) from error

    async def read(self, key: str) -> bytes:
        """Return a whole object; only for small ones."""
        return b"".join([block async for block in self.stream(key)])

    async def stat(self, key: str) -> Stored:
        """Return how large an object is, and since when it is there."""
        with _translated():
            async with asyncio.timeout(self._timeout):
                return _stored(await obstore.head_async(self._store, key))

    async def stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Yield an object's bytes from `start` to before `end`, with at most two blocks in memory.

        Whoever reads slowly holds no connection: each block is a request of its own.
        """
        until = end if end is not None else (await self.stat(key)).size
        ahead: list[asyncio.Task[bytes]] = []
        try:
            for at, then in _blocks(start, until):
                ahead.append(asyncio.create_task(self._block(key, at, then)))
                if len(ahead) > 1:
                    yield await ahead.pop(0)
            if ahead:
                yield await ahead.pop()
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    def open(self, key: str) -> io.BufferedReader:
        """Return a file to read from in a thread; it can seek."""
        with _translated():
            size = obstore.head(self._store, key)["size"]
        return io.BufferedReader(_Reader(self._store, key, size), BLOCK_BYTES)

    async def move(self, key: str, new: str) -> None:
        """Give an object another key; where that was done before, nothing happens."""
        with _translated():
            try:
                await obstore.copy_async(self._store, key, new)
            except FileNotFoundError:
                await obstore.head_async(self._store, new)
        await self.delete([key])

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete objects, as far as they are there."""
        if keys:
            with _translated():
                async with asyncio.timeout(self._timeout):
                    await obstore.delete_async(self._store, list(keys))

    async def listed(self, prefix: str, *, after: str = "") -> AsyncIterator[Stored]:
        """Yield the objects whose keys begin with the whole path `prefix`, in order, from the one behind `after`."""
        folder = prefix.rstrip("/")
        with _translated():
            async for found in obstore.list(self._store, folder, offset=after or None, chunk_size=1000):
                for meta in found:
                    yield _stored(meta)

    async def probe(self) -> str:
        """Return what there is, once the bucket answers."""
        try:
            async for _ in obstore.list(self._store, "probe", chunk_size=1):
                break
        except (BaseError, FileNotFoundError) as error:
            raise _unavailable(error) from error
        return f"S3 bucket {self._bucket}"

    async def _block(self, key: str, start: int, end: int) -> bytes:
        with _translated():
            async with asyncio.timeout(self._timeout):
                return bytes(await obstore.get_range_async(self._store, key, start=start, end=end))


class _Reader(io.RawIOBase):
    """Reads an object block by block, blocking."""

    def __init__(self, store: S3Store, key: str, size: int) -> None:
        self._store = store
        self._key = key
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        end = min(self._at + len(view), self._size)
        if self._at >= end:
            return 0
        with _translated():
            found = obstore.get_range(self._store, self._key, start=self._at, end=end)
        view[: len(found)] = memoryview(found)
        self._at += len(found)
        return len(found)


def _blocks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where each block begins and ends."""
    size = FIRST_BLOCK_BYTES
    while start < end:
        yield start, min(start + size, end)
        start += size
        size = min(size * 2, BLOCK_BYTES)


def _connect(settings: Settings) -> S3Store:
    keys: S3Config = {
        "access_key_id": settings.s3_access_key.get_secret_value(),
        "secret_access_key": settings.s3_secret_key.get_secret_value(),
    }
    timeout = timedelta(seconds=settings.s3_timeout)
    return S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_url,
        region=settings.s3_region,
        checksum_algorithm="SHA256",
        client_options={
            "allow_http": settings.s3_url.startswith("http:"),
            "connect_timeout": min(timeout, timedelta(seconds=CONNECT_SECONDS)),
            "timeout": timeout,
        },
        retry_config={
            "max_retries": RETRIES,
            "retry_timeout": timeout,
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=1),
                "base": 2,
            },
        },
        # Without keys of our own, those that the machine has.
        config=keys if all(keys.values()) else None,
    )


async def _beginning(data: AsyncIterator[bytes]) -> tuple[bytes, AsyncIterator[bytes] | None]:
    """Return a small object whole, or else all of a large one as an iterator."""
    begun: list[bytes] = []
    size = 0
    async for chunk in data:
        begun.append(chunk)
        if (size := size + len(chunk)) > PART_BYTES:
            return b"", _chained(begun, data)
    return b"".join(begun), None


async def _chained(begun: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while begun:
        yield begun.pop(0)
    async for chunk in rest:
        yield chunk


def _stored(meta: "obstore.ObjectMeta") -> Stored:
    return Stored(meta["path"], meta["size"], meta["last_modified"])


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError.of("object") from error
    except (BaseError, TimeoutError) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> UnavailableError:
    reason = str(error).partition("\n")[0][:300]
    log.warning("s3.failed", error=type(error).__name__, reason=reason)
    return UnavailableError.of("The file store")
