"""What the pages and files are served with."""

import base64
import hashlib
import re

import pytest
from playwright.async_api import APIRequestContext

from tests.browser.conftest import Visit

PAGES = [
    "/",
    "/sign-in",
    "/sign-up",
    "/verify-email",
    "/forgot-password",
    "/reset-password",
    "/confirm-email",
    "/invite/some-token",
    "/app",
    "/app/team/channel",
    "/docs",
]


@pytest.fixture
async def web(visit: Visit) -> APIRequestContext:
    return (await visit("Ada")).context.request


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_carries_a_strict_policy(web: APIRequestContext, path: str) -> None:
    answer = await web.get(path)
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>(.*?)</script>", await answer.text(), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline]
    assert all(f"'sha256-{digest}'" in policy for digest in hashes)
    assert not re.search(r"\son\w+=|\sstyle=", await answer.text())


async def test_files_are_kept_for_ever_under_their_fingerprint(web: APIRequestContext) -> None:
    page = await (await web.get("/sign-in")).text()
    found = re.search(r"/static/\w+/css/base\.css", page)
    assert found
    first = await web.get(found[0])
    assert "immutable" in first.headers["cache-control"]
    again = await web.get(found[0], headers={"If-None-Match": first.headers["etag"]})
    assert again.status == 304
    unmarked = await web.get("/static/css/base.css")
    assert unmarked.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/nothing.js",
        "/static/..%2fpages.py",
        "/static/npm/preact/package.json",
        "/static/npm/debug/src/index.js",
    ],
)
async def test_only_listed_files_are_served(web: APIRequestContext, path: str) -> None:
    assert (await web.get(path)).status == 404
