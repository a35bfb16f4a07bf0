"""A zip file made as it is sent: never whole in memory, nor on a disk."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CHUNK_BYTES = 262_144


async def zipped(
    small: Mapping[str, bytes],
    large: Mapping[str, Sequence[str]],
    read: Callable[[str], AsyncIterator[bytes]],
) -> AsyncIterator[bytes]:
    """Yield a zip of files by their names: `small` ones as they are, `large` ones as parts that are `read` by name."""
    sink = _Sink()
    with ZipFile(sink, "w") as archive:  # type: ignore[call-overload]
        for name, data in small.items():
            archive.writestr(_entry(name), data)
        for name, parts in large.items():
            # How large it will be is not known before: so its length is written in 64 bits, behind it.
            with archive.open(_entry(name), "w", force_zip64=True) as file:
                for part in parts:
                    async for block in read(part):
                        await asyncio.to_thread(file.write, block)
                        if sink.size >= CHUNK_BYTES:
                            yield sink.take()
    yield sink.take()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


class _Sink:
    """Takes what is written, and hands it on; it can neither seek nor tell, so the archive does not try."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        self.size = 0
        return taken
