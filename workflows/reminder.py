"""`Reminder`: someone, or a channel, is reminded at a time, once or again and again, until it is deleted.

One workflow a reminder, `reminder/<id>`. It waits by a durable timer and carries an id and times, never text: the
record has that, and is the truth. The next time of one that recurs is computed when it rings, on the wall clock of its
zone; a long life continues as new.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import GIVE_UP_REMINDER, RING_REMINDER
    from parlour.core.ids import ReminderId
    from parlour.core.model.promises import Due, Wake
    from parlour.workflows.due import DueState, Promised, act, is_due, show
    from parlour.workflows.links import reminder_id


def promise_of(wake: Wake) -> Promised:
    """Return the promise behind a reminder."""
    return Promised(Reminder.run, reminder_id(ReminderId(wake.id)), "Reminds at a time")


@workflow.defn
class Reminder:
    """Waits, and has the reminder ring, as often as it recurs."""

    @workflow.init
    def __init__(self, state: DueState) -> None:
        self._state = state
        self._over = False

    @workflow.run
    async def run(self, _state: DueState) -> DueState:
        """Wait until it is due, and ring; return what became of it when nothing is left to wait for."""
        while not self._over:
            show(self._state, f"Waiting until {self._state.wake.words} to remind.")
            if await is_due(self._state):
                self._record(await act(self._state, RING_REMINDER, give_up=GIVE_UP_REMINDER))
            if not self._over and workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
        return self._state

    @workflow.signal
    def changed(self, wake: Wake) -> None:
        """The record is another: a new time, done or deleted."""
        if self._state.hears(wake) and wake.over:
            self._over = True
            self._state.state = "done"
            show(self._state, "Done, or deleted.")

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
