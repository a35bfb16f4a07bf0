"""The servers that people may sign in by, from a JSON file of the installation; a change of it counts at once."""

import os
import re
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from parlour.core.settings import Settings
from parlour.core.telemetry import log

ID = re.compile(r"[a-z0-9-]{1,40}")
MappedRole = Literal["admin", "moderator", "member"]
"""What a claim may give: owners are made by owners, guests are invited to their channels."""


class ProvidersError(Exception):
    """The file is not as it should be; the message says where."""


class RoleRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whoever's `claim` is or holds `value` has a `role` in the `workspace` of that slug. The first fit counts."""

    claim: str
    value: str
    workspace: str
    role: MappedRole


class Provider(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A server. The secret comes from a file or a variable; without one, Parlour is a public client.

    `sign_up`: whoever has no account here gets one. `second_step`: Parlour asks for its own all the same ("ask"), or
    trusts that this server did ("trust"); one that says so in `amr` is trusted anyway.
    """

    id: str
    label: str
    issuer: str
    client_id: str
    client_secret_file: str | None = None
    client_secret_env: str | None = None
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    sign_up: bool = True
    second_step: Literal["ask", "trust"] = "ask"
    roles: list[RoleRule] = []

    @property
    def secret(self) -> str | None:
        """Return the client's secret, read anew each time, so that it can be renewed.

        Raises:
            ProvidersError: it is not there.
        """
        try:
            if self.client_secret_file is not None:
                return Path(self.client_secret_file).read_text().strip()
            return os.environ[self.client_secret_env] if self.client_secret_env else None
        except (OSError, KeyError) as error:
            raise ProvidersError(f"{self.id}: the client secret is not there ({error})") from error


def providers(settings: Settings) -> dict[str, Provider]:
    """Return the servers by their ids, in the file's order; none, and a line in the log, while the file is wrong."""
    try:
        return checked(settings)
    except ProvidersError as error:
        log.error("oidc.file_wrong", reason=str(error))
        return {}


def checked(settings: Settings) -> dict[str, Provider]:
    """Return the servers by their ids.

    Raises:
        ProvidersError: the file is wrong.
    """
    path = settings.oidc_file or settings.data_dir / "oidc.json"
    try:
        found = path.stat()
    except FileNotFoundError:
        if settings.oidc_file is None:
            return {}
        raise ProvidersError(f"{path} is not there (PARLOUR_OIDC_FILE)") from None
    return _read(path, found.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed_ns: int) -> dict[str, Provider]:
    try:
        known = msgspec.json.decode(path.read_bytes(), type=list[Provider])
    except (OSError, msgspec.MsgspecError) as error:
        raise ProvidersError(f"{path}: {error}") from error
    for provider in known:
        _check(provider)
    if len({provider.id for provider in known}) < len(known):
        raise ProvidersError(f"{path}: two providers have the same id")
    return {provider.id: provider for provider in known}


def _check(provider: Provider) -> None:
    if not ID.fullmatch(provider.id):
        raise ProvidersError(f"{provider.id!r}: an id is of a-z, 0-9 and hyphens")
    if "openid" not in provider.scopes:
        raise ProvidersError(f"{provider.id}: the scopes lack openid")
    if not is_safe(provider.issuer) or urlsplit(provider.issuer).query:
        raise ProvidersError(f"{provider.id}: the issuer is an https address, or one of this machine")


def is_safe(url: str) -> bool:
    """Return whether an address may be asked, or people sent there: by https, unless it is this machine's."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
