"""Where the links of mails lead: the page that ends them, and the settings, also for who is not signed in."""

import pytest

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.notify.unsubscribe import link
from parlour.core.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.person import PASSWORD, Person


@pytest.mark.parametrize("scripts", [True, False])
async def test_mails_end_by_a_button_and_come_back_by_another(
    visit: Visit, ben: Person, stack_settings: Settings, scripts: bool
) -> None:
    address = link(stack_settings, UserId(ben.id), WorkspaceId(ben.workspace["id"]))
    page = (await visit("A reader of mails", java_script_enabled=scripts)).page
    await page.goto(address)
    await page.get_by_role("button", name="Stop e-mail of Analytical Engines").click()
    await page.get_by_role("heading", name="No more e-mail", exact=True).wait_for()
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("heading", name="E-mail is on again").wait_for()
    path = f"/api/v1/workspaces/{ben.workspace['id']}/notification-preferences"
    assert "email" not in (await ben.get(path))["mine"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_the_settings_open_after_signing_in(
    visit: Visit, ben: Person, viewport: dict[str, int]
) -> None:
    page = (await visit("Ben", viewport=viewport)).page
    await page.goto(f"/app/{ben.workspace['slug']}?open=notifications")
    await page.get_by_label("E-mail").fill(ben.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("dialog", name="Notifications").get_by_text("In Analytical Engines").wait_for()
