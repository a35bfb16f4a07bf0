"""Passkeys: signing in by one, the second step by one, and keeping one's own."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes

from parlour.core.house import House
from parlour.core.people.relying_party import relying_party
from parlour.core.people.tokens import hash_of
from parlour.core.settings import Settings
from tests.authenticator import begin_sign_in, second_step, set_up_app
from tests.conftest import Signup
from tests.doors import mail_about
from tests.passkey import USER_PRESENT, Passkey
from tests.person import PASSWORD, Answer, Person

MINE = "/api/v1/me/passkeys"
PROOF = {"password": PASSWORD}


@pytest.fixture
def blank(stack_settings: Settings) -> Passkey:
    """A passkey that was not made for anybody yet."""
    party = relying_party(stack_settings)
    return Passkey(origin=party.origin, rp_id=party.id)


async def add(person: Person, passkey: Passkey, name: str = "Key ring") -> list[str]:
    """Add a passkey, and return the recovery codes that came with it."""
    options = await person.post(f"{MINE}/options", PROOF, status=200)
    made = await person.post(MINE, {"passkey": passkey.made(options), "name": name})
    assert made["passkey"]["id"] == passkey.id
    return list(made["recovery_codes"])


async def sign_in_by(person: Person, passkey: Passkey) -> Answer:
    options = await person.post("/api/v1/auth/passkey/options", status=200)
    return await person.ask("POST", "/api/v1/auth/passkey", {"passkey": passkey.answers(options)})


async def test_somebody_signs_in_by_a_passkey_alone(ada: Person, blank: Passkey, sign_up: Signup) -> None:
    await add(ada, blank)
    stranger = await sign_up("stranger")
    answer = await sign_in_by(stranger, blank)
    assert answer.status == 200
    assert answer.body["user"]["id"] == ada.id
    assert answer.cookies["parlour_refresh"]["httponly"]
    shown = (await ada.get(MINE))["items"][0]
    assert (shown["name"], shown["synced"]) == ("Key ring", False)
    assert shown["last_used_at"]


async def test_the_first_passkey_and_a_removed_one_end_every_other_session(
    ada: Person, blank: Passkey, stack_settings: Settings
) -> None:
    async with Person(ada.address) as there:
        signed_in = await there.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD})
        there.token = signed_in.body["access_token"]
        await add(ada, blank)
        assert (await there.ask("GET", "/api/v1/me")).status == 401
        there.token = (await sign_in_by(there, blank)).body["access_token"]
        options = await ada.post(f"{MINE}/proof-options", status=200)
        proof = PROOF | {"passkey": blank.answers(options)}
        await ada.post(f"{MINE}/{blank.id}/remove", proof, status=204)
        assert (await there.ask("GET", "/api/v1/me")).status == 401
    assert (await ada.ask("GET", "/api/v1/me")).status == 200
    await mail_about(stack_settings, ada.email, "New sign-in")


async def test_a_passkey_is_made_to_be_found_again_and_to_know_its_person(ada: Person) -> None:
    options = await ada.post(f"{MINE}/options", PROOF, status=200)
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    asked = await ada.post("/api/v1/auth/passkey/options", status=200)
    assert asked["userVerification"] == "required"
    assert asked["allowCredentials"] == []


async def test_from_the_first_passkey_on_the_password_alone_signs_nobody_in(
    ada: Person, blank: Passkey
) -> None:
    codes = await add(ada, blank)
    assert len(codes) == 10
    challenge = await begin_sign_in(ada)
    options = await ada.post(
        "/api/v1/auth/login/second/passkey-options", {"challenge": challenge}, status=200
    )
    assert [known["id"] for known in options["allowCredentials"]] == [blank.id]
    answer = await second_step(ada, challenge, passkey=blank.answers(options))
    assert answer.status == 200
    assert answer.body["user"]["id"] == ada.id
    assert (await second_step(ada, await begin_sign_in(ada), recovery_code=codes[0])).status == 200


async def test_the_second_step_takes_no_passkey_of_somebody_else(
    ada: Person, ben: Person, blank: Passkey, stack_settings: Settings
) -> None:
    await add(ada, blank)
    theirs = replace(blank, credential_id=b"another id of some length")
    await add(ben, theirs)
    challenge, bens = await begin_sign_in(ada), await begin_sign_in(ben)
    path = "/api/v1/auth/login/second/passkey-options"
    options = await ada.post(path, {"challenge": challenge}, status=200)
    assert (await second_step(ada, challenge, passkey=theirs.answers(options))).code == "wrong_passkey"
    options = await ada.post(path, {"challenge": bens}, status=200)
    assert (await second_step(ada, challenge, passkey=theirs.answers(options))).code == "wrong_passkey"
    options = await ada.post("/api/v1/auth/passkey/options", status=200)
    assert (await second_step(ada, challenge, passkey=blank.answers(options))).code == "wrong_passkey"


async def test_an_answer_counts_once(ada: Person, blank: Passkey) -> None:
    await add(ada, blank)
    options = await ada.post("/api/v1/auth/passkey/options", status=200)
    answer = {"passkey": blank.answers(options)}
    answers = await asyncio.gather(*(ada.ask("POST", "/api/v1/auth/passkey", answer) for _ in range(4)))
    assert sorted(one.status for one in answers) == [200, 401, 401, 401]
    assert {one.code for one in answers if one.status == 401} == {"passkey_over"}


@pytest.mark.parametrize(
    "turned",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": USER_PRESENT},
        {"flags": 0},
        {"key": None},
        {"credential_id": b"nobody knows this id at all"},
        {"user_handle": "c29tZWJvZHkgZWxzZQ"},
        {"user_handle": ""},
    ],
    ids=["origin", "relying party", "unverified", "absent", "key", "unknown", "handle", "no handle"],
)
async def test_an_answer_that_is_not_quite_right_opens_nothing(
    ada: Person, blank: Passkey, turned: dict[str, Any]
) -> None:
    await add(ada, blank)
    if "key" in turned:
        turned = {"key": Passkey("", "").key}
    refused = await sign_in_by(ada, replace(blank, **turned))
    assert (refused.status, refused.code) == (401, "wrong_passkey")
    assert (await sign_in_by(ada, blank)).status == 200


async def test_a_counter_that_does_not_go_on_shows_a_copy(ada: Person, blank: Passkey) -> None:
    await add(ada, blank)
    copy = replace(blank)
    assert (await sign_in_by(ada, blank)).status == 200
    assert (await sign_in_by(ada, blank)).status == 200
    refused = await sign_in_by(ada, copy)
    assert (refused.status, refused.code) == (401, "wrong_passkey")


async def test_a_question_that_was_lost_is_a_clear_error(ada: Person, blank: Passkey, house: House) -> None:
    await add(ada, blank)
    options = await ada.post("/api/v1/auth/passkey/options", status=200)
    asked = base64url_to_bytes(options["challenge"])
    await house.database.challenges.delete_one({"_id": hash_of(asked.hex())})
    refused = await ada.ask("POST", "/api/v1/auth/passkey", {"passkey": blank.answers(options)})
    assert (refused.status, refused.code) == (401, "passkey_over")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"id": 5},
        {"id": "x", "response": []},
        {"id": "x", "response": {"clientDataJSON": "e30"}},
        {"id": "x", "response": {"clientDataJSON": 5}},
        {"id": "x", "response": {"clientDataJSON": "W" * 10_000}},
        {"id": {"$ne": ""}, "response": {"clientDataJSON": "bnVsbA"}},
    ],
)
async def test_odd_answers_are_refused_and_break_nothing(ada: Person, answer: dict[str, Any]) -> None:
    refused = await ada.ask("POST", "/api/v1/auth/passkey", {"passkey": answer})
    assert (refused.status, refused.code) == (401, "passkey_over")
    refused = await ada.ask("POST", MINE, {"passkey": answer})
    assert (refused.status, refused.code) == (422, "wrong_passkey")


async def test_an_answer_to_the_right_question_that_is_torn_is_refused(ada: Person, blank: Passkey) -> None:
    await add(ada, blank)
    for part in ("authenticatorData", "signature", "clientDataJSON", "userHandle"):
        options = await ada.post("/api/v1/auth/passkey/options", status=200)
        answer = blank.answers(options)
        answer["response"][part] = answer["response"][part][:-9] if part != "clientDataJSON" else None
        assert (await ada.ask("POST", "/api/v1/auth/passkey", {"passkey": answer})).status == 401
    for torn in ("attestationObject", "clientDataJSON"):
        options = await ada.post(f"{MINE}/proof-options", status=200)
        proof = PROOF | {"passkey": blank.answers(options)}
        made = replace(blank, credential_id=b"made anew").made(
            await ada.post(f"{MINE}/options", proof, status=200)
        )
        made["response"][torn] = made["response"][torn][:-7]
        assert (await ada.ask("POST", MINE, {"passkey": made})).status == 422


async def test_a_passkey_is_added_by_the_password_and_the_second_step(ada: Person, blank: Passkey) -> None:
    app, _ = await set_up_app(ada)
    for proof, code in (({}, "wrong_password"), (PROOF, "code_needed")):
        refused = await ada.ask("POST", f"{MINE}/options", proof)
        assert (refused.status, refused.code) == (422, code)
    options = await ada.post(f"{MINE}/options", PROOF | {"code": app.code()}, status=200)
    made = await ada.post(MINE, {"passkey": blank.made(options)})
    assert made["recovery_codes"] == [], "those of the app still count"


async def test_a_passkey_made_for_one_account_is_not_kept_for_another(
    ada: Person, ben: Person, blank: Passkey
) -> None:
    options = await ada.post(f"{MINE}/options", PROOF, status=200)
    refused = await ben.ask("POST", MINE, {"passkey": blank.made(options)})
    assert (refused.status, refused.code) == (422, "wrong_passkey")
    await add(ada, blank)
    options = await ben.post(f"{MINE}/options", PROOF, status=200)
    known = await ben.ask("POST", MINE, {"passkey": blank.made(options)})
    assert (known.status, known.code) == (409, "passkey_known")


async def test_passkeys_are_named_and_removed_by_their_owner_alone(
    ada: Person, ben: Person, blank: Passkey
) -> None:
    await add(ada, blank)
    path = f"{MINE}/{blank.id}"
    assert (await ben.ask("PATCH", path, {"name": "mine"})).status == 404
    assert (await ben.ask("POST", f"{path}/remove", PROOF)).status == 404
    for name in ("", " ", "x" * 61, "a\nb"):
        assert (await ada.ask("PATCH", path, {"name": name})).status == 422
    assert (await ada.ask("PATCH", path, {"name": "Blue key"})).status == 204
    assert [known["name"] for known in (await ada.get(MINE))["items"]] == ["Blue key"]
    assert (await ada.ask("POST", f"{path}/remove", PROOF)).code == "code_needed"
    options = await ada.post(f"{MINE}/proof-options", status=200)
    proof = PROOF | {"passkey": blank.answers(options)}
    await ada.post(f"{path}/remove", proof, status=204)
    assert (await sign_in_by(ada, blank)).code == "wrong_passkey"
    answer = await ada.ask("POST", "/api/v1/auth/login", {"email": ada.email, "password": PASSWORD})
    assert "access_token" in answer.body, "the last guard is gone"


async def test_one_person_has_so_many_passkeys_at_most(ada: Person, blank: Passkey, house: House) -> None:
    await add(ada, blank)
    stored = await house.database.passkeys.find_one({"_id": blank.id})
    most = house.settings.passkeys_per_person
    more = [stored | {"_id": f"{blank.id}-{number}"} for number in range(most - 1)]
    await house.database.passkeys.insert_many(more)
    options = await ada.post(f"{MINE}/proof-options", status=200)
    proof = PROOF | {"passkey": blank.answers(options)}
    refused = await ada.ask("POST", f"{MINE}/options", proof)
    assert (refused.status, refused.code) == (409, "too_many_passkeys")
    assert "passkeys_per_person" in refused.body["detail"]
