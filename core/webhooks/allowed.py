"""Which addresses may be called on behalf of integrators: public ones, and those of ranges that the admin allows."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from yarl import URL

from parlour.core.errors import InvalidError
from parlour.core.previews.guard import RefusedAddressError, is_public
from parlour.core.settings import Settings
from parlour.core.webhook_settings import parts

METADATA = frozenset(
    ip_address(one)
    for one in (
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
    )
)
"""Where clouds tell their machines secrets: never called, whatever range is allowed."""


class Allowed:
    """Judges addresses by the settings `webhook_allowed_ranges`, `webhook_ports` and `webhook_plain_http`."""

    def __init__(self, settings: Settings) -> None:
        self._ranges = [ip_network(one) for one in parts(settings.webhook_allowed_ranges)]
        self._ports = {int(one) for one in parts(settings.webhook_ports)}
        self._plain = settings.webhook_plain_http

    def may_call(self, address: str, port: int, *, scheme: str) -> bool:
        """Return whether an IP address may be called at a port."""
        ip = _meant(address)
        if ip is None or ip in METADATA:
            return False
        if any(ip in network for network in self._ranges):
            return True
        return (scheme == "https" or self._plain) and port in self._ports and is_public(address)

    def may_name(self, port: int, *, scheme: str) -> bool:
        """Return whether a name might lead to an address that may be called so; where it does, each call finds out."""
        return bool(self._ranges) or ((scheme == "https" or self._plain) and port in self._ports)


def checked_url(given: str) -> URL:
    """Return an address as far as one can tell by looking at it.

    Raises:
        RefusedAddressError: it is no plain web address.
        ValueError: it is no address.
    """
    url = URL(given)
    if url.scheme not in ("http", "https") or not url.host or url.user or url.password:
        raise RefusedAddressError("not a plain web address")
    return url


def check_address(settings: Settings, given: str, *, field: str = "url") -> str:
    """Return an address that somebody enters for Parlour to call.

    Raises:
        InvalidError: it is none that may be called: `invalid`, or `address_refused` for where it leads.
    """
    most = settings.webhook_url_max_length
    if len(given) > most:
        raise InvalidError.field(field, f"An address has at most {most} characters (webhook_url_max_length).")
    try:
        url = checked_url(given)
    except (RefusedAddressError, ValueError) as error:
        raise InvalidError.field(
            field, "This is no address to call: it is like https://host/path, without a password."
        ) from error
    host, port, allowed = url.host or "", url.port or 0, Allowed(settings)
    is_literal = _meant(host) is not None
    may = (
        allowed.may_call(host, port, scheme=url.scheme)
        if is_literal
        else allowed.may_name(port, scheme=url.scheme)
    )
    if not may:
        raise InvalidError.field(field, _refusal(settings), "address_refused")
    return given


def _refusal(settings: Settings) -> str:
    return (
        f"Parlour calls public addresses by https, at the ports {settings.webhook_ports} (webhook_ports). "
        "An admin of this server may allow ranges of your own network (webhook_allowed_ranges)."
    )


def _meant(address: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that is meant, an IPv4 one that is written as IPv6 as itself; none of a name."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
