"""The link in every mail ends them: by a button, by a mail program's one click, without signing in."""

import aiohttp
import pytest

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.notify.unsubscribe import link, token
from parlour.core.settings import Settings
from tests.person import Person

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address(stack_settings: Settings, ben: Person) -> str:
    return link(stack_settings, UserId(ben.id), WorkspaceId(ben.workspace["id"]))


async def ask(method: str, address: str, **form: str) -> tuple[int, str]:
    """Ask as a program that knows nothing but the address."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, data=form or None, headers={"Accept": "text/html"}) as answer,
    ):
        return answer.status, await answer.text()


async def email_of(person: Person) -> str | None:
    path = f"/api/v1/workspaces/{person.workspace['id']}/notification-preferences"
    chosen: str | None = (await person.get(path))["mine"].get("email")
    return chosen


async def test_looking_at_the_page_ends_nothing(ben: Person, address: str) -> None:
    status, page = await ask("GET", address)
    assert status == 200
    assert "Stop e-mail of Analytical Engines" in page
    assert await email_of(ben) is None


async def test_a_mail_program_ends_mails_by_one_click(ada: Person, ben: Person, address: str) -> None:
    device = await ben.device()
    status, page = await ask("POST", address, **ONE_CLICK)
    assert status == 200
    assert "no longer sends you e-mail" in page
    assert await email_of(ben) == "never"
    assert await email_of(ada) is None
    told = await device.wait_for("notification_preferences.changed")
    assert told["preferences"]["effective"]["email"] == "never"


async def test_it_is_taken_back_by_another_button(ben: Person, address: str) -> None:
    await ask("POST", address)
    assert await email_of(ben) == "never"
    status, page = await ask("POST", address, mails="again")
    assert status == 200
    assert "on again" in page
    assert await email_of(ben) is None


async def test_it_can_be_pressed_twice_and_after_having_left(ada: Person, ben: Person, address: str) -> None:
    for _ in range(2):
        assert (await ask("POST", address, **ONE_CLICK))[0] == 200
    path = f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}"
    if (await ada.ask("DELETE", path)).status == 204:
        assert (await ask("POST", address, **ONE_CLICK))[0] == 200


async def test_it_is_about_one_workspace(ben: Person, outsider: Person, address: str) -> None:
    await ben.make_workspace("Another")
    await ask("POST", address, **ONE_CLICK)
    assert await email_of(ben) is None
    assert await email_of(outsider) is None


async def test_no_other_token_opens_it_and_it_opens_nothing_else(
    ben: Person, stack_settings: Settings, address: str
) -> None:
    for given in ("nonsense", address.rpartition("/")[2][:-2] + "AA", ben.token, "ä"):
        for method in ("GET", "POST"):
            status, _ = await ask(method, f"{stack_settings.address}/unsubscribe/{given}")
            assert status == 404
    ben.token = token(stack_settings, UserId(ben.id), WorkspaceId(ben.workspace["id"]))
    assert (await ben.ask("GET", "/api/v1/me")).status == 401
    assert (await ben.ask("GET", "/unsubscribe/nonsense")).code == "not_found"
