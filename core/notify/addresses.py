"""What a device may give as its address: checked when it registers, so that nothing hopeless is pushed to later."""

import base64
import binascii
import re

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from parlour.core.errors import InvalidError
from parlour.core.model.notifications import DeviceKind, WebPushKeys
from parlour.core.outside.webpush import check_endpoint
from parlour.core.previews.guard import RefusedAddressError
from parlour.core.settings import Settings

POINT_BYTES, SECRET_BYTES = 65, 16
TOKENS = {
    "fcm": re.compile(r"[A-Za-z0-9_:.-]{20,}"),
    "apns": re.compile(r"(?:[0-9a-fA-F]{2}){32,}"),
}
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class GivenAddress(Struct, frozen=True, kw_only=True):
    """Where a device says it is reached: by an `endpoint`, maybe with `keys`, or by a `token` of its platform."""

    kind: DeviceKind
    endpoint: str | None = None
    keys: WebPushKeys | None = None
    token: str | None = None


def checked_target(given: GivenAddress, settings: Settings) -> str:
    """Return a device's endpoint or token.

    Raises:
        InvalidError: it is missing, too long (setting `device_address_max_length`), or cannot be one; or a key.
    """
    if given.kind in TOKENS:
        _without(given.endpoint, "endpoint", given.kind)
        _without(given.keys, "keys", given.kind)
        return _token(given, settings)
    _without(given.token, "token", given.kind)
    endpoint = _endpoint(given, settings)
    if given.keys is not None:
        _check_keys(given.keys)
    elif given.kind == "webpush":
        raise InvalidError.field("keys", "A push subscription has keys: p256dh and auth.")
    return endpoint


def _without(value: object, field: str, kind: DeviceKind) -> None:
    if value is not None:
        raise InvalidError.field(field, f"A device of the kind {kind} has none.")


def _endpoint(given: GivenAddress, settings: Settings) -> str:
    endpoint = _short(given.endpoint, "endpoint", given.kind, settings)
    try:
        check_endpoint(endpoint, settings)
    except (RefusedAddressError, ValueError):
        raise InvalidError.field(
            "endpoint", "A push service is reached by https on its usual port, without credentials."
        ) from None
    return endpoint


def _token(given: GivenAddress, settings: Settings) -> str:
    token = _short(given.token, "token", given.kind, settings)
    if not TOKENS[given.kind].fullmatch(token):
        raise InvalidError.field("token", f"This is no token of the kind {given.kind}.")
    return token


def _short(value: str | None, field: str, kind: DeviceKind, settings: Settings) -> str:
    if not value:
        raise InvalidError.field(field, f"A device of the kind {kind} needs it.")
    most = settings.device_address_max_length
    if len(value) > most:
        raise InvalidError.field(field, f"It has at most {most} characters (device_address_max_length).")
    return value


def _check_keys(keys: WebPushKeys) -> None:
    point = _decoded(keys.p256dh, "keys.p256dh", POINT_BYTES)
    _decoded(keys.auth, "keys.auth", SECRET_BYTES)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise InvalidError.field("keys.p256dh", "This is no point of the curve P-256.") from None


def _decoded(text: str, field: str, length: int) -> bytes:
    bare = text.rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)) if BASE64URL.fullmatch(bare) else b""
    except binascii.Error:
        raw = b""
    if len(raw) != length:
        raise InvalidError.field(field, f"This is base64url of {length} bytes (RFC 8291).")
    return raw
