"""Measure Parlour beside the bare server library it is built on, and say whether it is good enough."""

import argparse
import sys
from collections.abc import Callable
from contextlib import redirect_stdout

from deploy.failure import StackError
from deploy.progress import complain
from deploy.signals import interrupt_on_signals
from tests.bench import (
    echo,
    fanout,
    intake,
    log,
    memory,
    notify,
    opening,
    presence,
    profile,
    search,
    serve,
    settle,
    upload,
)
from tests.bench.effort import Effort
from tests.bench.processes import load_average
from tests.bench.report import Section, good, number, render
from tests.bench.site import Site, open_site

PARTS: dict[str, Callable[[Site, Effort], Section]] = {
    "echo": echo.measure,
    "fanout": fanout.measure,
    "memory": memory.measure,
    "settle": settle.measure,
    "presence": presence.measure,
    "opening": opening.measure,
    "log": log.measure,
    "notify": notify.measure,
    "search": search.measure,
    "intake": intake.measure,
    "upload": upload.measure,
    "serve": serve.measure,
    "profile": profile.measure,
}
BY_NAME = ("profile", "search", "notify", "upload", "serve", "intake")
ALWAYS = [name for name in PARTS if name not in BY_NAME]
"""Parts that are measured unless others are named: not what takes long by itself."""
LOAD_MAX = 1.5


def main() -> int:
    """Measure; return 1 when a requirement is not met."""
    options = _parse()
    interrupt_on_signals()
    load = load_average()
    effort = Effort(options.rounds, options.seconds, options.sizes)
    try:
        with redirect_stdout(sys.stderr), open_site(keep=options.keep) as site:
            sections = [PARTS[name](site, effort) for name in options.parts or ALWAYS]
    except StackError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stdout.write(render(_notes(load, effort), sections))
    return 0 if options.report_only or good(sections) else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5, help="turns of each case (default 5)")
    parser.add_argument("--seconds", type=float, default=6, help="seconds a turn is measured (default 6)")
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(size) for size in text.split(",")],
        default=[100_000, 1_000_000],
        help="messages to search in, growing (default 100000,1000000)",
    )
    parser.add_argument(
        "--report-only", action="store_true", help="exit 0 also when a requirement is not met"
    )
    parser.add_argument("--keep", action="store_true", help="keep the stack's data and logs")
    return parser.parse_args()


def _notes(load: float, effort: Effort) -> list[str]:
    notes = [
        f"{effort.rounds} turns of {number(effort.seconds)} s for each case, taking turns; medians, and in "
        f"brackets the range; ratios are those of one turn. Load average before the start: {load:.2f}."
    ]
    if load > LOAD_MAX:
        notes.append(f"**The machine was not quiet (load above {LOAD_MAX}): these figures are rough.**")
    return notes


if __name__ == "__main__":
    sys.exit(main())
