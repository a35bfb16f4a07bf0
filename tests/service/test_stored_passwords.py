"""How passwords are stored: through the house's key, and anew where they were stored before that."""

from argon2 import PasswordHasher
from pydantic import SecretStr

from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.people.passwords import is_outdated, is_password
from tests.person import PASSWORD, Person

LOGIN = "/api/v1/auth/login"


async def stored(house: House, person: Person) -> str:
    found = await house.users.password_hash(UserId(person.id))
    assert found is not None
    return found


async def test_a_stored_password_is_worth_nothing_without_the_houses_key(ada: Person, house: House) -> None:
    kept = await stored(house, ada)
    assert await is_password(house.settings, PASSWORD, kept)
    other = house.settings.model_copy(update={"secret_key": SecretStr("another key of thirty-two letters")})
    assert not await is_password(other, PASSWORD, kept)


async def test_a_password_that_was_stored_without_it_counts_and_is_stored_anew_at_sign_in(
    ada: Person, house: House
) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    await house.users.set_password(UserId(ada.id), old)
    body = {"email": ada.email, "password": PASSWORD}
    assert (await ada.ask("POST", LOGIN, body | {"password": "guess"})).status == 401
    assert await stored(house, ada) == old
    assert (await ada.ask("POST", LOGIN, body)).status == 200
    renewed = await stored(house, ada)
    assert is_outdated(old)
    assert not is_outdated(renewed)
    assert (await ada.ask("POST", LOGIN, body)).status == 200
    assert await stored(house, ada) == renewed


async def test_a_hash_whose_password_was_changed_meanwhile_is_not_put_back(ada: Person, house: House) -> None:
    now = await stored(house, ada)
    await house.users.renew_password_hash(UserId(ada.id), "an older one", "of the older password")
    assert await stored(house, ada) == now
