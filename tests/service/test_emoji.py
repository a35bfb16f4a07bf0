"""A workspace's own emoji: added, seen, reacted with, taken away; and nothing but small pictures."""

import base64
import io
from urllib.parse import urlencode

import aiohttp
import pytest
from PIL import Image

from parlour.core.emoji.images import written_anew
from parlour.core.errors import InvalidError, TooLargeError
from parlour.core.settings import Settings
from tests.person import Answer, Person, eventually


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), *, frames: int = 1) -> bytes:
    out = io.BytesIO()
    shown = [Image.new("RGB", size, (40 * n % 256, 120, 90)) for n in range(frames)]
    shown[0].save(out, kind, **({"save_all": True, "append_images": shown[1:]} if frames > 1 else {}))
    return out.getvalue()


async def add(who: Person, workspace: str, name: str, image: bytes | None = None) -> Answer:
    encoded = base64.b64encode(picture() if image is None else image).decode()
    return await who.ask("POST", f"/api/v1/workspaces/{workspace}/emoji", {"name": name, "image": encoded})


async def load(url: str) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_a_member_adds_an_emoji_and_everyone_sees_it(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    workspace = ada.workspace["id"]
    at_ada = await ada.device()
    added = await add(ben, workspace, "party_parrot")
    assert added.status == 201
    told = await at_ada.wait_for("emoji.added")
    assert (told["workspace_id"], told["emoji"]["name"]) == (workspace, "party_parrot")
    [listed] = (await ada.get(f"/api/v1/workspaces/{workspace}/emoji"))["items"]
    assert listed == added.body
    status, kind, body = await load(stack_settings.address + listed["url"])
    assert (status, kind) == (200, "image/webp")
    assert max(Image.open(io.BytesIO(body)).size) == 128
    assert (await add(ada, workspace, "party_parrot")).code == "emoji_name_taken"


async def test_pictures_are_for_those_who_were_given_their_address(
    ada: Person, stack_settings: Settings
) -> None:
    added = (await add(ada, ada.workspace["id"], "mine")).body
    path, _, query = added["url"].partition("?")
    good = dict(part.split("=") for part in query.split("&"))
    for wrong in (
        {},
        {"signature": "0" * 64},
        {"until": "9999999999"},
        {"version": "another"},
        {"until": "1"},
    ):
        changed = urlencode((good | wrong) if wrong else {})
        assert (await load(f"{stack_settings.address}{path}?{changed}"))[0] == 404, wrong
    other = path.replace("/mine/", "/other/")
    assert (await load(f"{stack_settings.address}{other}?{query}"))[0] == 404
    assert (await load(f"{stack_settings.address}{path}?until=x"))[0] == 422


async def test_an_outsider_has_nothing_to_do_with_it(ada: Person, outsider: Person) -> None:
    emoji = f"/api/v1/workspaces/{ada.workspace['id']}/emoji"
    await add(ada, ada.workspace["id"], "mine")
    assert (await add(outsider, ada.workspace["id"], "theirs")).status == 404
    assert (await outsider.ask("GET", emoji)).status == 404
    assert (await outsider.ask("DELETE", f"{emoji}/mine")).status == 404


async def test_who_added_an_emoji_and_owners_take_it_away(ada: Person, ben: Person) -> None:
    workspace = ada.workspace["id"]
    emoji = f"/api/v1/workspaces/{workspace}/emoji"
    await add(ada, workspace, "of_ada")
    await add(ben, workspace, "of_ben")
    at_ben = await ben.device()
    assert (await ben.ask("DELETE", f"{emoji}/of_ada")).code == "not_yours"
    assert (await ada.ask("DELETE", f"{emoji}/of_ben")).status == 204
    told = await at_ben.wait_for("emoji.removed")
    assert told["name"] == "of_ben"
    assert (await ada.ask("DELETE", f"{emoji}/of_ben")).status == 404
    assert [item["name"] for item in (await ben.get(emoji))["items"]] == ["of_ada"]


async def test_people_react_with_their_workspaces_emoji_alone(ada: Person, outsider: Person) -> None:
    await add(ada, ada.workspace["id"], "mine")
    message = await ada.send(await ada.general(), "hello")
    reactions = f"/api/v1/messages/{message['id']}/reactions"
    assert (await ada.ask("PUT", f"{reactions}/:mine:")).status == 204
    assert (await ada.ask("PUT", f"{reactions}/:%2B1:")).status == 204
    assert (await ada.ask("PUT", f"{reactions}/:not_there:")).code == "not_an_emoji"
    theirs = await outsider.send(await outsider.general(), "hello")
    assert (await outsider.ask("PUT", f"/api/v1/messages/{theirs['id']}/reactions/:mine:")).status == 422

    async def shown() -> bool:
        found = await ada.get(f"/api/v1/messages/{message['id']}")
        return set(found["reactions"]) == {":mine:", "👍"}

    await eventually(shown)


@pytest.mark.parametrize("name", ["", "Big", "a b", "a:b", "ü", "x" * 33, "tada", "+1", "../x"])
async def test_a_name_is_plain_and_not_that_of_another_emoji(ada: Person, name: str) -> None:
    assert (await add(ada, ada.workspace["id"], name)).code == "emoji_name"


async def test_what_is_no_small_picture_is_refused(ada: Person) -> None:
    workspace = ada.workspace["id"]
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for image in (b"", svg, b"<html>", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, picture()[:60], picture("TIFF")):
        answer = await add(ada, workspace, "wrong", image)
        assert (answer.status, answer.code) == (422, "not_an_image"), image[:20]
    assert (await add(ada, workspace, "large", b"\0" * 262_145)).code == "emoji_too_large"
    answer = await ada.ask("POST", f"/api/v1/workspaces/{workspace}/emoji", {"name": "x", "image": "%%"})
    assert answer.status == 422


def test_pictures_are_written_anew_without_what_else_they_held() -> None:
    limits = Settings()
    polyglot = picture("GIF") + b"<script>alert(1)</script>"
    assert b"script" not in written_anew(polyglot, limits)
    for kind in ("PNG", "GIF", "WEBP", "JPEG"):
        with Image.open(io.BytesIO(written_anew(picture(kind), limits))) as shown:
            assert (shown.format, shown.size) == ("WEBP", (128, 85))


def test_animations_stay_and_have_limits() -> None:
    with Image.open(io.BytesIO(written_anew(picture("GIF", frames=4), Settings()))) as shown:
        assert getattr(shown, "n_frames", 1) == 4
    for settings in (Settings(emoji_max_frames=3), Settings(emoji_max_pixels=59_999)):  # type: ignore[call-arg]
        with pytest.raises(TooLargeError):
            written_anew(picture("GIF", frames=4), settings)
    with pytest.raises(InvalidError):
        written_anew(b"GIF89a", Settings())
