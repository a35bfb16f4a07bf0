"""What asks for a right by its rule, since its address names no workspace or its right is for what is not one's own."""

import pytest

from parlour.api.main import all_routes
from parlour.api.routing import Route
from parlour.core.model.rights import Role
from tests.service.rights.tries import PEOPLE_ONLY, TRIED
from tests.service.rights.world import INSIDE, Gone, World, allows

REFUSALS = ("missing_right", "not_found", "not_yours", "forbidden", "people_only")


def by_their_rule() -> dict[str, Route]:
    routes = [r for r in all_routes() if r.others or (r.needs and "{workspace}" not in r.path)]
    return {f"{route.method} {route.path}": route for route in routes}


def test_each_right_that_a_rule_asks_for_is_tried() -> None:
    assert by_their_rule().keys() == TRIED.keys()


@pytest.mark.parametrize("what", TRIED)
async def test_what_is_not_ones_own_goes_by_the_table_in_every_role(world: World, what: str) -> None:
    route = by_their_rule()[what]
    for role in INSIDE:
        tried = await TRIED[what](world)
        answer = await world.people[role].ask(route.method, tried.path, tried.body)
        if allows(role, route.needs, route.others) and not is_for_people_alone(what, role):
            assert answer.status < 400, (role, answer.body)
            assert tried.shows(answer), role
        elif answer.status < 400:
            assert not tried.shows(answer), role
        else:
            assert answer.status in (403, 404), (role, answer.body)
            assert answer.code in REFUSALS, (role, answer.body)


def is_for_people_alone(what: str, role: Role) -> bool:
    return role == "bot" and what in PEOPLE_ONLY


@pytest.mark.parametrize("what", TRIED)
async def test_who_is_not_or_no_more_in_it_is_not_told_that_it_is_there(
    world: World, gone: dict[str, Gone], what: str
) -> None:
    route = by_their_rule()[what]
    tried = await TRIED[what](world)
    for who, somebody in gone.items():
        answer = await somebody.person.ask(route.method, tried.path, tried.body)
        assert answer.status == somebody.status, (who, answer.body)
