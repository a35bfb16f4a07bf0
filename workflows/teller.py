"""How every role reaches promises: told, made sure of, or asked for, through Temporal."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from temporalio.client import Client
from temporalio.service import RPCError

from parlour.core.errors import UnavailableError
from parlour.core.ids import ErasureId, FileId, InvitationId, MailId, UserId, WebhookId, WorkspaceId
from parlour.core.model.mails import MailKind
from parlour.core.model.promises import OnboardingAsk, Wake
from parlour.core.model.run_promises import RunWake
from parlour.core.settings import Settings
from parlour.workflows import approval, guest_stay, reminder, scheduled_message, second_factor_demand
from parlour.workflows.account_mail import start_mail
from parlour.workflows.erasure import tell_erasure
from parlour.workflows.file_intake import ensure_intake, start_intake
from parlour.workflows.file_rescan import start_rescan
from parlour.workflows.invitation import hand_over, tell_invitation
from parlour.workflows.member_notifications import tell_person
from parlour.workflows.runs import RUNNING
from parlour.workflows.search_reindex import start_reindex
from parlour.workflows.webhook_delivery import tell_webhook
from parlour.workflows.welcome import tell_welcome
from parlour.workflows.workspace_onboarding import start_onboarding

AWAY = (RPCError, OSError, TimeoutError, RuntimeError)
AT_ONCE = 50
"""People who are told at a time."""
PROMISES = {
    "scheduled": scheduled_message.promise_of,
    "reminder": reminder.promise_of,
    "approval": approval.promise_of,
    "guest": guest_stay.promise_of,
    "demand": second_factor_demand.promise_of,
}


class TemporalTeller:
    """Connects when there is first something to tell."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        self._settings = settings
        self._client = client

    async def tell(self, wake: Wake) -> None:
        """Tell a promise, starting its workflow if need be.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await PROMISES[wake.kind](wake).tell(await self._connected(), self._settings, wake)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def ensure(self, wake: Wake) -> None:
        """See to it that a promise has a workflow, without disturbing one that is at work.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await PROMISES[wake.kind](wake).ensure(await self._connected(), self._settings, wake)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def notify(self, user_ids: Sequence[UserId]) -> None:
        """Tell people's notifications that something they go by changed.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        await self._tell_people(dict.fromkeys(user_ids))

    async def look_by(self, times: Mapping[UserId, datetime]) -> None:
        """Tell people's notifications that there is something to look at, and by when.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        await self._tell_people(times)

    async def rebuild_search(self, workspace_id: WorkspaceId) -> None:
        """Start to rebuild a workspace's search index, unless that is going on already.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await start_reindex(await self._connected(), self._settings, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def take_in(self, file_id: FileId, workspace_id: WorkspaceId) -> None:
        """Have an uploaded file scanned, processed and made ready; one that waits tries at once.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await start_intake(await self._connected(), self._settings, file_id, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def ensure_intake(self, file_id: FileId, workspace_id: WorkspaceId) -> bool:
        """Start a file's workflow unless it has one; return whether it had none.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            return await ensure_intake(await self._connected(), self._settings, file_id, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def rescan(self, workspace_id: WorkspaceId) -> None:
        """Start to scan a workspace's contents again, unless that is going on already.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await start_rescan(await self._connected(), self._settings, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def deliver(self, hook_id: WebhookId, workspace_id: WorkspaceId) -> None:
        """Have a webhook's deliveries seen to.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await tell_webhook(await self._connected(), self._settings, hook_id, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def mail(self, kind: MailKind, mail_id: MailId, workspace_id: WorkspaceId | None = None) -> None:
        """Have an account mail sent, unless that is going on already.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await start_mail(await self._connected(), self._settings, kind, mail_id, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def erase(self, erasure_id: ErasureId, user_id: UserId) -> None:
        """Have the erasure of an account look how it is, starting its workflow if need be.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await tell_erasure(await self._connected(), self._settings, erasure_id, user_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def onboard(self, workspace_id: WorkspaceId, ask: OnboardingAsk | None = None) -> None:
        """Have a workspace set up, or tell that what somebody asks.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await start_onboarding(await self._connected(), self._settings, workspace_id, ask)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def invite(self, workspace_id: WorkspaceId) -> None:
        """Have a workspace's new invitations handed over at their pace.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await hand_over(await self._connected(), self._settings, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def see_to_invitation(self, invitation_id: InvitationId, workspace_id: WorkspaceId) -> None:
        """Tell an invitation that its record is another, starting its workflow if need be.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await tell_invitation(await self._connected(), self._settings, invitation_id, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def welcome(self, workspace_id: WorkspaceId, user_id: UserId) -> None:
        """Tell somebody's welcome that their first steps are others, starting it if need be.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await tell_welcome(await self._connected(), self._settings, workspace_id, user_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def wake_run(self, wake: RunWake) -> None:
        """Tell a run's workflow that its record is another, starting it if need be.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await RUNNING[wake.kind](wake, self._settings).wake(await self._connected(), self._settings, wake)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def _tell_people(self, times: Mapping[UserId, datetime | None]) -> None:
        limit = asyncio.Semaphore(AT_ONCE)

        async def tell(client: Client, user_id: UserId, at: datetime | None) -> None:
            async with limit:
                await tell_person(client, self._settings, user_id, look_by=at)

        try:
            client = await self._connected()
            await asyncio.gather(*(tell(client, user_id, at) for user_id, at in times.items()))
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def _connected(self) -> Client:
        if self._client is None:
            settings = self._settings
            self._client = await Client.connect(
                settings.temporal_address, namespace=settings.temporal_namespace
            )
        return self._client
