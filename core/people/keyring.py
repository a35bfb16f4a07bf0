"""The keys that sign access tokens: Ed25519 (RFC 8037), one file each in a folder that all processes see.

A new key signs once every process had time to load it; an old one is believed until the last token that it signed has
expired. A key's id (`kid`) is its thumbprint (RFC 7638).
"""

import base64
import hashlib
import json
import os
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from msgspec import Struct

LOAD_SECONDS = 30
"""How often a process looks for new keys."""
SETTLE_SECONDS = 2 * LOAD_SECONDS
"""How old a key is before it signs."""
_STAMP = "%Y%m%dT%H%M%SZ"


class Jwk(Struct, frozen=True):
    """A public key as JSON (RFC 7517, RFC 8037)."""

    kid: str
    x: str
    kty: str = "OKP"
    crv: str = "Ed25519"
    alg: str = "EdDSA"
    use: str = "sig"


class Jwks(Struct, frozen=True):
    """The keys that access tokens are signed with at present."""

    keys: list[Jwk]


class Key(Struct, frozen=True):
    """A key, and when it was made."""

    kid: str
    private: Ed25519PrivateKey
    made_at: datetime
    path: Path

    @property
    def public(self) -> Ed25519PublicKey:
        """What checks its signatures."""
        return self.private.public_key()


class Keyring:
    """The keys in a folder, as far as this process has loaded them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, Key] = {}
        self._loaded_at = -float(LOAD_SECONDS)

    def signing(self) -> Key:
        """Return the newest key that every process knows by now; in a new house, the first.

        Raises:
            FileNotFoundError: there is none; `parlour keys rotate` makes one.
        """
        self._load()
        keys = sorted(self._keys.values(), key=lambda key: key.made_at)
        if not keys:
            raise FileNotFoundError(f"There is no key in {self._folder}: parlour keys rotate makes one.")
        settled = [key for key in keys if _age(key) >= SETTLE_SECONDS]
        return settled[-1] if settled else keys[0]

    def checking(self, kid: str) -> Ed25519PublicKey | None:
        """Return the public key of an id, or none."""
        self._load()
        found = self._keys.get(kid)
        return found.public if found else None

    def public(self) -> Jwks:
        """Return every public key, for whoever checks our tokens."""
        self._load()
        return Jwks([Jwk(kid=key.kid, x=_x(key.public)) for key in self._keys.values()])

    def _load(self) -> None:
        if time.monotonic() - self._loaded_at < LOAD_SECONDS:
            return
        self._keys = {key.kid: key for key in all_keys(self._folder)}
        self._loaded_at = time.monotonic()


def all_keys(folder: Path) -> list[Key]:
    """Return the keys in a folder, the oldest first."""
    return [_read(path) for path in sorted(folder.glob("*.pem"))]


def rotate(folder: Path, *, keep_seconds: int) -> Key:
    """Make a key, and remove those whose last token has expired, `keep_seconds` after they signed no more."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = all_keys(folder)
    path = folder / f"{datetime.now(UTC).strftime(_STAMP)}-{os.urandom(4).hex()}.pem"
    secret = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    for key, successor in pairwise(before):
        if _age(successor) > SETTLE_SECONDS + keep_seconds:
            key.path.unlink()
    return _read(path)


def _read(path: Path) -> Key:
    private = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key.")
    made_at = datetime.strptime(path.name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    return Key(_thumbprint(private.public_key()), private, made_at, path)


def _age(key: Key) -> float:
    return (datetime.now(UTC) - key.made_at).total_seconds()


def _x(public: Ed25519PublicKey) -> str:
    return _base64(public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _thumbprint(public: Ed25519PublicKey) -> str:
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _x(public)}, separators=(",", ":"))
    return _base64(hashlib.sha256(members.encode()).digest())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
