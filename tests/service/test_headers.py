"""What browsers are told with every answer, and what is refused where cookies count."""

import aiohttp
import pytest
from sanic import HTTPResponse

from parlour.api.protection import add_headers
from parlour.core.settings import Settings
from tests.person import PASSWORD, Person


class Asked:
    path = "/api/v1/me"


async def test_every_answer_of_the_api_says_what_a_browser_may_do_with_it(ada: Person) -> None:
    for path in ("/api/v1/me", "/api/v1/nowhere", "/api/v1/channels/none"):
        headers = (await ada.ask("GET", path)).headers
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Disposition"] == 'attachment; filename="api.json"'
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Type"] in {"application/json", "application/problem+json"}


async def test_no_other_site_is_let_in_by_a_header(ada: Person) -> None:
    for origin in ("https://evil.example", "null", ada.address):
        for method, path in (
            ("GET", "/api/v1/me"),
            ("OPTIONS", "/api/v1/me"),
            ("POST", "/api/v1/auth/refresh"),
        ):
            headers = (await ada.ask(method, path, Origin=origin)).headers
            assert not [name for name in headers if name.lower().startswith("access-control-")], (
                method,
                path,
            )


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1", "http://localhost.evil.example"]
)
async def test_what_goes_by_cookies_is_refused_to_pages_of_other_sites(ada: Person, origin: str) -> None:
    body = {"email": ada.email, "password": PASSWORD}
    for path, given in (("login", body), ("refresh", None), ("logout", None), ("passkey/options", None)):
        refused = await ada.ask("POST", f"/api/v1/auth/{path}", given, Origin=origin)
        assert (refused.status, refused.code) == (403, "foreign_origin"), path
    assert (await ada.ask("POST", "/api/v1/auth/login", body, Origin=ada.address)).status == 200
    assert (await ada.ask("POST", "/api/v1/auth/refresh")).status == 200, "programs have no origin"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_a_body_of_another_media_type_is_refused(ada: Person, kind: str) -> None:
    body = f'{{"email": "{ada.email}", "password": "{PASSWORD}"}}'
    login, headers = f"{ada.address}/api/v1/auth/login", {"Content-Type": kind}
    async with aiohttp.ClientSession() as http, http.post(login, data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (415, "json_wanted")


def test_https_is_demanded_from_then_on_where_the_address_is_https() -> None:
    for address, told in (
        ("https://chat.example.com", "max-age=31536000; includeSubDomains"),
        ("http://x", None),
    ):
        answer = HTTPResponse("{}", content_type="application/json")
        add_headers(Asked(), answer, Settings(public_url=address))  # type: ignore[arg-type]
        assert answer.headers.get("Strict-Transport-Security") == told
    answer = HTTPResponse("{}", content_type="application/json")
    add_headers(Asked(), answer, Settings(public_url="https://x", hsts_seconds=0))  # type: ignore[arg-type]
    assert "Strict-Transport-Security" not in answer.headers
