"""A push as the device gets it: JSON, short enough for every push service."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

import msgspec

from parlour.core.outside.notice import Address, Push

_encode = msgspec.json.Encoder().encode
BYTES_A_CHARACTER = 6
"""The most that one character takes in JSON."""


def payload(push: Push, *, most: int) -> bytes:
    """Return the fields of `Push` as JSON, its text cut at the end until all fits into so many bytes."""
    return fitted(push, _encode, most=most)


def fitted(push: Push, encode: Callable[[Push], bytes], *, most: int) -> bytes:
    """Return a push as `encode` writes it, its text cut at the end until all fits into so many bytes."""
    encoded = encode(push)
    while len(encoded) > most and push.body:
        push = msgspec.structs.replace(push, body=_cut(push.body, len(encoded) - most))
        encoded = encode(push)
    return encoded


def topic(address: Address, push: Push) -> str:
    """Return the name under which a push service lets a later push take an earlier one's place (RFC 8030, 5.4).

    It tells the service neither the conversation, nor who else is in it.
    """
    digest = sha256(f"{address.device_id} {push.tag}".encode()).digest()
    return urlsafe_b64encode(digest).decode()[:32]


def _cut(text: str, over_bytes: int) -> str:
    fewer = max(over_bytes // BYTES_A_CHARACTER, 1)
    kept = text[: max(len(text) - fewer - 1, 0)].rstrip()
    return f"{kept}…" if kept else ""
