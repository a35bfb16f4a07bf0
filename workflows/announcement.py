"""`Announcement`: one message goes into many channels, at a steady pace, into each once.

One workflow an announcement, `announce/<run>`. The record has the text, the channels and what came of each, and is the
truth; this asks for the next ones, waits as long as the pace wants, and looks again when it is told that the record is
another: paused, resumed or stopped. It carries ids alone.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import ANNOUNCE_NEXT
    from parlour.core.ids import RunKey, WorkspaceId
    from parlour.core.model.run_promises import AnnounceStep, RunRequest
    from parlour.workflows.running import BACKOFF, STILL_ALIVE, show

# As many messages as the pace allows in five seconds, each with a database's own limits.
ONE_TURN = timedelta(minutes=10)
# A word that it goes on again may be lost with whoever said it; a sweep repeats it, and this looks itself now and then.
LOOK_AGAIN = timedelta(hours=1)


@dataclass
class AnnouncementState:
    """What a run begins with, and what continue-as-new carries on."""

    key: RunKey
    workspace_id: WorkspaceId
    turns: int = 0


@workflow.defn
class Announcement:
    """Has the next channels written into, waits, and so on."""

    @workflow.init
    def __init__(self, state: AnnouncementState) -> None:
        self._state = state
        self._told = False

    @workflow.run
    async def run(self, _state: AnnouncementState) -> AnnouncementState:
        """Go on until every channel has it, or none is to get it any more; return how many turns it took."""
        while True:
            step = await self._turn()
            show("sending" if step.stage == "going" else step.stage, step.words)
            if step.stage == "over":
                return self._state
            await self._wait(step)
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)

    @workflow.signal
    def changed(self) -> None:
        """The record is another."""
        self._told = True

    @workflow.query
    def progress(self) -> AnnouncementState:
        """How far this is."""
        return self._state

    async def _turn(self) -> AnnounceStep:
        self._told = False
        self._state.turns += 1
        step: AnnounceStep = await workflow.execute_activity(
            ANNOUNCE_NEXT,
            RunRequest(self._state.key, self._state.workspace_id),
            result_type=AnnounceStep,
            start_to_close_timeout=ONE_TURN,
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
            summary=f"turn {self._state.turns}",
        )
        return step

    async def _wait(self, step: AnnounceStep) -> None:
        pause = LOOK_AGAIN if step.stage == "paused" else timedelta(seconds=step.pause_seconds)
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._told, timeout=pause)
