"""A browser's side of Web Push by the RFCs, with primitives alone: 8188 and 8291 to decrypt, 8292 to verify.

The sender uses http_ece and py_vapid; nothing of them is used here.
"""

import base64
import struct
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_MAX = 4096
DAY_S = 86_400


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def decrypt(body: bytes, private: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Return the content of one record for a subscription (RFC 8291, section 3.4); raises when anything is amiss."""
    assert len(body) <= RECORD_MAX, "RFC 8291: a push service need not take more than 4096 bytes"
    salt, record_size, key_length = body[:16], struct.unpack("!L", body[16:20])[0], body[20]
    sender, sealed = body[21 : 21 + key_length], body[21 + key_length :]
    assert key_length == 65
    assert len(sealed) <= record_size, "RFC 8291: one record alone"
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    info = b"WebPush: info\x00" + point(private.public_key()) + sender
    secret = hkdf(auth, shared, info, 32)
    key = hkdf(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = hkdf(salt, secret, b"Content-Encoding: nonce\x00", 12)
    padded = AESGCM(key).decrypt(nonce, sealed, None)
    content, delimiter, padding = padded.rpartition(b"\x02")
    assert delimiter
    assert not padding.strip(b"\x00"), "RFC 8188: the last record ends with 2 and zeros"
    return content


def verified(authorization: str, origin: str, expected_key: str | None) -> dict[str, Any]:
    """Return the claims of a VAPID token for this push service (RFC 8292); raises when it is none."""
    scheme, _, given = authorization.partition(" ")
    assert scheme.lower() == "vapid"
    parts = dict(part.strip().split("=", 1) for part in given.split(","))
    assert expected_key in (None, parts["k"]), "the subscription is for another key"
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    claims: dict[str, Any] = jwt.decode(
        parts["t"], key, algorithms=["ES256"], audience=origin, options={"require": ["exp", "aud", "sub"]}
    )
    assert claims["exp"] <= time.time() + DAY_S, "RFC 8292: a day at most"
    assert claims["sub"].startswith(("mailto:", "https:"))
    return claims
