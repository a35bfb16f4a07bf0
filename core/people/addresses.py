"""Another e-mail address for an account: confirmed by its mails, told to the old address, which can take it back."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import RequestId, UserId, new_id
from parlour.core.model.account_requests import AccountRequest, RequestKind
from parlour.core.model.people import Identity, User
from parlour.core.people import account_notes, mails, resets, ways_in
from parlour.core.people.credentials import check_present
from parlour.core.people.names import checked_email
from parlour.core.people.places import origin_words
from parlour.core.people.proofs import over, proved, span_words


async def ask_to_change(house: House, identity: Identity, *, email: str, password: str) -> AccountRequest:
    """Mail the new address a link that makes it the account's. Until then nothing changes.

    Whether another account has it, only its mails tell.

    Raises:
        InvalidError: it cannot be an address, or is the present one; `wrong_password`.
        ConflictError: `no_password`.
        OverLimitError: too many wrong ones lately.
    """
    address = checked_email(email, house.settings)
    user = await check_present(house, identity.user_id, password)
    if address == user.email:
        raise InvalidError.field("email", "This is your address already.")
    lasting = timedelta(minutes=house.settings.email_change_minutes)
    request = _request("change_email", user, address, other=user.email, lasting=lasting)
    await house.account_requests.add(request)
    await mails.queue(
        house,
        "confirm_email",
        address,
        user.id,
        until=request.expires_at,
        request=request.id,
        lasts=span_words(lasting),
        old=user.email,
    )
    return request


async def change(house: House, token: str) -> str:
    """Give an account the address whose mails hold this link, and return it; the old one is told.

    Raises:
        GoneError: `link_over`.
        ConflictError: `email_taken`, another account has it.
    """
    request = await proved(house, token, "change_email")
    user = await house.users.by_id(request.user_id or UserId(""))
    if user is None or user.email != request.other:
        raise over()
    if not await house.account_requests.claim(request.id):
        raise over()
    await house.users.set_email(user.id, request.email, now())
    await house.account_requests.forget(user.id, ["change_email", "reset_password", "verify_email"])
    await _tell_old_address(house, user, request.email)
    await account_notes.note(house, user.id, "member.email_changed", "changed their e-mail address")
    return request.email


async def take_back(house: House, token: str) -> str:
    """Give an account its former address again, and return it.

    Whoever changed it may know the password, and have added ways in of their own: every session and token ends, the
    password, passkeys and second steps count no more, and a link to choose a new password goes to the former address.

    Raises:
        GoneError: `link_over`.
        ConflictError: `email_taken`, another account was made with it meanwhile.
    """
    request = await proved(house, token, "take_back_email")
    user = await house.users.by_id(request.user_id or UserId(""))
    if user is None:
        raise over()
    await house.users.set_email(user.id, request.email, now())
    if not await house.account_requests.claim(request.id):
        raise over()
    await house.tasks.to_the_end(_take_back(house, user.id, request), "take-back-email")
    return request.email


async def _take_back(house: House, user_id: UserId, request: AccountRequest) -> None:
    await house.account_requests.forget(user_id, ["change_email", "reset_password", "verify_email"])
    # Of addresses that came later the links end, but never that of an earlier one: it may be the owner's.
    await house.account_requests.forget(user_id, ["take_back_email"], after=request.id)
    await ways_in.close(house, user_id, reason="e-mail address taken back")
    await resets.ask(house, request.email)
    words = "took back a change of their e-mail address, which ended every session"
    await account_notes.note(house, user_id, "member.email_taken_back", words)


async def _tell_old_address(house: House, user: User, new: str) -> None:
    lasting = timedelta(days=house.settings.email_take_back_days)
    request = _request("take_back_email", user, user.email, other=new, lasting=lasting)
    await house.account_requests.add(request)
    await mails.queue(
        house,
        "email_changed",
        user.email,
        user.id,
        until=request.expires_at,
        request=request.id,
        lasts=span_words(lasting),
        name=user.name,
        new=new,
        origin=await origin_words(),
    )


def _request(kind: RequestKind, user: User, email: str, *, other: str, lasting: timedelta) -> AccountRequest:
    made = now()
    return AccountRequest(
        id=RequestId(new_id()),
        kind=kind,
        email=email,
        other=other,
        user_id=user.id,
        created_at=made,
        expires_at=made + lasting,
    )
