"""Twenty pairs in direct channels, official clients: durable delivery against an echo that keeps nothing.

Three cases take turns, so that whatever else the machine does meets all alike:

- *echo*: the bare server acknowledges with what it got, and nobody hears of it.
- *relay*: the bare server also emits the message to both ends, which is what delivery is without storage. Whoever
  keeps to the library's own way of emitting cannot be faster, so Parlour is held against both.
- *Parlour*: `message.send`, acknowledged when it is journaled, and heard by both ends exactly once, in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.bench.effort import Effort
from tests.bench.load import run_load
from tests.bench.people import Room, make_rooms
from tests.bench.processes import Pids
from tests.bench.report import Requirement, Section, middle, number, spread, table
from tests.bench.site import GATEWAY, Site

PAIRS = 20
WARM_UP_S = 2
SLOWER_AT_MOST = 2.0
THROUGHPUT = {1: 0.6, 10: 0.85}
"""Of the echo's messages a second that Parlour must reach, by window."""
CASES = ("echo", "relay", "Parlour")

Rounds = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Case:
    """One side under one kind of load; `process` is the program that serves it."""

    url: str
    event: str
    process: str
    pids: Pids
    ready: str = "connect"
    heard: bool = True


def measure(site: Site, effort: Effort) -> Section:
    """Measure each window, one after the other."""
    section = Section(f"{PAIRS} pairs in direct channels")
    rooms = make_rooms(site.settings, PAIRS, members=2, kind="direct")
    for window, least in THROUGHPUT.items():
        rounds = _take_turns(site, rooms, window, effort)
        _tell(section, window, least, rounds)
    return section


def cases(site: Site) -> dict[str, Case]:
    """Return the cases by name."""
    bare: Pids = {"bare": [site.bare.pid]}
    return {
        "echo": Case(site.bare.url, "echo", "bare", bare, heard=False),
        "relay": Case(site.bare.url, "relay", "bare", bare),
        "Parlour": Case(site.gateway_url, "message.send", GATEWAY, site.pids, ready="ready"),
    }


def load(case: Case, rooms: Sequence[Room], window: int, seconds: float) -> dict[str, Any]:
    """Put one case under load once."""
    task = {
        "url": case.url,
        "event": case.event,
        "ready": case.ready,
        "heard": case.heard,
        "pids": case.pids,
        "window": window,
        "warmup_s": WARM_UP_S,
        "seconds": seconds,
        "pairs": [{"channel_id": r.channel_id, "tokens": [m.token for m in r.members]} for r in rooms],
    }
    return run_load("pairs.mjs", task, seconds=WARM_UP_S + seconds)


def _take_turns(site: Site, rooms: Sequence[Room], window: int, effort: Effort) -> Rounds:
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in CASES}
    for _ in range(effort.rounds):
        for name, case in cases(site).items():
            rounds[name].append(effort.undisturbed(partial(_turn, site, case, rooms, window, effort.seconds)))
            effort.tell(f"window {window}, {name}: {number(rounds[name][-1]['messages_per_s'])} messages/s")
    return rounds


def _turn(site: Site, case: Case, rooms: Sequence[Room], window: int, seconds: float) -> dict[str, Any]:
    site.settle()
    return load(case, rooms, window, seconds)


def _tell(section: Section, window: int, least: float, rounds: Rounds) -> None:
    section.say(f"### Window {window}", _comparison(rounds), _processor(rounds["Parlour"]))
    for limit in ("echo", "relay"):
        throughput = middle(_ratios(rounds, "messages_per_s", limit=limit))
        slower = middle(_ratios(rounds, "p50_ms", limit=limit))
        section.requirements += [
            Requirement(f"messages/s of the {limit}'s, window {window}", throughput, least),
            Requirement(f"p50 of the {limit}'s, window {window}", slower, SLOWER_AT_MOST, at_most=True),
        ]
    faults = [(name, fault) for name, found in rounds.items() for f in found for fault in f["faults"]]
    section.faults += [f"window {window}, {name}: {fault}" for name, fault in faults[:10]]


def _ratios(rounds: Rounds, figure: str, ours: str = "Parlour", *, limit: str = "echo") -> list[float]:
    """Return the ratio to the limit in each round, since both met the same machine then."""
    return [mine[figure] / bare[figure] for mine, bare in zip(rounds[ours], rounds[limit], strict=True)]


def _comparison(rounds: Rounds) -> str:
    head = [
        "",
        "messages/s",
        "of the echo's",
        "of the relay's",
        "p50 ms",
        "p99 ms",
        "server CPU µs",
        "client CPU µs",
        "others, cores",
    ]
    return table(head, [_row(name, rounds) for name in CASES])


def _row(name: str, rounds: Rounds) -> list[str]:
    found = rounds[name]
    server = GATEWAY if name == "Parlour" else "bare"
    return [
        name,
        spread([f["messages_per_s"] for f in found]),
        spread(_ratios(rounds, "messages_per_s", name)),
        spread(_ratios(rounds, "messages_per_s", name, limit="relay")),
        spread([f["p50_ms"] for f in found]),
        number(middle(f["p99_ms"] for f in found)),
        number(middle(f["us_per_message"][server] for f in found)),
        number(middle(f["us_per_message"]["node"] for f in found)),
        number(middle(f["others_cores"] for f in found)),
    ]


def _processor(found: Sequence[dict[str, Any]]) -> str:
    """Say where a message's processor time goes, the dearest first."""
    names = found[0]["us_per_message"]
    dear = sorted(((middle(f["us_per_message"][name] for f in found), name) for name in names), reverse=True)
    shares = ", ".join(f"{name} {us:.0f}" for us, name in dear if us >= 1)
    return f"Processor µs a message in Parlour, by process: {shares}."
