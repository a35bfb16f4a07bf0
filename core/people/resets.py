"""Forgotten passwords: a link by mail, good once and for a short time, by which a new one is chosen.

Whether an address has an account is looked up when the mail is sent, by a worker: who asks cannot see it, nor time it.
"""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import User
from parlour.core.people import mails, sessions
from parlour.core.people.credentials import tell_of_change
from parlour.core.people.names import checked_email
from parlour.core.people.password_rules import checked_password
from parlour.core.people.passwords import hash_password
from parlour.core.people.places import origin_words
from parlour.core.people.proofs import over, proved, span_words


async def ask(house: House, email: str) -> None:
    """Have a link sent to an address, if it has an account.

    Raises:
        InvalidError: it cannot be an address.
    """
    address = checked_email(email, house.settings)
    lasting = timedelta(minutes=house.settings.password_reset_minutes)
    await mails.queue(
        house,
        "reset_password",
        address,
        until=now() + lasting,
        lasts=span_words(lasting),
        origin=await origin_words(),
    )


async def confirm(house: House, token: str, password: str) -> None:
    """Give an account the new password, and end all its sessions and tokens. Nobody is signed in by that.

    Raises:
        GoneError: `link_over`.
        InvalidError: `password_refused`; the link still works.
    """
    request = await proved(house, token, "reset_password")
    user = await house.users.by_id(request.user_id or UserId(""))
    if user is None or user.email != request.email:
        raise over()
    checked = checked_password(password, house.settings, email=user.email, name=user.name)
    hashed = await hash_password(house.settings, checked)
    if not await house.account_requests.claim(request.id):
        raise over()
    await house.tasks.to_the_end(_give(house, user, hashed), "reset-password")


async def _give(house: House, user: User, hashed: str) -> None:
    await house.users.set_password(user.id, hashed)
    await house.users.verified(user.id, user.email, now())
    await house.account_requests.forget(user.id, ["reset_password", "change_email"])
    await sessions.end_all(house, user.id, reason="password reset")
    await tell_of_change(house, user, "it was chosen anew by a link in a mail")
