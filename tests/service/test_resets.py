"""Forgotten passwords, changed passwords and changed addresses: what ends with them, and who is told."""

from datetime import timedelta

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.settings import Settings
from parlour.core.store.linked_accounts import LinkedRecord
from tests.authenticator import set_up_app
from tests.conftest import Signup
from tests.doors import SUBJECTS, an_address, mail_about, token_in
from tests.outside.mailbox import mails_to, text_of
from tests.person import PASSWORD, Person, eventually

RESET, CONFIRM = "/api/v1/auth/password-reset", "/api/v1/auth/password-reset/confirm"
LOGIN, REFRESH = "/api/v1/auth/login", "/api/v1/auth/refresh"
ANOTHER = "a wholly other horse"


async def reset_token(person: Person, settings: Settings, *, after: int = 0) -> str:
    assert (await person.ask("POST", RESET, {"email": person.email})).status == 202
    return token_in(await mail_about(settings, person.email, SUBJECTS["reset"], after=after))


async def test_a_reset_gives_a_new_password_ends_every_session_and_is_told(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    device = await ada.device()
    token = await reset_token(ada, stack_settings)
    async with Person(ada.address) as stranger:
        done = await stranger.ask("POST", CONFIRM, {"token": token, "password": ANOTHER})
        assert (done.status, dict(done.cookies)) == (204, {})
    await device.wait_for("session.ended")
    assert (await ada.ask("GET", "/api/v1/me")).status == 401
    assert (await ada.ask("POST", REFRESH)).status == 401
    ada.token = ""
    assert (await ada.ask("POST", LOGIN, {"email": ada.email, "password": PASSWORD})).status == 401
    assert (await ada.ask("POST", LOGIN, {"email": ada.email, "password": ANOTHER})).status == 200
    await mail_about(stack_settings, ada.email, SUBJECTS["password changed"])
    entries = await house.audit.page(ada.workspace["id"], before=None, limit=50)
    assert "member.password_changed" in [entry.action for entry in entries]


async def test_a_reset_works_once_and_takes_earlier_links_with_it(
    ada: Person, stack_settings: Settings
) -> None:
    first = await reset_token(ada, stack_settings)
    second = await reset_token(ada, stack_settings, after=1)
    assert first != second
    assert (await ada.ask("POST", CONFIRM, {"token": second, "password": ANOTHER})).status == 204
    for token in (first, second, first[:-1] + ("0" if first[-1] != "0" else "1"), ""):
        refused = await ada.ask("POST", CONFIRM, {"token": token, "password": ANOTHER})
        assert (refused.status, refused.code) == (410, "link_over")


async def test_a_refused_password_leaves_the_link_as_it_is(ada: Person, stack_settings: Settings) -> None:
    token = await reset_token(ada, stack_settings)
    refused = await ada.ask("POST", CONFIRM, {"token": token, "password": "12345678"})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "password")
    assert (await ada.ask("POST", CONFIRM, {"token": token, "password": ANOTHER})).status == 204


async def test_a_reset_is_over_after_its_time(ada: Person, house: House, stack_settings: Settings) -> None:
    token = await reset_token(ada, stack_settings)
    request = token.partition(".")[0]
    past = now() - timedelta(seconds=1)
    await house.database.account_requests.update_one({"_id": request}, {"$set": {"expires_at": past}})
    refused = await ada.ask("POST", CONFIRM, {"token": token, "password": ANOTHER})
    assert (refused.status, refused.code) == (410, "link_over")


async def test_a_link_of_another_kind_resets_nothing(ada: Person, stack_settings: Settings) -> None:
    token = token_in(await mail_about(stack_settings, ada.email, SUBJECTS["verify"]))
    for path, body in (
        (CONFIRM, {"token": token, "password": ANOTHER}),
        ("/api/v1/auth/email/confirm", {"token": token}),
        ("/api/v1/auth/email/take-back", {"token": token}),
    ):
        answer = await ada.ask("POST", path, body)
        assert (answer.status, answer.code) == (410, "link_over"), path


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    nobody = an_address("nobody")
    known = await ada.ask("POST", RESET, {"email": ada.email})
    unknown = await ada.ask("POST", RESET, {"email": nobody})
    assert (known.status, set(known.body), known.body["expires_in"]) == (
        unknown.status,
        set(unknown.body),
        unknown.body["expires_in"],
    )

    async def is_over() -> bool:
        stored = await house.database.account_mails.find_one({"to": nobody})
        return bool(stored) and stored["state"] == "unwanted"

    await eventually(is_over)
    assert not mails_to(stack_settings, nobody)


async def test_changing_the_password_asks_for_the_present_one_and_ends_other_sessions(
    ada: Person, stack_settings: Settings
) -> None:
    async with Person(ada.address) as elsewhere:
        signed_in = await elsewhere.ask("POST", LOGIN, {"email": ada.email, "password": PASSWORD})
        elsewhere.token = signed_in.body["access_token"]
        wrong = await ada.ask("PUT", "/api/v1/me/password", {"present": "guess", "password": ANOTHER})
        assert (wrong.status, wrong.code) == (422, "wrong_password")
        assert wrong.body["errors"][0]["field"] == "present"
        right = await ada.ask("PUT", "/api/v1/me/password", {"present": PASSWORD, "password": ANOTHER})
        assert right.status == 204
        assert (await ada.ask("GET", "/api/v1/me")).status == 200
        assert (await elsewhere.ask("GET", "/api/v1/me")).status == 401
    mail = await mail_about(stack_settings, ada.email, SUBJECTS["password changed"])
    assert "settings" in text_of(mail)


async def test_the_present_password_cannot_be_guessed(ada: Person, stack_settings: Settings) -> None:
    body = {"present": "guess", "password": ANOTHER}
    for _ in range(stack_settings.sign_in_failures):
        assert (await ada.ask("PUT", "/api/v1/me/password", body)).code == "wrong_password"
    refused = await ada.ask("PUT", "/api/v1/me/password", body | {"present": PASSWORD})
    assert (refused.status, refused.code) == (429, "too_many_requests")


async def move_to(person: Person, email: str, settings: Settings) -> None:
    """Give an account another address, and confirm it."""
    await person.ask("PUT", "/api/v1/me/email", {"email": email, "password": PASSWORD})
    token = token_in(await mail_about(settings, email, SUBJECTS["confirm"]))
    await person.post("/api/v1/auth/email/confirm", {"token": token}, status=200)


async def test_another_address_counts_once_its_mail_is_read_and_the_old_one_is_told(
    ada: Person, stack_settings: Settings
) -> None:
    old, new = ada.email, an_address("ada-new")
    asked = await ada.ask("PUT", "/api/v1/me/email", {"email": new, "password": PASSWORD})
    assert (asked.status, asked.body["email"]) == (202, new)
    assert (await ada.get("/api/v1/me"))["email"] == old
    token = token_in(await mail_about(stack_settings, new, SUBJECTS["confirm"]))
    done = await ada.post("/api/v1/auth/email/confirm", {"token": token}, status=200)
    assert done == {"email": new}
    me = await ada.get("/api/v1/me")
    assert (me["email"], bool(me["email_verified_at"])) == (new, True)
    told = await mail_about(stack_settings, old, SUBJECTS["email changed"])
    assert new in text_of(told)
    again = await ada.ask("POST", "/api/v1/auth/email/confirm", {"token": token})
    assert (again.status, again.code) == (410, "link_over")


async def test_the_old_address_takes_the_account_back_whatever_was_done_with_it(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    """A thief with session and password adds a second step and moves the account twice: its owner is not shut out."""
    old, thief, further = ada.email, an_address("thief"), an_address("further")
    await set_up_app(ada)
    theirs = LinkedRecord(
        issuer="https://thief.test", subject=ada.id, user_id=UserId(ada.id), email=thief, linked_at=now()
    )
    await house.linked_accounts.add(theirs)
    for new in (thief, further):
        await move_to(ada, new, stack_settings)
    thiefs = token_in(await mail_about(stack_settings, thief, SUBJECTS["email changed"]))
    back = token_in(await mail_about(stack_settings, old, SUBJECTS["email changed"]))
    async with Person(ada.address) as owner:
        done = await owner.post("/api/v1/auth/email/take-back", {"token": back}, status=200)
        assert done == {"email": old}
        over = await owner.ask("POST", "/api/v1/auth/email/take-back", {"token": thiefs})
        assert (over.status, over.code) == (410, "link_over")
        assert (await ada.ask("GET", "/api/v1/me")).status == 401
        assert (await owner.ask("POST", LOGIN, {"email": old, "password": PASSWORD})).status == 401
        token = token_in(await mail_about(stack_settings, old, SUBJECTS["reset"]))
        assert (await owner.ask("POST", CONFIRM, {"token": token, "password": ANOTHER})).status == 204
        entered = await owner.ask("POST", LOGIN, {"email": old, "password": ANOTHER})
        assert entered.body["access_token"], "the thief's second step is asked of nobody"
    assert await house.linked_accounts.of(UserId(ada.id)) == []


async def test_an_address_that_another_account_has_is_never_given_away(
    ada: Person, ben: Person, house: House
) -> None:
    asked = await ada.ask("PUT", "/api/v1/me/email", {"email": ben.email, "password": PASSWORD})
    assert asked.status == 202

    async def is_over() -> bool:
        stored = await house.database.account_mails.find_one({"to": ben.email, "kind": "confirm_email"})
        return bool(stored) and stored["state"] == "unwanted"

    await eventually(is_over)


async def test_changing_the_address_needs_the_password_and_another_address(ada: Person) -> None:
    wrong = await ada.ask("PUT", "/api/v1/me/email", {"email": an_address(), "password": "guess"})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    same = await ada.ask("PUT", "/api/v1/me/email", {"email": ada.email.upper(), "password": PASSWORD})
    assert (same.status, same.body["errors"][0]["field"]) == (422, "email")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/v1/me/password", {"present": PASSWORD, "password": ANOTHER}),
        ("PUT", "/api/v1/me/email", {"email": "x@example.com", "password": PASSWORD}),
        ("POST", "/api/v1/me/email/verification", None),
        ("GET", "/api/v1/me/sessions", None),
        ("DELETE", "/api/v1/me/sessions", None),
    ],
)
async def test_nobody_who_is_not_signed_in_changes_an_account(
    ada: Person, method: str, path: str, body: object
) -> None:
    ada.token = ""
    assert (await ada.ask(method, path, body)).status == 401


async def test_what_is_changed_is_only_ones_own(ada: Person, sign_up: Signup) -> None:
    eve = await sign_up("eve")
    for extra in ({"user_id": ada.id}, {"id": ada.id}):
        body = {"present": PASSWORD, "password": ANOTHER} | extra
        assert (await eve.ask("PUT", "/api/v1/me/password", body)).status == 422
    async with Person(ada.address) as there:
        assert (await there.ask("POST", LOGIN, {"email": ada.email, "password": PASSWORD})).status == 200
