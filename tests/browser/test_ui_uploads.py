"""Attaching files: chosen, dropped, pasted; slow lines, lost lines, reloads, and second thoughts."""

import re

from playwright.async_api import Request, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.samples import (
    document,
    hold_over,
    large,
    let_go_over,
    paste_into,
    picture,
    program,
)
from tests.browser.test_ui_accessibility import check

Pair = tuple[Person, Person]
SLOW = 4_000_000


def offsets(person: Person) -> list[int]:
    """Where each request went on that brought bytes of an upload, as they come."""
    seen: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH" and "/uploads/" in request.url:
            seen.append(int(request.headers["upload-offset"]))

    person.page.on("request", note)
    return seen


async def progresses(person: Person, name: str, share: int) -> None:
    """So many percent of a file are sent."""
    await person.page.wait_for_function(
        "([name, share]) => [...document.querySelectorAll('.attachment')].some((one) => one.textContent.includes(name)"
        " && one.querySelector('progress') && 100 * one.querySelector('progress').position >= share)",
        arg=[name, share],
    )


async def test_a_chosen_file_goes_with_words(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    async with ada.page.expect_file_chooser() as chooser:
        await ada.page.get_by_role("button", name="Attach files").click()
    await (await chooser.value).set_files(document("plan.pdf"))
    await expect(ada.attachment("plan.pdf")).to_contain_text("kB")
    await expect(ada.composer).to_be_focused()
    await check(ada, "an attached file")
    await ada.composer.fill("The plan, at last.")
    await ada.composer.press("Enter")
    await expect(ada.page.locator(".attachment")).to_have_count(0)
    await expect(ben.message("The plan, at last.")).to_contain_text("plan.pdf")


async def test_files_go_without_words_in_their_order(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.attaches(program("one.py"), program("two.py"), program("three.py"))
    await expect(ada.page.get_by_role("list", name="3 attached files")).to_be_visible()
    await ada.page.get_by_role("button", name="Send", exact=True).click()
    await expect(ben.page.locator("main .file-words b")).to_have_text(["one.py", "two.py", "three.py"])


async def test_files_are_dropped_where_the_overlay_says(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    main = ada.page.locator("#main")
    await hold_over(main, picture())
    await expect(ada.page.get_by_text("Attach to #general")).to_be_visible()
    await let_go_over(main, picture())
    await expect(ada.page.get_by_text("Attach to #general")).to_be_hidden()
    await expect(ada.attachment("roof.png")).to_be_visible()
    await expect(ada.composer).to_be_focused()


async def test_files_are_dropped_and_pasted_into_a_thread(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    await ada.says("Here it begins.")
    await ada.message("Here it begins.").hover()
    await ada.message("Here it begins.").get_by_role("button", name="Reply in thread").click()
    thread = ada.page.get_by_role("complementary", name="Thread")
    await hold_over(thread, program("dropped.py"))
    await expect(ada.page.get_by_text("Attach to the thread")).to_be_visible()
    await let_go_over(thread, program("dropped.py"))
    reply = thread.get_by_role("textbox")
    await paste_into(reply, picture("image.png"))
    await expect(ada.attachment("Pasted")).to_be_visible()
    await expect(thread.locator(".attachment")).to_have_count(2)
    await reply.press("Enter")
    await expect(thread.get_by_role("article").last).to_contain_text("dropped.py")
    await ben.message("Here it begins.").get_by_role("button", name=re.compile("1 reply")).click()
    await expect(ben.page.get_by_role("complementary", name="Thread").locator(".files")).to_be_visible()


async def test_text_with_a_picture_of_itself_is_pasted_as_text(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await ada.composer.focus()
    await ada.composer.evaluate(
        """(field) => {
          const data = new DataTransfer();
          data.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
          data.setData('text/plain', 'cells of a sheet');
          field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
        }"""
    )
    await expect(ada.page.locator(".attachment")).to_have_count(0)


async def test_what_is_too_large_is_refused_before_a_byte_is_sent(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    sent = offsets(ada)
    await ada.page.locator("#main").evaluate(
        """(place) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(101_000_000)], 'film.mkv'));
          place.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
        }"""
    )
    await expect(ada.attachment("film.mkv")).to_contain_text("Larger than 100 MB")
    await ada.composer.press("Enter")
    await expect(ada.page.get_by_text("A file could not be uploaded.")).to_be_visible()
    await ada.page.get_by_role("button", name="Remove film.mkv").click()
    await expect(ada.page.locator(".attachment")).to_have_count(0)
    assert sent == []


async def test_more_files_than_a_message_holds_are_left_out(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    await ada.attaches(*(program(f"part-{number}.py") for number in range(11)))
    await expect(ada.page.get_by_text("A message has at most 10 files.")).to_be_visible()
    await expect(ada.page.locator(".attachment")).to_have_count(10)


async def test_an_upload_is_paused_resumed_and_cancelled(ada_and_ben: Pair) -> None:
    ada, _ = ada_and_ben
    fast = await ada.slows_down(SLOW)
    sent = offsets(ada)
    await ada.attaches(large("large.bin", megabytes=18))
    await progresses(ada, "large.bin", 60)
    await ada.page.get_by_role("button", name="Pause large.bin").click()
    await expect(ada.attachment("large.bin")).to_contain_text("Paused at")
    await check(ada, "a paused upload")
    await ada.page.get_by_role("button", name="Resume large.bin").click()
    await fast()
    await expect(ada.attachment("large.bin")).to_have_attribute("data-state", "done")
    assert sent[0] == 0
    assert sent[-1] > 0
    await ada.page.get_by_role("button", name="Remove large.bin").click()
    await expect(ada.page.locator(".attachment")).to_have_count(0)
    await expect(ada.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()


async def test_a_message_waits_for_its_files_and_can_be_taken_back(ada_and_ben: Pair) -> None:
    ada, ben = ada_and_ben
    fast = await ada.slows_down(SLOW // 3)
    await ada.attaches(large("large.bin", megabytes=18))
    await ada.composer.fill("With the whole of it.")
    await ada.composer.press("Enter")
    waits = ada.page.get_by_role("button", name="Sends when uploaded")
    await expect(waits).to_be_visible()
    await expect(ada.composer).not_to_be_editable()
    await waits.click()
    await expect(ada.composer).to_be_editable()
    await ada.composer.fill("With nearly all of it.")
    await ada.composer.press("Enter")
    # It leaves by itself, also while one looks elsewhere.
    await ada.creates("elsewhere")
    await expect(ben.page.locator("main article")).to_have_count(0)
    await fast()
    await expect(ben.message("With nearly all of it.")).to_contain_text("large.bin")
    await ada.opens("general")
    await expect(ada.composer).to_have_value("")
    await expect(ada.page.locator(".attachment")).to_have_count(0)


async def test_an_upload_goes_on_after_a_lost_network(visit: Visit, line: Line) -> None:
    ada = await visit("Ada", address=line.address)
    await ada.starts("Analytical Engines")
    fast = await ada.slows_down(SLOW)
    sent = offsets(ada)
    await ada.attaches(large("large.bin", megabytes=18))
    await progresses(ada, "large.bin", 60)
    line.cut()
    await expect(ada.attachment("large.bin")).to_contain_text("Waiting for the connection")
    await ada.composer.fill("Through the tunnel.")
    await ada.composer.press("Enter")
    await expect(ada.page.get_by_role("button", name="Sends when uploaded")).to_be_visible()
    await fast()
    line.mend()
    await expect(ada.state_of("Through the tunnel.")).to_contain_text(re.compile("Sent|Delivered|Seen"))
    await expect(ada.message("Through the tunnel.")).to_contain_text("large.bin")
    assert sent[-1] > 0


async def test_an_upload_goes_on_after_a_reload_and_the_draft_keeps_its_files(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    await ada.composer.fill("Begun before.")
    await ada.slows_down(SLOW)
    await ada.attaches(program("small.py"))
    await expect(ada.attachment("small.py")).to_have_attribute("data-state", "done")
    await ada.attaches(large("large.bin", megabytes=18))
    await progresses(ada, "large.bin", 60)
    sent = offsets(ada)
    await ada.page.reload()
    await expect(ada.attachment("small.py")).to_have_attribute("data-state", "done")
    await expect(ada.attachment("large.bin")).to_have_attribute("data-state", "done")
    assert sent[-1] > 0
    await ada.creates("elsewhere")
    await expect(ada.page.locator(".attachment")).to_have_count(0)
    await ada.opens("general")
    await expect(ada.page.locator(".attachment b")).to_have_text(["small.py", "large.bin"])
    await ada.page.get_by_role("button", name="Send", exact=True).click()
    await expect(ada.message("Begun before.").locator(".file-words b")).to_have_text(
        ["small.py", "large.bin"]
    )


async def test_files_are_scheduled_with_their_message(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    await ada.attaches(program("later.py"))
    await expect(ada.attachment("later.py")).to_have_attribute("data-state", "done")
    await ada.page.get_by_role("button", name="Schedule", exact=True).click()
    await ada.page.get_by_role("button", name=re.compile("^Tomorrow")).click()
    await expect(ada.page.locator(".attachment")).to_have_count(0)
    await ada.page.get_by_role("button", name="Show").click()
    one = ada.page.get_by_role("article")
    await expect(one).to_contain_text("sent a file")
    await one.get_by_role("button", name="Send now").click()
    await ada.opens("general")
    await expect(ada.file("later.py")).to_be_visible()


async def test_attaching_fits_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    await ada.slows_down(SLOW)
    await ada.attaches(picture(), large("A name of a file that is far too long for a phone.bin"))
    await expect(ada.page.locator(".attachment")).to_have_count(2)
    width = await ada.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


async def test_a_thread_covers_a_phone(visit: Visit) -> None:
    ada = await visit("Ada", viewport=PHONE, has_touch=True, is_mobile=True)
    await ada.starts("Analytical Engines")
    await ada.has_said("Here it begins.")
    await ada.page.locator(".message-row").last.focus()
    await ada.page.locator(".message-row").last.press("t")
    thread = ada.page.get_by_role("complementary", name="Thread")
    await ada.attaches(program("engine.py"), place="aside")
    await expect(thread.locator(".attachment")).to_be_visible()
    box = await thread.bounding_box()
    assert box is not None
    assert (box["y"], box["height"]) == (0, PHONE["height"])
