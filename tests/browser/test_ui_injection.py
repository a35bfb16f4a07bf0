"""What people write stays words: nothing of it runs, loads, or becomes more than the few elements that text has."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.injections import INJECTIONS
from tests.browser.person import Person

ELEMENTS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "button",
        "code",
        "del",
        "div",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "input",
        "li",
        "ol",
        "p",
        "path",
        "pre",
        "s",
        "span",
        "strong",
        "svg",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ATTRIBUTES = frozenset(
    [
        "aria-expanded",
        "aria-hidden",
        "aria-label",
        "checked",
        "class",
        "d",
        "data-align",
        "data-fold",
        "data-jumbo",
        "data-own",
        "data-user",
        "disabled",
        "focusable",
        "href",
        "rel",
        "role",
        "scope",
        "start",
        "tabindex",
        "target",
        "title",
        "type",
        "viewBox",
    ]
)
# Renders one text as a message is rendered, and tells what came to be on the page.
SHOW = """async (texts) => {
  window.alert = () => (window.broken = true);
  const find = (end) => document.querySelector(`link[rel=modulepreload][href$="${end}"]`).href;
  const { MessageText } = await import(find('/js/text/message.js'));
  const { h, render } = await import('preact');
  const place = document.body.appendChild(document.createElement('section'));
  const shown = [];
  for (const text of texts) {
    render(h(MessageText, { entry: { text }, key: text }), place);
    await new Promise((resolve) => setTimeout(resolve));
    const all = [...place.querySelectorAll('*')];
    for (const element of all) element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    shown.push({
      elements: [...new Set(all.map((element) => element.localName))],
      attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))],
      links: [...place.querySelectorAll('a')].map(({ protocol, href, rel }) => ({ protocol, href, rel })),
      words: place.textContent,
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  render(null, place);
  return { shown, broken: window.broken ?? false, polluted: {}.polluted ?? null };
}"""


async def requests_of(page: Page) -> list[str]:
    """Follow where a page asks for anything."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog: {dialog.message}"))
    return asked


def wrong(text: str, shown: dict[str, Any], origin: str) -> list[str]:
    """What should not have come of a text."""
    found = [f"<{name}>" for name in set(shown["elements"]) - ELEMENTS]
    found += [f"{name}=" for name in set(shown["attributes"]) - ATTRIBUTES]
    for link in shown["links"]:
        if link["protocol"] not in ("http:", "https:", "mailto:"):
            found.append(link["href"])
        if link["rel"] != "noopener noreferrer" and not link["href"].startswith(f"{origin}/app/"):
            found.append(f"rel {link['rel']}")
    return [f"{text!r}: {fault}" for fault in found]


async def test_no_text_becomes_more_than_text(visit: Visit) -> None:
    assert len(INJECTIONS) > 300
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    origin = re.sub("/app.*", "", ada.page.url)
    asked = await requests_of(ada.page)
    outcome = await ada.page.evaluate(SHOW, list(INJECTIONS))
    pairs = zip(INJECTIONS, outcome["shown"], strict=True)
    assert [fault for text, shown in pairs for fault in wrong(text, shown, origin)] == []
    assert not outcome["broken"]
    assert outcome["polluted"] is None
    assert [url for url in asked if not url.startswith(origin)] == []


async def test_injections_sent_as_messages_stay_words_for_everyone(
    ada_and_ben: tuple[Person, Person],
) -> None:
    ada, ben = ada_and_ben
    origin = re.sub("/app.*", "", ben.page.url)
    asked = await requests_of(ben.page)
    for text in INJECTIONS[:40]:
        await ada.writes(text)
    await ada.says("That was all.")
    await expect(ben.message("That was all.")).to_be_visible()
    assert (
        await ben.page.evaluate(
            "document.querySelectorAll('.timeline script, .timeline img, .timeline iframe').length"
        )
        == 0
    )
    assert [url for url in asked if not url.startswith((origin, origin.replace("http", "ws")))] == []


async def test_a_link_that_pretends_tells_where_it_leads(ada_and_ben: tuple[Person, Person]) -> None:
    ada, ben = ada_and_ben
    await ada.writes("Log in at [https://bank.example](https://evil.example/login).")
    link = ben.message("Log in at").get_by_role("link")
    await expect(link).to_contain_text("(evil.example)")
    await expect(link).to_have_attribute("title", "Leads to evil.example")
    await ada.writes("Names: https://b\u0430nk.example/ and <https://bank.example@evil.example/>")
    links = ben.message("Names:").get_by_role("link")
    await expect(links.nth(0)).to_contain_text("(xn--")
    await expect(links.nth(1)).to_contain_text("(evil.example)")


HUGE = (
    ">" * 16_000,
    "> " * 8_000 + "x",
    "- " * 8_000 + "x",
    "[" * 16_000,
    "![" * 8_000,
    "*a " * 5_333,
    "*a_" * 5_333,
    "`" * 16_000,
    "".join("`" * (n % 90) + " " for n in range(350)),
    "<" * 16_000,
    "[a](" * 4_000,
    "|" * 2_000 + "\n" + "|-" * 2_000 + "\n" + "|\n" * 4_000,
    "@a " * 5_333,
    "#a:b:" * 3_200,
    "https://a.example/ " * 800,
    "a@b.cd " * 2_200,
    "😀" * 16_000,
    "x\n\n" * 5_333,
    "```\n" * 4_000,
    "[a]: b\n" * 2_000,
    "~~" * 8_000,
    "&amp;" * 3_200,
    "word " * 3_200,
)


TIMED = f"""async (text) => {{
  const at = performance.now();
  await ({SHOW})([text]);
  return performance.now() - at - 200;
}}"""


async def test_giant_and_deeply_nested_texts_are_shown_in_bounded_time(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.starts("Analytical Engines")
    times = {text[:8]: await ada.page.evaluate(TIMED, text) for text in HUGE}
    assert max(times.values()) < 3_000, times
