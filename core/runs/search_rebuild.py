"""`search.rebuild`: the workspace's search index is made anew, while people search and write."""

from msgspec import Struct

from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.runs import Subject
from parlour.core.runs.kinds import Begun, Checked, Nothing, RunType, Seen
from parlour.core.store.runs import RunRecord


class Rebuilt(Struct, frozen=True, kw_only=True):
    """How many channels were gone through, and how many messages are indexed anew."""

    channels: int
    messages: int


async def check(_house: House, _starter: UserId, workspace_id: WorkspaceId, given: Nothing) -> Checked:
    """Check nothing: the right to it is all."""
    return Checked(given, Subject(kind="workspace", id=workspace_id))


async def begin(house: House, record: RunRecord) -> Begun:
    """Start to rebuild, unless that is going on already: then that is it."""
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.teller.rebuild_search(record.workspace_id)
    seen = Seen(state="running", words="Counting the channels.")
    return Begun(f"reindex/{record.workspace_id}", seen)


async def look(house: House, record: RunRecord) -> Seen | None:
    """Return how far rebuilding is."""
    found = await house.reindexes.of(record.workspace_id)
    if found is None or found.started_at is None:
        return None
    told = f"{found.messages} messages of {found.channels_done} of {found.channels} channels"
    if found.state == "running":
        return Seen(
            state="running", words=f"Rebuilding: {told}.", done=found.channels_done, total=found.channels
        )
    if found.finished_at is None or found.finished_at < record.created_at:
        return None
    return Seen(
        state="done",
        words=f"Rebuilt: {told}.",
        done=found.channels_done,
        total=found.channels,
        result=Rebuilt(channels=found.channels_done, messages=found.messages),
    )


SEARCH_REBUILD = RunType(
    name="search.rebuild",
    title="Rebuild the search index",
    promises="Makes the workspace's search index anew from its messages, while people go on searching and writing.",
    may_start="Whoever may act on how the workspace runs.",
    input=Nothing,
    result=Rebuilt,
    subject="workspace",
    workflow="SearchReindex",
    needs="operations.act",
    scope="search:write",
    unit="channels",
    is_audited=True,
    check=check,
    begin=begin,
    look=look,
)
