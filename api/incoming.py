"""Incoming webhooks: the addresses that programs post to, as they post to Slack's, and their management."""

from parlour.api.routing import Answer, Call, Content, PageQuery, Routes
from parlour.core.ids import IncomingHookId
from parlour.core.model.page import Page
from parlour.core.model.webhooks import IncomingHook, MadeIncomingHook
from parlour.core.webhooks import incoming_hooks
from parlour.core.webhooks.incoming_hooks import IncomingHookChange, NewIncomingHook
from parlour.core.webhooks.receive import Posted, RefusedError, receive

routes = Routes("Incoming webhooks", family="integrations")

HOOKS = "/api/v1/workspaces/{workspace}/incoming-webhooks"
HOOK = f"{HOOKS}/{{webhook}}"
PLAIN = "text/plain; charset=utf-8"


@routes.add(
    "POST",
    "/hooks/{hook}/{secret}",
    who="anyone",
    summary="Post a message as to Slack: JSON, or a form with a field payload; answered ok, or what is wrong",
    answers=dict.fromkeys((200, 400, 403, 404, 410, 413, 429), str),
)
async def post_to_hook(call: Call) -> Answer:
    """Take a message. Answers are Slack's: `ok`, `invalid_payload`, `no_text`, `channel_not_found` …"""
    headers = call.request.headers
    posted = Posted(
        body=call.request.body,
        content_type=headers.get("content-type", ""),
        key=headers.get("idempotency-key", "")[:255],
    )
    try:
        await receive(call.house, call.path("hook"), call.path("secret"), posted)
    except RefusedError as error:
        wait = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        return Answer(error.status, _said(error.code), headers=wait)
    return Answer(200, _said("ok"))


def _said(words: str) -> Content:
    return Content(words.encode(), PLAIN, "no-store")


@routes.add(
    "GET",
    HOOKS,
    who="signed in",
    needs="integration.manage",
    summary="The incoming webhooks of a workspace, the oldest first",
    query=PageQuery,
    answers={200: Page[IncomingHook]},
    errors=(403, 404, 422),
)
async def list_incoming_webhooks(call: Call) -> Answer:
    """Page through a workspace's incoming webhooks."""
    page = call.query(PageQuery)
    found = await incoming_hooks.hooks(
        call.house,
        call.user_id,
        call.path("workspace"),
        after=page.cursor,
        limit=call.limit(page.limit),
    )
    return Answer(200, found)


@routes.add(
    "POST",
    HOOKS,
    who="signed in",
    needs="integration.manage",
    summary="Make an incoming webhook; its address is shown this once",
    body=NewIncomingHook,
    answers={201: MadeIncomingHook},
    errors=(403, 404, 409, 422),
)
async def make_incoming_webhook(call: Call) -> Answer:
    """Make one. It honours no `Idempotency-Key`: an answer that holds a secret is not kept."""
    wanted = call.body(NewIncomingHook)
    made = await incoming_hooks.make(call.house, call.user_id, call.path("workspace"), wanted)
    return Answer(201, made)


@routes.add(
    "PATCH",
    HOOK,
    who="signed in",
    needs="integration.manage",
    summary="Change an incoming webhook: its name, its channel, whether it takes messages",
    body=IncomingHookChange,
    answers={200: IncomingHook},
    errors=(403, 404, 422),
)
async def change_incoming_webhook(call: Call) -> Answer:
    """Change one."""
    wanted = call.body(IncomingHookChange)
    changed = await incoming_hooks.change(call.house, call.user_id, call.path("workspace"), _id(call), wanted)
    return Answer(200, changed)


@routes.add(
    "POST",
    f"{HOOK}/rotate",
    who="signed in",
    needs="integration.manage",
    summary="Give an incoming webhook another address, shown this once; the one before ends at once",
    answers={200: MadeIncomingHook},
    errors=(403, 404),
)
async def rotate_incoming_webhook(call: Call) -> Answer:
    """Rotate the secret of one."""
    made = await incoming_hooks.rotate(call.house, call.user_id, call.path("workspace"), _id(call))
    return Answer(200, made)


@routes.add(
    "DELETE",
    HOOK,
    who="signed in",
    needs="integration.manage",
    summary="Delete an incoming webhook; what it posted stays",
    answers={204: None},
    errors=(403, 404),
)
async def remove_incoming_webhook(call: Call) -> Answer:
    """Delete one."""
    await incoming_hooks.remove(call.house, call.user_id, call.path("workspace"), _id(call))
    return Answer(204)


def _id(call: Call) -> IncomingHookId:
    return IncomingHookId(call.path("webhook"))
