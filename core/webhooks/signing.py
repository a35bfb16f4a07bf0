"""Signatures by which a receiver knows that a request is Parlour's, and fresh: Standard Webhooks, version 1.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import os
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks.webhooks import Webhook as Signer

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret, as receivers' libraries take it."""
    return PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def signed_headers(secrets: Sequence[str], message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """Return the headers that sign a body, which is UTF-8, as of a moment in UTC.

    One signature for each secret: while a secret is being changed, the receiver may know either.
    """
    text = body.decode()
    signatures = [Signer(secret).sign(message_id, at, text) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
