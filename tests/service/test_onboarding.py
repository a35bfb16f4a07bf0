"""Setting up a workspace: by steps that everybody who may can see, whole or not at all."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from parlour.core.clock import now
from parlour.core.errors import ConflictError
from parlour.core.house import House, open_house
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.model.onboarding import OnboardingRecord
from parlour.core.onboarding import quick, steps
from parlour.core.people.names import slug_of
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.person import Json, Person, eventually

SET_UP_S = 60


def address() -> str:
    return f"club-{uuid.uuid4().hex[:12]}"


async def set_up(person: Person, **wanted: object) -> Json:
    """Have a workspace set up, and wait until that is over."""
    body = {"name": "Chess Club", "template": "team"} | wanted
    begun = await person.post("/api/v1/onboardings", body, status=202)
    return await over(person, begun["id"])


async def over(person: Person, onboarding: str) -> Json:
    async def is_over() -> Json | None:
        found = dict(await person.get(f"/api/v1/onboardings/{onboarding}"))
        return found if found["state"] in ("done", "undone") else None

    return dict(await eventually(is_over, within_s=SET_UP_S))


async def test_a_workspace_is_set_up_from_its_template_and_its_owner_is_told(sign_up: Signup) -> None:
    ada = await sign_up("ada")
    device = await ada.device()
    slug = address()
    done = await set_up(ada, slug=slug)
    assert (done["state"], done["slug"]) == ("done", slug)
    assert [(step["name"], step["state"], step["attempts"]) for step in done["steps"]] == [
        (name, "done", 1) for name in ("address", "workspace", "channels", "invitations", "welcome", "report")
    ]
    assert done["workflow"]["id"] == f"onboard/{done['id']}"
    ada.workspace = await ada.get(f"/api/v1/workspaces/{done['id']}")
    assert (ada.workspace["role"], ada.workspace["name"]) == ("owner", "Chess Club")
    named = {channel["name"]: channel for channel in await ada.channels() if channel["name"]}
    assert {"general", "announcements", "help", "random"} <= set(named)
    assert named["general"]["topic"] == "What concerns everyone"
    heard = await device.wait_for("onboarding.changed", lambda p: p["onboarding"]["state"] == "done")
    assert heard["onboarding"]["id"] == done["id"]
    direct = next(channel for channel in await ada.channels() if channel["kind"] == "direct")
    said = (await ada.get(f"/api/v1/channels/{direct['id']}/messages"))["items"]
    assert any("**Chess Club** is set up." in message["text"] for message in said)


async def test_who_joins_is_in_the_channels_for_all_and_is_welcomed(sign_up: Signup) -> None:
    ada, ben = await sign_up("ada"), await sign_up("ben")
    ada.workspace = {"id": (await set_up(ada))["id"]}
    await ben.join(ada)
    names = {channel["name"] for channel in await ben.channels() if channel["member"]}
    assert {"general", "announcements", "help", "random"} <= names
    path = f"/api/v1/workspaces/{ada.workspace['id']}/welcome"

    async def is_welcomed() -> Json | None:
        found = dict(await ben.get(path))
        return found if found["channel_id"] else None

    welcome = await eventually(is_welcomed)
    assert [step["name"] for step in welcome["steps"]] == ["profile", "message", "invite", "push"]

    async def said() -> list[Json]:
        return list((await ben.get(f"/api/v1/channels/{welcome['channel_id']}/messages"))["items"])

    assert (await eventually(said))[0]["text"].startswith("Hello ben.")


async def test_first_steps_are_ticked_off_when_they_are_done_until_all_are(sign_up: Signup) -> None:
    ada, ben = await sign_up("ada"), await sign_up("ben")
    ada.workspace = {"id": (await set_up(ada))["id"]}
    await ben.join(ada)
    device = await ben.device()
    await ben.ask("PATCH", "/api/v1/me", {"title": "Treasurer"})
    await ben.send(await ben.general(), "Hello, all")
    await ben.post(f"/api/v1/workspaces/{ada.workspace['id']}/invites")

    def are_three_done(news: Json) -> bool:
        return sum(step.get("done_at") is not None for step in news["welcome"]["steps"]) == 3

    await device.wait_for("welcome.changed", are_three_done)
    welcome = await ben.get(f"/api/v1/workspaces/{ada.workspace['id']}/welcome")
    left = [step["name"] for step in welcome["steps"] if not step.get("done_at")]
    assert (welcome["state"], left) == ("open", ["push"])


async def test_a_newcomer_who_says_stop_to_the_bot_is_left_alone(sign_up: Signup) -> None:
    ada = await sign_up("ada")
    ada.workspace = {"id": (await set_up(ada))["id"]}
    path = f"/api/v1/workspaces/{ada.workspace['id']}/welcome"

    async def conversation() -> str:
        return str((await ada.get(path))["channel_id"] or "")

    await ada.send(await eventually(conversation), "Stop")

    async def is_stopped() -> bool:
        return str((await ada.get(path))["state"]) == "stopped"

    await eventually(is_stopped)


async def test_the_welcome_is_ones_own_and_can_be_stopped(sign_up: Signup, outsider: Person) -> None:
    ada = await sign_up("ada")
    ada.workspace = {"id": (await set_up(ada))["id"]}
    path = f"/api/v1/workspaces/{ada.workspace['id']}/welcome"

    async def is_there() -> bool:
        return str((await ada.get(path))["state"]) == "open"

    await eventually(is_there)
    assert (await ada.post(f"{path}/stop", status=200))["state"] == "stopped"
    assert (await ada.post(f"{path}/stop", status=200))["state"] == "stopped"
    assert (await outsider.ask("GET", path)).status == 404
    assert (await outsider.ask("POST", f"{path}/stop")).status == 404


async def test_a_workspace_without_a_welcome_leaves_newcomers_alone(ada: Person, ben: Person) -> None:
    path = f"/api/v1/workspaces/{ada.workspace['id']}/welcome"
    assert await ben.get(path) == {"state": "none", "steps": [], "channel_id": None}
    assert (await ben.ask("POST", f"{path}/stop")).status == 404


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"name": ""}, 422, "invalid"),
        ({"template": "castle"}, 422, "invalid"),
        ({"slug": "Not An Address"}, 422, "invalid"),
        ({"slug": "-edge"}, 422, "invalid"),
        ({"invitations": [{"email": "a@b.example", "channels": ["attic"]}]}, 422, "invalid"),
        ({"invitations": [{"email": "a@b.example", "role": "guest"}]}, 422, "invalid"),
        ({"invitations": [{"email": "a@b.example", "role": "owner"}]}, 422, "invalid"),
        ({"owner_id": "somebody"}, 422, "invalid"),
    ],
)
async def test_what_cannot_be_set_up_is_refused_before_anything_begins(
    ada: Person, wrong: Json, status: int, code: str
) -> None:
    answer = await ada.ask("POST", "/api/v1/onboardings", {"name": "Club", "template": "team"} | wrong)
    assert (answer.status, answer.code) == (status, code)
    assert (await ada.get("/api/v1/onboardings"))["items"] == []


async def test_an_address_is_given_once(ada: Person, sign_up: Signup) -> None:
    slug, ben = address(), await sign_up("ben")
    assert (await ada.get(f"/api/v1/workspace-addresses/{slug}"))["free"] is True
    await set_up(ada, slug=slug, template="plain")
    assert (await ada.get(f"/api/v1/workspace-addresses/{slug}"))["free"] is False
    body = {"name": "Club", "template": "plain", "slug": slug}
    taken = await ben.ask("POST", "/api/v1/onboardings", body)
    assert (taken.status, taken.code) == (409, "slug_taken")


async def test_of_two_who_want_an_address_at_once_one_gets_it_and_nothing_is_left_of_the_other(
    ada: Person, sign_up: Signup, house: House
) -> None:
    slug, ben = address(), await sign_up("ben")
    body = {"name": "Club", "template": "plain", "slug": slug}
    both = await asyncio.gather(
        *(each.ask("POST", "/api/v1/onboardings", body) for each in (ada, ben)), return_exceptions=False
    )
    if 409 in {answer.status for answer in both}:
        return  # One was so fast that the other was refused at once.
    ended = [await over(person, answer.body["id"]) for person, answer in zip((ada, ben), both, strict=True)]
    assert sorted(each["state"] for each in ended) == ["done", "undone"]
    undone = next(each for each in ended if each["state"] == "undone")
    assert "taken" in undone["words"]
    assert await house.workspaces.slug_of(WorkspaceId(undone["id"])) is None


async def test_others_neither_see_nor_act_on_an_onboarding_but_whoever_runs_the_workspace(
    sign_up: Signup, outsider: Person
) -> None:
    ada, ben = await sign_up("ada"), await sign_up("ben")
    done = await set_up(ada, template="plain")
    ada.workspace = {"id": done["id"]}
    await ben.join(ada)
    for person in (outsider, ben):
        for method, rest in (("GET", ""), ("POST", "/continue"), ("POST", "/undo")):
            answer = await person.ask(method, f"/api/v1/onboardings/{done['id']}{rest}")
            assert (answer.status, answer.code) == (404, "not_found"), (person.name, rest)
    for rest in ("/continue", "/undo"):
        answer = await ada.ask("POST", f"/api/v1/onboardings/{done['id']}{rest}")
        assert (answer.status, answer.code) == (409, "onboarding_over")


async def test_the_templates_are_listed_and_each_makes_a_workspace(ada: Person) -> None:
    listed = (await ada.get("/api/v1/workspace-templates"))["items"]
    assert [template["id"] for template in listed] == ["team", "project", "community", "plain"]
    for template in listed[1:3]:
        done = await set_up(ada, template=template["id"])
        assert done["state"] == "done", done
        ada.workspace = {"id": done["id"]}
        made = {channel["name"] for channel in await ada.channels()}
        assert {channel["name"] for channel in template["channels"]} <= made


async def test_a_quick_workspace_is_whole_when_it_is_answered_and_leaves_no_record(
    ada: Person, house: House
) -> None:
    assert await house.onboardings.get(WorkspaceId(ada.workspace["id"])) is None
    assert [channel["name"] for channel in await ada.channels()] == ["general"]


async def broken_off(house: House, owner: UserId, *, after: int) -> OnboardingRecord:
    """Make what a process leaves that dies after so many steps of a quick workspace."""
    made = now() - timedelta(minutes=10)
    record = OnboardingRecord(
        id=WorkspaceId(new_id()),
        owner_id=owner,
        name="Half",
        slug=slug_of(f"half-{uuid.uuid4().hex[:8]}"),
        template="plain",
        bot_id=UserId(new_id()),
        created_at=made,
        updated_at=made,
        quick=True,
        welcome=False,
        steps=steps.planned_steps(),
    )
    await house.onboardings.add(record)
    for step in quick.QUICK[:after]:
        await steps.take(house, record, step)
    stale = {"$set": {"updated_at": made}}
    await house.database.onboardings.update_one({"_id": record.id}, stale)
    return record


@pytest.mark.parametrize("after", [0, 1, 2, 3])
async def test_a_quick_workspace_whose_process_died_is_undone_by_its_workflow(
    ada: Person, house: House, after: int
) -> None:
    record = await broken_off(house, UserId(ada.id), after=after)

    async def is_gone() -> bool:
        return await house.onboardings.get(record.id) is None

    await eventually(is_gone, within_s=90)
    assert await house.workspaces.slug_of(record.id) is None
    assert record.id not in {workspace["id"] for workspace in (await ada.get("/api/v1/workspaces"))["items"]}
    assert await house.channels.count(record.id) == 0


async def test_each_step_taken_twice_makes_nothing_twice(ada: Person, house: House) -> None:
    record = await broken_off(house, UserId(ada.id), after=0)
    try:
        for step in quick.QUICK:
            first = await steps.take(house, record, step)
            assert await steps.take(house, record, step) == first
        assert await house.channels.count(record.id) == 1
        members = await house.workspaces.members(record.id, after=None, limit=10)
        assert [member[0] for member in members] == [ada.id]
    finally:
        for step in reversed(quick.QUICK):
            await steps.take_back(house, record, step)
        await house.onboardings.forget(record.id)


async def test_a_refused_quick_workspace_leaves_nothing(ada: Person, stack_settings: Settings) -> None:
    """The last workspace a person may have is refused at its second step: its address is free again."""
    own = stack_settings.model_copy(update={"workspaces_per_person": 1})
    name = f"Too many {uuid.uuid4().hex[:8]}"
    async with open_house(own) as house:
        with pytest.raises(ConflictError) as refused:
            await quick.create(house, UserId(ada.id), name=name)
        assert refused.value.code == "too_many_workspaces"
        assert not await house.workspaces.is_slug_taken(slug_of(name))
