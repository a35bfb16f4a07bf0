"""Recovery codes: for whoever has lost what the second step asks for. Each counts once, and is shown once."""

import secrets

from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.sealing import keyed_hash
from parlour.core.settings import Settings

PURPOSE = "recovery code"
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is read as another sign."""
GROUPS, GROUP = 4, 4
"""Four groups of four of 32 signs: 80 bits."""
MISREAD = str.maketrans("ilou", "110v")


async def make(house: House, user_id: UserId, *, only_if_none: bool) -> list[str]:
    """Return new recovery codes, the old ones void; none when there are some already and that was asked for."""
    codes = [_new_code() for _ in range(house.settings.recovery_codes)]
    hashes = [_hash(house.settings, user_id, code) for code in codes]
    made = await house.second_factors.set_recovery(user_id, hashes, only_if_none=only_if_none)
    return codes if made else []


async def use(house: House, user_id: UserId, typed: str) -> int | None:
    """Use up a code, however it was typed, and return how many are left; none when it is not one of them."""
    return await house.second_factors.use_recovery(user_id, _hash(house.settings, user_id, typed))


def _new_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def _hash(settings: Settings, user_id: UserId, typed: str) -> str:
    plain = "".join(sign for sign in typed.casefold() if sign.isalnum()).translate(MISREAD)
    return keyed_hash(settings, plain, purpose=PURPOSE, of=user_id)
