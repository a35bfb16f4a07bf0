"""Every route of a workspace, tried in every role, and compared with the one table of who may do what.

A route or event that is new has to be entered in `access.txt`; one that asks for a right by its rule has to be tried in
`tries.py`, an event in `test_rights_of_events.py`.
"""

import re
from typing import Any

from parlour.api.main import all_routes
from parlour.api.routing import Route
from parlour.core.model.rights import Right, Role
from tests.person import Answer
from tests.service.access import TABLE, declared
from tests.service.rights.world import Gone, World, allows

NOBODY = "00000000-0000-7000-8000-000000000000"
AWAY = 503
REFUSALS = ("missing_right", "missing_scope", "sessions_only")
BY_BODY: dict[str, Right] = {"POST /api/v1/workspaces/{workspace}/channels": "channel.create"}
"""What asks for a right by what is sent, and for which when that says nothing."""


def test_every_route_and_event_is_entered_in_the_table_of_access() -> None:
    listed, is_so = TABLE.read_text().splitlines(), declared()
    new, gone = sorted(set(is_so) - set(listed)), sorted(set(listed) - set(is_so))
    assert not new, "not in access.txt (python -m tests.service.access):\n" + "\n".join(new)
    assert not gone, "in access.txt, but not declared:\n" + "\n".join(gone)


def routes_of_workspaces() -> list[Route]:
    return [route for route in all_routes() if "{workspace}" in route.path and route.who == "signed in"]


def address(route: Route, workspace: str) -> str:
    return re.sub(r"{\w+}", NOBODY, route.path.replace("{workspace}", workspace))


async def test_each_route_of_a_workspace_goes_by_the_table_in_every_role(world: World) -> None:
    wrong: list[str] = []
    for route in routes_of_workspaces():
        for role, person in world.people.items():
            body: Any = {} if route.body else None
            answer = await person.ask(route.method, address(route, world.workspace), body)
            if refusal(answer) not in expected(route, role) or is_failure(answer):
                wrong.append(f"{role} {route.method} {route.path} needs {route.needs}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def refusal(answer: Answer) -> str:
    """Return by which rule of who may call something was refused, if by one."""
    by_rule = answer.status == 403 and not isinstance(answer.body, str)
    return answer.code if by_rule and answer.code in REFUSALS else ""


def expected(route: Route, role: Role) -> set[str]:
    """Return how a role may be refused. What is not one's own is tried in test_rights_by_rule.py."""
    if role == "bot" and route.scope is None:
        return {"sessions_only"}
    if not allows(role, BY_BODY.get(f"{route.method} {route.path}", route.needs)):
        return {"missing_right"}
    return {"", "missing_right"} if route.others else {""}


def is_failure(answer: Answer) -> bool:
    return answer.status == 401 or (answer.status >= 500 and answer.status != AWAY)


async def test_no_route_of_a_workspace_answers_who_is_not_or_no_more_in_it(
    world: World, gone: dict[str, Gone]
) -> None:
    wrong: list[str] = []
    for route in routes_of_workspaces():
        body: Any = {} if route.body else None
        for who, somebody in gone.items():
            answer = await somebody.person.ask(route.method, address(route, world.workspace), body)
            # What is malformed may be said before it is looked at where.
            may_be_malformed = somebody.status == 404 and route.needs is None
            if answer.status not in ({somebody.status, 422} if may_be_malformed else {somebody.status}):
                wrong.append(f"{who} {route.method} {route.path}: {answer.status}")
    assert not wrong, "\n".join(wrong)
