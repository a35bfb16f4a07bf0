"""`GuestStay`: the stay of a guest that ends. They are told some days before, and taken out of their channels after.

That they are refused from the moment on needs no workflow: every read goes by the clock. A stay that is prolonged is
told by a signal. What is due is tried as long as it takes.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import SEE_TO_GUEST
    from parlour.core.model.promises import Wake
    from parlour.workflows.due import DueState, Promised, is_due, see_to, show


def promise_of(wake: Wake) -> Promised:
    """Return the promise of a guest's stay."""
    return Promised(GuestStay.run, f"guest/{wake.id}", "Ends the stay of a guest, and tells them before")


@workflow.defn
class GuestStay:
    """Waits for what is due next, and has it done, until the stay is over or has no end."""

    @workflow.init
    def __init__(self, state: DueState) -> None:
        self._state = state
        self._over = False

    @workflow.run
    async def run(self, _state: DueState) -> DueState:
        """Wait and see to it; return what became of the stay."""
        while not self._over:
            show(self._state, f"Waiting until {self._state.wake.words}.")
            if await is_due(self._state):
                self._over = await see_to(self._state, SEE_TO_GUEST) or self._over
            if not self._over and workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
        return self._state

    @workflow.signal
    def changed(self, wake: Wake) -> None:
        """The stay ends at another time, or has no end any more."""
        if self._state.hears(wake) and wake.over:
            self._over = True
            self._state.state = "lifted"
            show(self._state, "It has no end any more.")

    @workflow.query
    def progress(self) -> DueState:
        """What is waited for, or what became of it."""
        return self._state
