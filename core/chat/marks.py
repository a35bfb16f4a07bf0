"""Watermarks: how far each member has received and read. Numbers that only rise, written in merged batches."""

import asyncio

from parlour.core.errors import UnavailableError
from parlour.core.ids import ChannelId, UserId
from parlour.core.store.channels import Channels, Mark
from parlour.core.store.mongo import StoreError


class Marks:
    """Writes watermarks; marks that wait for the same member and channel become one."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
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
        except StoreError:
            written.set_exception(UnavailableError.of("MongoDB"))
            written.exception()
