"""Writing: shortcuts, suggestions, rich text from elsewhere, a preview, and emoji."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.test_ui_accessibility import check

PASTE = """(markup) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/html', markup);
  clipboardData.setData('text/plain', 'plain');
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  document.getElementById('composer').dispatchEvent(event);
}"""
RICH = """<meta charset=utf-8><style>p{color:red}</style><b style="font-weight:normal"><h2>Plan</h2>
<p>a <span style="font-weight:700">bold</span> <i>word</i>, <a href="https://example.com/y">a link</a>,
<a href="javascript:alert(1)">no link</a><img src=x onerror=alert(1)></p><ul><li>one</li><li>two</li></ul>
<table><tr><th>A</th></tr><tr><td>1</td></tr></table><pre><code>x = 1</code></pre><del>gone</del>
<script>alert(1)</script></b>"""


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ("Control+b", "**words**"),
        ("Control+i", "*words*"),
        ("Control+Shift+X", "~~words~~"),
        ("Control+e", "`words`"),
        ("Control+Shift+C", "```\nwords\n```"),
        ("Control+Shift+U", "[words](https://)"),
        ("Control+Shift+8", "- words"),
        ("Control+Shift+7", "1. words"),
        ("Control+Shift+6", "- [ ] words"),
        ("Control+Shift+9", "> words"),
    ],
)
async def test_shortcuts_format_what_is_selected_and_undo_takes_it_back(
    ada_alone: Person, keys: str, written: str
) -> None:
    await ada_alone.composer.fill("words")
    await ada_alone.composer.press("Control+a")
    await ada_alone.composer.press(keys)
    await expect(ada_alone.composer).to_have_value(written)
    await ada_alone.composer.press("Control+z")
    await expect(ada_alone.composer).to_have_value("words")


async def test_buttons_format_too_and_can_be_hidden(ada_alone: Person) -> None:
    page = ada_alone.page
    await ada_alone.composer.fill("one\ntwo")
    await ada_alone.composer.press("Control+a")
    await page.get_by_role("button", name="Numbered list").click()
    await expect(ada_alone.composer).to_have_value("1. one\n2. two")
    await expect(ada_alone.composer).to_be_focused()
    await page.get_by_role("button", name="Formatting").click()
    await expect(page.get_by_role("toolbar", name="Formatting")).to_be_hidden()
    await page.reload()
    await expect(ada_alone.composer).to_have_value("1. one\n2. two")
    await expect(page.get_by_role("toolbar", name="Formatting")).to_be_hidden()


async def test_lists_go_on_and_enter_keeps_to_its_line_within_code(ada_alone: Person) -> None:
    keys = ada_alone.page.keyboard
    await ada_alone.composer.focus()
    await keys.type("1. one")
    await keys.press("Shift+Enter")
    await keys.type("two")
    await keys.press("Shift+Enter")
    await keys.press("Shift+Enter")
    await keys.type("```")
    await keys.press("Enter")
    await keys.type("code")
    await keys.press("Enter")
    await keys.type("```")
    await expect(ada_alone.composer).to_have_value("1. one\n2. two\n```\ncode\n```")
    await keys.press("Enter")
    await expect(ada_alone.composer).to_have_value("")
    await expect(ada_alone.page.locator(".message pre")).to_have_text("code")


async def test_enter_can_make_lines_instead_of_sending(ada_alone: Person) -> None:
    await ada_alone.page.get_by_role("button", name="Enter sends").click()
    await ada_alone.composer.press_sequentially("one")
    await ada_alone.composer.press("Enter")
    await ada_alone.composer.press_sequentially("two")
    await expect(ada_alone.composer).to_have_value("one\ntwo")
    await ada_alone.composer.press("Control+Enter")
    await expect(ada_alone.message("one")).to_contain_text("two")


async def test_names_are_suggested_and_chosen_by_keyboard(ada_and_ben: tuple[Person, Person]) -> None:
    ada, _ = ada_and_ben
    keys = ada.page.keyboard
    options = ada.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await ada.creates("lunch")
    await ada.opens("general")
    await ada.composer.focus()
    await keys.type("Hi @be")
    await expect(options).to_have_count(1)
    await expect(ada.composer).to_have_attribute("aria-activedescendant", re.compile(".+"))
    await keys.press("Enter")
    await expect(ada.composer).to_have_value(re.compile(r"^Hi @ben[\w.-]* $"))
    await keys.type("see #lu")
    await expect(options).to_contain_text(["lunch"])
    await keys.press("Tab")
    await keys.type(":tad")
    await expect(options.first).to_contain_text(":tada:")
    await keys.press("Enter")
    await expect(ada.composer).to_have_value(re.compile("see #lunch 🎉 $"))
    await keys.type("@ch")
    await expect(options).to_contain_text(["@channel"])
    await keys.press("Escape")
    await expect(options).to_have_count(0)
    await keys.type("annel at 10:30 a@b `@be")
    await expect(options).to_have_count(0)


async def test_a_suggestion_is_chosen_by_touch_and_commands_at_the_start_alone(ada_alone: Person) -> None:
    options = ada_alone.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await ada_alone.composer.press_sequentially("@her")
    await options.filter(has_text="@here").click()
    await expect(ada_alone.composer).to_have_value("@here ")
    await expect(ada_alone.composer).to_be_focused()
    await ada_alone.composer.press_sequentially("/to")
    await expect(options).to_have_count(0)
    await ada_alone.composer.fill("")
    await ada_alone.composer.press_sequentially("/to")
    await expect(options.first).to_contain_text("/topic")


async def test_rich_text_is_pasted_as_markdown_and_runs_nothing(ada_alone: Person) -> None:
    asked: list[str] = []
    ada_alone.page.on("dialog", lambda dialog: asked.append(dialog.message))
    await ada_alone.composer.fill("Look: ")
    await ada_alone.page.evaluate(PASTE, RICH)
    await expect(ada_alone.composer).to_have_value(re.compile("## Plan"))
    written = await ada_alone.composer.input_value()
    for part in (
        "a **bold** *word*, [a link](https://example.com/y),\nno link".replace("\n", " "),
        "- one\n- two",
        "| A",
        "```\nx = 1\n```",
        "~~gone~~",
    ):
        assert part in written, written
    assert "alert" not in written
    assert asked == []


async def test_an_address_pasted_onto_words_links_them(ada_alone: Person) -> None:
    await ada_alone.composer.fill("the docs")
    await ada_alone.composer.press("Control+a")
    await ada_alone.page.evaluate(PASTE.replace("'plain'", "'https://example.com/docs'"), "")
    await expect(ada_alone.composer).to_have_value("[the docs](https://example.com/docs)")


async def test_the_preview_shows_what_will_be_sent(ada_alone: Person) -> None:
    await ada_alone.composer.fill("**bold** <b>not</b>")
    await ada_alone.composer.press("Control+Alt+p")
    preview = ada_alone.page.get_by_role("region", name="Preview")
    await expect(preview.locator("strong")).to_have_text("bold")
    await expect(preview).to_contain_text("<b>not</b>")
    await ada_alone.page.get_by_role("button", name="Preview").click()
    await expect(ada_alone.composer).to_be_focused()
    await expect(ada_alone.composer).to_have_value("**bold** <b>not</b>")


async def test_emoji_are_found_and_written_by_keyboard(ada_alone: Person) -> None:
    page, keys = ada_alone.page, ada_alone.page.keyboard
    await ada_alone.composer.fill("Go ")
    await page.get_by_role("button", name="Emoji", exact=True).click()
    await expect(page.get_by_role("searchbox", name="Find an emoji")).to_be_focused()
    await expect(page.get_by_role("button", name="grinning face", exact=True)).to_be_attached()
    await keys.type("rocket")
    await expect(page.locator(".emoji-choice").first).to_have_text("🚀")
    await keys.press("Enter")
    await expect(ada_alone.composer).to_have_value("Go 🚀")
    await expect(ada_alone.composer).to_be_focused()
    await page.get_by_role("button", name="Emoji", exact=True).click()
    await expect(page.locator("[data-group=recent] .emoji-choice").first).to_have_text("🚀")
    await page.get_by_label("Skin colour").select_option("3")
    await keys.press("Escape")
    await ada_alone.composer.press_sequentially(" :wave")
    await keys.press("Enter")
    await expect(ada_alone.composer).to_have_value("Go 🚀 👋🏽 ")


@pytest.mark.parametrize("viewport", [None, PHONE])
async def test_writing_is_accessible(visit: Visit, viewport: dict[str, int] | None) -> None:
    ada = await visit("Ada", **({"viewport": viewport} if viewport else {}))
    await ada.starts("Analytical Engines")
    await ada.composer.press_sequentially("@he")
    await expect(ada.page.get_by_role("option")).to_have_count(1)
    await check(ada, "suggestions")
    await ada.composer.fill("**a** `b`\n\n- [x] c\n\n| d |\n|--|\n| e |\n\n```py\nf = 1\n```")
    await ada.composer.press("Control+Alt+p")
    await check(ada, "preview")
    await ada.page.get_by_role("button", name="Emoji", exact=True).click()
    await expect(ada.page.get_by_role("button", name="grinning face", exact=True)).to_be_attached()
    await check(ada, "emoji")


@pytest.fixture
async def ada_alone(visit: Visit) -> Person:
    """Ada in a workspace of her own."""
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    return ada
