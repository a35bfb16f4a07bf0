"""Finding channels: by name, archived or not, in the order asked for, page by page."""

from parlour.core.house import House
from parlour.core.ids import ChannelId
from tests.person import Json, Person, eventually


async def found(person: Person, query: str) -> list[str]:
    """Return the names on all pages of a search."""
    names: list[str] = []
    cursor = ""
    while True:
        path = f"/api/v1/workspaces/{person.workspace['id']}/channels?limit=2&{query}{cursor}"
        page: Json = await person.get(path)
        names += [channel["name"] for channel in page["items"]]
        if not page["next"]:
            return names
        cursor = f"&cursor={page['next']}"


async def test_channels_are_found_by_a_part_of_their_name(ada: Person, ben: Person) -> None:
    for name in ("Team Rocket", "team-engines", "Steam", "Lunch"):
        await ada.make_channel("public", name=name)
    await ada.make_channel("private", name="team secrets")
    await ada.make_channel("direct", ben)
    assert await found(ben, "q=TEAM&sort=name") == ["Steam", "Team Rocket", "team-engines"]
    assert set(await found(ada, "q=team")) == {"Team Rocket", "team-engines", "Steam", "team secrets"}
    assert await found(ben, "q=.*") == []
    assert await found(ben, "sort=name") == ["general", "Lunch", "Steam", "Team Rocket", "team-engines"]


async def test_channels_are_sorted_by_members_and_by_activity(ada: Person, ben: Person, house: House) -> None:
    quiet = await ada.make_channel("public", name="quiet")
    busy = await ada.make_channel("public", ben, name="busy")
    members = await found(ben, "sort=members")
    assert members[-1] == "quiet"
    assert set(members) == {"general", "busy", "quiet"}
    await ada.send(busy, "first")
    await ada.send(quiet, "last")

    async def noted() -> bool:
        seqs = await house.deliveries.settled_seqs([ChannelId(quiet), ChannelId(busy)])
        return (await found(ben, "sort=activity"))[:2] == ["quiet", "busy"] and len(seqs) == 2

    await eventually(noted)


async def test_archived_channels_are_listed_when_asked_for(ada: Person) -> None:
    old = await ada.make_channel("public", name="old")
    await ada.make_channel("public", name="new")
    await ada.ask("PATCH", f"/api/v1/channels/{old}", {"archived": True})
    assert await found(ada, "sort=name&archived=true") == ["old"]
    assert await found(ada, "sort=name&archived=false") == ["general", "new"]
    assert await found(ada, "sort=name") == ["general", "new", "old"]


async def test_the_member_count_follows_who_comes_and_goes(ada: Person, ben: Person, house: House) -> None:
    channel = await ada.make_channel("public")
    path = f"/api/v1/channels/{channel}"
    assert (await ada.get(path))["member_count"] == 1
    await ben.ask("POST", f"{path}/members", {"user_id": ben.id})
    assert (await ada.get(path))["member_count"] == 2
    await ben.ask("DELETE", f"{path}/members/{ben.id}")
    assert (await ada.get(path))["member_count"] == 1
    # A process died after the membership and before it counted.
    await house.database.channels.update_one({"_id": channel}, {"$set": {"members.count": 9}})
    await ben.ask("POST", f"{path}/members", {"user_id": ben.id})

    async def mended() -> bool:
        return bool((await ada.get(path))["member_count"] == 2)

    await eventually(mended)
