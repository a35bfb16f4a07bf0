"""Deactivating: of a membership, by who may remove members; of a whole account, by its person.

What a deactivated person wrote stays, with their name. A membership is taken up again by who may remove members; an
account by its person, through a link that is mailed to them.
"""

from datetime import UTC, datetime, timedelta

from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError, GoneError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.later import Failure
from parlour.core.model.people import User
from parlour.core.model.rights import exceeds
from parlour.core.people import mails
from parlour.core.people.names import checked_email
from parlour.core.people.parking import park, unpark
from parlour.core.people.rights import require
from parlour.core.people.roles import beyond_your_rights
from parlour.core.people.sessions import end
from parlour.core.signing import is_signature, signature
from parlour.core.telemetry import log

MAILS_A_DAY = 5
"""Links to reactivate an account that are mailed in a day."""
STOPPED = Failure(code="deactivated", detail="It was not sent: your account was deactivated when it was due.")
PURPOSE = "reactivate"


async def deactivate_member(house: House, actor: UserId, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Set someone's membership aside; again changes nothing.

    Raises:
        NotFoundError: the workspace is not the actor's, or they are no member.
        ForbiddenError: `missing_right`; `not_oneself`; `beyond_your_rights`, they may more than the actor.
        ConflictError: `last_owner`.
    """
    place = await require(house, workspace_id, actor, "member.remove")
    if actor == user_id:
        raise ForbiddenError("not_oneself", "Leave the workspace, or deactivate your account.")
    theirs = await house.workspaces.standing(workspace_id, user_id)
    if theirs is None:
        await _deactivate_who_is_aside(house, actor, workspace_id, user_id)
        return
    if exceeds(theirs.rights, place.rights):
        raise beyond_your_rights(theirs.rights - place.rights)
    if theirs.role == "owner":
        await _check_not_last(house, workspace_id)
    if await park(house, workspace_id, user_id, by=actor, why="workspace"):
        await house.audit.note(workspace_id, actor, "member.deactivated", user_id, "By an admin.")


async def _deactivate_who_is_aside(
    house: House, actor: UserId, workspace_id: WorkspaceId, user_id: UserId
) -> None:
    """Have somebody stay out who was set aside until they have a second step."""
    if await house.asides.get(workspace_id, user_id) is None:
        raise NotFoundError.of("member")
    if await house.asides.turn(workspace_id, user_id, "second_factor", "workspace", by=actor):
        await house.audit.note(workspace_id, actor, "member.deactivated", user_id, "By an admin.")


async def reactivate_member(house: House, actor: UserId, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Take someone's membership up again, in every channel that they were in and that is still there.

    Raises:
        NotFoundError: the workspace is not the actor's, or they are no member.
        ForbiddenError: `missing_right`.
        ConflictError: `account_deactivated` or `second_factor_needed`: that is theirs to undo.
    """
    await require(house, workspace_id, actor, "member.remove")
    aside = await house.asides.get(workspace_id, user_id)
    if aside is None:
        if await house.workspaces.standing(workspace_id, user_id) is None:
            raise NotFoundError.of("member")
        return
    if aside.why == "second_factor":
        raise ConflictError("second_factor_needed", "They come back by setting up a second step.")
    if aside.why != "workspace" or await house.users.deactivated_since(user_id):
        raise ConflictError(
            "account_deactivated", "They deactivated their account, or had it erased: only they can undo it."
        )
    if await unpark(house, workspace_id, user_id, by=actor):
        await house.audit.note(workspace_id, actor, "member.reactivated", user_id, "By an admin.")


async def deactivate(house: House, user: User) -> None:
    """Deactivate a whole account, and mail how to come back.

    It goes on although whoever asked for it is gone: the end of their own session closes their page.

    Raises:
        ConflictError: `last_owner`, naming the workspaces that have to be handed over first.
    """
    await check_hands_over(house, user.id)
    await house.tasks.to_the_end(_deactivate_and_tell(house, user), "deactivate")


async def _deactivate_and_tell(house: House, user: User) -> None:
    since = await set_account_aside(house, user)
    await _mail_link(house, user, since)


async def set_account_aside(house: House, user: User) -> datetime:
    """Let every session and token of an account end, and nothing reach its person; return since when. Again goes on."""
    await house.users.deactivate(user.id, now())
    since = await house.users.deactivated_since(user.id) or now()
    await _end_sessions(house, user.id)
    await _stop_scheduled(house, user.id)
    for workspace in await house.workspaces.of(user.id):
        if await park(house, workspace.id, user.id, by=None, why="account"):
            await house.audit.note(
                workspace.id, user.id, "member.deactivated", user.id, "They deactivated their account."
            )
    log.info("account.deactivated", user_id=user.id)
    return since


def ask_for_link_soon(house: House, email: str) -> None:
    """Mail the link that reactivates an account once more, if there is one to reactivate, behind the answer.

    Raises:
        InvalidError: this is no address.
    """
    house.tasks.start(ask_for_link(house, checked_email(email, house.settings)), "mail-reactivation")


async def ask_for_link(house: House, email: str) -> None:
    """Mail the link that reactivates an account once more, a few times a day, unless the account is to be erased."""
    user = await house.users.deactivated_by_email(email)
    since = await house.users.deactivated_since(user.id) if user else None
    if user is None or since is None or await house.erasures.open_of(user.id):
        return
    day_ago = now() - timedelta(days=1)
    if await house.account_mails.count_between(email, "deactivated", day_ago, now()) < MAILS_A_DAY:
        await _mail_link(house, user, since)


async def reactivate_by_link(house: House, token: str) -> str:
    """Reactivate an account by what was mailed, and return its address; it still has to be signed into.

    Raises:
        GoneError: `link_over`: the link is not good, or not any more.
        ConflictError: `erasure_begun`: the account is being erased.
    """
    user_id, _, rest = token.partition(".")
    until, _, signed = rest.partition(".")
    since = await house.users.deactivated_since(UserId(user_id))
    if (
        since is None
        or not until.isdigit()
        or not _is_link(house, UserId(user_id), since, int(until), signed)
    ):
        raise GoneError("link_over", "This link does not work any more. Ask for a new one.")
    if await house.erasures.open_of(UserId(user_id)):
        raise ConflictError(
            "erasure_begun", "This account is to be erased. Take that back by the link of its mail."
        )
    await reactivate(house, UserId(user_id), since)
    user = await house.users.by_id(UserId(user_id))
    return user.email if user else ""


async def reactivate(house: House, user_id: UserId, since: datetime) -> None:
    """Reactivate an account, in all workspaces in which its own deactivation set it aside."""
    if not await house.users.reactivate(user_id, since):
        return
    for workspace_id, aside in (await house.asides.of(user_id)).items():
        if aside.why == "account" and await unpark(house, workspace_id, user_id, by=user_id):
            await house.audit.note(
                workspace_id, user_id, "member.reactivated", user_id, "They reactivated their account."
            )
    log.info("account.reactivated", user_id=user_id)


async def check_hands_over(house: House, user_id: UserId) -> None:
    """Check that nobody is left without an owner when someone goes.

    Raises:
        ConflictError: `last_owner`.
    """
    held = [
        workspace.name
        for workspace in await house.workspaces.of(user_id)
        if workspace.role == "owner"
        and await house.workspaces.owners(workspace.id) == 1
        and len(await house.workspaces.members(workspace.id, after=None, limit=2)) > 1
    ]
    if held:
        names = ", ".join(f"“{name}”" for name in held)
        raise ConflictError("last_owner", f"You are the only owner of {names}. Make somebody else one first.")


async def _check_not_last(house: House, workspace_id: WorkspaceId) -> None:
    if await house.workspaces.owners(workspace_id) == 1:
        raise ConflictError("last_owner", "A workspace keeps at least one owner.")


async def _end_sessions(house: House, user_id: UserId) -> None:
    for entrance in await house.sessions.of(user_id, kinds=["session", "personal"]):
        await end(house, entrance.id, reason="account deactivated")


async def _stop_scheduled(house: House, user_id: UserId) -> None:
    """Put why they are not sent on record of what waits, for its author to find who comes back."""
    for scheduled_id in await house.scheduled.waiting_of(user_id):
        await house.scheduled.failed(scheduled_id, STOPPED)


async def _mail_link(house: House, user: User, since: datetime) -> None:
    until = now() + timedelta(days=house.settings.reactivation_days)
    stamp = int(until.timestamp())
    token = f"{user.id}.{stamp}.{_signed(house, user.id, since, stamp)}"
    await mails.queue(
        house,
        "deactivated",
        user.email,
        user.id,
        name=user.name,
        link=f"{house.settings.address}/reactivate#{token}",
        lasts=f"{house.settings.reactivation_days} days",
    )


def _signed(house: House, user_id: UserId, since: datetime, until: int) -> str:
    return signature(house.settings, PURPOSE, user_id, _stamp(since), until=until)


def _is_link(house: House, user_id: UserId, since: datetime, until: int, given: str) -> bool:
    return is_signature(house.settings, given, PURPOSE, user_id, _stamp(since), until=until)


def _stamp(at: datetime) -> str:
    return str(int(at.astimezone(UTC).timestamp() * 1000))
