"""A device whose line may break at any time, and says so."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from socketio.exceptions import SocketIOError

from tests.person import PASSWORD, Device, Json, Person

ANSWER_S = 12.0
"""More than two of `mongo_timeout`: a message may wait for the attempt before it, and then for its own."""
BACKOFF_S = 0.2
BROKEN = (SocketIOError, aiohttp.ClientError, OSError, TimeoutError)
"""Whatever a broken line raises."""

Ear = Callable[[str, Json], None]


class RefusedError(Exception):
    """Something was not acknowledged: `code` is the error's, or the name of what broke."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Line(Device):
    """One connection. `ear` gets every event in the order of its arrival."""

    def __init__(self, address: str, ear: Ear | None = None) -> None:
        super().__init__(address)
        self._ear = ear
        self._why = ""
        self._ready = asyncio.Event()
        self.ended = asyncio.Event()
        self.sio.on("disconnect", self._end)
        self.sio.on("connect_error", self._note_why)

    @classmethod
    async def to(cls, person: Person, address: str, ear: Ear | None = None) -> "Line":
        """Connect a person, who signs in anew when their token is refused.

        Raises:
            RefusedError: not now; trying again is harmless.
        """
        line = cls(address, ear)
        try:
            await line._open(person.token)
        except BROKEN as error:
            await line.close()
            if line._why == "unauthenticated":
                await sign_in(person)
            raise RefusedError(line._why or type(error).__name__) from None
        return line

    async def ask(self, name: str, payload: Json) -> Json:
        """Return the acknowledgement of a request.

        Raises:
            RefusedError: it says no, or there is none.
        """
        asked = asyncio.ensure_future(self.sio.call(name, payload, timeout=ANSWER_S))
        ended = asyncio.ensure_future(self.ended.wait())
        await asyncio.wait([asked, ended], return_when=asyncio.FIRST_COMPLETED)
        for future in (asked, ended):
            future.cancel()
        answer: Any = (await asyncio.gather(asked, ended, return_exceptions=True))[0]
        if isinstance(answer, BaseException):
            raise RefusedError(type(answer).__name__)
        if not answer["ok"]:
            raise RefusedError(answer["error"]["code"])
        return dict(answer)

    async def close(self) -> None:
        """End the connection, also one that never was."""
        await super().close()
        if self.sio.eio.http is not None:
            await self.sio.eio.http.close()

    async def _open(self, token: str) -> None:
        async with asyncio.timeout(ANSWER_S):
            await self.sio.connect(
                self.address, auth={"token": token}, transports=["websocket"], wait_timeout=ANSWER_S
            )
            ready = asyncio.ensure_future(self._ready.wait())
            ended = asyncio.ensure_future(self.ended.wait())
            try:
                await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
            finally:
                ready.cancel()
                ended.cancel()
        if not self._ready.is_set():
            raise ConnectionError("ended before it was ready")

    async def _hear(self, name: str, payload: Json | None = None) -> None:
        if name == "ready":
            self._ready.set()
        if self._ear is not None:
            self._ear(name, payload or {})
        else:
            await super()._hear(name, payload)

    async def _end(self, *_reason: object) -> None:
        self.ended.set()

    async def _note_why(self, refusal: object = None) -> None:
        data = refusal.get("data") if isinstance(refusal, dict) else None
        self._why = str(data["code"]) if isinstance(data, dict) and "code" in data else ""


async def sign_in(person: Person) -> None:
    """Open a new session for someone whose token is no longer taken; without success, theirs stays."""
    body = {"email": person.email, "password": PASSWORD}
    try:
        answer = await person.ask("POST", "/api/v1/auth/login", body)
    except BROKEN:
        return
    if answer.status == 200:
        person.token = answer.body["access_token"]
