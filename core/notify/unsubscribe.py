"""The link that ends mails of a workspace: in each of them, good for ever, and good for nothing else (RFC 8058)."""

from dataclasses import dataclass

import jwt

from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.people import Workspace
from parlour.core.notify import preferences
from parlour.core.notify.choices import PreferencesPatch
from parlour.core.settings import Settings

ALGORITHM = "HS256"
AUDIENCE = "unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """Whose mails of which workspace a link is about."""

    user_id: UserId
    workspace: Workspace


def link(settings: Settings, user_id: UserId, workspace_id: WorkspaceId) -> str:
    """Return the address at which someone ends their mails of a workspace, without signing in."""
    return f"{settings.address}/unsubscribe/{token(settings, user_id, workspace_id)}"


def token(settings: Settings, user_id: UserId, workspace_id: WorkspaceId) -> str:
    """Return the signed part of that address. It opens nothing else: access tokens are of another kind and audience."""
    claims = {"aud": AUDIENCE, "sub": user_id, "workspace": workspace_id}
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


async def read(house: House, given: str) -> Subscription:
    """Return what a link is about.

    Raises:
        NotFoundError: it is not ours, or its workspace is no more.
    """
    try:
        claims = jwt.decode(
            given,
            house.settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["aud", "sub", "workspace"]},
        )
    except jwt.InvalidTokenError:
        raise NotFoundError.of("link") from None
    workspace = await house.workspaces.for_notices(WorkspaceId(claims["workspace"]))
    if workspace is None:
        raise NotFoundError.of("link")
    return Subscription(UserId(claims["sub"]), workspace)


async def end_mails(house: House, subscription: Subscription) -> None:
    """Let a workspace mail someone no more; what waits to be mailed is cancelled."""
    await _choose(house, subscription, PreferencesPatch(email="never"))


async def mail_again(house: House, subscription: Subscription) -> None:
    """Take that back: mails come as the workspace says."""
    await _choose(house, subscription, PreferencesPatch(email=None))


async def _choose(house: House, subscription: Subscription, patch: PreferencesPatch) -> None:
    try:
        await preferences.change(house, subscription.user_id, subscription.workspace.id, patch)
    except NotFoundError:
        return  # Who has left the workspace gets no mails of it either way.
