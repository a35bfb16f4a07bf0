"""A person using Parlour by its public contract: HTTP and Socket.IO."""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any, Self

import aiohttp
import socketio

PASSWORD = "correct horse battery"
WAIT_S = 30.0

Json = dict[str, Any]


class Answer:
    """What the API answered."""

    def __init__(self, status: int, body: Any, headers: Any, cookies: Any) -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.cookies = cookies

    @property
    def code(self) -> str:
        return str(self.body["code"])


class Loaded:
    """What was loaded, as it came."""

    def __init__(self, status: int, data: bytes, headers: Any) -> None:
        self.status = status
        self.data = data
        self.headers = headers

    @property
    def code(self) -> str:
        return str(json.loads(self.data)["code"])


class Device:
    """One Socket.IO connection, and all it has heard."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: deque[tuple[str, Json]] = deque()
        self._changed = asyncio.Condition()
        self.sio = socketio.AsyncClient(reconnection=False)
        self.sio.on("*", self._hear)

    async def _hear(self, name: str, payload: Json | None = None) -> None:
        async with self._changed:
            self.heard.append((name, payload or {}))
            self._changed.notify_all()

    async def connect(self, token: str) -> Json:
        """Connect, and return the payload of `ready`."""
        await self.sio.connect(
            self.address, auth={"token": token}, transports=["websocket"], wait_timeout=WAIT_S
        )
        return await self.wait_for("ready")

    async def call(self, name: str, payload: Any) -> Json:
        return await self.sio.call(name, payload, timeout=WAIT_S)

    async def wait_for(self, name: str, matches: Callable[[Json], bool] = lambda _: True) -> Json:
        """Return the first event of that name, heard already or within the time."""

        def find() -> Json | None:
            return next((p for n, p in self.heard if n == name and matches(p)), None)

        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(lambda: find() is not None), WAIT_S)
            except TimeoutError:
                heard = [n for n, _ in self.heard]
                raise AssertionError(f"no {name} was heard within {WAIT_S} s, only {heard}") from None
            found = find()
        assert found is not None
        return found

    def messages(self, channel_id: str) -> list[Json]:
        """Return the messages of a channel as they were heard."""
        heard = (p["message"] for n, p in self.heard if n == "message.sent")
        return [message for message in heard if message["channel_id"] == channel_id]

    async def close(self) -> None:
        if self.sio.connected:
            await self.sio.disconnect()


class Person:
    """Someone with an account, at one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.id = self.token = self.email = self.name = ""
        self.workspace: Json = {}
        self.devices: list[Device] = []
        self._http: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        jar = aiohttp.CookieJar(unsafe=True)
        self._http = aiohttp.ClientSession(cookie_jar=jar)
        return self

    async def __aexit__(self, *_: object) -> None:
        for device in self.devices:
            await device.close()
        await self._http.close()

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Make a request as this person; `_` in header names stands for `-`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            given.setdefault("Authorization", f"Bearer {self.token}")
        address = path if path.startswith("http") else f"{self.address}{path}"
        async with self._http.request(method, address, json=body, headers=given) as response:
            is_json = response.content_type.endswith(("/json", "+json"))
            content = await response.json() if is_json else await response.text()
            return Answer(response.status, content, response.headers, response.cookies)

    async def load(self, path: str, method: str = "GET", **headers: str) -> "Loaded":
        """Load bytes as this person; `_` in header names stands for `-`. Signed links need no token."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token and "signature=" not in path:
            given.setdefault("Authorization", f"Bearer {self.token}")
        async with self._http.request(method, f"{self.address}{path}", headers=given) as response:
            return Loaded(response.status, await response.read(), response.headers)

    async def get(self, path: str) -> Any:
        answer = await self.ask("GET", path)
        assert answer.status == 200, answer.body
        return answer.body

    async def post(self, path: str, body: Any = None, *, status: int = 201) -> Any:
        answer = await self.ask("POST", path, body)
        assert answer.status == status, answer.body
        return answer.body

    async def register(self, name: str, email: str) -> None:
        body = {"email": email, "password": PASSWORD, "name": name}
        made = await self.post("/api/v1/auth/register", body)
        self.id, self.token = made["user"]["id"], made["access_token"]
        self.email, self.name = email, name

    async def make_workspace(self, name: str) -> None:
        self.workspace = await self.post("/api/v1/workspaces", {"name": name})

    async def join(self, owner: "Person") -> None:
        """Join the owner's workspace by an invitation."""
        invitation = await owner.post(f"/api/v1/workspaces/{owner.workspace['id']}/invites")
        self.workspace = await self.post(f"/api/v1/invites/{invitation['token']}/accept", status=200)

    async def channels(self) -> list[Json]:
        found = await self.get(f"/api/v1/workspaces/{self.workspace['id']}/channels?limit=200")
        return list(found["items"])

    async def general(self) -> str:
        return next(c["id"] for c in await self.channels() if c["name"] == "general")

    async def make_channel(self, kind: str = "private", *others: "Person", name: str | None = None) -> str:
        body: Json = {"kind": kind, "name": name or f"c-{uuid.uuid4().hex[:12]}"}
        body |= {"user_ids": [other.id for other in others]}
        made = await self.post(f"/api/v1/workspaces/{self.workspace['id']}/channels", body)
        return str(made["id"])

    async def send(self, channel_id: str, text: str, client_id: str | None = None) -> Json:
        """Send a message by HTTP."""
        body = {"text": text} | ({"client_id": client_id} if client_id else {})
        return dict(await self.post(f"/api/v1/channels/{channel_id}/messages", body))

    async def device(self, address: str | None = None) -> Device:
        """Connect another device, and wait until it is ready."""
        device = Device(address or self.address)
        self.devices.append(device)
        await device.connect(self.token)
        return device


def changed(channel: Json, entry: Json) -> Json:
    """Return a channel as a client holds it after an entry of its log."""
    return channel | {"last_seq": entry["seq"], "last_n": entry["n"]} | entry.get("changes", {})


def fresh(channel: Json) -> Json:
    """Return a channel with the fields written out that are left away while nobody set them."""
    return {
        "topic": "",
        "purpose": "",
        "posting": "everyone",
        "archived": False,
        "muted": False,
        "starred": False,
        "notify": "default",
        "section_id": None,
    } | channel


async def eventually(check: Callable[[], Any], *, within_s: float = WAIT_S) -> Any:
    """Return what `check` (a coroutine function) returns once that is true; wait for it a while."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        found = await check()
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"{getattr(check, '__name__', check)} did not become true in {within_s} s")
        await asyncio.sleep(0.05)
