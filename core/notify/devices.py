"""The devices of a person: registered, named, chosen for what, tried, and forgotten with the session that made them."""

from datetime import timedelta

from msgspec import UNSET, Struct, UnsetType

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import DeviceId, DispatchId, UserId, WorkspaceId, new_id
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.notifications import (
    KINDS,
    Device,
    DeviceKind,
    Dispatch,
    NotificationKind,
    WebPushKeys,
)
from parlour.core.model.people import Identity
from parlour.core.notify.addresses import GivenAddress, checked_target
from parlour.core.notify.device_names import name_of
from parlour.core.notify.telling import tell_soon
from parlour.core.onboarding import first_steps
from parlour.core.outside.outside import world_of
from parlour.core.people.names import checked_name
from parlour.core.store.devices import DeviceRecord
from parlour.core.store.mongo import Document


class NewDevice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device that wants to be pushed to.

    A `webpush` device gives `endpoint` and `keys`, a `unifiedpush` one an `endpoint` and maybe `keys`; those of `fcm`
    and `apns` give their `token`. `replaces` is the endpoint or token it had before. A `name` left out is made of what
    the browser says of itself.
    """

    kind: DeviceKind
    endpoint: str | None = None
    keys: WebPushKeys | None = None
    token: str | None = None
    name: str | None = None
    replaces: str | None = None


class DeviceChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a device; what is left out stays. `kinds` null: all."""

    name: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    kinds: list[NotificationKind] | UnsetType | None = UNSET


async def mine(house: House, user_id: UserId) -> list[Device]:
    """Return someone's devices, oldest first; those that are gone tell why."""
    return [record.device for record in await house.devices.of(user_id)]


async def register(
    house: House, identity: Identity, wanted: NewDevice, *, user_agent: str
) -> tuple[Device, bool]:
    """Register a device of the caller's session, and return whether it is new: the same address is the same device.

    Raises:
        InvalidError: its address, a key or its name cannot be taken.
        ConflictError: `too_many_devices` (setting `devices_per_person`).
    """
    given = GivenAddress(kind=wanted.kind, endpoint=wanted.endpoint, keys=wanted.keys, token=wanted.token)
    target = checked_target(given, house.settings)
    record = DeviceRecord(
        id=DeviceId(new_id()),
        user_id=identity.user_id,
        kind=wanted.kind,
        target=target,
        name=await _name(house, wanted, user_agent),
        created_at=now(),
        session_id=identity.session_id,
        keys=wanted.keys,
    )
    await _make_room(house, record, wanted.replaces)
    registered = await house.devices.put(record, replaces=wanted.replaces)
    for user_id in (identity.user_id, registered.taken_from):
        if user_id:
            await changed(house, user_id)
    await first_steps.done(house, identity.user_id, "push")
    return registered.record.device, registered.is_new


async def _name(house: House, wanted: NewDevice, user_agent: str) -> str:
    if wanted.name is not None:
        return checked_name(wanted.name, house.settings)
    return (await name_of(wanted.kind, user_agent))[: house.settings.name_max_length]


async def _make_room(house: House, record: DeviceRecord, replaces: str | None) -> None:
    """Forget devices that are gone where they take the room of a new one."""
    known, most = await house.devices.of(record.user_id), house.settings.devices_per_person
    if any(each.kind == record.kind and each.target in (record.target, replaces) for each in known):
        return
    gone = [each.id for each in known if each.gone]
    if len(known) - len(gone) >= most:
        raise ConflictError(
            "too_many_devices", f"You have {most} devices; remove one first (devices_per_person)."
        )
    if len(known) >= most:
        await house.devices.remove_several(gone)


async def change(house: House, user_id: UserId, device_id: DeviceId, wanted: DeviceChange) -> Device:
    """Change a device's name, whether it is pushed to, and for which kinds of notifications.

    Raises:
        NotFoundError: the caller has no such device.
        InvalidError: a field cannot be taken.
    """
    record = await _own(house, user_id, device_id)
    fields: Document = {}
    if wanted.name is not UNSET:
        fields["name"] = checked_name(wanted.name, house.settings)
    if wanted.enabled is not UNSET:
        fields["enabled"] = wanted.enabled
    if wanted.kinds is not UNSET:
        fields["kinds"] = _kinds(wanted.kinds)
    if not fields:
        return record.device
    kept = await house.devices.change(device_id, user_id, fields)
    if kept is None:
        raise NotFoundError.of("device")
    await changed(house, user_id)
    return kept.device


def _kinds(chosen: list[NotificationKind] | None) -> list[NotificationKind] | None:
    if chosen is not None and not chosen:
        raise InvalidError.field("kinds", "Choose at least one, or switch the device off.")
    return [kind for kind in KINDS if kind in chosen] if chosen and set(chosen) != set(KINDS) else None


async def remove(house: House, user_id: UserId, device_id: DeviceId) -> None:
    """Forget a device.

    Raises:
        NotFoundError: the caller has no such device.
    """
    if not await house.devices.remove(device_id, user_id):
        raise NotFoundError.of("device")
    await changed(house, user_id)


async def test(
    house: House, user_id: UserId, device_id: DeviceId, workspace_id: WorkspaceId | None
) -> tuple[Dispatch, bool]:
    """Send a device a test, on record as any dispatch is; return whether it is new, or one that is still under way.

    Raises:
        NotFoundError: the caller has no such device, or is not of that workspace.
        ConflictError: the device is gone or switched off, or its owner has no workspace.
    """
    record = await _own(house, user_id, device_id)
    if record.gone:
        raise ConflictError("device_gone", f"This device is gone: {record.gone}.")
    if not record.enabled:
        raise ConflictError("device_off", "This device is switched off. Switch it on to try it.")
    place = await _workspace(house, user_id, workspace_id)
    for dispatch in await house.dispatches.open_of(user_id):
        if dispatch.device_id == device_id and is_test(dispatch):
            return dispatch, False
    dispatch = _test_dispatch(record, place)
    expires_at = dispatch.created_at + timedelta(days=house.settings.notifications_kept_days)
    await house.dispatches.add(dispatch, expires_at=expires_at)
    tell_soon(house, [user_id])
    return dispatch, True


def is_test(dispatch: Dispatch) -> bool:
    """Return whether a dispatch tells of no message: its owner tries a device."""
    return not dispatch.covers


def _test_dispatch(record: DeviceRecord, workspace_id: WorkspaceId) -> Dispatch:
    at = now()
    return Dispatch(
        id=DispatchId(new_id()),
        user_id=record.user_id,
        workspace_id=workspace_id,
        way="push",
        to=record.name,
        world=world_of(record.address),
        state="waiting",
        words="a test that its owner asked for",
        created_at=at,
        updated_at=at,
        since=at,
        covers=[],
        due_at=at,
        device_id=record.id,
    )


async def _workspace(house: House, user_id: UserId, asked: WorkspaceId | None) -> WorkspaceId:
    """Return the workspace on whose record a test is."""
    own = [workspace.id for workspace in await house.workspaces.of(user_id)]
    if asked is not None and asked not in own:
        raise NotFoundError.of("workspace")
    if not own:
        raise ConflictError("no_workspace", "You are in no workspace yet that could notify you.")
    return asked or own[0]


async def own_dispatch(house: House, user_id: UserId, dispatch_id: DispatchId) -> Dispatch:
    """Return what left, or is to, for the caller, with its attempts.

    Raises:
        NotFoundError: there is none such of theirs.
    """
    dispatch = await house.dispatches.get(dispatch_id)
    if dispatch is None or dispatch.user_id != user_id:
        raise NotFoundError.of("dispatch")
    return dispatch


async def session_ended(house: House, identity: Identity) -> None:
    """Forget the devices that a session registered: nothing is shown any more where someone has signed out."""
    if await house.devices.remove_of_session(identity.user_id, identity.session_id):
        await changed(house, identity.user_id)


async def changed(house: House, user_id: UserId) -> None:
    """Tell someone's open devices how their devices are now, and their notifications to go by it."""
    await tell(house, user_id)
    tell_soon(house, [user_id])


async def tell(house: House, user_id: UserId) -> None:
    """Tell someone's open devices how their devices are now."""
    told = packet("devices.changed", {"devices": await mine(house, user_id)})
    house.live.publish(Live(user_topic(user_id), "devices.changed", told, user_id=user_id))


async def _own(house: House, user_id: UserId, device_id: DeviceId) -> DeviceRecord:
    record = await house.devices.get(device_id)
    if record is None or record.user_id != user_id:
        raise NotFoundError.of("device")
    return record
