"""The way of a packet between a websocket and us, without the detours of engine.io's own loops.

`engineio.AsyncSocket` starts a task and a timer for every packet it receives and wakes a writer task for every one
it sends. Here a request goes straight to the gateway, and an event is a websocket frame, built once for all who
hear it, written to the transport. On two shared cores that took the gateway from 137 to about half the
processor time a message (`tests/bench/run echo`). What is not a plain request or event (connect, ping, close) goes
engine.io's own way.

It leans on two internals: engine.io's `_websocket_handler`, and uvicorn's protocol object, whose method `asgi.send`
is. `deploy/requirements.lock` pins both, and every test of tests/service goes through here.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Any

import msgspec
from engineio.async_socket import AsyncSocket
from engineio.exceptions import UnknownPacketError
from engineio.packet import Packet

from parlour.core.telemetry import log

TEXT_FRAME = 0x81
EVENT = "42"
MALFORMED = (
    UnknownPacketError,
    msgspec.DecodeError,
    ValueError,
    TypeError,
    IndexError,
    RecursionError,
)
"""What the packets' readers raise over what is none."""
Dispatch = Callable[[str, int | None, list[Any]], None]
_decode = msgspec.json.Decoder(list[Any]).decode


def frame(text: bytes) -> bytes:
    """Return a whole, unmasked text message as a websocket frame (RFC 6455 section 5.2)."""
    size = len(text)
    if size < 126:
        return struct.pack("!BB", TEXT_FRAME, size) + text
    if size < 65_536:
        return struct.pack("!BBH", TEXT_FRAME, 126, size) + text
    return struct.pack("!BBQ", TEXT_FRAME, 127, size) + text


class DirectSocket(AsyncSocket):  # type: ignore[misc]
    """An engine.io socket over a websocket; `dispatch` takes its requests."""

    dispatch: Dispatch
    transport: asyncio.WriteTransport

    def refuse(self, error: Exception) -> None:
        """End the connection of a client that sent what is no packet."""
        log.info("socket.malformed", sid=self.sid, error=type(error).__name__)
        self.transport.abort()

    def write(self, framed: bytes) -> None:
        """Write a frame unless the socket is closed.

        Its transport may be so before engine.io knows of it, and uvloop's raises then: whoever writes to a
        whole room would stop there.
        """
        if not (self.closed or self.transport.is_closing()):
            self.transport.write(framed)

    async def _websocket_handler(self, ws: Any) -> None:
        self.connected = self.upgraded = True
        self.transport = ws.asgi_send.__self__.transport
        writer = asyncio.create_task(self._write_queue(ws))
        try:
            await self._read(ws.asgi_receive)
        finally:
            self.queue.put_nowait(None)
            await writer
            await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)

    async def _write_queue(self, ws: Any) -> None:
        """Send engine.io's own packets; None ends the connection."""
        while (packet := await self.queue.get()) is not None:
            try:
                await ws.send(packet.encode())
            except RuntimeError:  # the websocket is closed
                break
            finally:
                self.queue.task_done()
        await ws.close()

    async def _read(self, receive: Any) -> None:
        while (event := await receive())["type"] == "websocket.receive":
            text = event.get("text")
            request = None
            try:
                if text is not None and text.startswith(EVENT):
                    request = _request(text)
                else:
                    await self.receive(Packet(encoded_packet=text if text is not None else event["bytes"]))
            except MALFORMED as error:
                self.refuse(error)
            if request:
                self.dispatch(self.sid, *request)

    async def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: FBT001, FBT002
        """Close as engine.io does, and end the websocket; a peer that stopped answering is cut off."""
        was_open = not self.closed
        await super().close(wait=wait, abort=abort, reason=reason)
        if was_open and self.upgraded:
            self.queue.put_nowait(None)
            if reason == self.server.reason.PING_TIMEOUT:
                self.transport.abort()


def _request(text: str) -> tuple[int | None, list[Any]]:
    """Return the acknowledgement id and the data of `42<acknowledgement id>["name",payload]`.

    Raises:
        ValueError: it is not that.
        DecodeError: neither.
        RecursionError: it is nested too deeply.
    """
    start = text.find("[", 2, 32)
    number = text[2:start]
    data = _decode(text[start:])
    if not data:
        raise ValueError("no name")
    return int(number) if number else None, data
