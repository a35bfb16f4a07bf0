"""Proving that an e-mail address is one's own: before an account is made, or later for one that is there.

A sign-up that waits for its proof tells nobody whether the address has an account: what is answered, and what is done
before, is the same; only the mail differs, and who it is for reads that. Whoever finishes it has to have the mail *and*
to be the one who began: by the browser, or by the password. Otherwise somebody could sign up with another's address,
and have them finish an account of which they know the password.
"""

from datetime import timedelta

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import RequestId, UserId, new_id
from parlour.core.model.account_requests import AccountRequest
from parlour.core.model.people import SignedIn, User
from parlour.core.people import accounts, mails
from parlour.core.people.names import checked_email, checked_name
from parlour.core.people.password_rules import checked_password
from parlour.core.people.passwords import hash_password, is_password
from parlour.core.people.proofs import is_code, lasts, over, proved, span_words
from parlour.core.people.sessions import open_session
from parlour.core.people.tokens import hash_of, is_secret, new_secret
from parlour.core.telemetry import log


class SignUpBegun(Struct, frozen=True, kw_only=True):
    """A sign-up that waits for its mail to be read. `browser` is what only the browser knows that began it."""

    id: RequestId
    email: str
    expires_in: int
    browser: str


class Proof(Struct, frozen=True, kw_only=True):
    """How somebody shows that they read the mail: by the `token` of its link, or the `code` for the sign-up `id`.

    By `browser`, or else `password`, that they are the one who began.
    """

    token: str = ""
    id: str = ""
    code: str = ""
    browser: str = ""
    password: str | None = None


async def begin_sign_up(house: House, *, email: str, password: str, name: str) -> SignUpBegun:
    """Have a mail sent that ends a sign-up, or says that there is an account already.

    Raises:
        InvalidError: a field cannot be taken.
    """
    shown, address = checked_name(name, house.settings), checked_email(email, house.settings)
    checked = checked_password(password, house.settings, email=address, name=shown)
    browser, lasting = new_secret(), timedelta(minutes=house.settings.sign_up_minutes)
    request = AccountRequest(
        id=RequestId(new_id()),
        kind="sign_up",
        email=address,
        name=shown,
        password_hash=await hash_password(house.settings, checked),
        browser_hash=hash_of(browser),
        created_at=now(),
        expires_at=now() + lasting,
    )
    await house.account_requests.add(request)
    await mails.queue(
        house,
        "sign_up",
        address,
        until=request.expires_at,
        request=request.id,
        lasts=span_words(lasting),
    )
    seconds = round(lasting.total_seconds())
    return SignUpBegun(id=request.id, email=address, expires_in=seconds, browser=browser)


async def finish_sign_up(house: House, proof: Proof) -> SignedIn:
    """Make the account of a sign-up, and sign it in.

    Raises:
        GoneError: `link_over`.
        InvalidError: `wrong_code`; `password_needed`, this browser did not begin it; `wrong_password`.
        ConflictError: `email_taken`, meanwhile.
    """
    request = await _signing_up(house, proof)
    await _check_beginner(house, request, proof)
    user = await accounts.create(
        house,
        email=request.email,
        name=request.name,
        password_hash=request.password_hash,
        verified_at=now(),
    )
    await house.account_requests.claim(request.id)
    log.info("account.made", user_id=user.id, verified=True)
    return await open_session(house, user)


async def ask_to_verify(house: House, user: User) -> None:
    """Mail somebody a link that proves that their address is theirs; nothing when that is known."""
    if user.email_verified_at is not None:
        return
    lasting = timedelta(days=house.settings.verify_email_days)
    request = AccountRequest(
        id=RequestId(new_id()),
        kind="verify_email",
        email=user.email,
        user_id=user.id,
        created_at=now(),
        expires_at=now() + lasting,
    )
    await house.account_requests.add(request)
    await mails.queue(
        house,
        "verify_email",
        user.email,
        user.id,
        until=request.expires_at,
        request=request.id,
        lasts=span_words(lasting),
    )


async def verify(house: House, token: str) -> str | None:
    """Note that an account's address is its person's, and return it; none when the link is one of a sign-up.

    Raises:
        GoneError: `link_over`.
    """
    request = await proved(house, token, "verify_email", "sign_up")
    if request.kind == "sign_up":
        return None
    if not await house.users.verified(request.user_id or UserId(""), request.email, now()):
        raise over()
    return request.email


async def _signing_up(house: House, proof: Proof) -> AccountRequest:
    if proof.token:
        return await proved(house, proof.token, "sign_up")
    request = await house.account_requests.get(RequestId(proof.id))
    if request is None or request.kind != "sign_up" or not lasts(request):
        raise over()
    # Only what was mailed can be typed: an address has a few codes an hour to be guessed, however often one signs up.
    if not (request.mailed and is_code(house.settings, request, proof.code)):
        await _failed(house, request)
        raise InvalidError.field("code", "This is not the code of the mail.", "wrong_code")
    return request


async def _check_beginner(house: House, request: AccountRequest, proof: Proof) -> None:
    if proof.browser and is_secret(proof.browser, request.browser_hash):
        return
    if not proof.password:
        words = "Type the password that you chose when you signed up: this is another browser."
        raise InvalidError.field("password", words, "password_needed")
    if not await is_password(house.settings, proof.password, request.password_hash):
        await _failed(house, request)
        raise InvalidError.field(
            "password", "This is not the password that was chosen when signing up.", "wrong_password"
        )


async def _failed(house: House, request: AccountRequest) -> None:
    """Count a failure; the last one ends the sign-up.

    Raises:
        GoneError: `link_over`, it was the last one.
    """
    if await house.account_requests.tried(request.id) >= house.settings.sign_up_code_tries:
        await house.account_requests.claim(request.id)
        raise over()
