"""One channel with a thousand connected members: deliveries a second against the library's own room emit."""

from functools import partial
from typing import Any

from tests.bench.effort import Effort
from tests.bench.load import run_load
from tests.bench.people import Room, make_rooms
from tests.bench.report import Requirement, Section, middle, spread, table
from tests.bench.site import GATEWAY, Site

MEMBERS = 1000
MESSAGES = 100
WINDOW = 5
LEAST = 1.0


def measure(site: Site, effort: Effort) -> Section:
    """Measure both sides in turns."""
    section = Section(f"A channel with {MEMBERS} connected members")
    [room] = make_rooms(site.settings, 1, members=MEMBERS, kind="private")
    found: dict[str, list[dict[str, Any]]] = {"room emit": [], "Parlour": []}
    for _ in range(min(effort.rounds, 3)):
        for name, turns in found.items():
            turns.append(effort.undisturbed(partial(_turn, site, room, name)))
            effort.tell(f"fan-out, {name}: {turns[-1]['deliveries_per_s']:.0f} deliveries/s")
    rates = {name: [turn["deliveries_per_s"] for turn in turns] for name, turns in found.items()}
    connecting = {name: [turn["connect_s"] for turn in turns] for name, turns in found.items()}
    rows = [[name, spread(rates[name]), spread(connecting[name])] for name in found]
    section.say(table(["", "deliveries/s", f"s to connect {MEMBERS}"], rows))
    ratios = [ours / theirs for ours, theirs in zip(rates["Parlour"], rates["room emit"], strict=True)]
    section.requirements.append(Requirement("deliveries/s of the room emit's", middle(ratios), LEAST))
    section.faults += [
        f"{name}: {fault}" for name, turns in found.items() for t in turns for fault in t["faults"]
    ]
    return section


def _turn(site: Site, room: Room, name: str) -> dict[str, Any]:
    ours = name == "Parlour"
    task = {
        "url": site.gateway_url if ours else site.bare.url,
        "pid": site.stack.pid(GATEWAY) if ours else site.bare.pid,
        "event": "message.send" if ours else "relay",
        "ready": "ready" if ours else "connect",
        "channel_id": room.channel_id,
        "messages": MESSAGES,
        "window": WINDOW,
        "auths": [{"token": m.token, "channel_id": room.channel_id} for m in room.members],
    }
    return {"others_cores": 0.0, **run_load("crowd.mjs", task, seconds=60)}
