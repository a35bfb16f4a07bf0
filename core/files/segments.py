"""What one request brings of an upload: cut into segments, each an object of the file store, durable before it counts.

At most one segment is in memory, a smaller one the more requests there are. Whatever cuts a request off, full segments
stay, and the rest that had come in is kept as a shorter one; only the end of this process itself loses that.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import ConflictError, NotFoundError, ParlourError, TooLargeError
from parlour.core.files.checksums import Checksum, ChecksumError
from parlour.core.house import House
from parlour.core.ids import new_id
from parlour.core.model.uploads import Segment, Upload, segments_of
from parlour.core.store.mongo import StoreError

HEARD_EVERY = 3
"""How many times it is noted that a request is heard from before it would count as silent."""
REFUSED = (TooLargeError.status, ChecksumError.status)
SMALLEST_BYTES = 131_072
"""No segment is cut smaller than this: each is an object of the file store."""


class Appending:
    """A request that goes on with an upload as its writer.

    With a `checksum`, nothing counts until all of it has come in and was verified.
    """

    def __init__(self, house: House, upload: Upload, checksum: Checksum | None = None) -> None:
        self._house = house
        self._upload = upload
        self._checksum = checksum
        self._buffer = bytearray()
        self._unverified: list[Segment] = []
        self._storing: asyncio.Task[None] | None = None
        self._store_failed = False
        self._heard = time.monotonic()

    async def take_all(self, chunks: AsyncIterator[bytes]) -> Upload:
        """Take what comes until it ends; return the upload as it is then, open for the next request.

        Raises:
            TooLargeError: more came than the file is to have (`upload_too_long`), or in too many pieces
                (`upload_segments_max`). What counted before stays.
            ChecksumError: what came is not what was sent. Nothing of it counts.
            ConflictError: `upload_taken_over`, another request went on with the upload meanwhile.
            NotFoundError: the upload was ended meanwhile.
            UnavailableError: the file store does not answer. What counted before stays.
        """
        self._house.uploading += 1
        try:
            async for chunk in chunks:
                await self._take(chunk)
            await self._store()
            if self._checksum:
                self._checksum.verify()
                # From here on they may count, whether or not we hear that they do: they are not deleted any more.
                verified, self._unverified = self._unverified, []
                await self._count(verified)
        except BaseException as error:
            await self._leave_by(error)
            raise
        finally:
            self._house.uploading -= 1
        await self._release()
        return self._upload

    async def _take(self, chunk: bytes) -> None:
        self._check_fits(len(chunk))
        if self._checksum:
            self._checksum.take(chunk)
        self._buffer += chunk
        while len(self._buffer) >= self._segment_bytes:
            await self._store()
        await self._say_heard()

    @property
    def _segment_bytes(self) -> int:
        settings = self._house.settings
        share = settings.upload_memory_bytes // max(1, self._house.uploading)
        return min(settings.upload_segment_bytes, max(SMALLEST_BYTES, share))

    def _check_fits(self, more: int) -> None:
        if self._received + more > self._upload.size:
            raise TooLargeError(
                "upload_too_long",
                f"More came than the {self._upload.size} bytes that were announced (Upload-Length).",
            )
        most = self._house.settings.upload_segments_max
        if len(self._upload.segments) + len(self._unverified) >= most:
            raise TooLargeError(
                "too_many_pieces", f"An upload comes in at most {most} pieces (upload_segments_max)."
            )

    @property
    def _received(self) -> int:
        unverified = sum(segment.size for segment in self._unverified)
        return self._upload.offset + unverified + len(self._buffer)

    async def _store(self) -> None:
        """Store what is in memory. Once begun it is carried through, even if its request is cut off meanwhile."""
        if not self._buffer:
            return
        data = bytes(memoryview(self._buffer)[: self._house.settings.upload_segment_bytes])
        del self._buffer[: len(data)]
        self._storing = asyncio.create_task(self._store_segment(data))
        await asyncio.shield(self._storing)

    async def _store_segment(self, data: bytes) -> None:
        # Each attempt has a key of its own: nobody writes over what another one let count.
        segment = Segment(f"{segments_of(self._upload.id)}{new_id()}", len(data))
        try:
            await self._house.objects.put(segment.key, data)
            if self._checksum:
                self._unverified.append(segment)
            else:
                await self._count([segment])
        except BaseException:
            self._store_failed = True
            raise

    async def _count(self, segments: list[Segment]) -> None:
        """Let stored segments count; those of a writer that is it no more are deleted."""
        if not segments:
            return
        moment = now()
        expires = moment + timedelta(hours=self._house.settings.upload_expires_hours)
        counted = await self._house.uploads.count(
            self._upload, self._upload.writer, segments, at=moment, expires_at=expires
        )
        if counted is None:
            self._store_failed = True
            await self._house.objects.delete([segment.key for segment in segments])
            raise await self._no_writer()
        self._upload = counted

    async def _say_heard(self) -> None:
        """Note now and then that the request is alive; a slow one takes long for a segment."""
        if time.monotonic() - self._heard < self._house.settings.upload_take_over / HEARD_EVERY:
            return
        self._heard = time.monotonic()
        if not await self._house.uploads.keep(self._upload.id, self._upload.writer, at=now()):
            self._store_failed = True
            raise await self._no_writer()

    async def _no_writer(self) -> ParlourError:
        if await self._house.uploads.get(self._upload.id) is None:
            return NotFoundError.of("upload")
        return ConflictError("upload_taken_over", "Another request went on with this upload meanwhile.")

    async def _leave_by(self, error: BaseException) -> None:
        """End because of an error. What the sender broke off is stored before it is told so, if it still hears."""
        refused = isinstance(error, ParlourError) and error.status in REFUSED
        keeping = not (self._store_failed or refused)
        if keeping and isinstance(error, Exception):
            await self._leave(keeping=True)
        else:
            self._house.tasks.start(self._leave(keeping=keeping), "upload-rest")

    async def _leave(self, *, keeping: bool) -> None:
        """Keep the rest or drop it, and let the next request go on."""
        if self._storing:
            await asyncio.wait([self._storing])
        # What fails here is not lost: the sweep deletes what does not count, and silence gives the upload free.
        with suppress(ParlourError, StoreError):
            if keeping and not self._checksum and not self._store_failed:
                await self._store()
            await self._house.objects.delete([segment.key for segment in self._unverified])
        with suppress(StoreError):
            await self._release()

    async def _release(self) -> None:
        await self._house.uploads.release(self._upload.id, self._upload.writer)
