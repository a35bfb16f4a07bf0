"""`SecondFactorDemand`: a workspace demands a second step at sign-in of everybody who has a password.

Who lacks one is told, reminded, and set aside once their time is over, until there is one; when it is demanded no more
all are let in again. What is due is tried as long as it takes; once a day everybody is looked at.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import SEE_TO_DEMAND
    from parlour.core.model.promises import Wake
    from parlour.workflows.due import DueState, Promised, is_due, see_to, show

ATTEMPT = timedelta(minutes=5)


def promise_of(wake: Wake) -> Promised:
    """Return the promise of a workspace's demand."""
    return Promised(
        SecondFactorDemand.run, f"second-factor/{wake.id}", "Sees to it that members have a second step"
    )


@workflow.defn
class SecondFactorDemand:
    """Waits for what is due next, and has it done, until the demand is lifted."""

    @workflow.init
    def __init__(self, state: DueState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: DueState) -> DueState:
        """Wait and see to it; return what became of the demand."""
        over = False
        while not over:
            if await is_due(self._state):
                over = await see_to(self._state, SEE_TO_DEMAND, attempt=ATTEMPT)
            if not over and workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
        self._state.state = "lifted"
        show(self._state, "It is demanded no more, and everybody is let in again.")
        return self._state

    @workflow.signal
    def changed(self, wake: Wake) -> None:
        """It is demanded from another time on, or no more; or somebody came."""
        self._state.hears(wake)

    @workflow.query
    def progress(self) -> DueState:
        """What is waited for, or what became of it."""
        return self._state
