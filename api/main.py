"""The role `api`: HTTP API and pages on Sanic's own server, one process (more run under the supervisor)."""

import sys
from contextlib import AsyncExitStack
from importlib.metadata import version

from sanic import Sanic

from parlour.api import (
    account,
    actions,
    approvals,
    audit,
    auth,
    avatars,
    bots,
    channels,
    commands,
    console,
    devices,
    emoji,
    file_forms,
    file_keeping,
    files,
    groups,
    health,
    incoming,
    invitations,
    leaving,
    members,
    messages,
    notification_preferences,
    notifications,
    oidc,
    onboarding,
    openapi,
    operations,
    passkeys,
    previews,
    profiles,
    reactions,
    reminders,
    roles,
    saved,
    scheduled,
    search,
    second_factor,
    second_factor_demand,
    sessions,
    sidebar,
    slash_commands,
    threads,
    tokens,
    uploads,
    webhooks,
    why,
    workflow_runs,
    workflow_types,
    workflows,
    workspaces,
)
from parlour.api.routing import Bodies, Route
from parlour.api.serving import App, guard, serve
from parlour.core.console.health import HealthOfHouse
from parlour.core.health import Health
from parlour.core.house import open_house
from parlour.core.people.oidc.providers import ProvidersError, checked
from parlour.core.runs.refresh import follow
from parlour.core.settings import Settings
from parlour.core.telemetry import log
from parlour.ui.pages import error_page, pages
from parlour.ui.unsubscribe import unsubscribing
from parlour.workflows.backlogs import TemporalBacklogs
from parlour.workflows.inspector import TemporalInspector
from parlour.workflows.teller import TemporalTeller

RESOURCES = (
    auth.routes,
    account.routes,
    sessions.routes,
    auth.about_me,
    second_factor.routes,
    second_factor_demand.routes,
    passkeys.routes,
    oidc.routes,
    profiles.routes,
    workspaces.routes,
    invitations.routes,
    onboarding.routes,
    workflow_types.routes,
    workflow_runs.routes,
    workflows.routes,
    audit.routes,
    roles.routes,
    members.routes,
    members.ownership_routes,
    file_keeping.routes,
    groups.routes,
    channels.routes,
    commands.routes,
    messages.routes,
    reactions.routes,
    actions.routes,
    approvals.routes,
    slash_commands.routes,
    tokens.routes,
    bots.listing,
    bots.routes,
    emoji.routes,
    previews.routes,
    uploads.routes,
    file_forms.routes,
    files.routes,
    threads.routes,
    sidebar.routes,
    scheduled.routes,
    search.routes,
    reminders.routes,
    saved.routes,
    why.routes,
    operations.routes,
    notification_preferences.routes,
    devices.routes,
    notifications.routes,
    incoming.routes,
    webhooks.routes,
    health.routes,
    avatars.routes,
    console.routes,
    leaving.own,
    leaving.members,
)


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    try:
        checked(settings)
    except ProvidersError as error:
        sys.exit(f"The sign-in servers are set up wrongly: {error}")
    app = build(settings)
    app.run(
        host=settings.host,
        port=settings.api_port,
        single_process=True,
        access_log=False,
        motd=False,
    )


def all_routes() -> list[Route]:
    """Return every declared route."""
    return [route for resource in RESOURCES for route in resource.all]


def build(settings: Settings) -> App:
    """Return the application, its routes and pages mounted."""
    app: App = Sanic("parlour", configure_logging=False)
    app.config.update(
        REQUEST_MAX_SIZE=settings.request_max_bytes,
        AUTO_EXTEND=False,
        FALLBACK_ERROR_FORMAT="json",
        GRACEFUL_SHUTDOWN_TIMEOUT=settings.shutdown_grace,
        # Of a connection on which nothing moves: a body that is awaited, the file store that is.
        RESPONSE_TIMEOUT=60 + max(settings.upload_idle, settings.s3_timeout),
        PROXIES_COUNT=1,
    )
    guard(app, settings, error_page)
    for route in all_routes():
        serve(app, route)
    document = openapi.document(all_routes(), address=settings.address, version=version("parlour"))
    health.add_documents(app, document)
    app.blueprint(pages)
    app.blueprint(unsubscribing)
    _live_with_house(app, settings)
    return app


def _live_with_house(app: App, settings: Settings) -> None:
    stack = AsyncExitStack()

    @app.before_server_start
    async def begin(app: App) -> None:
        house = await stack.enter_async_context(open_house(settings))
        house.teller = TemporalTeller(settings)
        house.inspector = TemporalInspector(settings)
        house.on_moved = follow
        app.ctx.house = house
        app.ctx.bodies = Bodies()
        app.ctx.house_health = HealthOfHouse(TemporalBacklogs(settings))
        app.ctx.health = Health("api", house.dependencies(), timeout=settings.dependency_timeout)
        house.tasks.start(_prepare(app, settings), "prepare")

    @app.before_server_stop
    async def say_so(app: App) -> None:
        app.ctx.bodies.close()

    @app.after_server_stop
    async def end(_app: App) -> None:
        await stack.aclose()


async def _prepare(app: App, settings: Settings) -> None:
    await app.ctx.health.wait_until_ready(longest_pause=settings.start_backoff_max)
    await app.ctx.house.prepare()
    log.info("start.ready", port=settings.api_port)
