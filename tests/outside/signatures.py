"""Signed tokens (RFC 7515) checked with primitives alone: the senders sign with PyJWT."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.outside.webcrypto import decoded


def opened(
    token: str, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a token that this key has signed; raises `InvalidSignature` otherwise."""
    signed, _, signature = token.rpartition(".")
    header, claims = (json.loads(decoded(part)) for part in signed.split("."))
    raw = decoded(signature)
    if isinstance(key, rsa.RSAPublicKey):
        assert header["alg"] == "RS256"
        key.verify(raw, signed.encode(), padding.PKCS1v15(), SHA256())
    else:
        assert header["alg"] == "ES256"
        r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        key.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(SHA256()))
    return header, claims
