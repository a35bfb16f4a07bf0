"""Signatures of addresses that need no token: given out here, good until a moment, and for nothing else."""

import hashlib
import hmac
import time

from parlour.core.settings import Settings


def signature(settings: Settings, *parts: str, until: int) -> str:
    """Return the signature of what an address names, the first part its purpose; `until` in seconds of Unix time."""
    message = "\n".join((*parts, str(until)))
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def is_signature(settings: Settings, given: str, *parts: str, until: int) -> bool:
    """Return whether a signature is of these parts, and its time is not over."""
    if until < time.time():
        return False
    return hmac.compare_digest(signature(settings, *parts, until=until).encode(), given.encode())
