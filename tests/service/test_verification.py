"""Proving an address: before there is an account (`required`), or later; and what nobody learns by signing up."""

from collections.abc import AsyncIterator

import pytest

from parlour.core.house import House
from parlour.core.people.proofs import code_of
from parlour.core.settings import Settings
from tests.doors import (
    SUBJECTS,
    an_address,
    an_api,
    code_in,
    from_network,
    mail_about,
    token_in,
)
from tests.outside.mailbox import mails_to, text_of
from tests.person import PASSWORD, Person, eventually

REGISTER, VERIFY = "/api/v1/auth/register", "/api/v1/auth/verify"
CODE = "is your code"


@pytest.fixture(scope="module")
async def strict() -> AsyncIterator[str]:
    """An API where an address is proved before there is an account."""
    async with an_api(email_verification="required") as address:
        yield address


@pytest.fixture
async def visitor(strict: str) -> AsyncIterator[Person]:
    async with Person(strict) as person:
        yield person


def registration(email: str, name: str = "Nia") -> dict[str, str]:
    return {"email": email, "password": PASSWORD, "name": name}


async def test_signing_up_makes_no_account_until_the_mails_link_is_used(
    visitor: Person, house: House, stack_settings: Settings
) -> None:
    email = an_address()
    begun = await visitor.ask("POST", REGISTER, registration(email))
    assert (begun.status, begun.body["email"]) == (202, email)
    assert begun.cookies["parlour_sign_up"]["httponly"]
    assert "access_token" not in begun.body
    assert await house.users.by_email(email) is None
    mail = await mail_about(stack_settings, email, CODE)
    made = await visitor.ask("POST", VERIFY, {"token": token_in(mail)})
    assert made.status == 201
    assert made.body["user"]["email_verified_at"]
    visitor.token = made.body["access_token"]
    assert (await visitor.get("/api/v1/me"))["email"] == email
    again = await visitor.ask("POST", VERIFY, {"token": token_in(mail)})
    assert (again.status, again.code) == (410, "link_over")


async def test_the_code_does_the_same_in_the_browser_that_began(
    visitor: Person, stack_settings: Settings
) -> None:
    email = an_address()
    begun = await visitor.ask("POST", REGISTER, registration(email))
    code = code_in(await mail_about(stack_settings, email, CODE))
    made = await visitor.ask("POST", VERIFY, {"id": begun.body["id"], "code": f"{code[:3]} {code[3:]}"})
    assert made.status == 201, made.body


async def test_another_browser_needs_the_password_so_that_nobody_finishes_what_a_stranger_began(
    visitor: Person, strict: str, stack_settings: Settings
) -> None:
    """An attacker who signs up with a victim's address does not get an account the victim confirms."""
    email = an_address("victim")
    await visitor.ask("POST", REGISTER, registration(email))
    token = token_in(await mail_about(stack_settings, email, CODE))
    async with Person(strict) as victim:
        refused = await victim.ask("POST", VERIFY, {"token": token})
        assert (refused.status, refused.code) == (422, "password_needed")
        wrong = await victim.ask("POST", VERIFY, {"token": token, "password": "not the one"})
        assert (wrong.status, wrong.code) == (422, "wrong_password")
        made = await victim.ask("POST", VERIFY, {"token": token, "password": PASSWORD})
        assert made.status == 201


async def test_codes_cannot_be_guessed(visitor: Person, stack_settings: Settings) -> None:
    email = an_address()
    begun = await visitor.ask("POST", REGISTER, registration(email))
    code = code_in(await mail_about(stack_settings, email, CODE))
    wrong = {"id": begun.body["id"], "code": str((int(code) + 1) % 1_000_000).zfill(6)}
    answers = [await visitor.ask("POST", VERIFY, wrong) for _ in range(stack_settings.sign_up_code_tries)]
    assert [answer.code for answer in answers[:-1]] == ["wrong_code"] * (len(answers) - 1)
    assert answers[-1].code == "link_over"
    right = await visitor.ask("POST", VERIFY, {"id": begun.body["id"], "code": code})
    assert (right.status, right.code) == (410, "link_over")


async def test_a_code_that_was_never_mailed_opens_nothing(
    visitor: Person, house: House, ada: Person, stack_settings: Settings
) -> None:
    begun = await visitor.ask("POST", REGISTER, registration(ada.email))
    await mail_about(stack_settings, ada.email, SUBJECTS["exists"])
    request = await house.account_requests.get(begun.body["id"])
    assert request is not None
    body = {"id": request.id, "code": code_of(stack_settings, request)}
    refused = await visitor.ask("POST", VERIFY, body)
    assert (refused.status, refused.code) == (422, "wrong_code")


async def test_a_taken_address_gets_the_same_answer_and_another_mail(
    visitor: Person, ada: Person, stack_settings: Settings
) -> None:
    free = await visitor.ask("POST", REGISTER, registration(an_address()))
    taken = await visitor.ask("POST", REGISTER, registration(ada.email.upper(), name="Not Ada"))
    assert (free.status, set(free.body), set(free.cookies)) == (
        taken.status,
        set(taken.body),
        set(taken.cookies),
    )
    assert taken.body["expires_in"] == free.body["expires_in"]
    mail = await mail_about(stack_settings, ada.email, SUBJECTS["exists"])
    assert "/forgot-password" in text_of(mail)
    assert "Not Ada" not in text_of(mail)
    assert (await ada.get("/api/v1/me"))["name"] == "ada"


async def test_of_two_sign_ups_with_one_address_the_first_that_is_finished_wins(
    visitor: Person, strict: str, stack_settings: Settings
) -> None:
    email = an_address()
    await visitor.ask("POST", REGISTER, registration(email))
    first = await mail_about(stack_settings, email, CODE)
    async with Person(strict) as other:
        await other.ask("POST", REGISTER, registration(email))
        second = await mail_about(stack_settings, email, CODE, after=1)
        assert (await other.ask("POST", VERIFY, {"token": token_in(second)})).status == 201
    late = await visitor.ask("POST", VERIFY, {"token": token_in(first)})
    assert (late.status, late.code) == (409, "email_taken")


async def test_no_more_mails_go_to_one_address_than_the_setting_says(
    visitor: Person, house: House, stack_settings: Settings
) -> None:
    email = an_address()
    for _ in range(stack_settings.mails_per_hour + 2):
        assert (await visitor.ask("POST", REGISTER, registration(email))).status == 202

    async def all_over() -> bool:
        states = house.database.account_mails.find({"to": email}, {"state": 1})
        found = [document["state"] async for document in states]
        return sorted(found) == ["sent"] * stack_settings.mails_per_hour + ["unwanted"] * 2

    await eventually(all_over)
    assert len(mails_to(stack_settings, email)) == stack_settings.mails_per_hour


async def test_a_sign_up_is_refused_for_the_same_reasons_as_ever(visitor: Person) -> None:
    for wrong in ({"email": "nobody"}, {"password": "short"}, {"name": ""}, {"password": "password1"}):
        answer = await visitor.ask("POST", REGISTER, registration(an_address()) | wrong)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, next(iter(wrong)))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"token": "x"},
        {"token": "../../etc.passwd"},
        {"token": "a.b.c"},
        {"id": "x", "code": "123456"},
        {"token": "0" * 5000},
    ],
)
async def test_what_no_mail_said_proves_nothing(visitor: Person, body: dict[str, str]) -> None:
    answer = await visitor.ask("POST", VERIFY, body)
    assert (answer.status, answer.code) == (410, "link_over")


async def test_later_an_account_is_made_at_once_and_its_address_confirmed_by_the_mail(
    ada: Person, stack_settings: Settings
) -> None:
    assert (await ada.get("/api/v1/me"))["email_verified_at"] is None
    token = token_in(await mail_about(stack_settings, ada.email, SUBJECTS["verify"]))
    async with Person(ada.address) as anywhere:
        done = await anywhere.ask("POST", VERIFY, {"token": token})
    assert (done.status, done.body) == (200, {"email": ada.email})
    assert "parlour_refresh" not in done.cookies
    assert (await ada.get("/api/v1/me"))["email_verified_at"]


async def test_the_confirmation_is_mailed_again_until_it_is_done(
    ada: Person, stack_settings: Settings
) -> None:
    asked = await ada.ask("POST", "/api/v1/me/email/verification")
    assert (asked.status, asked.body["email"]) == (202, ada.email)
    mail = await mail_about(stack_settings, ada.email, SUBJECTS["verify"], after=1)
    await ada.post(VERIFY, {"token": token_in(mail)}, status=200)


async def test_one_network_address_signs_up_only_so_often() -> None:
    few = {"email_verification": "required", "sign_ups_per_address": "3"}
    async with an_api(**few) as address, Person(address) as visitor:
        here = from_network()
        for _ in range(3):
            answer = await visitor.ask("POST", REGISTER, registration(an_address()), **here)
            assert answer.status == 202
        refused = await visitor.ask("POST", REGISTER, registration(an_address()), **here)
        assert (refused.status, refused.code) == (429, "too_many_requests")
        assert "sign_ups_per_address" in refused.body["detail"]
        assert int(refused.headers["Retry-After"]) > 0
        elsewhere = await visitor.ask("POST", REGISTER, registration(an_address()), **from_network())
        assert elsewhere.status == 202
