"""Programs that call with a token instead of a session: for somebody, or as a bot."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from tests.person import Json, Person

ALL_SCOPES = [
    f"{family}:{access}"
    for family in (
        "messages",
        "channels",
        "people",
        "files",
        "search",
        "notifications",
        "workspaces",
        "integrations",
        "workflows",
    )
    for access in ("read", "write")
]
OpenProgram = Callable[[str, str], Awaitable[Person]]
"""Open a program by its token and its account's id."""


@asynccontextmanager
async def opening_programs(address: str) -> AsyncIterator[OpenProgram]:
    """Open programs that call with a token; their connections end with the context."""
    async with AsyncExitStack() as stack:

        async def opened(token: str, user_id: str) -> Person:
            person = await stack.enter_async_context(Person(address))
            person.token, person.id = token, user_id
            return person

        yield opened


async def make_token(
    person: Person, scopes: Sequence[str] = ALL_SCOPES, name: str = "CI", days: int | None = None
) -> Json:
    """Make a token; return the whole answer, its secret included."""
    body = {"name": name, "scopes": list(scopes)} | ({"days": days} if days is not None else {})
    return dict(await person.post("/api/v1/me/tokens", body))


async def make_bot(owner: Person, scopes: Sequence[str] = ALL_SCOPES, name: str = "Deployer") -> Json:
    """Make a bot in the owner's workspace; return the whole answer, its secret included."""
    path = f"/api/v1/workspaces/{owner.workspace['id']}/bots"
    return dict(await owner.post(path, {"name": name, "scopes": list(scopes)}))
