"""What chains the entries of an audit: the hash of each covers its content and the hash before it.

The hash is SHA-256 over the entry as JSON without its `hash`, keys sorted, no spaces, in UTF-8: whoever has an export
can check it with a few lines of any language. The seal beside it takes Parlour's secret key: whoever reaches the
database alone cannot write a chain anew.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec

COVERED = (
    "id",
    "workspace_id",
    "at",
    "actor_id",
    "action",
    "subject",
    "detail",
    "origin",
    "seq",
    "prev_hash",
)
"""What of an entry its hash covers."""


def canonical(entry: Mapping[str, Any]) -> bytes:
    """Return an entry, however it was tampered with, as the bytes that its hash is of."""
    covered = {name: entry.get(name) for name in COVERED}
    return msgspec.json.encode(covered, order="sorted", enc_hook=str)


def hash_of(entry: Mapping[str, Any]) -> str:
    """Return an entry's hash."""
    return hashlib.sha256(canonical(entry)).hexdigest()


class Beginning:
    """What the first entry of a chain follows: the hash of what was noted before there were chains, in order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, entry: Mapping[str, Any]) -> None:
        """Take one more of those entries."""
        self._hash.update(canonical(entry) + b"\n")

    @property
    def hash(self) -> str:
        """What the chain begins with."""
        return self._hash.hexdigest()


class Sealer:
    """Seals what only Parlour may write, with a key of its own made from the secret key."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.new(secret_key.encode(), b"parlour audit seal", hashlib.sha256).digest()

    def seal(self, purpose: str, workspace_id: str, seq: int, digest: str) -> str:
        """Return the seal of an entry, an end or a checkpoint of a workspace's chain."""
        message = "\n".join((purpose, workspace_id, str(seq), digest))
        return hmac.new(self._key, message.encode(), hashlib.sha256).hexdigest()

    def is_seal(self, given: object, purpose: str, workspace_id: str, seq: int, digest: str) -> bool:
        """Return whether a seal is of these."""
        wanted = self.seal(purpose, workspace_id, seq, digest)
        return isinstance(given, str) and hmac.compare_digest(wanted.encode(), given.encode())
