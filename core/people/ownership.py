"""Handing a workspace over: its owner makes somebody else its owner, and confirms that it is them who does."""

from parlour.core.errors import ForbiddenError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.people import Identity
from parlour.core.model.sign_in import Proof
from parlour.core.people.members import tell_role
from parlour.core.people.proof import prove
from parlour.core.people.rights import require


async def transfer(
    house: House, who: Identity, workspace_id: WorkspaceId, taker: UserId, *, proof: Proof
) -> None:
    """Make a member the owner, and oneself an admin.

    Raises:
        NotFoundError: the workspace is not the owner's, or there is no such member.
        ForbiddenError: `missing_right`, or `not_for_guests`: the taker is a guest or a bot.
        InvalidError: the proof is wrong.
        TooManyError: too many wrong ones lately.
    """
    owner = who.user_id
    await require(house, workspace_id, owner, "workspace.transfer")
    place = await house.workspaces.standing(workspace_id, taker)
    if place is None or taker == owner:
        raise NotFoundError.of("member")
    if place.role in ("guest", "bot"):
        raise ForbiddenError("not_for_guests", "A guest or a bot cannot own a workspace.")
    await prove(house, who, proof)
    if not await house.members.hand_over(workspace_id, owner, taker):
        raise NotFoundError.of("member")
    names = await house.users.names([taker])
    words = f"To {names.get(taker, 'someone')}."
    await house.audit.note(workspace_id, owner, "workspace.transferred", taker, words)
    for user_id in (owner, taker):
        await tell_role(house, workspace_id, user_id)
