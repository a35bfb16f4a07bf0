"""The workspace's own emoji and previews of links, on the page."""

import io
import re

from PIL import Image
from playwright.async_api import expect

from tests.browser.person import Person
from tests.pages import serving


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 60, 60)).save(out, "PNG")
    return out.getvalue()


async def test_an_emoji_is_added_written_picked_and_removed(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.page.get_by_role("button", name="workspace menu").click()
    await ben.page.get_by_role("button", name="Custom emoji").click()
    dialog = ben.page.get_by_role("dialog", name="Custom emoji")
    await dialog.get_by_label("Choose a picture").set_input_files(
        {"name": "Ada Square.png", "mimeType": "image/png", "buffer": picture()}
    )
    await expect(dialog.get_by_label("Name")).to_have_value("ada_square")
    await dialog.get_by_label("Name").fill("tada")
    await dialog.get_by_role("button", name="Add emoji").click()
    await expect(dialog.get_by_text(":tada: is already 🎉.")).to_be_visible()
    await dialog.get_by_label("Name").fill("ada_square")
    await dialog.get_by_role("button", name="Add emoji").click()
    await expect(dialog.get_by_role("list", name="Custom emoji")).to_contain_text("Added by Ben")
    await ben.page.keyboard.press("Escape")

    await ada.writes("Look :ada_square:")
    image = ben.message("Look").get_by_role("img", name=":ada_square:")
    await expect(image).to_be_visible()
    assert await image.evaluate("async (img) => (await img.decode(), img.naturalWidth)") == 64

    await ben.page.get_by_role("button", name="Emoji", exact=True).click()
    await ben.page.get_by_role("searchbox", name="Find an emoji").fill("ada_sq")
    await ben.page.keyboard.press("Enter")
    await expect(ben.composer).to_have_value(":ada_square:")

    await ben.page.get_by_role("button", name="workspace menu").click()
    await ben.page.get_by_role("button", name="Custom emoji").click()
    await dialog.get_by_role("button", name="Remove ada_square").click()
    await dialog.get_by_role("button", name="Really remove ada_square").click()
    await expect(ada.message("Look :ada_square:")).to_be_visible()


async def test_who_enters_an_emoji_before_the_table_is_there_gets_it_then(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, _ = ada_and_ben
    is_let_through = await ada.holds_up(re.compile("emojibase-data.*compact"))
    await ada.page.get_by_role("button", name="Emoji", exact=True).click()
    await ada.page.get_by_role("searchbox", name="Find an emoji").fill("party popper")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_text("Loading…")).to_be_visible()
    is_let_through.set()
    await expect(ada.composer).to_have_value("🎉")


async def test_a_preview_is_words_alone_and_its_author_removes_it(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    asked: list[str] = []
    ben.page.on("request", lambda request: asked.append(request.url))
    async with serving() as pages:
        await ada.writes(f"See {pages.address}/article")
        card = ben.page.get_by_role("article", name="The Analytical Engine")
        await expect(card).to_contain_text("Weaves algebraical patterns.")
        await expect(card).to_contain_text("Notes")
        await expect(card.get_by_role("link")).to_have_attribute("rel", "noopener noreferrer")
        await expect(card.get_by_role("button")).to_have_count(0)
        await ada.page.get_by_role("button", name="Remove preview").click()
        await expect(card).to_have_count(0)
        assert [url for url in asked if url.startswith(pages.address)] == []
