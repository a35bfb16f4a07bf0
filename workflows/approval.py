"""`Approval`: somebody asked in a channel; their people are reminded, others are asked too, and it ends in time.

One workflow an approval, `approval/<id>`. It waits by a durable timer and carries an id and times, never text: the
record has that, and who answered what, and is the truth. The signal `changed` says that the record is another now.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import ADVANCE_APPROVAL
    from parlour.core.ids import ApprovalId
    from parlour.core.model.promises import Due, DueRequest, Wake
    from parlour.workflows.due import BACKOFF, DueState, Promised, is_due, show
    from parlour.workflows.links import approval_workflow_id

ONE_ATTEMPT = timedelta(seconds=30)


def promise_of(wake: Wake) -> Promised:
    """Return the promise behind an approval."""
    return Promised(Approval.run, approval_workflow_id(ApprovalId(wake.id)), "Sees an approval to its end")


@workflow.defn
class Approval:
    """Waits, and has done what is due, until the approval has ended and its message says so."""

    @workflow.init
    def __init__(self, state: DueState) -> None:
        self._state = state
        self._over = state.wake.over

    @workflow.run
    async def run(self, _state: DueState) -> DueState:
        """See the approval to its end; return what came of it."""
        while not self._over:
            show(self._state, f"Waiting for answers; to be looked at {self._state.wake.words}.")
            if await is_due(self._state):
                self._record(await self._advance())
            if not self._over and workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
        return self._state

    @workflow.signal
    def changed(self, wake: Wake) -> None:
        """The record is another: answered, decided or withdrawn."""
        if self._state.hears(wake) and wake.over:
            self._over = True
            self._state.state = "over"
            show(self._state, "Decided, or withdrawn.")

    @workflow.query
    def progress(self) -> DueState:
        """What is waited for, or what came of it."""
        return self._state

    async def _advance(self) -> Due:
        """Do what is due. There is no giving up: an approval always ends, and its message says so."""
        wake = self._state.wake
        due: Due = await workflow.execute_activity(
            ADVANCE_APPROVAL,
            DueRequest(wake.id, wake.version),
            result_type=Due,
            start_to_close_timeout=ONE_ATTEMPT,
            retry_policy=BACKOFF,
            summary=f"due {wake.words}",
        )
        return due

    def _record(self, due: Due) -> None:
        self._state.state = due.state
        if due.wake.version >= self._state.wake.version:
            self._state.wake = due.wake
            self._over = due.wake.over
        show(self._state, due.told)
