"""What must hold before anything is started. Each fault is one line that says what to do."""

import errno
import os
import re
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

from deploy import processes
from deploy.failure import StackError
from deploy.program import Port
from parlour.core.settings import Settings

MARK = "parlour.data"
MARK_TEXT = "The data of a Parlour stack: servers, logs and secrets. `deploy/up --reset` deletes it.\n"
# The supervisor's socket lies in the data folder, and the kernel takes 107 bytes as a socket's path.
PATH_MAX_BYTES = 80
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def check_address(settings: Settings) -> None:
    """Know what people type: a wildcard to listen on is no address to go to.

    Raises:
        StackError: as every check here.
    """
    if settings.host in WILDCARDS and not settings.public_url:
        raise StackError(
            f"PARLOUR_HOST={settings.host} needs PARLOUR_PUBLIC_URL, the address people type,"
            f" such as http://{socket.gethostname()}:{settings.port}"
        )


def claim_data_folder(settings: Settings) -> None:
    """Make the data folder ours, unless it holds something else, cannot be written or is nearly full."""
    folder = settings.data_dir
    if len(os.fsencode(folder)) > PATH_MAX_BYTES or not re.fullmatch(r"[\w./+@=:,~-]+", str(folder)):
        raise StackError(
            f"the data folder's path {folder} may have {PATH_MAX_BYTES} characters at most and no blanks:"
            " set PARLOUR_DATA_DIR to another"
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_ours(folder) and any(folder.iterdir()):
            raise StackError(f"{folder} holds other things: set PARLOUR_DATA_DIR to an empty or new folder")
        (folder / MARK).write_text(MARK_TEXT)
        folder.chmod(0o700)
    except OSError as error:
        raise StackError(
            f"the data folder {folder} cannot be written ({error.strerror}):"
            " mend its rights, or set PARLOUR_DATA_DIR to another"
        ) from None
    _check_disk(settings)


def is_ours(folder: Path) -> bool:
    """Return whether a folder is a stack's data folder."""
    return (folder / MARK).is_file()


def check_ports(ports: Iterable[Port]) -> None:
    """Find every port free, and none given twice."""
    seen: dict[int, Port] = {}
    for port in ports:
        if port.number in seen:
            raise StackError(f"{seen[port.number]} and {port} are both {port.number}: set one to another")
        seen[port.number] = port
        _check_port(port)


def is_free(number: int, *, host: str = "127.0.0.1") -> bool:
    """Return whether nobody listens on a port.

    Raises:
        OSError: when we may not listen there, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def _check_port(port: Port) -> None:
    try:
        free = is_free(port.number, host=port.host)
    except PermissionError:
        raise StackError(f"port {port.number} is root's: set {port.setting} to 1024 or more") from None
    except OSError as error:
        raise StackError(f"cannot listen on PARLOUR_HOST={port.host}: {error.strerror}") from None
    if not free:
        holder = _holder(port.number)
        remedy = f"stop it or set {port.setting} to another"
        raise StackError(f"port {port.number} ({port}) is taken by {holder}: {remedy}")


def _holder(port: int) -> str:
    process = processes.holder(port)
    if process is None:
        return "a process of another user"
    return f"{processes.name_of(process)} (pid {process.pid})"


def _check_disk(settings: Settings) -> None:
    free = shutil.disk_usage(settings.data_dir).free
    if free < settings.disk_min_bytes:
        raise StackError(
            f"only {free / 1e6:.0f} MB are free for {settings.data_dir}: free some space,"
            f" or lower PARLOUR_DISK_MIN_BYTES ({settings.disk_min_bytes})"
        )
