"""Files in messages: what becomes of them, looking at them, finding them again."""

import re

from playwright.async_api import expect

from deploy.stack import Stack
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.browser.samples import (
    archive,
    document,
    infected,
    moving_picture,
    picture,
    program,
    sound,
    video,
)
from tests.browser.test_ui_accessibility import check
from tests.browser.test_ui_phone import fits
from tests.hanging import hanging

Pair = tuple[Person, Person]


async def test_two_people_see_a_picture_once_it_is_safe(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(picture("roof.png", (1200, 800)), text="The roof.")
    for person in (ada, ben):
        await expect(person.opens_file("roof.png")).to_be_visible()
        shown = person.page.locator("main .picture:not([data-own])")
        # Its place is kept before it is there.
        assert await shown.get_attribute("width") == "420"
        assert await shown.get_attribute("height") == "280"
        await person.page.wait_for_function("document.querySelector('main .picture').naturalWidth > 0")
    await check(ben, "a picture")


async def test_the_state_of_a_file_is_told_live(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.page.evaluate(
        """() => {
          window.seen = [];
          const words = () => [...document.querySelectorAll('.file-becomes')].map(({ textContent }) => textContent);
          const look = () => window.seen.push(...words());
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    await ada.shares(document("plan.pdf"))
    await expect(ben.file("plan.pdf").get_by_role("button", name="Download plan.pdf")).to_be_visible()
    await expect(ben.opens_file("plan.pdf")).to_be_visible()
    await expect(ben.file("plan.pdf")).to_contain_text("2 pages")
    await expect(ben.file("plan.pdf").locator(".file-becomes")).to_have_count(0)
    seen = await ben.page.evaluate("window.seen")
    assert "Being checked for viruses…" in seen or "Preparing a preview…" in seen


async def test_what_is_infected_is_replaced_by_a_notice(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    # Found out any sooner, it could not be sent.
    with hanging(Stack.here(), "clamav"):
        await ada.shares(infected("invoice.txt"), text="See the invoice.")
        await expect(ben.message("See the invoice.")).to_be_visible()
    for person in (ada, ben):
        notice = person.message("See the invoice.").locator(".file")
        await expect(notice).to_have_attribute("data-state", "quarantined")
        await expect(notice).to_contain_text(re.compile("virus", re.IGNORECASE))
        await expect(notice.get_by_role("button", name="Download")).to_have_count(0)
    await check(ben, "an infected file")


async def test_sound_and_video_are_played_with_seeking(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(video("walk.mp4"), sound("hum.wav"))
    await expect(ben.page.locator("main video")).to_be_visible()
    await ben.page.get_by_role("button", name="Play hum.wav").click()
    await expect(ben.page.get_by_role("button", name="Pause hum.wav")).to_be_visible()
    await ben.page.get_by_role("button", name="Pause hum.wav").click()
    slider = ben.page.get_by_role("slider", name="Position in hum.wav")
    await slider.press("Home")
    await slider.press("ArrowRight")
    await expect(slider).to_have_attribute("aria-valuetext", re.compile("^0:03 of 0:03"))
    await ben.page.locator("main video").evaluate("(video) => { video.currentTime = 1; }")
    await ben.page.wait_for_function("document.querySelector('main video').currentTime > 0.9")
    await check(ben, "players")


async def test_code_shows_its_head_coloured_and_folded(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(program("engine.py"))
    head = ben.file("engine.py").locator("pre")
    await expect(head).to_contain_text("def step_0")
    await expect(head.locator(".hljs-keyword").first).to_be_visible()
    await expect(head).not_to_contain_text("step_9")
    await ben.file("engine.py").get_by_role("button", name="Show more").click()
    await expect(head).to_contain_text("step_9")


async def test_anything_else_is_a_card_to_download(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(archive("all.zip"))
    await expect(ben.file("all.zip")).to_contain_text("Archive · 208 bytes")
    async with ben.page.expect_download() as loaded:
        await ben.page.get_by_role("button", name="Download all.zip").click()
    assert (await loaded.value).suggested_filename == "all.zip"


async def test_what_moves_stands_still_for_who_wants_it(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(moving_picture("dance.gif"))
    # The browsers of the tests ask for less motion.
    await expect(ben.page.get_by_role("button", name="Play dance.gif")).to_be_visible()
    await expect(ben.page.locator("main .picture-still")).to_be_visible()
    await ben.page.get_by_role("button", name="Play dance.gif").click()
    await expect(ben.page.locator("main .picture-still")).to_be_hidden()
    await expect(ben.page.get_by_role("button", name="Stop dance.gif")).to_be_visible()


async def test_the_gallery_is_gone_through_by_keys(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(picture("one.png"), picture("two.png", colour="indigo"), text="Two.")
    await ada.shares(picture("three.png", colour="coral"), text="One more.")
    await expect(ben.opens_file("three.png")).to_be_visible()
    first = ben.opens_file("one.png")
    await first.focus()
    await first.press("Enter")
    gallery = ben.page.get_by_role("dialog")
    await expect(gallery.get_by_role("heading", name="one.png")).to_be_visible()
    await expect(gallery).to_contain_text("1 of 3")
    await check(ben, "the gallery")
    await ben.page.keyboard.press("ArrowRight")
    await ben.page.keyboard.press("ArrowRight")
    await expect(gallery.get_by_role("heading", name="three.png")).to_be_visible()
    await expect(gallery.get_by_role("button", name="Next")).to_have_count(0)
    shown = gallery.locator(".gallery-picture")
    await ben.page.keyboard.press("+")
    await expect(shown).to_have_css("transform", re.compile(r"matrix\(1\.4"))
    await ben.page.keyboard.press("0")
    await expect(shown).to_have_css("transform", re.compile(r"matrix\(1,"))
    async with ben.page.expect_download() as loaded:
        await ben.page.keyboard.press("d")
    assert (await loaded.value).suggested_filename == "three.png"
    await ben.page.keyboard.press("Escape")
    await expect(gallery).to_have_count(0)
    await expect(first).to_be_focused()


# Step on, and zoom in as soon as the next picture is drawn, before anything else happens.
STEP_AND_ZOOM = """async () => {
  const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  press('ArrowRight');
  await new Promise((resolve) => setTimeout(resolve));
  press('+');
}"""


async def test_who_zooms_at_once_into_the_next_picture_is_not_taken_back(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(picture("one.png"), picture("two.png", colour="indigo"), text="Two.")
    await ben.opens_file("one.png").click()
    gallery = ben.page.get_by_role("dialog")
    await expect(gallery.get_by_role("heading", name="one.png")).to_be_visible()
    await ben.page.evaluate(STEP_AND_ZOOM)
    await expect(ben.page.locator("[role=log]")).to_contain_text("two.png, 2 of 2")
    await expect(gallery.locator(".gallery-picture")).to_have_css("transform", re.compile(r"matrix\(1\.4"))


async def test_the_gallery_zooms_by_wheel_and_leads_to_the_message(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(picture("roof.png"), text="The roof.")
    await ben.opens_file("roof.png").click()
    shown = ben.page.locator(".gallery-picture")
    await shown.hover()
    await ben.page.mouse.wheel(0, -400)
    await expect(shown).not_to_have_css("transform", re.compile(r"matrix\(1, 0"))
    await shown.dblclick()
    await expect(shown).to_have_css("transform", re.compile(r"matrix\(1,"))
    await ben.page.get_by_role("button", name="Go to message").click()
    await expect(ben.page.get_by_role("dialog")).to_have_count(0)
    await expect(ben.message("The roof.")).to_be_in_viewport()


async def test_a_file_is_deleted_by_who_uploaded_it(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ben.shares(document("wrong.pdf"), text="Oh no.")
    await expect(ben.opens_file("wrong.pdf")).to_be_visible()
    await ben.file("wrong.pdf").get_by_role("button", name="More for wrong.pdf").click()
    await ben.page.get_by_role("button", name="Delete", exact=True).click()
    dialog = ben.page.get_by_role("dialog", name="Delete wrong.pdf?")
    await dialog.get_by_role("button", name="Delete").click()
    for person in (ada, ben):
        await expect(person.message("Oh no.")).to_contain_text(re.compile("was deleted|not available"))
        await expect(person.opens_file("wrong.pdf")).to_have_count(0)


async def test_a_file_is_shared_to_another_channel(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await ada.shares(archive("all.zip"))
    await expect(ada.page.get_by_role("button", name="Download all.zip")).to_be_visible()
    await ada.creates("archive")
    await ada.opens("general")
    await ada.file("all.zip").get_by_role("button", name="More for all.zip").click()
    await ada.page.get_by_role("button", name="Share to another channel").click()
    await ada.page.get_by_role("button", name="Send to archive").click()
    await ada.opens("archive")
    await expect(ada.file("all.zip")).to_be_visible()


async def test_files_are_found_by_kind_person_channel_and_name(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(picture("roof.png"), document("plan of the roof.pdf"))
    await ben.shares(program("engine.py"))
    await expect(ada.file("engine.py")).to_be_visible()
    await ada.page.get_by_role("button", name="Files", exact=True).click()
    names = ada.page.locator(".files-item b")
    await expect(ada.page.get_by_role("heading", level=1, name="Files")).to_be_visible()
    await expect(names).to_have_count(3)
    await expect(names.first).to_have_text("engine.py")
    await check(ada, "files")
    await ada.page.get_by_role("combobox", name="Kind").select_option("Images")
    await expect(names).to_have_text(["roof.png"])
    await ada.page.get_by_role("combobox", name="Kind").select_option("All kinds")
    await ada.page.get_by_role("combobox", name="Who shared it").select_option("Ben")
    await expect(names).to_have_text(["engine.py"])
    await ada.page.get_by_role("combobox", name="Who shared it").select_option("Anyone")
    await ada.page.get_by_label("Words of a file's name").fill("plan")
    await expect(names).to_have_text(["plan of the roof.pdf"])
    await ada.page.get_by_role("combobox", name="Channel").select_option("#general")
    await expect(names).to_have_text(["plan of the roof.pdf"])
    await ada.page.get_by_label("Words of a file's name").fill("nothing of the kind")
    await expect(ada.page.get_by_text("No file matches")).to_be_visible()
    await ada.page.get_by_label("Words of a file's name").fill("")
    await ada.page.get_by_role("button", name="List").click()
    await check(ada, "files as a list")
    await ada.page.get_by_role("button", name="Open roof.png").click()
    await ada.page.get_by_role("button", name="Go to message", exact=True).click()
    await expect(ada.opens_file("roof.png")).to_be_in_viewport()


async def test_a_channel_has_its_files_beside_it(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await ada.page.get_by_role("button", name="general, channel menu").click()
    await ada.page.locator(".menu:popover-open").get_by_role("button", name="Files").click()
    panel = ada.page.get_by_role("complementary", name="Files")
    await expect(panel).to_contain_text("No files yet")
    await ada.shares(picture("roof.png"))
    await expect(panel.get_by_role("button", name="Open roof.png")).to_be_visible()
    await panel.get_by_role("button", name="Close files").click()
    await expect(panel).to_have_count(0)


async def test_a_message_of_files_alone_is_told_in_words(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.shares(picture("roof.png"), program("engine.py"))
    await expect(ben.opens_file("roof.png")).to_be_visible()
    row = ada.page.locator(".message-row").last
    await row.focus()
    await row.press("p")
    await ben.page.get_by_role("button", name="Pinned messages").click()
    pins = ben.page.get_by_role("complementary", name="Pinned messages")
    await expect(pins).to_contain_text("sent 2 files")


async def test_files_fit_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    await ada.shares(picture("roof.png", (2400, 900)), picture("tall.png", (300, 1600)), sound(), program())
    await expect(ada.opens_file("tall.png")).to_be_visible()
    await expect(ada.file("engine.py").locator("pre")).to_be_visible()
    await fits(ada)
    await ada.opens_file("roof.png").tap()
    await expect(ada.page.get_by_role("dialog").get_by_role("heading", name="roof.png")).to_be_visible()
    await fits(ada)
    await ada.page.get_by_role("button", name="Close").tap()
    await ada.page.get_by_role("button", name="Back to channels").tap()
    await ada.page.get_by_role("button", name="Files", exact=True).tap()
    await expect(ada.page.locator(".files-item")).to_have_count(4)
    await fits(ada)
