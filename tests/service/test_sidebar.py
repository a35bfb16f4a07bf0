"""How a person arranges their channels: their own affair, the same on all their devices."""

from tests.person import Device, Json, Person, fresh


async def prefer(person: Person, channel: str, **preferences: object) -> Json:
    answer = await person.ask("PATCH", f"/api/v1/channels/{channel}/membership", preferences)
    assert answer.status == 200, answer.body
    return dict(answer.body)


async def section(person: Person, name: str) -> str:
    made = await person.post(f"/api/v1/workspaces/{person.workspace['id']}/sections", {"name": name})
    return str(made["id"])


async def arrange(person: Person, section_id: str, **changes: object) -> Json:
    path = f"/api/v1/workspaces/{person.workspace['id']}/sections/{section_id}"
    answer = await person.ask("PATCH", path, changes)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def held(device: Device, channel: str) -> Json:
    """Return a channel as a device holds it: `ready`, and what it heard of the membership since."""
    state: Json = {}
    for name, payload in device.heard:
        if name == "ready":
            state = next(c for c in payload["channels"] if c["id"] == channel)
        elif name == "membership.changed" and payload["membership"]["channel_id"] == channel:
            state |= {k: v for k, v in payload["membership"].items() if k != "channel_id"}
    return fresh(state)


async def test_preferences_are_ones_own_and_known_on_all_devices(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    mine, at_ada = await ben.device(), await ada.device()
    folder = await section(ben, "Work")
    for step in ({"muted": True}, {"starred": True, "notify": "mentions"}, {"section_id": folder}):
        await prefer(ben, channel, **step)
    await mine.wait_for("membership.changed", lambda p: p["membership"]["section_id"] == folder)
    now = fresh(await ben.get(f"/api/v1/channels/{channel}"))
    assert (now["muted"], now["starred"], now["notify"], now["section_id"]) == (
        True,
        True,
        "mentions",
        folder,
    )
    assert held(mine, channel) == now
    assert held(await ben.device(), channel) == now
    assert fresh(await ada.get(f"/api/v1/channels/{channel}"))["muted"] is False
    assert "membership.changed" not in [name for name, _ in at_ada.heard]
    assert (await prefer(ben, channel, section_id=None))["section_id"] is None


async def test_preferences_that_make_no_sense_are_refused(ada: Person, ben: Person, outsider: Person) -> None:
    channel = await ada.make_channel("private", ben)
    path = f"/api/v1/channels/{channel}/membership"
    for body in ({"muted": "loud"}, {"notify": "sometimes"}, {"muted": None}, {"surprise": 1}):
        assert (await ben.ask("PATCH", path, body)).status == 422, body
    elsewhere = await section(outsider, "Elsewhere")
    adas = await section(ada, "Mine")
    for foreign in (elsewhere, adas, "nowhere"):
        assert (await ben.ask("PATCH", path, {"section_id": foreign})).status == 404
    assert (await outsider.ask("PATCH", path, {"muted": True})).status == 404


async def test_sections_are_made_moved_collapsed_and_deleted(ada: Person, ben: Person) -> None:
    device = await ben.device()
    a, b, c = [await section(ben, name) for name in ("A", "B", "C")]
    assert [s["name"] for s in (await arrange(ben, c, position=0))["sections"]] == ["C", "A", "B"]
    assert [s["name"] for s in (await arrange(ben, a, position=9, name=" Last "))["sections"]] == [
        "C",
        "B",
        "Last",
    ]
    await arrange(ben, b, collapsed=True)
    await arrange(ben, "direct", collapsed=True)
    sidebar = f"/api/v1/workspaces/{ada.workspace['id']}/sidebar"
    assert (await ben.get(sidebar))["collapsed"] == [b, "direct"]
    channel = await ben.make_channel("private")
    await prefer(ben, channel, section_id=b)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/sections/{b}"
    assert (await ben.ask("DELETE", path)).status == 204
    assert (await ben.ask("DELETE", path)).status == 404
    now = await ben.get(sidebar)
    assert ([s["id"] for s in now["sections"]], now["collapsed"]) == ([c, a], ["direct"])
    assert fresh(await ben.get(f"/api/v1/channels/{channel}"))["section_id"] is None
    last = await device.wait_for("sidebar.changed", lambda p: p["sidebar"] == now)
    again = await ben.device()
    assert next(p for name, p in again.heard if name == "ready")["sidebars"] == [last["sidebar"]]
    assert (await ada.get(sidebar))["sections"] == [], "ben's sections are his own"


async def test_sections_that_make_no_sense_are_refused(ada: Person, outsider: Person) -> None:
    base = f"/api/v1/workspaces/{ada.workspace['id']}/sections"
    mine = await section(ada, "Mine")
    for method, path, body, status in [
        ("POST", base, {"name": " "}, 422),
        ("PATCH", f"{base}/{mine}", {"name": "x" * 81}, 422),
        ("PATCH", f"{base}/{mine}", {"position": -1}, 422),
        ("PATCH", f"{base}/starred", {"name": "Stars"}, 403),
        ("PATCH", f"{base}/nowhere", {"collapsed": True}, 404),
        ("DELETE", f"{base}/channels", None, 403),
        ("DELETE", f"{base}/nowhere", None, 404),
    ]:
        assert (await ada.ask(method, path, body)).status == status, (method, path, body)
    for method, path, body in [
        ("GET", f"/api/v1/workspaces/{ada.workspace['id']}/sidebar", None),
        ("POST", base, {"name": "x"}),
        ("PATCH", f"{base}/{mine}", {"name": "x"}),
        ("DELETE", f"{base}/{mine}", None),
    ]:
        answer = await outsider.ask(method, path, body)
        assert (answer.status, answer.code) == (404, "not_found"), (method, path)


async def test_the_number_of_sections_has_a_limit(ada: Person) -> None:
    for i in range(50):
        await section(ada, f"{i}")
    path = f"/api/v1/workspaces/{ada.workspace['id']}/sections"
    answer = await ada.ask("POST", path, {"name": "one more"})
    assert (answer.status, answer.code) == (409, "too_many_sections")
    assert "sections_per_person" in answer.body["detail"]
