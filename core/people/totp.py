"""Codes of an authenticator app (TOTP, RFC 6238): six digits, a new one each 30 seconds, SHA-1 as apps expect it."""

import hmac
import time

import pyotp
import segno

from parlour.core.ids import UserId
from parlour.core.sealing import UnsealError, seal, unseal
from parlour.core.settings import Settings
from parlour.core.telemetry import log

PURPOSE = "authenticator app"
STEP_SECONDS = 30
SKEW = 1
"""Steps by which the clock of a telephone may differ, either way (RFC 6238 section 5.2)."""
ISSUER = "Parlour"


def new_secret() -> str:
    """Return a secret of 160 bits in base 32."""
    return pyotp.random_base32()


def seal_secret(settings: Settings, user_id: UserId, secret: str) -> bytes:
    """Return a secret as it is stored."""
    return seal(settings, secret.encode(), purpose=PURPOSE, of=user_id)


def matching_step(settings: Settings, user_id: UserId, sealed: bytes, typed: str) -> int | None:
    """Return the step whose code was typed, if it is the present one or one beside it."""
    code = "".join(typed.split())
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    try:
        totp = pyotp.TOTP(unseal(settings, sealed, purpose=PURPOSE, of=user_id).decode())
    except UnsealError:
        log.error("totp.sealed_by_another_key", user_id=user_id)
        return None
    present = int(time.time()) // STEP_SECONDS
    for step in range(present - SKEW, present + SKEW + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def uri_of(secret: str, account: str) -> str:
    """Return what an app is set up by (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def picture_of(uri: str) -> str:
    """Return a `data:` address of the QR code, dark on light whatever the page's colours: cameras expect it."""
    return str(segno.make(uri, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
