"""Authenticator apps, recovery codes, and the second step of signing in."""

import asyncio
import base64
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.people.tokens import hash_of
from parlour.core.settings import Settings
from tests.authenticator import begin_sign_in, second_step, set_up_app
from tests.conftest import Signup
from tests.doors import mail_about
from tests.outside.mailbox import text_of
from tests.person import PASSWORD, Person, eventually

FACTOR = "/api/v1/me/second-factor"


async def test_a_secret_is_shown_once_with_a_picture_that_holds_the_same(ada: Person, house: House) -> None:
    setup = await ada.post(f"{FACTOR}/totp", {"password": PASSWORD})
    address = urlsplit(setup["uri"])
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == f"/Parlour:{ada.email}"
    assert parse_qs(address.query)["secret"] == [setup["secret"]]
    assert setup["qr"].startswith("data:image/svg+xml")
    assert len(base64.b32decode(setup["secret"])) >= 20
    stored = await house.database.second_factors.find_one({"_id": ada.id})
    assert setup["secret"].encode() not in stored["pending"]
    assert not (await ada.get(FACTOR))["on"], "nothing is on before the first code"


async def test_signing_in_takes_two_steps_from_then_on(ada: Person) -> None:
    app, codes = await set_up_app(ada)
    assert len(set(codes)) == 10
    state = await ada.get(FACTOR)
    assert (state["on"], state["recovery_codes_left"], state["few_left"]) == (True, 10, False)
    challenge = await begin_sign_in(ada)
    answer = await second_step(ada, challenge, code=app.code())
    assert answer.status == 200
    assert answer.body["user"]["id"] == ada.id
    assert answer.cookies["parlour_refresh"]["httponly"]
    ada.token = answer.body["access_token"]
    assert (await ada.get("/api/v1/me"))["id"] == ada.id


async def test_the_challenge_says_what_ends_it(ada: Person, stack_settings: Settings) -> None:
    await set_up_app(ada)
    answer = await ada.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD})
    challenge = answer.body["challenge"]
    assert challenge["methods"] == ["totp", "recovery_code"]
    assert challenge["expires_in"] == stack_settings.second_step_seconds


async def test_a_challenge_is_no_token(ada: Person) -> None:
    await set_up_app(ada)
    challenge = await begin_sign_in(ada)
    refused = await ada.ask("GET", "/api/v1/me", Authorization=f"Bearer {challenge}")
    assert (refused.status, refused.code) == (401, "unauthenticated")


async def test_a_code_counts_once(ada: Person) -> None:
    app, _ = await set_up_app(ada)
    code = app.code()
    assert (await second_step(ada, await begin_sign_in(ada), code=code)).status == 200
    again = await second_step(ada, await begin_sign_in(ada), code=code)
    assert (again.status, again.code) == (401, "wrong_code")


async def test_of_a_code_that_is_used_again_its_owner_is_told_once(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    app, _ = await set_up_app(ada)
    code = app.code()
    for status in (200, 401, 401):
        assert (await second_step(ada, await begin_sign_in(ada), code=code)).status == status
    said = text_of(await mail_about(stack_settings, ada.email, "was used again"))
    assert "127.0.0.1" in said
    assert code not in said

    async def are_over() -> list[str] | None:
        query = {"to": ada.email, "kind": "code_used_again"}
        found = [mail["state"] async for mail in house.database.account_mails.find(query)]
        return found if "queued" not in found else None

    assert sorted(await eventually(are_over)) == ["sent", "unwanted"]


async def test_an_app_that_is_set_up_or_removed_ends_every_other_session(ada: Person) -> None:
    async with Person(ada.address) as there:
        signed_in = await there.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD})
        there.token = signed_in.body["access_token"]
        app, codes = await set_up_app(ada)
        assert (await there.ask("GET", "/api/v1/me")).status == 401
        there.email, there.token = ada.email, ""
        signed_in = await second_step(there, await begin_sign_in(there), recovery_code=codes[0])
        there.token = signed_in.body["access_token"]
        await ada.post(f"{FACTOR}/totp/remove", {"password": PASSWORD, "code": app.code()}, status=204)
        assert (await there.ask("GET", "/api/v1/me")).status == 401
    assert (await ada.ask("GET", "/api/v1/me")).status == 200


async def test_an_older_code_than_the_last_one_does_not_count(ada: Person) -> None:
    app, _ = await set_up_app(ada)
    older, newer = app.code(), app.code()
    assert (await second_step(ada, await begin_sign_in(ada), code=newer)).status == 200
    assert (await second_step(ada, await begin_sign_in(ada), code=older)).status == 401


async def test_of_two_sign_ins_with_one_code_at_once_one_succeeds(ada: Person) -> None:
    app, _ = await set_up_app(ada)
    code, challenges = app.code(), [await begin_sign_in(ada) for _ in range(5)]
    answers = await asyncio.gather(*(second_step(ada, one, code=code) for one in challenges))
    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401, 401]


async def test_a_challenge_is_finished_once(ada: Person) -> None:
    app, codes = await set_up_app(ada)
    challenge = await begin_sign_in(ada)
    assert (await second_step(ada, challenge, code=app.code())).status == 200
    for step in ({"code": app.code()}, {"recovery_code": codes[0]}):
        refused = await second_step(ada, challenge, **step)
        assert (refused.status, refused.code) == (401, "challenge_over")


async def test_after_some_wrong_codes_the_password_is_asked_for_again(
    ada: Person, stack_settings: Settings
) -> None:
    app, _ = await set_up_app(ada)
    challenge = await begin_sign_in(ada)
    for _ in range(stack_settings.second_step_tries):
        wrong = await second_step(ada, challenge, code=app.wrong())
        assert (wrong.status, wrong.code) == (401, "wrong_code")
        assert wrong.body["errors"][0]["field"] == "code"
    refused = await second_step(ada, challenge, code=app.code())
    assert (refused.status, refused.code) == (401, "challenge_over")


async def test_wrong_codes_are_limited_for_the_account_and_recovery_codes_still_count(
    ada: Person, stack_settings: Settings
) -> None:
    app, codes = await set_up_app(ada)
    for number in range(stack_settings.second_factor_failures):
        if number % (stack_settings.second_step_tries - 1) == 0:
            challenge = await begin_sign_in(ada)
        assert (await second_step(ada, challenge, code=app.wrong())).status == 401
    challenge = await begin_sign_in(ada)
    refused = await second_step(ada, challenge, code=app.code())
    assert (refused.status, refused.code) == (429, "too_many_codes")
    assert "second_factor_failures" in refused.body["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert (await second_step(ada, challenge, recovery_code=codes[0])).status == 200


async def test_a_challenge_ends_with_its_time(ada: Person, house: House) -> None:
    app, _ = await set_up_app(ada)
    challenge = await begin_sign_in(ada)
    past = {"$set": {"expires_at": now() - timedelta(seconds=1)}}
    await house.database.challenges.update_one({"_id": hash_of(challenge)}, past)
    refused = await second_step(ada, challenge, code=app.code())
    assert (refused.status, refused.code) == (401, "challenge_over")


async def test_a_challenge_ends_with_the_password_it_followed(ada: Person, house: House) -> None:
    app, _ = await set_up_app(ada)
    challenge = await begin_sign_in(ada)
    await house.database.users.update_one({"_id": ada.id}, {"$set": {"password_hash": "another"}})
    assert (await second_step(ada, challenge, code=app.code())).code == "challenge_over"


async def test_a_challenge_takes_no_code_of_somebody_else(ada: Person, ben: Person) -> None:
    await set_up_app(ada)
    app, codes = await set_up_app(ben)
    challenge = await begin_sign_in(ada)
    assert (await second_step(ada, challenge, code=app.code())).status == 401
    assert (await second_step(ada, challenge, recovery_code=codes[0])).status == 401
    assert (await second_step(ben, await begin_sign_in(ben), recovery_code=codes[0])).status == 200


async def test_a_recovery_code_counts_once_however_it_is_typed(ada: Person) -> None:
    _, codes = await set_up_app(ada)
    typed = codes[3].upper().replace("-", " ").replace("0", "O")
    assert (await second_step(ada, await begin_sign_in(ada), recovery_code=typed)).status == 200
    again = await second_step(ada, await begin_sign_in(ada), recovery_code=codes[3])
    assert (again.status, again.code) == (401, "wrong_code")
    assert (await ada.get(FACTOR))["recovery_codes_left"] == 9


async def test_recovery_codes_are_stored_as_hashes(ada: Person, house: House) -> None:
    _, codes = await set_up_app(ada)
    stored = await house.database.second_factors.find_one({"_id": ada.id})
    kept = " ".join(stored["recovery"])
    assert all(code not in kept and code.replace("-", "") not in kept for code in codes)


async def test_who_has_few_recovery_codes_left_is_warned_and_makes_new_ones(ada: Person) -> None:
    app, codes = await set_up_app(ada)
    for code in codes[:8]:
        assert (await second_step(ada, await begin_sign_in(ada), recovery_code=code)).status == 200
    state = await ada.get(FACTOR)
    assert (state["recovery_codes_left"], state["few_left"]) == (2, True)
    proof = {"password": PASSWORD, "code": app.code()}
    renewed = (await ada.post(f"{FACTOR}/recovery-codes", proof))["recovery_codes"]
    assert len(renewed) == 10
    assert (await second_step(ada, await begin_sign_in(ada), recovery_code=codes[9])).status == 401
    assert (await second_step(ada, await begin_sign_in(ada), recovery_code=renewed[0])).status == 200


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        ({}, "wrong_password"),
        ({"password": "not hers"}, "wrong_password"),
        ({"password": PASSWORD}, "code_needed"),
        ({"password": PASSWORD, "code": "000"}, "wrong_code"),
        ({"password": PASSWORD, "recovery_code": "abcd-efgh-jkmn-pqrs"}, "wrong_code"),
        ({"password": PASSWORD, "passkey": {"id": "x"}}, "wrong_passkey"),
    ],
)
async def test_the_app_is_removed_by_password_and_code_alone(
    ada: Person, proof: dict[str, Any], code: str
) -> None:
    app, _ = await set_up_app(ada)
    refused = await ada.ask("POST", f"{FACTOR}/totp/remove", proof)
    assert (refused.status, refused.code) == (422, code)
    assert (await ada.get(FACTOR))["on"]
    await ada.post(f"{FACTOR}/totp/remove", {"password": PASSWORD, "code": app.code()}, status=204)
    assert (await ada.get(FACTOR))["recovery_codes_left"] == 0
    answer = await ada.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD})
    assert "access_token" in answer.body


async def test_an_app_is_set_up_by_the_password_and_a_right_code(ada: Person) -> None:
    refused = await ada.ask("POST", f"{FACTOR}/totp", {"password": "not hers"})
    assert (refused.status, refused.code) == (422, "wrong_password")
    nothing = await ada.ask("POST", f"{FACTOR}/totp/confirm", {"code": "123456"})
    assert (nothing.status, nothing.code) == (404, "no_setup")
    await ada.post(f"{FACTOR}/totp", {"password": PASSWORD})
    for wrong in ("", "12345", "abcdef", "１２３４５６", "1234567"):
        refused = await ada.ask("POST", f"{FACTOR}/totp/confirm", {"code": wrong})
        assert (refused.status, refused.code) == (422, "wrong_code")
    assert not (await ada.get(FACTOR))["on"]


async def test_a_setup_that_took_too_long_begins_again(ada: Person, house: House) -> None:
    await ada.post(f"{FACTOR}/totp", {"password": PASSWORD})
    past = {"$set": {"pending_until": now() - timedelta(seconds=1)}}
    await house.database.second_factors.update_one({"_id": ada.id}, past)
    refused = await ada.ask("POST", f"{FACTOR}/totp/confirm", {"code": "123456"})
    assert (refused.status, refused.code) == (404, "no_setup")


async def test_an_app_that_is_on_is_not_replaced_behind_its_owners_back(ada: Person) -> None:
    app, _ = await set_up_app(ada)
    refused = await ada.ask("POST", f"{FACTOR}/totp", {"password": PASSWORD})
    assert (refused.status, refused.code) == (422, "code_needed")
    another, _ = await set_up_app(ada, code=app.code())
    assert (await second_step(ada, await begin_sign_in(ada), code=app.code())).status == 401
    assert (await second_step(ada, await begin_sign_in(ada), code=another.code())).status == 200


async def test_recovery_codes_come_with_something_they_recover(ada: Person) -> None:
    refused = await ada.ask("POST", f"{FACTOR}/recovery-codes", {"password": PASSWORD})
    assert (refused.status, refused.code) == (409, "second_step_off")


async def test_a_secret_sealed_for_one_person_opens_for_nobody_else(
    ada: Person, sign_up: Signup, house: House
) -> None:
    app, _ = await set_up_app(ada)
    thief = await sign_up("thief")
    await set_up_app(thief)
    stored = await house.database.second_factors.find_one({"_id": ada.id})
    await house.database.second_factors.update_one(
        {"_id": thief.id}, {"$set": {"totp": stored["totp"], "last_step": 0}}
    )
    assert (await second_step(thief, await begin_sign_in(thief), code=app.code())).status == 401


async def test_what_changes_of_a_sign_in_is_mailed_to_its_owner(
    ada: Person, stack_settings: Settings
) -> None:
    _, codes = await set_up_app(ada)
    said = text_of(await mail_about(stack_settings, ada.email, "How you sign in was changed"))
    assert "set up an authenticator app" in " ".join(said.split())
    assert not [code for code in codes if code in said]


async def test_what_changes_of_a_sign_in_is_in_the_audit_of_ones_workspaces(ada: Person) -> None:
    app, codes = await set_up_app(ada)
    await second_step(ada, await begin_sign_in(ada), recovery_code=codes[0])
    await ada.post(f"{FACTOR}/totp/remove", {"password": PASSWORD, "code": app.code()}, status=204)
    audit = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"]
    told = [entry["action"] for entry in audit if entry["subject"] == ada.id]
    assert told[:3] == ["member.totp_removed", "member.recovery_code_used", "member.totp_added"]
    assert all(secret not in str(audit) for secret in codes)
