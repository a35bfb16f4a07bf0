"""How people want to be notified in a workspace, and what the workspace says for those who chose nothing."""

from parlour.api.routing import Answer, Call, Routes
from parlour.core.model.notifications import MyNotificationPreferences, NotificationDefaults
from parlour.core.notify import preferences
from parlour.core.notify.choices import PreferencesPatch

routes = Routes("Notification preferences", family="notifications")


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/notification-preferences",
    who="signed in",
    summary="How I am notified: what I chose, what the workspace says, and what holds",
    answers={200: MyNotificationPreferences},
    errors=(404,),
)
async def get_notification_preferences(call: Call) -> Answer:
    """Return the caller's preferences."""
    return Answer(200, await preferences.mine(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/notification-preferences",
    who="signed in",
    summary="Change how I am notified; null is as the workspace says, what is left out stays",
    body=PreferencesPatch,
    answers={200: MyNotificationPreferences},
    errors=(404, 422),
)
async def change_notification_preferences(call: Call) -> Answer:
    """Change the caller's preferences."""
    patch = call.body(PreferencesPatch)
    return Answer(200, await preferences.change(call.house, call.user_id, call.path("workspace"), patch))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/notification-defaults",
    who="signed in",
    needs="workspace.change",
    summary="What the workspace says for those who chose nothing (its owner may)",
    answers={200: NotificationDefaults},
    errors=(403, 404),
)
async def get_notification_defaults(call: Call) -> Answer:
    """Return the workspace's defaults."""
    return Answer(200, await preferences.defaults(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/notification-defaults",
    who="signed in",
    needs="workspace.change",
    summary="Change what the workspace says for those who chose nothing (its owner may)",
    body=PreferencesPatch,
    answers={200: NotificationDefaults},
    errors=(403, 404, 422),
)
async def change_notification_defaults(call: Call) -> Answer:
    """Change the workspace's defaults."""
    patch = call.body(PreferencesPatch)
    return Answer(
        200, await preferences.change_defaults(call.house, call.user_id, call.path("workspace"), patch)
    )
