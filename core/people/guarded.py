"""Whose sign-in is guarded by a second step, as workspaces demand it."""

from collections.abc import Collection

from parlour.core.house import House
from parlour.core.ids import UserId


async def unguarded(house: House, user_ids: Collection[UserId]) -> set[UserId]:
    """Return those who can sign in with a password and nothing else.

    Bots cannot; who has no password signs in by a passkey, or by another server that sees to it.
    """
    with_password = await house.users.with_password(user_ids)
    guarded = await house.second_factors.with_app(with_password) | await house.passkeys.owners(with_password)
    return with_password - guarded
