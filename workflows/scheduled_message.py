"""`ScheduledMessage`: a message is sent at its time, once; its author may change, cancel or hasten it until then.

One workflow a message, `scheduled/<id>`. It waits by a durable timer and carries an id and times, never text: the
record has that, and is the truth. The signal `changed` says that the record is another now.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import GIVE_UP_SCHEDULED, SEND_SCHEDULED
    from parlour.core.ids import ScheduledId
    from parlour.core.model.promises import Due, Wake
    from parlour.workflows.due import DueState, Promised, act, is_due, show
    from parlour.workflows.links import scheduled_id


def promise_of(wake: Wake) -> Promised:
    """Return the promise behind a scheduled message."""
    return Promised(
        ScheduledMessage.run, scheduled_id(ScheduledId(wake.id)), "Sends a scheduled message at its time"
    )


@workflow.defn
class ScheduledMessage:
    """Waits, and has the message sent."""

    @workflow.init
    def __init__(self, state: DueState) -> None:
        self._state = state
        self._over = False

    @workflow.run
    async def run(self, _state: DueState) -> DueState:
        """Wait until it is due, and send; return what became of it."""
        while not self._over:
            show(self._state, f"Waiting until {self._state.wake.words} to send.")
            if await is_due(self._state):
                self._record(await act(self._state, SEND_SCHEDULED, give_up=GIVE_UP_SCHEDULED))
            elif workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
        return self._state

    @workflow.signal
    def changed(self, wake: Wake) -> None:
        """The record is another: a new time, or over."""
        if self._state.hears(wake) and wake.over:
            self._over = True
            self._state.state = "cancelled"
            show(self._state, "Cancelled by its author.")

    @workflow.query
    def progress(self) -> DueState:
        """What is waited for, or what became of it."""
        return self._state

    def _record(self, due: Due) -> None:
        self._state.state = due.state
        if due.wake.version >= self._state.wake.version:
            self._state.wake = due.wake
            self._over = due.wake.over
        show(self._state, f"{due.told}.")
