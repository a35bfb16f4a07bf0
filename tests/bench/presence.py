"""Presence in one workspace, as its members grow: what connecting costs, idling, and people who come and go."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.bench.effort import Effort
from tests.bench.load import run_load
from tests.bench.people import Room, make_rooms
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import GATEWAY, Site

MEMBERS = (100, 1000, 2000)
WATCHED = 50
"""People on a screen at once: a direct list, a channel's authors, a page of members."""
SECONDS = 30
"""Two heartbeats of a gateway."""
TURN_EVERY_S = 300
"""How often a member leaves the desk or comes back."""
GROWTH_MOST = 1.5
"""By how much a member's share of the gateway's CPU may grow when the members double."""
CASES: Mapping[str, int] = {"hears all": 0, f"watches {WATCHED}": WATCHED}
HEAD = [
    "members, each",
    "s to connect all",
    "events heard",
    "MB",
    "gateway CPU s",
    "Redis commands",
    "Redis CPU s",
]


def measure(site: Site, effort: Effort) -> Section:
    """Measure each size, each way of looking, on a gateway started anew."""
    section = Section("Presence of one workspace")
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for members in MEMBERS:
        [room] = make_rooms(site.settings, 1, members=members, kind="private")
        for name, watch in CASES.items():
            found[members, name] = _turn(site, room, watch)
            section.faults += [f"{members} {name}: {fault}" for fault in found[members, name]["faults"]]
            effort.tell(f"presence, {members} members, {name}: {found[members, name]['ready_s']:.1f} s")
    for phase, words in _PHASES.items():
        section.say(words, table(HEAD, [_row(key, turn, phase) for key, turn in found.items()]))
    section.requirements.append(_growth(found))
    return section


_PHASES = {
    "connecting": "**Connecting**, 50 at a time, until nobody hears anything new:",
    "idle": f"**Idle** for {SECONDS} s:",
    "living": f"**Living** for {SECONDS} s: each goes away or comes back every {TURN_EVERY_S} s, evenly spread:",
}


def _turn(site: Site, room: Room, watch: int) -> dict[str, Any]:
    site.restart(GATEWAY, site.settings.socket_port)
    site.settle()
    task = {
        "url": site.gateway_url,
        "pids": {name: pids for name, pids in site.pids.items() if name in (GATEWAY, "redis")},
        "redis_port": urlsplit(site.settings.redis_url).port,
        "workspace_id": room.workspace_id,
        "tokens": [member.token for member in room.members],
        "user_ids": [member.user_id for member in room.members],
        "watch": watch,
        "seconds": SECONDS,
        "turn_every_s": TURN_EVERY_S,
    }
    return run_load("presence.mjs", task, seconds=SECONDS * 2 + 60)


def _row(key: tuple[int, str], turn: dict[str, Any], phase: str) -> list[str]:
    members, name = key
    spent = turn[phase]
    return [
        f"{members} {name}",
        number(turn["ready_s"]) if phase == "connecting" else "",
        f"{spent['events']}",
        number(spent["bytes"] / 1e6),
        number(spent["cpu_s"][GATEWAY]),
        f"{spent['commands']}",
        number(spent["cpu_s"]["redis"]),
    ]


def _growth(found: Mapping[tuple[int, str], dict[str, Any]]) -> Requirement:
    """Hold a member's share of the gateway, living, in the largest workspace against that in a middle one."""
    name = f"watches {WATCHED}"
    small, large = (
        sum(found[members, name][phase]["cpu_s"][GATEWAY] for phase in ("connecting", "living")) / members
        for members in MEMBERS[-2:]
    )
    title = f"gateway CPU of a member who {name}, of {MEMBERS[-1]} against {MEMBERS[-2]}"
    return Requirement(title, large / small, GROWTH_MOST, at_most=True)
