"""Memory of an idle socket, against the bare server's."""

import resource
from typing import Any

from tests.bench.effort import Effort
from tests.bench.load import run_load
from tests.bench.people import make_rooms
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import GATEWAY, Site

SOCKETS = 2000
A_WORKSPACE = 25
"""Direct channels in one workspace: fifty people."""
MOST = 1.3


def measure(site: Site, effort: Effort) -> Section:
    """Connect the same crowd to both sides and compare how much they grew."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    section = Section(f"{SOCKETS} idle sockets")
    rooms = make_rooms(site.settings, SOCKETS // 2, members=2, kind="direct", a_workspace=A_WORKSPACE)
    auths = [{"token": m.token, "channel_id": room.channel_id} for room in rooms for m in room.members]
    # Both sides once before, so that what a server needs once is not counted for its sockets.
    for count in (SOCKETS // 10, SOCKETS):
        bare = _crowd(site.bare.url, site.bare.pid, "connect", auths[:count])
        ours = _crowd(site.gateway_url, site.stack.pid(GATEWAY), "ready", auths[-count:])
        effort.tell(
            f"{count} sockets: {ours['bytes_per_socket']:.0f} and {bare['bytes_per_socket']:.0f} bytes each"
        )
    rows = [
        [name, number(found["bytes_per_socket"] / 1024), number(found["connect_s"])]
        for name, found in (("bare", bare), ("Parlour", ours))
    ]
    section.say(table(["", "KiB a socket", f"s to connect {SOCKETS}"], rows))
    ratio = ours["bytes_per_socket"] / bare["bytes_per_socket"]
    section.requirements.append(
        Requirement("memory of an idle socket, of the bare's", ratio, MOST, at_most=True)
    )
    return section


def _crowd(url: str, pid: int, ready: str, auths: list[dict[str, str]]) -> dict[str, Any]:
    return run_load("crowd.mjs", {"url": url, "pid": pid, "ready": ready, "auths": auths}, seconds=120)
