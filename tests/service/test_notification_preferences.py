"""How someone is notified: their own choice, on all their devices, else what their workspace says."""

from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.notify.preferences import effective_of
from tests.conftest import Signup
from tests.person import Person


def mine(person: Person) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/notification-preferences"


def defaults(person: Person) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/notification-defaults"


async def test_a_choice_holds_at_once_is_told_to_ones_own_devices_and_can_be_given_back(
    ada: Person, ben: Person
) -> None:
    at_ben, at_ada = await ben.device(), await ada.device()
    before = await ben.get(mine(ben))
    assert (before["mine"], before["effective"]["level"]) == ({}, "mentions")
    night = {"begins": "22:00", "ends": "08:00", "days": ["monday"]}
    chosen = await ben.ask(
        "PATCH", mine(ben), {"level": "all", "quiet": night, "ways": {"mention": ["email"]}}
    )
    assert (chosen.status, chosen.body["effective"]["quiet"]) == (200, night)
    assert chosen.body["effective"]["ways"]["mention"] == ["email"]
    told = await at_ben.wait_for("notification_preferences.changed")
    assert told == {"workspace_id": ben.workspace["id"], "preferences": chosen.body}
    back = await ben.ask("PATCH", mine(ben), {"level": None, "quiet": None, "ways": {"mention": None}})
    assert back.body == before | {"mine": {"ways": {}}}
    assert await ben.get(mine(ben)) == back.body
    assert "notification_preferences.changed" not in {name for name, _ in at_ada.heard}, "they are ben's own"


async def test_what_the_owner_says_holds_for_who_chose_nothing(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    at_ben = await ben.device()
    await cleo.ask("PATCH", mine(cleo), {"email": "never"})
    said = await ada.ask("PATCH", defaults(ada), {"email": "daily", "email_at": "07:30"})
    assert (said.status, said.body["defaults"]) == (200, {"email": "daily", "email_at": "07:30"})
    assert (said.body["inherited"]["email"], said.body["effective"]["email"]) == ("at_once", "daily")
    assert await ada.get(defaults(ada)) == said.body
    await at_ben.wait_for("notification_defaults.changed", lambda p: p["defaults"] == said.body["defaults"])
    held = [await person.get(mine(person)) for person in (ben, cleo)]
    assert [h["effective"]["email"] for h in held] == ["daily", "never"]
    assert [h["inherited"]["email"] for h in held] == ["daily", "daily"]
    assert [h["effective"]["email_at"] for h in held] == ["07:30", "07:30"]


async def test_only_an_owner_decides_what_the_workspace_says(
    ada: Person, ben: Person, outsider: Person
) -> None:
    for person, status, code in ((ben, 403, "missing_right"), (outsider, 404, "not_found")):
        for method in ("GET", "PATCH"):
            refused = await person.ask(method, defaults(ada), {"level": "all"})
            assert (refused.status, refused.code) == (status, code)
        theirs = await person.ask("PATCH", mine(ada), {"level": "all"})
        assert theirs.status == (200 if person is ben else 404)
    assert (await ada.get(defaults(ada)))["defaults"] == {}


async def test_what_cannot_be_chosen_is_refused_with_the_field_and_the_setting(ada: Person) -> None:
    tries = [
        {"level": "some"},
        {"push_after": 1},
        {"email_after": 10**9},
        {"email_at": "25:00"},
        {"quiet": {"begins": "9", "ends": "10:00"}},
        {"quiet": {"begins": "09:00", "ends": "10:00", "days": ["someday"]}},
        {"quiet": {"begins": "09:00", "ends": "09:00"}},
        {"quiet": "never"},
        {"ways": {"shout": ["push"]}},
        {"ways": {"mention": ["pigeon"]}},
        {"keywords": ["x" * 100]},
        {"keywords": ["?!"]},
        {"keywords": "tea"},
        {"surprise": 1},
        [],
    ]
    for given in tries:
        refused = await ada.ask("PATCH", mine(ada), given)
        assert refused.status in (400, 422), given
        assert refused.body["detail"], given
    assert (await ada.get(mine(ada)))["mine"] == {}
    owned = await ada.ask("PATCH", defaults(ada), {"keywords": ["tea"]})
    assert (owned.status, owned.body["errors"][0]["field"]) == (422, "keywords")


async def test_what_holds_is_found_for_many_people_at_once(ada: Person, ben: Person, house: House) -> None:
    await ada.ask("PATCH", defaults(ada), {"push_after": 90})
    await ben.ask("PATCH", mine(ben), {"push_after": 30})
    people = [UserId(ada.id), UserId(ben.id), UserId("nobody")]
    found = await effective_of(house, WorkspaceId(ada.workspace["id"]), people)
    assert [found[person].push_after for person in people] == [90, 30, 90]


async def test_keywords_are_listened_for_by_their_first_word(ada: Person, ben: Person, house: House) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    await ben.ask("PATCH", mine(ben), {"keywords": [" Release  notes ", "release NOTES", "Café"]})
    for word in ("release", "cafe"):
        heard = await house.notification_preferences.listening(workspace, [word])
        assert heard == {ben.id: ["Release notes", "Café"]}
    await ben.ask("PATCH", mine(ben), {"keywords": None})
    assert await house.notification_preferences.listening(workspace, ["release"]) == {}


async def test_who_wants_everything_is_found_in_their_channels(
    ada: Person, ben: Person, house: House
) -> None:
    general = ChannelId(await ada.general())

    async def hearing() -> set[str]:
        rows = house.database.memberships.find({"channel_id": general, "hears_all": True})
        return {row["user_id"] async for row in rows}

    await ben.ask("PATCH", mine(ben), {"level": "all"})
    assert await hearing() == {ben.id}
    await ada.ask("PATCH", defaults(ada), {"level": "all"})
    assert await hearing() == {ada.id, ben.id}
    await ben.ask("PATCH", mine(ben), {"level": "mentions"})
    assert await hearing() == {ada.id}
