"""One channel with a thousand connected members: deliveries a second against the library's own room emit."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from tests.bench.effort import Effort
from tests.bench.load import run_load
from tests.bench.people import Room, make_rooms
from tests.bench.report import Requirement, Section, middle, number, spread, table
from tests.bench.site import GATEWAY, Site

MEMBERS = 1000
MESSAGES = 100
WINDOW = 5
LEAST = 1.0
CASES = ("room emit", "Parlour")
ROUNDS_MAX = 3
HEAD = [
    "",
    "deliveries/s",
    "bytes each",
    "server, cores",
    "client, cores",
    "others, cores",
    f"s to connect {MEMBERS}",
]

Turns = list[dict[str, Any]]


def measure(site: Site, effort: Effort) -> Section:
    """Measure both sides in turns."""
    section = Section(f"A channel with {MEMBERS} connected members")
    [room] = make_rooms(site.settings, 1, members=MEMBERS, kind="private")
    found: dict[str, Turns] = {name: [] for name in CASES}
    for _ in range(min(effort.rounds, ROUNDS_MAX)):
        for name, turns in found.items():
            turns.append(effort.undisturbed(partial(_turn, site, room, name)))
            effort.tell(f"fan-out, {name}: {turns[-1]['deliveries_per_s']:.0f} deliveries/s")
    section.say(
        f"{MESSAGES} messages by one of them, {WINDOW} at a time, until everybody has heard all; the same raw "
        "websockets on both sides. The bare server has python-socketio's default JSON.",
        table(HEAD, [_row(name, turns) for name, turns in found.items()]),
    )
    section.requirements.append(Requirement("deliveries/s of the room emit's", middle(_ratios(found)), LEAST))
    section.faults += [
        f"{name}: {fault}" for name, turns in found.items() for t in turns for fault in t["faults"]
    ]
    return section


def _turn(site: Site, room: Room, name: str) -> dict[str, Any]:
    # What the other side still has to do is not to meet this one: deliveries to settle, a thousand goodbyes.
    site.settle()
    ours = name == "Parlour"
    task = {
        "url": site.gateway_url if ours else site.bare.url,
        "pids": site.pids if ours else {"bare": [site.bare.pid]},
        "event": "message.send" if ours else "relay",
        "ready": "ready" if ours else "connect",
        "channel_id": room.channel_id,
        "messages": MESSAGES,
        "window": WINDOW,
        "first": MEMBERS,
        "auths": [{"token": m.token, "channel_id": room.channel_id} for m in room.members],
    }
    return run_load("crowd.mjs", task, seconds=60)


def _ratios(found: Mapping[str, Turns]) -> Iterable[float]:
    """Return the ratio of each round, since both met the same machine then."""
    rates = ([turn["deliveries_per_s"] for turn in found[name]] for name in CASES)
    return [ours / theirs for theirs, ours in zip(*rates, strict=True)]


def _row(name: str, turns: Turns) -> list[str]:
    server = GATEWAY if name == "Parlour" else "bare"
    return [
        name,
        spread([turn["deliveries_per_s"] for turn in turns]),
        number(middle(turn["bytes_per_delivery"] for turn in turns)),
        number(middle(turn["cores"][server] for turn in turns)),
        number(middle(turn["cores"]["node"] for turn in turns)),
        number(middle(turn["others_cores"] for turn in turns)),
        spread([turn["connect_s"] for turn in turns]),
    ]
