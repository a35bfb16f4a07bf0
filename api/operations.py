"""How notifications fare on their way out, for a workspace's owners: never any text."""

from msgspec import Struct, convert

from parlour.api.routing import Answer, Call, Routes
from parlour.core.ids import UserId
from parlour.core.model.notifications import Dispatch, DispatchState
from parlour.core.model.operations import Redrive, Redriven, Worlds
from parlour.core.model.page import Page
from parlour.core.notify import operations
from parlour.core.store.dispatches import Filter
from parlour.workflows.links import notify_link

routes = Routes("Notifications", family="notifications")


class DispatchQuery(Struct, frozen=True):
    """Which dispatches: of these states (several with commas between), to a world, for a person."""

    state: str = ""
    world: str | None = None
    user: UserId | None = None
    limit: int | None = None
    cursor: str | None = None

    @property
    def filter(self) -> Filter:
        """It as the store takes it."""
        states = convert([state for state in self.state.split(",") if state], list[DispatchState])
        return Filter(states=states, world=self.world or None, user_id=self.user or None)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/dispatches",
    who="signed in",
    needs="operations.read",
    summary="What left the house for notifications, or is to, the newest first; for owners",
    query=DispatchQuery,
    answers={200: Page[Dispatch]},
    errors=(403, 404, 422),
)
async def list_dispatches(call: Call) -> Answer:
    """Page through a workspace's dispatches, with every attempt."""
    query = call.query(DispatchQuery)
    return Answer(
        200,
        await operations.dispatches(
            call.house,
            call.user_id,
            call.path("workspace"),
            query.filter,
            before=query.cursor,
            limit=call.limit(query.limit),
            link_to=notify_link(call.house.settings),
        ),
    )


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/dispatches/redrive",
    who="signed in",
    needs="operations.act",
    summary="Open given-up dispatches again, by their ids or by a filter; says how many are left; for owners",
    body=Redrive,
    answers={200: Redriven},
    errors=(403, 404, 422),
)
async def redrive_dispatches(call: Call) -> Answer:
    """Try again what was given up."""
    wanted = call.body(Redrive)
    return Answer(200, await operations.redrive(call.house, call.user_id, call.path("workspace"), wanted))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/notification-worlds",
    who="signed in",
    needs="operations.read",
    summary="How mail server and push services fare with the workspace's notifications; for owners",
    answers={200: Worlds},
    errors=(403, 404),
)
async def list_worlds(call: Call) -> Answer:
    """Return rates, faults and circuits by world."""
    return Answer(200, await operations.worlds(call.house, call.user_id, call.path("workspace")))
