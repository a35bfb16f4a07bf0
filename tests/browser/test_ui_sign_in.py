"""Signing in by more than a password: a code, a recovery code, a passkey, another server."""

import json
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from parlour.core.settings import Settings, settings
from tests.authenticator import App
from tests.browser.conftest import Visit
from tests.browser.person import PASSWORD, Person
from tests.outside.sign_in_server import CLIENT, SECRET, SignInServer, sign_in_server


async def opens_two_steps(person: Person) -> None:
    await person.page.goto(f"/app/{person.workspace['slug']}/~account/two-steps")
    await expect(person.page.get_by_role("heading", name="Authenticator app")).to_be_visible()


async def gives_password(person: Person) -> None:
    await person.page.goto("/sign-in")
    await person.page.get_by_label("E-mail").fill(person.email)
    await person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await person.page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(person.page.get_by_role("heading", name="One more step")).to_be_visible()


async def keeps_codes(person: Person) -> list[str]:
    """Read the recovery codes, and say that they are kept."""
    shown = person.page.get_by_role("group", name="Your recovery codes")
    await expect(shown).to_be_visible()
    codes = await shown.get_by_role("listitem").all_inner_texts()
    await shown.get_by_role("button", name="I have kept them").click()
    return codes


async def sets_up_app(person: Person) -> tuple[App, list[str]]:
    page = person.page
    await page.get_by_role("button", name="Set up…").click()
    form = page.get_by_role("form", name="Set up an authenticator app")
    await form.get_by_label("Your password").fill(PASSWORD)
    await form.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()
    app = App((await page.get_by_label("Key", exact=True).inner_text()).replace(" ", ""))
    await page.get_by_label("Code that the app shows").fill(app.wrong())
    await page.get_by_role("button", name="Switch on").click()
    await expect(page.get_by_text("This code is not right.")).to_be_visible()
    await page.get_by_label("Code that the app shows").fill(app.code())
    await page.get_by_role("button", name="Switch on").click()
    return app, await keeps_codes(person)


async def test_an_authenticator_app_is_set_up_and_asked_for_at_the_next_sign_in(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.owns("Analytical Engines")
    await opens_two_steps(ada)
    await expect(ada.page.get_by_text("Your password alone opens your account")).to_be_visible()
    app, codes = await sets_up_app(ada)
    assert len(codes) == 10
    await expect(ada.page.get_by_text("Signing in takes two steps")).to_be_visible()
    await expect(ada.page.get_by_text("10 left")).to_be_visible()

    other = await visit("Ada")
    other.email = ada.email
    await gives_password(other)
    code = other.page.get_by_label("Code", exact=True)
    await expect(code).to_be_focused()
    await code.fill(app.wrong())
    await code.press("Enter")
    await expect(other.page.get_by_text("This code is not right")).to_be_visible()
    await code.fill(app.code())
    await code.press("Enter")
    await other.page.wait_for_url("**/app**")

    third = await visit("Ada")
    third.email = ada.email
    await gives_password(third)
    await third.page.get_by_role("button", name="Use a recovery code").click()
    await third.page.get_by_label("Recovery code").fill(codes[0].upper())
    await third.page.keyboard.press("Enter")
    await third.page.wait_for_url("**/app**")


async def test_an_app_is_removed_by_password_and_code(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.owns("Analytical Engines")
    await opens_two_steps(ada)
    app, _ = await sets_up_app(ada)
    await ada.page.get_by_role("button", name="Remove the authenticator app").click()
    form = ada.page.get_by_role("form", name="Remove the authenticator app")
    await form.get_by_label("Your password").fill("not hers, to be sure")
    await form.get_by_label("Code of your authenticator app").fill(app.code())
    await form.get_by_role("button", name="Remove").click()
    await expect(form.get_by_text("This is not your password.")).to_be_visible()
    await form.get_by_label("Your password").fill(PASSWORD)
    await form.get_by_label("Code of your authenticator app").fill(app.code())
    await form.get_by_role("button", name="Remove").click()
    await expect(ada.page.get_by_text("Your password alone opens your account")).to_be_visible()


async def has_an_authenticator(person: Person) -> Any:
    """Give a browser an authenticator of its own, whose person is there and verified."""
    session = await person.context.new_cdp_session(person.page)
    await session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


async def has_a_passkey(person: Person) -> None:
    """Add the passkey “My laptop” to an account."""
    await opens_two_steps(person)
    await has_an_authenticator(person)
    await person.page.get_by_role("button", name="Add a passkey…").click()
    form = person.page.get_by_role("form", name="Add a passkey")
    await form.get_by_label("Name").fill("My laptop")
    await form.get_by_label("Your password").fill(PASSWORD)
    await form.get_by_role("button", name="Continue").click()
    await keeps_codes(person)
    await expect(person.page.get_by_role("article", name="My laptop")).to_be_visible()


async def test_somebody_signs_in_by_a_passkey_alone_and_behind_the_password(visit: Visit) -> None:
    ada = await visit("Ada", address=settings().address.replace("127.0.0.1", "localhost"))
    await ada.owns("Analytical Engines")
    await has_a_passkey(ada)

    await ada.signs_out()
    await ada.page.get_by_role("button", name="Sign in with a passkey").click()
    await ada.page.wait_for_url("**/app**")

    await ada.signs_out()
    await gives_password(ada)
    await expect(ada.page.get_by_text("Enter one of your recovery codes")).to_be_visible()
    await ada.page.get_by_role("button", name="Use a passkey").click()
    await ada.page.wait_for_url("**/app**")

    await opens_two_steps(ada)
    await ada.page.get_by_role("button", name="Remove My laptop").click()
    form = ada.page.get_by_role("form", name="Remove the passkey My laptop")
    await form.get_by_label("Your password").fill(PASSWORD)
    await form.get_by_role("button", name="Remove").click()
    await expect(ada.page.get_by_text("Your password alone opens your account")).to_be_visible()


async def test_passkeys_say_where_they_work(visit: Visit) -> None:
    ada = await visit("Ada")
    await ada.owns("Analytical Engines")
    await opens_two_steps(ada)
    await expect(ada.page.get_by_text("Passkeys work at http://localhost")).to_be_visible()


@pytest.fixture
async def server(stack_settings: Settings, tmp_path: Any) -> AsyncIterator[SignInServer]:
    """A sign-in server that the stack knows."""
    path = stack_settings.data_dir / "oidc.json"
    before = path.read_text() if path.exists() else "[]"
    (tmp_path / "secret").write_text(SECRET)
    async with sign_in_server() as running:
        running.id = f"work-{uuid.uuid4().hex[:8]}"
        known = {
            "id": running.id,
            "label": running.id,
            "issuer": running.issuer,
            "client_id": CLIENT,
            "client_secret_file": str(tmp_path / "secret"),
        }
        path.write_text(json.dumps([*json.loads(before), known]))
        yield running
        path.write_text(before)


async def test_somebody_signs_up_by_another_server(visit: Visit, server: SignInServer) -> None:
    email = f"grace-{uuid.uuid4().hex}@example.com"
    server.claims = {"sub": email, "email": email, "email_verified": True, "name": "Grace Hopper"}
    grace = await visit("Grace")
    await grace.page.goto("/sign-in?next=/app")
    await grace.page.get_by_role("link", name=f"Sign in with {server.id}").click()
    await grace.page.wait_for_url("**/app**")
    await grace.founds_here("Compilers")


async def test_what_went_wrong_there_is_said_here(visit: Visit, server: SignInServer) -> None:
    server.denies = True
    grace = await visit("Grace")
    await grace.page.goto("/sign-in")
    await grace.page.get_by_role("link", name=f"Sign in with {server.id}").click()
    await expect(grace.page.get_by_text("The other server did not sign you in.")).to_be_visible()


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example/x",
        "https://evil.example",
        "/\\evil.example",
        "/.//evil.example",
        "javascript:alert(1)",
    ],
)
async def test_signing_in_leads_to_no_other_site(visit: Visit, place: str) -> None:
    ada = await visit("Ada")
    await ada.registers()
    await ada.page.goto(f"/sign-in?next={place.replace(chr(92), '%5C')}")
    await ada.page.get_by_label("E-mail").fill(ada.email)
    await ada.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await ada.page.get_by_role("button", name="Sign in", exact=True).click()
    await ada.page.wait_for_url(lambda url: "/sign-in" not in url)
    assert ada.page.url.startswith(settings().address + "/"), ada.page.url
