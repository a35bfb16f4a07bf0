"""Formatted text, as people see it."""

import re

from playwright.async_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.person import Person

ALL_OF_IT = """\
# Plan
**bold** *italic* ~~gone~~ `code` and [a link](https://example.com/x)
second line

- one
  1. nested
- [x] done
- [ ] to do

> quoted

| Name | Count |
|:-----|------:|
| a    |     1 |

```python
def f(x): return "hi"
```"""


async def test_markdown_is_shown_formatted_to_everyone(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.writes(ALL_OF_IT)
    text = ben.page.get_by_role("article").locator(".text").last
    await expect(text.get_by_role("heading", name="Plan", level=3)).to_be_visible()
    for element, words in (("strong", "bold"), ("em", "italic"), ("s", "gone"), ("blockquote", "quoted")):
        await expect(text.locator(element)).to_have_text(words)
    await expect(text.locator("li li")).to_have_text("nested")
    await expect(text.get_by_role("checkbox", name="Done")).to_be_checked()
    await expect(text.get_by_role("checkbox", name="To do")).not_to_be_checked()
    await expect(text.get_by_role("cell", name="1", exact=True)).to_be_visible()
    await expect(text.locator("pre .hljs-keyword").first).to_have_text("def")
    await expect(text.get_by_role("link", name="a link")).to_have_attribute("rel", "noopener noreferrer")
    await expect(text.locator("br")).to_have_count(1)


async def test_code_is_copied_with_a_button(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ben.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await ada.writes("```\nmake  it\n```")
    await ben.page.get_by_role("button", name="Copy code").click()
    assert await ben.page.evaluate("navigator.clipboard.readText()") == "make  it\n"


async def test_people_and_channels_are_named_where_they_exist(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.creates("lunch")
    await ada.opens("general")
    handle = await ben.page.evaluate("JSON.parse(localStorage['parlour.session']).user.handle")
    await ada.writes(f"Hello @{handle}, see #lunch, not @nobody or #nothing. `@{handle}`")
    shown = ada.message("Hello")
    await expect(shown.locator(".mention")).to_have_text([f"@{handle}", "#lunch"])
    await expect(shown.locator(".mention").first).to_have_attribute("title", "Ben")
    await expect(ben.message("Hello").locator(".mention[data-own]")).to_have_text(f"@{handle}")
    await shown.get_by_role("link", name="#lunch").click()
    await expect(ada.page.get_by_role("heading", level=1, name="lunch")).to_be_visible()


async def test_emoji_have_names_and_stand_large_alone(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.writes("Well done :tada: at 10:30:45 :nothing_like_it:")
    shown = ben.message("Well done")
    await expect(shown.get_by_role("img", name="party popper")).to_have_text("🎉")
    await expect(shown).to_contain_text("10:30:45 :nothing_like_it:")
    await expect(shown.locator("[data-jumbo]")).to_have_count(0)
    await ada.writes(":tada: 👍🏽")
    await expect(ben.page.locator("[data-jumbo]")).to_contain_text("🎉 👍🏽")


async def height_of(place: Locator) -> float:
    box = await place.bounding_box()
    assert box
    return box["height"]


async def test_long_texts_are_folded(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.writes("\n".join(f"Line {number}" for number in range(60)))
    more = ben.page.get_by_role("button", name="Show more")
    await expect(more).to_be_visible()
    folded = await height_of(ben.page.locator(".message").last)
    await more.click()
    await expect(ben.page.get_by_role("button", name="Show less")).to_be_visible()
    assert await height_of(ben.page.locator(".message").last) > folded * 2


async def test_images_of_elsewhere_are_links(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    await ada.writes("![a cat](https://example.com/cat.png)")
    await expect(ada.page.get_by_role("link", name="a cat")).to_have_attribute("href", re.compile("cat.png$"))
    await expect(ada.page.locator(".message img")).to_have_count(0)
