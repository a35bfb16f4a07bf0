"""Memory of an idle socket, against the bare server's: by how much a server grows from 500 sockets to 2 500."""

import resource
from typing import Any

from tests.bench.bare import bare_server
from tests.bench.effort import Effort
from tests.bench.load import run_load
from tests.bench.people import Room, make_rooms
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import GATEWAY, Site

FIRST = 500
"""Connected before, so that what a server needs once is not counted for its sockets."""
SOCKETS = 2000
A_WORKSPACE = 25
"""Direct channels in one workspace: fifty people."""
IDLE_S = 30
"""Longer than the 25 s between two pings: every socket has had one."""
MOST = 1.3

Auths = list[dict[str, str]]


def measure(site: Site, effort: Effort) -> Section:
    """Connect the same crowd to both sides, each started anew: one that served before reuses what it had."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    section = Section(f"{SOCKETS} idle sockets")
    rooms = make_rooms(
        site.settings, (FIRST + SOCKETS) // 2, members=2, kind="direct", a_workspace=A_WORKSPACE
    )
    found = {"bare": _bare(_auths(rooms)), "Parlour": _parlour(site, _auths(rooms))}
    for name, crowd in found.items():
        effort.tell(f"{name}: {crowd['bytes_per_socket']:.0f} bytes a socket")
        section.faults += [f"{name}: {fault}" for fault in crowd["faults"]]
    section.say(
        f"Growth of the resident memory by {SOCKETS} sockets on top of {FIRST}, idle for {IDLE_S} s; in Parlour "
        f"each is a person in a direct channel and a workspace of {2 * A_WORKSPACE}.",
        table(["", "KiB a socket", f"s to connect {SOCKETS}"], [_row(*item) for item in found.items()]),
    )
    ratio = found["Parlour"]["bytes_per_socket"] / found["bare"]["bytes_per_socket"]
    section.requirements.append(
        Requirement("memory of an idle socket, of the bare's", ratio, MOST, at_most=True)
    )
    return section


def _auths(rooms: list[Room]) -> Auths:
    return [{"token": m.token, "channel_id": room.channel_id} for room in rooms for m in room.members]


def _bare(auths: Auths) -> dict[str, Any]:
    with bare_server() as bare:
        return _crowd(bare.url, bare.pid, "connect", auths)


def _parlour(site: Site, auths: Auths) -> dict[str, Any]:
    site.restart(GATEWAY, site.settings.socket_port)
    return _crowd(site.gateway_url, site.stack.pid(GATEWAY), "ready", auths)


def _crowd(url: str, pid: int, ready: str, auths: Auths) -> dict[str, Any]:
    task = {"url": url, "pid": pid, "ready": ready, "auths": auths, "first": FIRST, "idle_s": IDLE_S}
    return run_load("crowd.mjs", task, seconds=120)


def _row(name: str, found: dict[str, Any]) -> list[str]:
    return [name, number(found["bytes_per_socket"] / 1024), number(found["connect_s"])]
