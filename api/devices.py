"""The caller's devices that are pushed to, and the key that browsers subscribe with."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.errors import UnavailableError
from parlour.core.ids import DeviceId, DispatchId, WorkspaceId
from parlour.core.model.notifications import Device, Dispatch
from parlour.core.model.page import Page
from parlour.core.notify import devices
from parlour.core.outside.faults import ConfigurationError
from parlour.core.outside.vapid import public_key

routes = Routes("Notifications")


class PushKey(Struct, frozen=True):
    """This server's public VAPID key, base64url (RFC 8292); null where web push is not set up."""

    key: str | None


class DeviceTest(Struct, frozen=True, forbid_unknown_fields=True):
    """On whose record the test is: none, the first of the caller's workspaces."""

    workspace_id: WorkspaceId | None = None


@routes.add(
    "GET",
    "/api/v1/push/key",
    who="signed in",
    summary="The key that a browser subscribes with (applicationServerKey)",
    answers={200: PushKey},
    errors=(503,),
)
async def push_key(call: Call) -> Answer:
    """Return the server's public VAPID key."""
    try:
        return Answer(200, PushKey(public_key(call.house.settings)))
    except ConfigurationError:
        raise UnavailableError("push_misconfigured", "Web push is set up wrongly on this server.") from None


@routes.add(
    "GET",
    "/api/v1/me/devices",
    who="signed in",
    summary="My devices that are pushed to, and those that are gone",
    answers={200: Page[Device]},
)
async def list_devices(call: Call) -> Answer:
    """List the caller's devices, oldest first; their number is limited, so one page holds them all."""
    return Answer(200, Page(await devices.mine(call.house, call.user_id)))


@routes.add(
    "POST",
    "/api/v1/me/devices",
    who="signed in",
    summary="Register this device; the same address again is the same device",
    body=devices.NewDevice,
    answers={201: Device, 200: Device},
    errors=(409, 422),
    repeatable=True,
)
async def register_device(call: Call) -> Answer:
    """Register a device of the caller's session. It is forgotten when that session ends."""
    device, is_new = await devices.register(
        call.house,
        call.signed_in,
        call.body(devices.NewDevice),
        user_agent=call.request.headers.get("user-agent", ""),
    )
    return Answer(201 if is_new else 200, device)


@routes.add(
    "PATCH",
    "/api/v1/me/devices/{device}",
    who="signed in",
    summary="Name a device, switch it on or off, choose what it is told of",
    body=devices.DeviceChange,
    answers={200: Device},
    errors=(404, 422),
)
async def change_device(call: Call) -> Answer:
    """Change one of the caller's devices."""
    given = call.body(devices.DeviceChange)
    return Answer(200, await devices.change(call.house, call.user_id, _id(call), given))


@routes.add(
    "DELETE",
    "/api/v1/me/devices/{device}",
    who="signed in",
    summary="Forget a device",
    answers={204: None},
    errors=(404,),
)
async def remove_device(call: Call) -> Answer:
    """Forget one of the caller's devices."""
    await devices.remove(call.house, call.user_id, _id(call))
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/me/devices/{device}/test",
    who="signed in",
    summary="Send a device a test, and see what became of it",
    body=DeviceTest,
    answers={201: Dispatch, 200: Dispatch},
    errors=(404, 409),
    repeatable=True,
)
async def test_device(call: Call) -> Answer:
    """Send a test. While one is under way, that one is the answer."""
    asked = call.body(DeviceTest).workspace_id
    dispatch, is_new = await devices.test(call.house, call.user_id, _id(call), asked)
    return Answer(201 if is_new else 200, dispatch)


@routes.add(
    "GET",
    "/api/v1/me/dispatches/{dispatch}",
    who="signed in",
    summary="What left for me on one way, and every attempt",
    answers={200: Dispatch},
    errors=(404,),
)
async def get_own_dispatch(call: Call) -> Answer:
    """Return one of the caller's dispatches."""
    dispatch_id = DispatchId(call.path("dispatch"))
    return Answer(200, await devices.own_dispatch(call.house, call.user_id, dispatch_id))


def _id(call: Call) -> DeviceId:
    return DeviceId(call.path("device"))
