"""The Socket.IO server: websocket only, our JSON, and sockets that hand their requests straight to the gateway."""

from typing import Any

import msgspec
import socketio

from parlour.socket.transport import MALFORMED, DirectSocket, Dispatch


class FastJson:
    """JSON by msgspec, in the shape that python-socketio asks for."""

    @staticmethod
    def dumps(value: object, **_options: object) -> str:
        """Return `value` as JSON text."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_options: object) -> Any:
        """Return the value of JSON text."""
        return msgspec.json.decode(text)


class Server(socketio.AsyncServer):  # type: ignore[misc]
    """Hands each request to `dispatch(transport id, acknowledgement id, [name, payload…])`."""

    def __init__(self, *, request_max_bytes: int) -> None:
        super().__init__(
            async_mode="asgi",
            json=FastJson,
            transports=["websocket"],
            max_http_buffer_size=request_max_bytes,
            always_connect=False,
        )
        self.dispatch: Dispatch = _nobody_listens

    def socket_of(self, sid: str) -> DirectSocket:
        """Return the transport of a connected session."""
        socket: DirectSocket = self.eio.sockets[self.manager.eio_sid_from_sid(sid, "/")]
        return socket

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        """Turn the fresh engine.io socket, before its websocket is accepted, into one of ours."""
        socket = self.eio.sockets[eio_sid]
        socket.__class__ = DirectSocket
        socket.dispatch = self.dispatch
        await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        """Take a packet; what is none ends its connection."""
        try:
            await super()._handle_eio_message(eio_sid, data)
        except MALFORMED as error:
            if socket := self.eio.sockets.get(eio_sid):
                socket.refuse(error)

    async def _handle_event(
        self, eio_sid: str, _namespace: str | None, ack_id: int | None, data: Any
    ) -> None:
        """Take a request that came engine.io's own way: one with binary parts."""
        if isinstance(data, list) and data:
            self.dispatch(eio_sid, ack_id, data)


def _nobody_listens(_eio_sid: str, _ack_id: int | None, _data: list[Any]) -> None:
    """Drop a request that came before the gateway was there."""
