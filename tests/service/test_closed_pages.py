"""Pages that close in the midst of what they asked for, since sessions end by it: it is done to the end."""

import asyncio

from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.people.sessions import open_session
from parlour.core.settings import Settings
from tests.doors import SUBJECTS, an_address, mail_about, token_in
from tests.person import PASSWORD, Json, Person, eventually
from tests.service.test_resets import ANOTHER, CONFIRM, move_to, reset_token

SESSIONS = 60
"""So many that ending them takes a while."""


async def sign_in_often(house: House, person: Person) -> None:
    user = await house.users.by_id(UserId(person.id))
    assert user is not None
    for _ in range(SESSIONS):
        await open_session(house, user)


async def left(house: House, person: Person) -> int:
    return len(await house.sessions.of(UserId(person.id), kinds=["session"]))


async def close_in_the_midst(
    house: House, person: Person, method: str, path: str, body: Json | None = None
) -> None:
    """Ask for something, and close the page as soon as the first session has ended by it."""
    before = await left(house, person)
    asking = asyncio.create_task(person.ask(method, path, body))

    async def has_begun() -> bool:
        return await left(house, person) < before

    await eventually(has_begun)
    assert not asking.done(), "nothing was left to be done"
    asking.cancel()


async def expect_left(house: House, person: Person, count: int) -> None:
    async def is_so() -> bool:
        return await left(house, person) == count

    await eventually(is_so)


async def noted(house: House, person: Person, action: str) -> None:
    async def is_there() -> bool:
        entries = await house.audit.page(person.workspace["id"], before=None, limit=50)
        return action in [entry.action for entry in entries]

    await eventually(is_there)


async def test_a_changed_password_ends_every_other_session_and_is_told(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    await sign_in_often(house, ada)
    body = {"present": PASSWORD, "password": ANOTHER}
    await close_in_the_midst(house, ada, "PUT", "/api/v1/me/password", body)
    await expect_left(house, ada, 1)
    await mail_about(stack_settings, ada.email, SUBJECTS["password changed"])
    await noted(house, ada, "member.password_changed")


async def test_a_reset_password_ends_every_session_and_is_told(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    token = await reset_token(ada, stack_settings)
    await sign_in_often(house, ada)
    await close_in_the_midst(house, ada, "POST", CONFIRM, {"token": token, "password": ANOTHER})
    await expect_left(house, ada, 0)
    await mail_about(stack_settings, ada.email, SUBJECTS["password changed"])
    await noted(house, ada, "member.password_changed")


async def test_an_address_taken_back_ends_every_session_and_its_owner_chooses_a_new_password(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    old = ada.email
    await move_to(ada, an_address("thief"), stack_settings)
    token = token_in(await mail_about(stack_settings, old, SUBJECTS["email changed"]))
    await sign_in_often(house, ada)
    await close_in_the_midst(house, ada, "POST", "/api/v1/auth/email/take-back", {"token": token})
    await expect_left(house, ada, 0)
    await mail_about(stack_settings, old, SUBJECTS["reset"])
    await noted(house, ada, "member.email_taken_back")


async def test_sessions_that_were_to_end_end_all(ada: Person, house: House) -> None:
    await sign_in_often(house, ada)
    await close_in_the_midst(house, ada, "DELETE", "/api/v1/me/sessions")
    await expect_left(house, ada, 1)
    await noted(house, ada, "member.sessions_ended")


async def test_a_page_that_ends_its_own_session_leaves_that_on_record(ada: Person, house: House) -> None:
    [own] = [session["id"] for session in (await ada.get("/api/v1/me/sessions"))["items"]]
    device = await ada.device()
    asking = asyncio.create_task(ada.ask("DELETE", f"/api/v1/me/sessions/{own}"))
    await device.wait_for("session.ended")
    asking.cancel()
    await noted(house, ada, "member.sessions_ended")
