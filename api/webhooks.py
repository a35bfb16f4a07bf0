"""Outgoing webhooks: addresses that are told of events, signed; their log, and what was given up."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.ids import WebhookId
from parlour.core.model.page import Page
from parlour.core.model.webhooks import (
    DeliveryState,
    MadeWebhook,
    Redriven,
    RedriveWanted,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from parlour.core.webhooks import outgoing
from parlour.core.webhooks.events import EventType, event_types
from parlour.core.webhooks.outgoing import NewWebhook, WebhookChange
from parlour.workflows.links import webhook_link

routes = Routes("Outgoing webhooks", family="integrations")

HOOKS = "/api/v1/workspaces/{workspace}/webhooks"
HOOK = f"{HOOKS}/{{webhook}}"


class DeliveriesQuery(PageQuery, frozen=True):
    """Which deliveries: those in a state, or all."""

    state: DeliveryState | None = None


class EventTypes(Struct, frozen=True):
    """The events that can be chosen."""

    items: list[EventType]


@routes.add(
    "GET",
    "/api/v1/webhook-events",
    who="signed in",
    summary="The events that webhooks can be told of, each with a JSON Schema of what is sent",
    answers={200: EventTypes},
)
async def list_webhook_events(_call: Call) -> Answer:
    """List the events."""
    return Answer(200, EventTypes(event_types()))


@routes.add(
    "GET",
    HOOKS,
    who="signed in",
    needs="integration.manage",
    summary="The outgoing webhooks of a workspace, and how each fares",
    query=PageQuery,
    answers={200: Page[WebhookState]},
    errors=(403, 404, 422),
)
async def list_webhooks(call: Call) -> Answer:
    """Page through a workspace's webhooks."""
    page = call.query(PageQuery)
    found = await outgoing.webhooks(
        call.house,
        call.user_id,
        call.path("workspace"),
        after=page.cursor,
        limit=call.limit(page.limit),
        link_to=webhook_link(call.house.settings),
    )
    return Answer(200, found)


@routes.add(
    "POST",
    HOOKS,
    who="signed in",
    needs="integration.manage",
    summary="Make a webhook; the secret that signs is shown this once",
    body=NewWebhook,
    answers={201: MadeWebhook},
    errors=(403, 404, 409, 422),
)
async def make_webhook(call: Call) -> Answer:
    """Make one. It honours no `Idempotency-Key`: an answer that holds a secret is not kept."""
    wanted = call.body(NewWebhook)
    return Answer(201, await outgoing.make(call.house, call.user_id, call.path("workspace"), wanted))


@routes.add(
    "GET",
    HOOK,
    who="signed in",
    needs="integration.manage",
    summary="A webhook, and how it fares",
    answers={200: WebhookState},
    errors=(403, 404),
)
async def get_webhook(call: Call) -> Answer:
    """Return one."""
    link_to = webhook_link(call.house.settings)
    found = await outgoing.webhook(
        call.house, call.user_id, call.path("workspace"), _id(call), link_to=link_to
    )
    return Answer(200, found)


@routes.add(
    "PATCH",
    HOOK,
    who="signed in",
    needs="integration.manage",
    summary="Change a webhook, disable it, or enable it again",
    body=WebhookChange,
    answers={200: Webhook},
    errors=(403, 404, 422),
)
async def change_webhook(call: Call) -> Answer:
    """Change one."""
    wanted = call.body(WebhookChange)
    changed = await outgoing.change(call.house, call.user_id, call.path("workspace"), _id(call), wanted)
    return Answer(200, changed)


@routes.add(
    "DELETE",
    HOOK,
    who="signed in",
    needs="integration.manage",
    summary="Delete a webhook, what waits for it, and its log",
    answers={204: None},
    errors=(403, 404),
)
async def remove_webhook(call: Call) -> Answer:
    """Delete one."""
    await outgoing.remove(call.house, call.user_id, call.path("workspace"), _id(call))
    return Answer(204)


@routes.add(
    "POST",
    f"{HOOK}/rotate",
    who="signed in",
    needs="integration.manage",
    summary="Give a webhook another secret, shown this once; the one before signs as well for a day",
    answers={200: MadeWebhook},
    errors=(403, 404),
)
async def rotate_webhook(call: Call) -> Answer:
    """Rotate the secret of one."""
    return Answer(200, await outgoing.rotate(call.house, call.user_id, call.path("workspace"), _id(call)))


@routes.add(
    "POST",
    f"{HOOK}/ping",
    who="signed in",
    needs="integration.manage",
    summary="Send a test; what comes of it is in the log",
    answers={202: WebhookDelivery},
    errors=(403, 404, 409),
)
async def ping_webhook(call: Call) -> Answer:
    """Send a test."""
    return Answer(202, await outgoing.ping(call.house, call.user_id, call.path("workspace"), _id(call)))


@routes.add(
    "GET",
    f"{HOOK}/deliveries",
    who="signed in",
    needs="integration.manage",
    summary="What was sent to a webhook, what waits and what was given up, each with its attempts; the newest first",
    query=DeliveriesQuery,
    answers={200: Page[WebhookDelivery]},
    errors=(403, 404, 422),
)
async def list_webhook_deliveries(call: Call) -> Answer:
    """Page through a webhook's log."""
    query = call.query(DeliveriesQuery)
    found = await outgoing.deliveries(
        call.house,
        call.user_id,
        call.path("workspace"),
        _id(call),
        states=[query.state] if query.state else [],
        behind=query.cursor,
        limit=call.limit(query.limit),
    )
    return Answer(200, found)


@routes.add(
    "POST",
    f"{HOOK}/redrive",
    who="signed in",
    needs="integration.manage",
    summary="Send again what was given up: some, or all",
    body=RedriveWanted,
    answers={202: Redriven},
    errors=(403, 404, 409, 422),
)
async def redrive_webhook(call: Call) -> Answer:
    """Redrive dead letters."""
    wanted = call.body(RedriveWanted)
    count = await outgoing.redrive(call.house, call.user_id, call.path("workspace"), _id(call), wanted)
    return Answer(202, Redriven(redriven=count))


def _id(call: Call) -> WebhookId:
    return WebhookId(call.path("webhook"))
