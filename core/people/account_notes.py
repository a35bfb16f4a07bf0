"""What somebody changes of how they sign in: noted in the audit of each of their workspaces, and told them by mail."""

from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.audit import AuditAction
from parlour.core.people import mails
from parlour.core.people.places import origin_words
from parlour.core.telemetry import log


async def note(house: House, user_id: UserId, action: AuditAction, detail: str) -> None:
    """Note it, in words that go on from the person's name."""
    for workspace in await house.workspaces.of(user_id):
        await house.audit.note(workspace.id, user_id, action, user_id, detail)


async def tell(house: House, user_id: UserId, action: AuditAction, detail: str) -> None:
    """Note it, and mail it to them: it may have been somebody else."""
    await note(house, user_id, action, detail)
    user = await house.users.by_id(user_id)
    if user is not None:
        await mails.queue(
            house,
            "sign_in_changed",
            user.email,
            user.id,
            name=user.name,
            how=detail,
            origin=await origin_words(),
            link=f"{house.settings.address}/forgot-password",
        )


async def tell_of_used_code(house: House, user_id: UserId) -> None:
    """Log that a code of their app was right, but used before, and mail it to them; again within the hour, no mail."""
    log.warning("second_step.code_used_again", user_id=user_id)
    user = await house.users.by_id(user_id)
    if user is not None:
        link = f"{house.settings.address}/forgot-password"
        origin = await origin_words()
        await mails.queue(
            house, "code_used_again", user.email, user.id, name=user.name, origin=origin, link=link
        )
