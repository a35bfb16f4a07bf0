"""The Socket.IO server: websocket only, our JSON, and requests handed to the gateway without a task each.

`socketio.AsyncServer` starts a task for every event and another for its acknowledgement's way back; overriding its
one internal step, `_handle_event`, saves both (measured in tests/bench: see README, "Figures").
"""

from collections.abc import Callable
from typing import Any

import msgspec
import socketio

Dispatch = Callable[[str, int | None, list[Any]], None]


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
        self.dispatch: Dispatch | None = None

    async def _handle_event(
        self, eio_sid: str, _namespace: str | None, ack_id: int | None, data: Any
    ) -> None:
        if self.dispatch is not None and isinstance(data, list) and data:
            self.dispatch(eio_sid, ack_id, data)
