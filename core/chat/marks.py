"""Watermarks: how far each member has received and read. Numbers that only rise, written in merged batches."""

import asyncio
from collections.abc import Callable

from parlour.core.errors import UnavailableError
from parlour.core.ids import ChannelId, UserId
from parlour.core.store.channels import Channels, Mark
from parlour.core.store.mongo import StoreError

Read = Callable[[ChannelId, UserId, int], None]


class Marks:
    """Writes watermarks; marks that wait for the same member and channel become one. `read` hears of read ones."""

    def __init__(self, channels: Channels, *, read: Read) -> None:
        self._channels = channels
        self._read = read
        self._due: dict[Mark, tuple[int, int]] = {}
        self._wake = asyncio.Event()
        self._written: asyncio.Future[None] | None = None

    async def raise_to(self, channel_id: ChannelId, user_id: UserId, *, received_n: int, read_n: int) -> None:
        """Return once the marks are stored. Reading implies having received.

        Raises:
            UnavailableError: MongoDB did not confirm.
        """
        mark = (channel_id, user_id)
        received, read = self._due.get(mark, (0, 0))
        self._due[mark] = (max(received, received_n, read_n), max(read, read_n))
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        self._wake.set()
        await asyncio.shield(self._written)

    async def run(self) -> None:
        """Write what is due until cancelled; the next batch leaves when the last returned."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, {}
            written, self._written = self._written, None
            if written is not None:
                await self._write(due, written)

    async def _write(self, due: dict[Mark, tuple[int, int]], written: "asyncio.Future[None]") -> None:
        try:
            await self._channels.advance(due)
            written.set_result(None)
            for (channel_id, user_id), (_, read_n) in due.items():
                if read_n:
                    self._read(channel_id, user_id, read_n)
        except StoreError:
            written.set_exception(UnavailableError.of("MongoDB"))
            written.exception()
