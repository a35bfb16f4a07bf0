"""The role `worker`: runs the workflows and activities, and the dispatcher that feeds them."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta

import uvicorn
import uvloop
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from parlour.activities.approvals import ApprovalActivities
from parlour.activities.audit import AuditActivities
from parlour.activities.delivery import DeliveryActivities
from parlour.activities.demands import DemandActivities
from parlour.activities.erasure import ErasureActivities
from parlour.activities.file_keeping import FileKeepingActivities
from parlour.activities.files import FileActivities, ScanActivities
from parlour.activities.guests import GuestActivities
from parlour.activities.later import LaterActivities
from parlour.activities.mails import MailActivities
from parlour.activities.notifications import NotificationActivities
from parlour.activities.onboarding import OnboardingActivities
from parlour.activities.previews import PreviewActivities
from parlour.activities.runs import RunActivities
from parlour.activities.search import SearchActivities
from parlour.activities.sweep import SweepActivities
from parlour.activities.webhooks import WebhookActivities
from parlour.core.bus import Reached
from parlour.core.health import Dependency, Health
from parlour.core.house import House, open_house
from parlour.core.model.promises import PreviewRequest
from parlour.core.outside.outside import Outside
from parlour.core.probes import Probes
from parlour.core.runs.refresh import follow
from parlour.core.settings import Settings
from parlour.core.telemetry import log
from parlour.ui import letters, mails
from parlour.workflows.account_mail import AccountMail
from parlour.workflows.announcement import Announcement
from parlour.workflows.approval import Approval
from parlour.workflows.audit_retention import AuditRetention, ensure_audit_retention
from parlour.workflows.channel_delivery import ChannelDelivery, tell_reached
from parlour.workflows.delivery_sweep import DeliverySweep, ensure_sweep_schedule
from parlour.workflows.dispatcher import dispatch
from parlour.workflows.erasure import Erasure
from parlour.workflows.export import Export
from parlour.workflows.file_check import FileCheck
from parlour.workflows.file_intake import FileIntake, files_queue, previews_queue, scan_queue
from parlour.workflows.file_rescan import FileRescan
from parlour.workflows.file_sweep import FileSweep, ensure_file_sweep
from parlour.workflows.guest_stay import GuestStay
from parlour.workflows.indexer import index_events
from parlour.workflows.inspector import TemporalInspector
from parlour.workflows.invitation import Invitation, Invitations
from parlour.workflows.later_sweep import LaterSweep, ensure_later_sweep
from parlour.workflows.link_preview import LinkPreview, tell_preview
from parlour.workflows.mail_sweep import MailSweep, ensure_mail_sweep
from parlour.workflows.member_notifications import MemberNotifications
from parlour.workflows.notification_sweep import NotificationSweep, ensure_notification_sweep
from parlour.workflows.onboarding_sweep import OnboardingSweep, ensure_onboarding_sweep
from parlour.workflows.reminder import Reminder
from parlour.workflows.run_sweep import RunSweep, ensure_run_sweep
from parlour.workflows.scheduled_message import ScheduledMessage
from parlour.workflows.search_attributes import ensure_search_attributes
from parlour.workflows.search_reindex import SearchReindex
from parlour.workflows.search_sweep import SearchSweep, ensure_search_sweep
from parlour.workflows.second_factor_demand import SecondFactorDemand
from parlour.workflows.teller import TemporalTeller
from parlour.workflows.troubles import TroubleInterceptor
from parlour.workflows.webhook_delivery import WebhookDelivery
from parlour.workflows.webhook_sweep import WebhookSweep, ensure_webhook_sweep
from parlour.workflows.welcome import Welcome
from parlour.workflows.workspace_onboarding import WorkspaceOnboarding

WORKFLOWS: tuple[type, ...] = (
    AccountMail,
    Announcement,
    Approval,
    AuditRetention,
    ChannelDelivery,
    DeliverySweep,
    Erasure,
    Export,
    FileCheck,
    FileIntake,
    FileRescan,
    FileSweep,
    GuestStay,
    Invitation,
    Invitations,
    LaterSweep,
    LinkPreview,
    MailSweep,
    MemberNotifications,
    NotificationSweep,
    OnboardingSweep,
    Reminder,
    RunSweep,
    ScheduledMessage,
    SearchReindex,
    SearchSweep,
    SecondFactorDemand,
    WebhookDelivery,
    WebhookSweep,
    Welcome,
    WorkspaceOnboarding,
)
"""Every type of workflow; what each promises, in words, is in `core.runs.words`."""


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    uvloop.run(serve(settings))


async def serve(settings: Settings) -> None:
    """Answer probes at once; work as soon as the servers answer; stop on SIGTERM and SIGINT."""
    stopped = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    probes = Probes()
    server = _ProbeServer(
        uvicorn.Config(
            probes, host=settings.host, port=settings.worker_port, log_config=None, access_log=False
        )
    )
    answering = asyncio.create_task(server.serve())
    async with (
        open_house(settings) as house,
        Outside(settings, mails.render, letters.render) as house.outside,
    ):
        work = asyncio.create_task(_work(house, probes))
        await asyncio.wait([work, asyncio.create_task(stopped.wait())], return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        if not work.cancelled() and (error := work.exception()):
            log.error("worker.failed", exc_info=error)
    server.should_exit = True
    await answering


async def _work(house: House, probes: Probes) -> None:
    settings = house.settings
    temporal = Temporal(settings)
    dependencies = [*house.dependencies(), Dependency("temporal", temporal.probe, required=True)]
    probes.health = Health("worker", dependencies, timeout=settings.dependency_timeout)
    await probes.health.wait_until_ready(longest_pause=settings.start_backoff_max)
    await house.prepare()
    client = await temporal.client()
    await ensure_search_attributes(client, settings)
    await ensure_sweep_schedule(client, settings)
    await ensure_later_sweep(client, settings)
    house.teller = TemporalTeller(settings, client)
    house.inspector = TemporalInspector(settings, client)
    house.on_moved = follow
    await ensure_search_sweep(client, settings)
    await ensure_notification_sweep(client, settings)
    await ensure_file_sweep(client, settings)
    await ensure_webhook_sweep(client, settings)
    await ensure_run_sweep(client, settings)
    await ensure_mail_sweep(client, settings)
    await ensure_audit_retention(client, settings)
    await ensure_onboarding_sweep(client, settings)

    async def tell(event: Reached) -> None:
        await tell_reached(client, settings, event)

    async with AsyncExitStack() as running:
        for worker in (build_worker(client, house), *build_file_workers(client, house)):
            await running.enter_async_context(worker)
        log.info("start.ready", port=settings.worker_port)
        await asyncio.gather(dispatch(house.bus, settings, tell), index_events(house))


def build_worker(client: Client, house: House) -> Worker:
    """Return the worker of every workflow and activity."""

    async def tell(event: Reached) -> None:
        await tell_reached(client, house.settings, event)

    async def look_up(request: PreviewRequest) -> None:
        await tell_preview(client, house.settings, request)

    erasing = ErasureActivities(house)
    later = LaterActivities(house)
    search = SearchActivities(house)
    keeping = FileKeepingActivities(house)
    mailing = MailActivities(house)
    onboarding = OnboardingActivities(house)
    notifications = NotificationActivities(house)
    webhooks = WebhookActivities(house)
    runs = RunActivities(house)
    return Worker(
        client,
        task_queue=house.settings.temporal_task_queue,
        workflows=list(WORKFLOWS),
        activities=[
            ApprovalActivities(house).advance_approval,
            AuditActivities(house).trim_audits,
            GuestActivities(house).see_to_guest,
            DemandActivities(house).see_to_demand,
            DeliveryActivities(house, look_up).route_entries,
            SweepActivities(house, tell).sweep_channels,
            PreviewActivities(house).unfurl,
            erasing.look_at_erasure,
            erasing.erase,
            later.send_scheduled,
            later.give_up_scheduled,
            later.ring_reminder,
            later.give_up_reminder,
            later.sweep_later,
            search.index_behind,
            search.begin_reindex,
            search.reindex_channels,
            search.end_reindex,
            mailing.send_mail,
            mailing.sweep_mails,
            onboarding.take_step,
            onboarding.take_back_step,
            onboarding.mark,
            onboarding.invitations_queued,
            onboarding.hand_over,
            onboarding.attend_invitation,
            onboarding.invitation_mailed,
            onboarding.attend_welcome,
            onboarding.sweep_onboardings,
            notifications.plan_notifications,
            notifications.attempt_dispatch,
            notifications.sweep_notifications,
            keeping.sweep_files,
            keeping.begin_rescan,
            keeping.next_contents,
            keeping.end_rescan,
            webhooks.deliver_webhook,
            webhooks.sweep_webhooks,
            runs.announce_next,
            runs.count_export,
            runs.read_export,
            runs.pack_export,
            runs.step_file_check,
            runs.sweep_runs,
        ],
        interceptors=[TroubleInterceptor(house, client)],
        max_concurrent_activities=50,
        graceful_shutdown_timeout=timedelta(seconds=house.settings.shutdown_grace),
    )


def build_file_workers(client: Client, house: House) -> list[Worker]:
    """Return the workers of what is done with files, which takes its time and keeps nothing else from its turn.

    Scans are apart: what bounds their rate, for all workers together, is their task queue.
    """
    settings = house.settings
    queue, files, scans = settings.temporal_task_queue, FileActivities(house), ScanActivities(house)
    grace = timedelta(seconds=settings.shutdown_grace)
    return [
        Worker(
            client,
            task_queue=files_queue(queue),
            activities=[files.assemble_file, files.finish_file, files.give_up_file],
            interceptors=[TroubleInterceptor(house, client)],
            max_concurrent_activities=settings.files_at_once,
            graceful_shutdown_timeout=grace,
        ),
        Worker(
            client,
            task_queue=previews_queue(queue),
            activities=[files.process_content],
            interceptors=[TroubleInterceptor(house, client)],
            max_concurrent_activities=settings.preview_processes,
            graceful_shutdown_timeout=grace,
        ),
        Worker(
            client,
            task_queue=scan_queue(queue),
            activities=[scans.scan_content, scans.rescan_content],
            interceptors=[TroubleInterceptor(house, client)],
            max_concurrent_activities=settings.scan_threads,
            max_task_queue_activities_per_second=settings.scan_per_second,
            graceful_shutdown_timeout=grace,
        ),
    ]


class Temporal:
    """The connection to Temporal, made when it first answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None

    async def client(self) -> Client:
        """Return the client; raises when Temporal does not answer."""
        if self._client is None:
            self._client = await Client.connect(
                self._settings.temporal_address, namespace=self._settings.temporal_namespace
            )
        return self._client

    async def probe(self) -> str:
        """Return what Temporal says of its health."""
        client = await self.client()
        limit = timedelta(seconds=self._settings.temporal_timeout)
        try:
            healthy = await client.service_client.check_health(timeout=limit)
        except RPCError as error:
            raise ConnectionError(error.message) from error
        if not healthy:
            raise ConnectionError("Temporal says it is not serving")
        return f"namespace {client.namespace}"


class _ProbeServer(uvicorn.Server):
    """Uvicorn beside other work: signals are the role's own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield
