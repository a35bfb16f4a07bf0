"""`AccountMail`: a mail about an account or an invitation is sent, once, or it is on record why not.

One workflow a mail, `mail/<id>`. It carries an id, never words: those are sealed in the record, which loses them when
the mail is sent. An attempt that fails is made again after a pause that doubles, until what the mail says is over.
"""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SEND_MAIL
    from parlour.core.ids import MailId, WorkspaceId
    from parlour.core.model.mails import MailKind, MailState
    from parlour.core.model.promises import MailRequest, MailStep
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import mail_id as id_of

# The attempt itself never raises: what does is our own store.
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
ONE_ATTEMPT = timedelta(minutes=5)
STILL_ALIVE = timedelta(seconds=20)


@dataclass
class AccountMailState:
    """Which mail, and what became of it: its state, and that in words."""

    mail_id: MailId
    state: MailState = "queued"
    words: str = ""


async def start_mail(
    client: Client,
    settings: Settings,
    kind: MailKind,
    mail_id: MailId,
    workspace_id: WorkspaceId | None = None,
) -> None:
    """Have a mail sent; while that is going on already, nothing more.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    await client.start_workflow(
        AccountMail.run,
        AccountMailState(mail_id),
        id=id_of(mail_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=f"Mails: {kind.replace('_', ' ')}",
        search_attributes=attributes(mail_id, workspace_id),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


def attributes(mail_id: MailId, workspace_id: WorkspaceId | None) -> TypedSearchAttributes:
    """Return by what a mail's workflow is found; also for who starts it as a child."""
    pairs = [SearchAttributePair(SUBJECT, mail_id), SearchAttributePair(STATE, "queued")]
    if workspace_id is not None:
        pairs.append(SearchAttributePair(WORKSPACE, workspace_id))
    return TypedSearchAttributes(pairs)


@workflow.defn
class AccountMail:
    """Sends one mail."""

    @workflow.init
    def __init__(self, state: AccountMailState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: AccountMailState) -> AccountMailState:
        """Try until it is sent, bounced, given up or unwanted; return which."""
        while True:
            step = await self._attempt()
            self._record(step)
            if step.next_at is None:
                return self._state
            await workflow.sleep(max(step.next_at - workflow.now(), timedelta(seconds=1)))

    @workflow.query
    def progress(self) -> AccountMailState:
        """What became of it so far."""
        return self._state

    async def _attempt(self) -> MailStep:
        step: MailStep = await workflow.execute_activity(
            SEND_MAIL,
            MailRequest(self._state.mail_id, workflow.now()),
            result_type=MailStep,
            start_to_close_timeout=ONE_ATTEMPT,
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
            summary="send the mail",
        )
        return step

    def _record(self, step: MailStep) -> None:
        self._state.state, self._state.words = step.state, step.words
        workflow.upsert_search_attributes([STATE.value_set(step.state)])
        following = f" Tried again at {step.next_at:%H:%M:%S} UTC." if step.next_at else ""
        workflow.set_current_details(f"{step.state.replace('_', ' ').capitalize()}: {step.words}.{following}")
