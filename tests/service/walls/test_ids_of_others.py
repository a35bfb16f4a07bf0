"""Ids of others open nothing: whoever may not see a thing is answered as if it never was, wherever its id is given.

Every place where an id can be given is tried (`places.py`) with an id of Ada's (`things.py`): by who owns a workspace
of their own, by a guest of Ada's who is in one other channel, and by a member, with what is Ada's alone.
"""

from collections.abc import Collection
from datetime import timedelta
from urllib.parse import unquote

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.people import guests
from tests.conftest import Signup
from tests.person import PASSWORD, Person
from tests.service.walls.allowed import (
    ELSEWHERE,
    LISTS,
    NARROWING,
    SEEN_BY_GUESTS,
    SEEN_BY_MEMBERS,
    TAKEN,
)
from tests.service.walls.asking import Asked, at, whole
from tests.service.walls.places import places
from tests.service.walls.things import Things, a_passkey, never, things_of
from tests.service.walls.untouched import changes, settled

KINDS = sorted({place.kind for place in places()})


@pytest.fixture
async def cleo(ada: Person, sign_up: Signup) -> Person:
    """A member of Ada's workspace, whom no guest meets."""
    person = await sign_up("cleo")
    await person.join(ada)
    return person


@pytest.fixture
async def of_ada(ada: Person, cleo: Person, sign_up: Signup, house: House) -> Things:
    """What is Ada's; its channel is for her and Cleo, and somebody of her workspace has their account erased."""
    made = await things_of(house, ada, other=cleo, channel=await ada.make_channel("private", cleo))
    leaver = await sign_up("leaver")
    await leaver.join(ada)
    wanted = {"password": PASSWORD, "messages": "keep"}
    erasure = await leaver.post("/api/v1/me/erasure", wanted, status=202)
    return made | {"ErasureId": erasure["id"], "Passkey": await a_passkey(house, ada)}


async def tried(person: Person, own: Things, other: Things, seen: Collection[str]) -> list[str]:
    """Try every id of another's in every place; return what was not answered as an id that never was."""
    return await one_by_one(person, own, other, seen) + await all_at_once(person, other, seen)


async def one_by_one(person: Person, own: Things, other: Things, seen: Collection[str]) -> list[str]:
    """Try one id of another's among one's own."""
    wrong, unknown = [], all_never()
    for place in places():
        if place.kind in seen or ("WorkspaceId" not in seen and str(place) in TAKEN):
            continue
        found = await answer(person, at(place, own, other), other)
        nothing = await answer(person, at(place, own, unknown), unknown)
        if found != nothing:
            wrong.append(f"{place}: {found}, but for what never was {nothing}")
        elif found[0] not in (403, 404, 422) and str(place) not in NARROWING:
            wrong.append(f"{place}: {found}")
    return wrong


async def all_at_once(person: Person, other: Things, seen: Collection[str]) -> list[str]:
    """Try what is another's with nothing but ids of that one."""
    wrong, unknown = [], all_never() | {kind: other[kind] for kind in seen}
    for what in sorted({place.what for place in places()}):
        theirs, nobodys = whole(what, other), whole(what, unknown)
        if theirs == nobodys:
            continue
        found, nothing = await answer(person, theirs, other), await answer(person, nobodys, unknown)
        if found != nothing or (found[0] < 400 and what not in LISTS):
            wrong.append(f"{what}, all of them: {found}, but for what never was {nothing}")
    return wrong


async def answer(person: Person, asked: Asked, given: Things) -> tuple[int, str]:
    status, text = await asked.of(person)
    for one in given.values():
        text = text.replace(one, "…").replace(unquote(one), "…")
    return status, text


def in_order(what: str) -> tuple[bool, int, bool]:
    """What is deleted is deleted last, the smaller before the larger; who owns a workspace by then, is not put out."""
    method, _, path = what.partition(" ")
    is_deleted = method == "DELETE" and not path.endswith("/deactivation")
    return is_deleted, -len(path), method == "DELETE"


def all_never() -> Things:
    return {kind: never(kind) for kind in KINDS}


def test_an_id_of_each_kind_is_tried(of_ada: Things) -> None:
    assert set(KINDS) == of_ada.keys()


def test_what_is_allowed_is_there() -> None:
    known = {str(place) for place in places()}
    assert known >= NARROWING | TAKEN.keys()
    assert {place.what for place in places()} >= LISTS | ELSEWHERE.keys()


async def test_who_owns_another_workspace_is_told_nothing_of_this_one(
    ada: Person, outsider: Person, of_ada: Things, sign_up: Signup, house: House
) -> None:
    friend = await sign_up("friend")
    await friend.join(outsider)
    own = await things_of(
        house, outsider, other=friend, channel=await outsider.make_channel("private", friend)
    )
    before = await settled(house, [ada.id, *of_ada.values()])
    wrong = await tried(outsider, all_never() | own, of_ada, seen=())
    assert not wrong, "\n".join(wrong)
    assert not changes(before, await settled(house, [ada.id, *of_ada.values()]))
    wrong = await controls(outsider, all_never() | own)
    assert not wrong, "\n".join(wrong)


async def controls(person: Person, own: Things) -> list[str]:
    """Ask everything with one's own ids: return what is not even taken then, so that a refusal said nothing."""
    wrong = []
    for what in sorted({place.what for place in places()} - ELSEWHERE.keys(), key=in_order):
        found = await answer(person, whole(what, own), own)
        if found[0] in (404, 422):
            wrong.append(f"{what}: {found}")
    return wrong


async def test_a_guest_is_told_nothing_of_what_is_not_in_their_channel(
    ada: Person, of_ada: Things, sign_up: Signup, house: House
) -> None:
    guest, workspace = await sign_up("guest"), WorkspaceId(ada.workspace["id"])
    channel = await ada.make_channel("private")
    ends = now() + timedelta(days=9)
    await guests.admit(house, workspace, UserId(guest.id), [ChannelId(channel)], ends)
    own = {"WorkspaceId": workspace, "ChannelId": channel, "UserId": ada.id}
    own["EntryId"] = (await guest.send(channel, "I am in."))["id"]
    before = await settled(house, of_ada.values())
    wrong = await tried(guest, all_never() | own, of_ada, SEEN_BY_GUESTS)
    assert not wrong, "\n".join(wrong)
    assert not changes(before, await settled(house, of_ada.values()))


async def test_a_member_is_told_nothing_of_what_is_anothers_alone(
    ada: Person, ben: Person, of_ada: Things, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    own = {"WorkspaceId": ada.workspace["id"], "ChannelId": channel, "UserId": ada.id}
    own["EntryId"] = (await ben.send(channel, "I am in."))["id"]
    before = await settled(house, of_ada.values())
    wrong = await tried(ben, all_never() | own, of_ada, SEEN_BY_MEMBERS)
    assert not wrong, "\n".join(wrong)
    assert not changes(before, await settled(house, of_ada.values()))
