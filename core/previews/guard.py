"""Which addresses Parlour may fetch from on behalf of people: public ones, and those a setting allows."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import TCPConnector
from aiohttp.abc import ResolveResult
from aiohttp.tracing import Trace
from yarl import URL

PORTS = frozenset({80, 443})
GLOBAL_UNICAST = IPv6Network("2000::/3")
EMBEDS_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class RefusedAddressError(OSError):
    """An address that nothing is fetched from."""


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet, also the IPv4 address within an IPv6 one."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public_v4(ip) if isinstance(ip, IPv4Address) else _is_public_v6(ip)


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip.ipv4_mapped:
        return _is_public_v4(ip.ipv4_mapped)
    # Tunnels and translators carry an IPv4 address of their own to somewhere that cannot be seen from here.
    if ip.sixtofour or ip.teredo or any(ip in network for network in EMBEDS_IPV4):
        return False
    return ip.is_global and ip in GLOBAL_UNICAST and not ip.is_multicast


def check_url(url: URL, *, allowed: Sequence[str]) -> None:
    """Let pass what may be asked for at all: http(s), without credentials, at the usual ports.

    Raises:
        RefusedAddressError: it may not.
    """
    if url.scheme not in ("http", "https") or not url.host or url.user or url.password:
        raise RefusedAddressError(f"not a plain web address: {url.scheme}")
    if url.port not in PORTS and url.host not in allowed:
        raise RefusedAddressError(f"port {url.port}")


class GuardedConnector(TCPConnector):
    """Connects to public addresses only.

    It checks the very addresses it then connects to, so a name cannot mean another place the second time, and it
    checks literal addresses, which never come by a resolver.
    """

    def __init__(self, *, allowed: Sequence[str], limit: int = 100, force_close: bool = True) -> None:
        super().__init__(use_dns_cache=False, limit=limit, force_close=force_close)
        self._allowed = allowed

    async def _resolve_host(
        self, host: str, port: int, traces: Sequence[Trace] | None = None
    ) -> list[ResolveResult]:
        """Return the addresses of a host that may be connected to."""
        found = await super()._resolve_host(host, port, traces)
        if host in self._allowed:
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise RefusedAddressError(f"{host} is not a public address")
        return public


def was_refused(error: BaseException) -> bool:
    """Return whether the guard is behind an error: the library wraps what a connector raises."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, RefusedAddressError) or isinstance(
            getattr(cause, "os_error", None), RefusedAddressError
        ):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
