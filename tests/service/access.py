"""What is declared of every route and socket event, one line each, and the table it is compared with.

    python -m tests.service.access

writes the table anew; look at what changed before you keep it.
"""

from pathlib import Path

from parlour.api.main import all_routes
from parlour.socket.gateway import HANDLERS
from parlour.socket.messages import SEND

TABLE = Path(__file__).parent / "access.txt"


def declared() -> list[str]:
    """Every route and event, with who may call it: the right it needs, and the one for what is not one's own."""
    routes = [
        _line(f"{route.method} {route.path}", route.who, route.needs, route.others, route.scope)
        for route in all_routes()
    ]
    events = [
        _line(f"EVENT {name}", handler.who, handler.needs, handler.others, handler.scope)
        for name, handler in HANDLERS.items()
    ]
    sent = _line(f"EVENT {SEND}", "member", None, None, "messages:write")
    return sorted([*routes, *events, sent])


def _line(what: str, who: str, needs: str | None, others: str | None, scope: str | None) -> str:
    told = [
        who,
        f"needs {needs}" if needs else "",
        f"others {others}" if others else "",
        scope or "sessions only",
    ]
    return f"{what}: {', '.join(part for part in told if part)}"


if __name__ == "__main__":
    TABLE.write_text("\n".join(declared()) + "\n")
