"""The second step that a workspace demands of its members."""

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.model.demands import DemandState, LackingMember, WantedDemand
from parlour.core.model.page import Page
from parlour.core.people import demand

routes = Routes("Workspaces", family="workspaces")
PATH = "/api/v1/workspaces/{workspace}/second-factor"


@routes.add(
    "GET",
    PATH,
    who="signed in",
    needs="workspace.change",
    summary="Whether the workspace demands a second step at sign-in, and how many lack one",
    answers={200: DemandState},
    errors=(403, 404),
)
async def get_second_factor_demand(call: Call) -> Answer:
    """Return how far a demand is."""
    return Answer(200, await demand.get(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "GET",
    f"{PATH}/lacking",
    who="signed in",
    needs="workspace.change",
    summary="Who lacks the second step that the workspace demands, whoever has the least time left first",
    query=PageQuery,
    answers={200: Page[LackingMember]},
    errors=(403, 404, 422),
)
async def list_lacking(call: Call) -> Answer:
    """List the members who lack one."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await demand.lacking(
            call.house,
            call.user_id,
            call.path("workspace"),
            after=page.cursor,
            limit=call.limit(page.limit),
        ),
    )


@routes.add(
    "PUT",
    PATH,
    who="signed in",
    needs="workspace.change",
    summary="Demand a second step of all members within so many days, or give them another time",
    body=WantedDemand,
    answers={200: DemandState},
    errors=(403, 404, 409, 422),
)
async def put_second_factor_demand(call: Call) -> Answer:
    """Demand a second step."""
    given = call.body(WantedDemand)
    return Answer(200, await demand.put(call.house, call.user_id, call.path("workspace"), given.grace_days))


@routes.add(
    "DELETE",
    PATH,
    who="signed in",
    needs="workspace.change",
    summary="Demand a second step no more; whoever was set aside for it is let in again",
    answers={204: None},
    errors=(403, 404),
)
async def lift_second_factor_demand(call: Call) -> Answer:
    """Lift a demand."""
    await demand.lift(call.house, call.user_id, call.path("workspace"))
    return Answer(204)
