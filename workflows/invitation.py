"""`Invitation`: somebody who was invited by e-mail hears of it, once more halfway, and it is on record how it ended.

One workflow an invitation, `invite/<id>`. Its mails are workflows of their own, `mail/<id>`, and its children. The
record is the truth: this asks what is due, and waits until then or until somebody accepts, resends or revokes.

`Invitations`, one a workspace (`invitations/<workspace>`), hands new invitations over at their pace, however many.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)
from temporalio.exceptions import ChildWorkflowError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import ATTEND_INVITATION, HAND_OVER_INVITATIONS, INVITATION_MAILED
    from parlour.core.ids import InvitationId, MailId, WorkspaceId
    from parlour.core.model.onboarding_promises import HandOverRequest, InvitationLook, InvitationRequest
    from parlour.core.settings import Settings
    from parlour.workflows import account_mail
    from parlour.workflows.account_mail import AccountMail, AccountMailState
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import invitation_id as id_of
    from parlour.workflows.links import invitations_id, mail_id

# The record is the promise itself, and is looked at until that is done.
BACKOFF = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))
ONE_LOOK = timedelta(seconds=30)


@dataclass
class InvitationPromise:
    """Which invitation, and how it is: in a word, and in words."""

    invitation_id: InvitationId
    workspace_id: WorkspaceId
    state: str = "queued"
    words: str = ""


@dataclass
class InvitationsPromise:
    """Of which workspace, how long to pause after each, and how long to wait for more. `handed` have workflows now."""

    workspace_id: WorkspaceId
    pause_seconds: float
    idle_seconds: float
    handed: list[InvitationId] = field(default_factory=list)
    count: int = 0


async def tell_invitation(
    client: Client, settings: Settings, invitation_id: InvitationId, workspace_id: WorkspaceId
) -> None:
    """Tell an invitation that its record is another, starting its workflow if there is none.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    await client.start_workflow(
        Invitation.run,
        InvitationPromise(invitation_id, workspace_id),
        id=id_of(invitation_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="changed",
        static_summary="Invites somebody by e-mail",
        search_attributes=_attributes(invitation_id, workspace_id),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


async def hand_over(client: Client, settings: Settings, workspace_id: WorkspaceId) -> None:
    """Have a workspace's new invitations handed over; while that is going on, it goes on with these.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    await client.start_workflow(
        Invitations.run,
        InvitationsPromise(
            workspace_id,
            pause_seconds=60 / settings.invitations_per_minute,
            idle_seconds=settings.invitations_idle,
        ),
        id=invitations_id(workspace_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="more",
        static_summary="Sends a workspace's invitations at their pace",
        search_attributes=_attributes(workspace_id, workspace_id),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


def _attributes(subject: str, workspace_id: WorkspaceId) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [
            SearchAttributePair(WORKSPACE, workspace_id),
            SearchAttributePair(SUBJECT, subject),
            SearchAttributePair(STATE, "queued"),
        ]
    )


@workflow.defn
class Invitation:
    """Sees to one invitation until it is over."""

    @workflow.init
    def __init__(self, state: InvitationPromise) -> None:
        self._state = state
        self._changed = False

    @workflow.run
    async def run(self, _state: InvitationPromise) -> InvitationPromise:
        """Mail, remind and wait, until it is accepted, revoked or its time is over; return which."""
        while True:
            self._changed = False
            look = await self._attend()
            if look.mail_id:
                look = await self._mail(look.mail_id)
            if look.look_at is None:
                return self._state
            await self._until(look.look_at)
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)

    @workflow.signal
    def changed(self) -> None:
        """The record is another: accepted, revoked, or to be mailed again."""
        self._changed = True

    @workflow.query
    def progress(self) -> InvitationPromise:
        """How it is."""
        return self._state

    async def _attend(self) -> InvitationLook:
        return await self._ask(ATTEND_INVITATION, None)

    async def _mail(self, mail: MailId) -> InvitationLook:
        """Have the mail sent by a workflow of its own, and record what became of it."""
        try:
            await workflow.execute_child_workflow(
                AccountMail.run,
                AccountMailState(mail),
                id=mail_id(mail),
                static_summary="Mails: invitation",
                search_attributes=account_mail.attributes(mail, self._state.workspace_id),
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            # A sweep was faster; it is asked for again in a moment.
            await workflow.sleep(5)
        except ChildWorkflowError:
            workflow.logger.warning("the mail's workflow was ended from outside")
        return await self._ask(INVITATION_MAILED, mail)

    async def _ask(self, activity: str, mail: MailId | None) -> InvitationLook:
        look: InvitationLook = await workflow.execute_activity(
            activity,
            InvitationRequest(self._state.invitation_id, workflow.now(), mail),
            result_type=InvitationLook,
            start_to_close_timeout=ONE_LOOK,
            retry_policy=BACKOFF,
        )
        self._show(look)
        return look

    async def _until(self, at: datetime) -> None:
        left = at - workflow.now()
        if left > timedelta(0):
            try:
                await workflow.wait_condition(lambda: self._changed, timeout=left)
            except TimeoutError:
                return

    def _show(self, look: InvitationLook) -> None:
        workflow.set_current_details(f"{look.state.replace('_', ' ').capitalize()}. {look.words}")
        if look.state != self._state.state:
            workflow.upsert_search_attributes([STATE.value_set(look.state)])
        self._state.state, self._state.words = look.state, look.words


@workflow.defn
class Invitations:
    """Starts the workflows of new invitations, one after the other, at a pace."""

    @workflow.init
    def __init__(self, state: InvitationsPromise) -> None:
        self._state = state
        self._more = False

    @workflow.run
    async def run(self, _state: InvitationsPromise) -> InvitationsPromise:
        """Hand over until there are none for a while; return how many there were."""
        state = self._state
        while True:
            self._more = False
            ids = await self._next()
            for each in ids:
                await self._start(each)
            state.handed = ids
            workflow.set_current_details(f"{state.count} invitations were handed over.")
            if not ids and not await self._is_asked_again():
                return state
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(state)

    @workflow.signal
    def more(self) -> None:
        """There are new invitations."""
        self._more = True

    @workflow.query
    def progress(self) -> InvitationsPromise:
        """How many were handed over."""
        return self._state

    async def _next(self) -> list[InvitationId]:
        ids: list[InvitationId] = await workflow.execute_activity(
            HAND_OVER_INVITATIONS,
            HandOverRequest(self._state.workspace_id, self._state.handed),
            result_type=list[InvitationId],
            start_to_close_timeout=ONE_LOOK,
            retry_policy=BACKOFF,
        )
        return ids

    async def _start(self, invitation_id: InvitationId) -> None:
        try:
            await workflow.start_child_workflow(
                Invitation.run,
                InvitationPromise(invitation_id, self._state.workspace_id),
                id=id_of(invitation_id),
                static_summary="Invites somebody by e-mail",
                search_attributes=_attributes(invitation_id, self._state.workspace_id),
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            return  # It was resent or revoked before its turn came.
        self._state.count += 1
        await workflow.sleep(self._state.pause_seconds)

    async def _is_asked_again(self) -> bool:
        try:
            await workflow.wait_condition(lambda: self._more, timeout=self._state.idle_seconds)
        except TimeoutError:
            return False
        return True
