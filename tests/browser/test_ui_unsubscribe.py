"""The page that ends mails, as someone meets it who is not signed in, with or without JavaScript."""

import pytest

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.notify.unsubscribe import link
from parlour.core.settings import Settings
from tests.browser.conftest import Visit
from tests.person import Person


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
