"""All ways into an account at once: taken away where somebody else may have made them."""

from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.people import sessions


async def close(house: House, user_id: UserId, *, reason: str) -> None:
    """End sessions and tokens; no password, passkey, linked account or second step of before counts any more."""
    await house.users.set_password(user_id, None)
    for passkey in await house.passkeys.of(user_id):
        await house.passkeys.remove(user_id, passkey.id)
    for linked in await house.linked_accounts.of(user_id):
        await house.linked_accounts.remove(user_id, linked.issuer)
    await house.second_factors.remove_totp(user_id)
    await house.second_factors.forget_recovery(user_id)
    await sessions.end_all(house, user_id, reason=reason)
