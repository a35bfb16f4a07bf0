"""The workspace's own emoji and previews of links, on the page."""

from playwright.async_api import expect

from tests.browser.person import Person
from tests.pages import serving


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
