"""Who passkeys are made for: the host that people type, and the origin of its pages (WebAuthn section 5.1)."""

from typing import NamedTuple
from urllib.parse import urlsplit

from parlour.core.settings import Settings

LOOPBACK = ("127.0.0.1", "[::1]", "0.0.0.0")  # noqa: S104 - compared with, not listened on


class RelyingParty(NamedTuple):
    """The id that passkeys are bound to, and the only origin whose pages may ask for them."""

    id: str
    origin: str


def relying_party(settings: Settings) -> RelyingParty:
    """Return this house's. Passkeys belong to names: an address on this machine stands as `localhost`."""
    scheme, place, *_ = urlsplit(settings.address)
    host, colon, port = place.rpartition(":") if place.rpartition(":")[2].isdigit() else (place, "", "")
    name = "localhost" if host in LOOPBACK else host
    return RelyingParty(name, f"{scheme}://{name}{colon}{port}")
