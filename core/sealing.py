"""Secrets that have to be read again lie in MongoDB sealed: AES-256-GCM, by a key of the house's secret key.

Each purpose has a key of its own (HKDF), and what is sealed belongs to one record: it opens nowhere else.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parlour.core.settings import Settings

NONCE_BYTES = 12


class UnsealError(Exception):
    """What was sealed by another key, for another record, or was changed."""


def seal(settings: Settings, plain: bytes, *, purpose: str, of: str) -> bytes:
    """Return a secret sealed for a `purpose`, as belonging to the record `of`."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(settings, purpose).encrypt(nonce, plain, of.encode())


def unseal(settings: Settings, sealed: bytes, *, purpose: str, of: str) -> bytes:
    """Return what was sealed.

    Raises:
        UnsealError: it was not sealed here, for this purpose and record.
    """
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return _cipher(settings, purpose).decrypt(nonce, rest, of.encode())
    except (InvalidTag, ValueError) as error:
        raise UnsealError(f"a secret of {purpose} cannot be opened") from error


def keyed_hash(settings: Settings, secret: str, *, purpose: str, of: str) -> str:
    """Return what is stored of a secret that people type: worth nothing without the house's key."""
    return hmac.new(_key(settings, purpose), f"{of}\n{secret}".encode(), hashlib.sha256).hexdigest()


def _cipher(settings: Settings, purpose: str) -> AESGCM:
    return AESGCM(_key(settings, purpose))


def _key(settings: Settings, purpose: str) -> bytes:
    key = settings.secret_key.get_secret_value().encode()
    return HKDF(SHA256(), 32, salt=None, info=f"parlour:{purpose}".encode()).derive(key)
