"""A picture of oneself: read by its content, cut square, written anew, shown to everyone who sees the person."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.person import Answer, Json, Person


def picture(size: tuple[int, int] = (300, 200), *, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (180, 40, 40)).save(out, kind, **options)
    return out.getvalue()


async def put(person: Person, image: bytes) -> Answer:
    return await person.ask("PUT", "/api/v1/me/avatar", {"image": base64.b64encode(image).decode()})


async def seen(asker: Person, person: Person) -> Json:
    return dict(await asker.get(f"/api/v1/workspaces/{asker.workspace['id']}/members/{person.id}"))


async def test_a_picture_is_cut_square_made_small_and_shown_to_everyone(ada: Person, ben: Person) -> None:
    at_ada = await ada.device()
    taken = await put(ben, picture())
    assert taken.status == 200, taken.body
    address = taken.body["avatar"]
    heard = await at_ada.wait_for("person.changed", lambda p: p["user"]["id"] == ben.id)
    members = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/members"))["items"]
    [listed] = [member for member in members if member["user_id"] == ben.id]
    assert {heard["user"]["avatar"], listed["avatar"], (await seen(ada, ben))["avatar"]} == {address}
    for side in (64, 192, 512):
        loaded = await ada.load(f"{address}/{side}")
        assert loaded.status == 200
        with Image.open(io.BytesIO(loaded.data)) as shown:
            assert (shown.format, shown.size) == ("WEBP", (side, side))
    assert "immutable" in loaded.headers["Cache-Control"]
    ada.token = ""
    again = await ada.load(f"{address}/512", If_None_Match=loaded.headers["ETag"])
    assert (again.status, again.data) == (304, b"")
    assert (await ada.load(f"{address}/513")).status == 404


async def test_what_a_camera_wrote_beside_the_picture_is_gone_and_it_stands_upright(ada: Person) -> None:
    tall = Image.new("RGB", (200, 400), (255, 255, 255))
    tall.paste((0, 0, 200), (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 3, "Secret Camera"
    out = io.BytesIO()
    tall.save(out, "JPEG", exif=exif)
    taken = await put(ada, out.getvalue())
    loaded = await ada.load(f"{taken.body['avatar']}/64")
    assert b"Secret Camera" not in loaded.data
    with Image.open(io.BytesIO(loaded.data)) as shown:
        assert not shown.getexif()
        red, _, blue = shown.convert("RGB").getpixel((32, 60))  # type: ignore[misc]
        assert blue > 150 > red, "turned by half: the blue half is below"


async def test_a_new_picture_has_another_address_and_the_old_one_is_gone(ada: Person, ben: Person) -> None:
    first = (await put(ben, picture())).body["avatar"]
    second = (await put(ben, picture(kind="PNG"))).body["avatar"]
    assert first != second
    assert (await ada.load(f"{first}/64")).status == 404
    assert (await ada.load(f"{second}/64")).status == 200
    removed = await ben.ask("DELETE", "/api/v1/me/avatar")
    assert (removed.status, removed.body["avatar"]) == (200, None)
    assert (await ada.load(f"{second}/64")).status == 404
    assert (await seen(ada, ben))["avatar"] is None


@pytest.mark.parametrize(
    ("image", "status", "code"),
    [
        (b"", 422, "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "not_an_image"),
        (picture()[:400], 422, "not_an_image"),
        (bytes(700_001), 413, "avatar_too_large"),
        (picture((8000, 5001), kind="PNG"), 413, "avatar_too_large"),
    ],
    ids=["nothing", "svg", "cut off", "too many bytes", "too many pixels"],
)
async def test_what_is_no_picture_or_too_large_is_refused(
    ada: Person, image: bytes, status: int, code: str
) -> None:
    refused = await put(ada, image)
    assert (refused.status, refused.code) == (status, code)


async def test_pronouns_and_language_are_kept_and_checked(ada: Person, ben: Person) -> None:
    changed = await ben.ask("PATCH", "/api/v1/me", {"pronouns": " they /  them ", "language": "PT_br"})
    assert (changed.body["pronouns"], changed.body["language"]) == ("they / them", "pt-BR")
    assert (await seen(ada, ben))["pronouns"] == "they / them"
    cleared = await ben.ask("PATCH", "/api/v1/me", {"pronouns": "", "language": ""})
    assert (cleared.body["pronouns"], cleared.body["language"]) == ("", None)
    for wanted in ({"language": "klingon!"}, {"language": "e"}, {"pronouns": "x" * 41}, {"pronouns": "a\nb"}):
        assert (await ben.ask("PATCH", "/api/v1/me", wanted)).status == 422, wanted
