"""What becomes of a run, written down and told to whoever may see it.

Its starter hears of it on all devices; who may see every workflow of the workspace, once they follow it.
"""

from datetime import timedelta

import msgspec

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import RunId, WorkspaceId
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.runs import OPEN, Progress, RunChange
from parlour.core.runs.kinds import Seen
from parlour.core.store.runs import RunRecord

CHANGED = "workflow.changed"
FOLLOWED = ("f:", "r:")
"""What the topics of those begin with who follow runs by their right."""


def workspace_topic(workspace_id: WorkspaceId) -> str:
    """Return the topic of those who follow all runs of a workspace."""
    return f"f:{workspace_id}"


def run_topic(workspace_id: WorkspaceId, run_id: RunId) -> str:
    """Return the topic of those who follow one run of somebody else's."""
    return f"r:{workspace_id}:{run_id}"


def workspace_of(topic: str) -> WorkspaceId:
    """Return the workspace of what a topic follows."""
    return WorkspaceId(topic.split(":")[1])


def change_of(record: RunRecord) -> RunChange:
    """Return what is told live of how a run stands."""
    return RunChange(
        id=record.id,
        type=record.type,
        workspace_id=record.workspace_id,
        started_by=record.user_id,
        state=record.state,
        words=record.words,
        progress=progress_of(record),
        version=record.version,
    )


def tell(house: House, record: RunRecord) -> None:
    """Tell a change to whoever hears of the run."""
    told = packet(CHANGED, {"run": change_of(record)})
    for topic in (
        user_topic(record.user_id),
        workspace_topic(record.workspace_id),
        run_topic(record.workspace_id, record.id),
    ):
        house.live.publish(Live(topic, CHANGED, told))


def progress_of(record: RunRecord) -> Progress | None:
    """Return how far a run is, if it counts something."""
    return Progress(done=record.done, total=record.total, unit=record.unit) if record.unit else None


async def record_seen(house: House, record: RunRecord, seen: Seen, **fields: object) -> RunRecord:
    """Write down how a run stands and tell it, if that is new; return it as it is then."""
    result = msgspec.json.encode(seen.result) if seen.result is not None else record.result
    ended_at = None if seen.state in OPEN else record.ended_at or now()
    standing = {
        "state": seen.state,
        "words": seen.words,
        "done": seen.done or record.done,
        "total": seen.total or record.total,
        "result": result,
        "failure": seen.failure,
        "ended_at": ended_at,
        **fields,
    }
    if all(getattr(record, name) == value for name, value in standing.items() if name != "ended_at"):
        return record
    changed = await house.runs.change(
        record, at=now(), states=[record.state], **standing, **_kept(house, seen)
    )
    if changed is None:
        return await house.runs.get(record.key) or record
    tell(house, changed)
    return changed


def _kept(house: House, seen: Seen) -> dict[str, object]:
    """Until when a run is on record, from its end on."""
    over = seen.state not in OPEN
    return {"expires_at": now() + timedelta(days=house.settings.run_kept_days) if over else None}
