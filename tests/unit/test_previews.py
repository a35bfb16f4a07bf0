"""Pages are fetched within limits, and never from addresses that are not public."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from parlour.core.previews.fetch import TryAgainError, fetch
from parlour.core.previews.guard import is_public
from parlour.core.previews.links import links_of
from parlour.core.previews.page import preview_of
from parlour.core.settings import Settings
from tests.pages import Pages, serving

PRIVATE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.1", "0.1.2.3", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "not an address", "",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8")
FORMS = (
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://localhost/", "http://127.1:{port}/",
    "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://0/", "http://0.0.0.0/", "http://[::1]/",
    "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1%25lo]/", "http://[fd00:ec2::254]/",
    "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.0.1/", "http://172.16.0.1/",
    "http://100.64.0.1/", "http://127.0.0.1.:{port}/", "http://１２７.0.0.1/", "http://①②⑦.⓪.⓪.①/",
    "http://user:password@example.com/", "http://example.com@127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd",
    "gopher://127.0.0.1/", "http://", "https://127.0.0.1:{port}/",
)  # fmt: skip


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    async with serving() as served:
        yield served


NOBODY = Settings(preview_allow="")  # type: ignore[call-arg]


def limits(**changes: object) -> Settings:
    return Settings(preview_allow="127.0.0.1", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("form", [*FORMS, "http:///etc/passwd", "//127.0.0.1/", "/article"])
async def test_nothing_private_is_asked_for_however_it_is_written(pages: Pages, form: str) -> None:
    link = form.replace("{port}", pages.address.rpartition(":")[2])
    assert await fetch(link, NOBODY) is None
    assert not pages.asked


@pytest.mark.parametrize("form", FORMS)
async def test_a_redirect_leads_to_no_private_address_either(pages: Pages, form: str) -> None:
    target = form.replace("{port}", pages.address.rpartition(":")[2])
    link = f"{pages.elsewhere}/to?url={quote(target, safe='')}"
    assert await fetch(link, Settings(preview_allow="127.0.0.2")) is None  # type: ignore[call-arg]
    assert set(pages.asked) == {"to"}


async def test_a_page_tells_its_title_site_and_description(pages: Pages) -> None:
    link = f"{pages.address}/to?url=/article"
    page = await fetch(link, limits())
    assert page is not None
    preview = preview_of(link, page)
    assert preview is not None
    assert (preview.url, preview.title) == (link, "The Analytical Engine <b>")
    assert (preview.site, preview.description) == ("Notes", "Weaves algebraical patterns.")


async def test_a_title_alone_will_do_in_any_charset(pages: Pages) -> None:
    for name, title in (("plain", "Plain"), ("latin", "Café")):
        page = await fetch(f"{pages.address}/{name}", limits())
        assert page is not None
        preview = preview_of("https://example.com", page)
        assert preview is not None
        assert (preview.title, preview.site) == (title, "127.0.0.1")
    untitled = await fetch(f"{pages.address}/untitled", limits())
    assert untitled is not None
    assert preview_of("https://example.com", untitled) is None


@pytest.mark.parametrize("name", ["file", "packed", "loop"])
async def test_what_is_no_page_gets_no_preview(pages: Pages, name: str) -> None:
    assert await fetch(f"{pages.address}/{name}", limits()) is None
    assert pages.asked[name] <= 5


async def test_reading_ends_at_the_limit_of_bytes(pages: Pages) -> None:
    page = await fetch(f"{pages.address}/endless", limits(preview_max_bytes=100_000))
    assert page is not None
    assert len(page.text) == 100_000
    assert "Analytical" in page.text


@pytest.mark.parametrize("name", ["slow", "busy"])
async def test_a_server_that_is_slow_or_busy_may_be_asked_again(pages: Pages, name: str) -> None:
    with pytest.raises(TryAgainError):
        await fetch(f"{pages.address}/{name}", limits(preview_timeout=0.3))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "See https://a.example/x, (https://b.example/y_(z)).",
            ["https://a.example/x", "https://b.example/y_(z)"],
        ),
        ("[words](https://a.example/x) <https://b.example>", ["https://a.example/x", "https://b.example"]),
        ("`https://a.example` ```\nhttps://b.example\n``` https://c.example", ["https://c.example"]),
        ("https://a.example https://a.example", ["https://a.example"]),
        ("**https://a.example/b** ftp://b.example javascript://c", ["https://a.example/b"]),
        ("https://a.example/" + "x" * 3000, []),
        ("no links :// here", []),
    ],
)
def test_links_are_found_as_readers_see_them(text: str, links: list[str]) -> None:
    assert links_of(text, most=4) == links


def test_a_message_has_a_limit_of_links() -> None:
    assert len(links_of(" ".join(f"https://{n}.example" for n in range(9)), most=4)) == 4
