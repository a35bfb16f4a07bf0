"""Signing in from a browser that the account does not know: its owner is told, and nobody else."""

from parlour.core.house import House
from parlour.core.settings import Settings
from tests.doors import an_api, mail_about
from tests.outside.mailbox import mails_to, text_of
from tests.person import PASSWORD, Person, eventually

LOGIN = "/api/v1/auth/login"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "New sign-in"


async def signs_in(person: Person, at: Person, *, address: str = "") -> None:
    at.token, at.address = "", address or at.address
    body = {"email": person.email, "password": PASSWORD}
    assert (await at.ask("POST", LOGIN, body, User_Agent=FIREFOX)).status == 200


async def test_a_sign_in_from_an_unknown_browser_is_mailed_with_what_to_do(
    ada: Person, stack_settings: Settings
) -> None:
    async with Person(ada.address) as stranger:
        await signs_in(ada, stranger)
    mail = await mail_about(stack_settings, ada.email, NEW)
    assert mail["Subject"] == "New sign-in: Firefox on Linux"
    html = mail.get_body(("html",))
    assert html is not None
    for part in (text_of(mail), html.get_content()):
        said = " ".join(part.split())
        assert "Firefox on Linux, from the address 127.0.0.1, on 20" in said
        assert f"{stack_settings.address}/app?open=sessions" in said
        assert f"{stack_settings.address}/forgot-password" in said


async def test_signing_up_and_in_again_with_a_browser_is_told_nobody(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    async with Person(ada.address) as other, an_api(sign_in_mails="false") as quiet:
        await signs_in(ada, ada)
        await signs_in(ada, other, address=quiet)
        await signs_in(ada, other, address=stack_settings.address)
    assert (
        await house.database.account_mails.count_documents({"to": ada.email, "kind": "unknown_browser"}) == 0
    )
    async with Person(ada.address) as stranger:
        await signs_in(ada, stranger)
    await mail_about(stack_settings, ada.email, NEW)
    assert len([mail for mail in mails_to(stack_settings, ada.email) if NEW in mail["Subject"]]) == 1


async def test_a_wrong_password_is_no_sign_in(ada: Person, house: House) -> None:
    async with Person(ada.address) as stranger:
        body = {"email": ada.email, "password": "guess"}
        assert (await stranger.ask("POST", LOGIN, body)).status == 401
    assert (
        await house.database.account_mails.count_documents({"to": ada.email, "kind": "unknown_browser"}) == 0
    )


async def test_a_program_that_signs_in_again_and_again_fills_no_mailbox(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    query = {"to": ada.email, "kind": "unknown_browser"}
    for _ in range(stack_settings.mails_per_hour + 1):
        async with Person(ada.address) as program:
            await signs_in(ada, program)

    async def are_over() -> list[str] | None:
        found = [mail["state"] async for mail in house.database.account_mails.find(query)]
        return None if "queued" in found else found

    assert (await eventually(are_over)).count("unwanted") == 1
