"""Whose account an account at another server is: the one it is linked to, else that of its verified e-mail address."""

from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.people import Identity, User
from parlour.core.model.sign_in import LinkedAccount, Proof
from parlour.core.people import account_notes
from parlour.core.people.accounts import create
from parlour.core.people.names import checked_email, checked_name
from parlour.core.people.oidc.id_token import Claims
from parlour.core.people.oidc.providers import Provider, providers
from parlour.core.people.proof import prove
from parlour.core.store.linked_accounts import LinkedRecord


async def owner(house: House, provider: Provider, claims: Claims) -> User:
    """Return who signs in, their account linked or made if need be.

    Raises:
        ForbiddenError: `unverified_there`, `unverified_here`, `no_account`, `linked_elsewhere`.
    """
    user_id = await house.linked_accounts.use(provider.issuer, claims.subject, email=claims.email, at=now())
    if user_id is None:
        return await _by_address(house, provider, claims)
    user = await house.users.by_id(user_id)
    if user is None:
        raise ForbiddenError("no_account", "The account that this belonged to is gone.")
    return user


async def link(house: House, user_id: UserId, provider: Provider, claims: Claims) -> None:
    """Link an account to somebody who asked for it, signed in.

    Raises:
        ForbiddenError: `linked_elsewhere`, it is somebody else's, or they have another one there.
    """
    record = LinkedRecord(
        issuer=provider.issuer,
        subject=claims.subject,
        user_id=user_id,
        email=claims.email,
        linked_at=now(),
    )
    if await house.linked_accounts.add(record):
        return await account_notes.tell(
            house, user_id, "member.account_linked", f"linked an account of {provider.label}"
        )
    if (
        await house.linked_accounts.use(provider.issuer, claims.subject, email=claims.email, at=now())
        == user_id
    ):
        return None
    raise ForbiddenError(
        "linked_elsewhere",
        f"That account of {provider.label} is linked already, or you have another one there.",
    )


async def mine(house: House, user_id: UserId) -> list[LinkedAccount]:
    """Return somebody's linked accounts, as far as their servers are still there."""
    by_issuer = {provider.issuer: provider for provider in providers(house.settings).values()}
    return [
        LinkedAccount(
            provider=by_issuer[record.issuer].id,
            label=by_issuer[record.issuer].label,
            email=record.email,
            linked_at=record.linked_at,
            last_used_at=record.last_used_at,
        )
        for record in await house.linked_accounts.of(user_id)
        if record.issuer in by_issuer
    ]


async def unlink(house: House, who: Identity, provider: Provider, proof: Proof) -> None:
    """Unlink the caller's account at a server.

    Raises:
        NotFoundError: there is none.
        ConflictError: `last_way_in`, they could not sign in any more.
        InvalidError: the proof is not right.
    """
    linked = {record.issuer for record in await house.linked_accounts.of(who.user_id)}
    if provider.issuer not in linked:
        raise NotFoundError.of("linked account")
    other = await house.users.password_hash(who.user_id) or await house.passkeys.of(who.user_id)
    if not other and len(linked) == 1:
        raise ConflictError(
            "last_way_in", "You sign in by this alone. Choose a password or add a passkey first."
        )
    await prove(house, who, proof)
    await house.linked_accounts.remove(who.user_id, provider.issuer)
    await account_notes.tell(
        house, who.user_id, "member.account_unlinked", f"unlinked the account of {provider.label}"
    )


async def _by_address(house: House, provider: Provider, claims: Claims) -> User:
    """Return the account of a verified address, which counts only where it is verified on both sides.

    Else whoever signed up here with somebody else's address, or says so there, would get into one account with them.
    """
    if not claims.email_verified or not claims.email:
        raise ForbiddenError(
            "unverified_there", f"{provider.label} has not verified your e-mail address, which it has to."
        )
    found = await house.users.by_email(claims.email)
    if found is None:
        user = await _sign_up(house, provider, claims)
    elif found[0].email_verified_at is None:
        raise ForbiddenError(
            "unverified_here",
            "There is an account of this e-mail address, which was never confirmed here. Sign in by its password, and "
            "link the two in your account's security settings.",
        )
    else:
        user = found[0]
    await link(house, user.id, provider, claims)
    return user


async def _sign_up(house: House, provider: Provider, claims: Claims) -> User:
    if not provider.sign_up:
        raise ForbiddenError(
            "no_account", "There is no account of this e-mail address here. Ask for an invitation."
        )
    email = checked_email(claims.email, house.settings)
    return await create(house, email=email, name=_name(house, claims), password_hash=None, verified_at=now())


def _name(house: House, claims: Claims) -> str:
    """Return a name that may stand here, whatever the server calls its person."""
    try:
        return checked_name(claims.name[: house.settings.name_max_length], house.settings)
    except InvalidError:
        return claims.email.partition("@")[0][: house.settings.name_max_length]
