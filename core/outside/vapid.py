"""Who pushes: this server's VAPID key, and the tokens it signs for push services (RFC 8292)."""

import base64
import binascii
import time
from email.utils import parseaddr

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from py_vapid import Vapid02, VapidException
from yarl import URL

from parlour.core.outside.faults import ConfigurationError
from parlour.core.settings import Settings

TOKEN_SECONDS = 12 * 3600
RENEWED_BEFORE_S = 3600
TOKENS_KEPT = 1000


class Vapid:
    """Signs tokens, one for each push service, and uses each for eleven hours."""

    def __init__(self, settings: Settings) -> None:
        self._signer = Vapid02(_private_key(settings), conf={"no-strict": True})
        self._contact = contact(settings)
        if not self._contact.startswith(("mailto:", "https:")):
            raise ConfigurationError("PARLOUR_VAPID_CONTACT is neither mailto: nor https:")
        self._tokens: dict[str, tuple[float, str]] = {}

    def authorization(self, endpoint: str) -> str:
        """Return the header `Authorization` for a push to an endpoint.

        Raises:
            ValueError: the endpoint is no URL with the name of a host.
        """
        origin = str(URL(endpoint).origin())
        expires, header = self._tokens.get(origin, (0.0, ""))
        if expires - RENEWED_BEFORE_S < time.time():
            expires, header = self._signed(origin)
            if len(self._tokens) >= TOKENS_KEPT:
                self._tokens.clear()
            self._tokens[origin] = (expires, header)
        return header

    def _signed(self, origin: str) -> tuple[float, str]:
        expires = int(time.time()) + TOKEN_SECONDS
        try:
            signed = self._signer.sign({"aud": origin, "sub": self._contact, "exp": expires})
        except VapidException as error:
            raise ValueError("no token for this origin") from error
        return expires, signed["Authorization"]


def public_key(settings: Settings) -> str | None:
    """Return the key that browsers subscribe with, base64url without padding; none when web push is not set up.

    Raises:
        ConfigurationError: `vapid_private_key` is no such key.
    """
    if not settings.vapid_private_key.get_secret_value():
        return None
    point = _private_key(settings).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def contact(settings: Settings) -> str:
    """Return where push services reach who runs this server."""
    return settings.vapid_contact or f"mailto:{parseaddr(settings.sender)[1]}"


def _private_key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    text = settings.vapid_private_key.get_secret_value().strip()
    try:
        key = load_pem_private_key(text.encode(), None) if "-----" in text else _raw_key(text)
    except (ValueError, TypeError, binascii.Error):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ConfigurationError("PARLOUR_VAPID_PRIVATE_KEY is no P-256 key")
    return key


def _raw_key(text: str) -> ec.EllipticCurvePrivateKey:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != 32:
        raise ValueError("not 32 bytes")
    return ec.derive_private_key(int.from_bytes(raw), ec.SECP256R1())
