"""The steps of an erasure, in order. Each may be taken again at any point: what is gone is not found any more.

Every step first puts on record how much it found, then erases that in batches. A worker that is killed in between
leaves the rest to the next attempt.
"""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.erasure import files, messages
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.erasures import ErasureRecord
from parlour.core.store.mongo import Document

Places = dict[str, Document]
Find = Callable[[House, UserId], Awaitable[Places]]
Run = Callable[[House, ErasureRecord, UserId], Awaitable[bool]]
"""Do a batch; return whether there is more."""


class Step(Struct, frozen=True):
    """A step: what it erases, in words."""

    name: str
    what: str
    run: Run


def _erasing(name: str, what: str, find: Find) -> Step:
    """Return the step that deletes all records of some places."""

    async def run(house: House, record: ErasureRecord, user_id: UserId) -> bool:
        places = await find(house, user_id)
        counts = [await house.erasing.count(collection, query) for collection, query in places.items()]
        await house.erasures.count(record.id, name, sum(counts))
        most, erased = house.settings.erasure_batch, 0
        for collection, query in places.items():
            erased += await house.erasing.erase(collection, query, limit=most)
        return erased > 0

    return Step(name, what, run)


def _by_user(*collections: str) -> Find:
    async def find(_house: House, user_id: UserId) -> Places:
        return {collection: {"user_id": user_id} for collection in collections}

    return find


async def _habits(house: House, user_id: UserId) -> Places:
    """Records whose keys begin with the person's id."""
    found = {name: await house.erasing.keys_of(name, user_id) for name in ("recent_searches", "sidebars")}
    return {name: {"_id": {"$in": list(keys)}} for name, keys in found.items()}


async def _notified(house: House, user_id: UserId) -> Places:
    workspaces = await house.erasing.workspaces_of(user_id)
    return {
        "notifications": {"user_id": user_id},
        "dispatches": {"user_id": user_id},
        "pending_members": {"_id": user_id},
        "notification_preferences": {"workspace_id": {"$in": workspaces}, "user_id": user_id},
    }


async def _places(house: House, user_id: UserId) -> Places:
    workspaces = {"$in": await house.erasing.workspaces_of(user_id)}
    user = await house.users.by_id(user_id)
    theirs = [{"invited_by": user_id}, *([{"email": user.email}] if user else [])]
    return {
        "memberships": {"user_id": user_id},
        "parked_memberships": {"user_id": user_id},
        "invitations": {"invited_by": user_id},
        "workspace_invitations": {"workspace_id": workspaces, "$or": theirs},
        "onboardings": {"owner_id": user_id},
        "welcomes": {"user_id": user_id},
        "workflow_runs": {"workspace_id": workspaces, "user_id": user_id},
    }


async def _second_factors(_house: House, user_id: UserId) -> Places:
    return {
        "second_factors": {"_id": user_id},
        "passkeys": {"user_id": user_id},
        "linked_accounts": {"user_id": user_id},
        "account_requests": {"user_id": user_id},
    }


async def _threads(house: House, record: ErasureRecord, user_id: UserId) -> bool:
    for workspace_id in await house.erasing.workspaces_of(user_id):
        await house.erasing.unfollow(workspace_id, user_id)
    await house.erasures.count(record.id, "threads", 0)
    return False


async def _mails(house: House, record: ErasureRecord, user_id: UserId) -> bool:
    user = await house.users.by_id(user_id)
    query: Document = {"$or": [{"user_id": user_id}, *([{"to": user.email}] if user else [])]}
    await house.erasures.count(record.id, "mails", await house.erasing.count("account_mails", query))
    return await house.erasing.erase("account_mails", query, limit=house.settings.erasure_batch) > 0


async def _memberships(house: House, record: ErasureRecord, user_id: UserId) -> bool:
    workspaces = await house.erasing.workspaces_of(user_id)
    await house.erasures.count(record.id, "workspaces", len(workspaces))
    for workspace_id in workspaces:
        await house.erasing.bury_membership(workspace_id, user_id, at=now())
        await house.audit.note(
            workspace_id,
            None,
            "member.erased",
            user_id,
            "Their account was erased as they asked.",
            once=f"erased:{workspace_id}:{user_id}",
        )
        if await house.erasing.is_alone(workspace_id, user_id):
            await house.erasing.bury_workspace(workspace_id)
    return False


async def _account(house: House, record: ErasureRecord, user_id: UserId) -> bool:
    await house.avatars.keep_only(user_id, None)
    await house.erasures.count(record.id, "account", 1)
    await house.erasing.bury_account(user_id, at=now())
    return False


STEPS: Sequence[Step] = (
    _erasing("sessions", "Sessions, tokens and devices", _by_user("sessions", "devices")),
    _erasing(
        "later",
        "Drafts, scheduled messages, reminders and saved messages",
        _by_user("drafts", "scheduled", "reminders", "saved"),
    ),
    _erasing("notifications", "Notifications, what was sent of them, and preferences", _notified),
    _erasing("habits", "Searches and the order of the sidebar", _habits),
    Step("messages", "Messages", messages.delete),
    Step("threads", "Which threads you followed, and how far you read them", _threads),
    Step("files", "Files that no conversation keeps, and uploads under way", files.erase),
    _erasing("channels", "Places in channels, invitations you made, workflows you started", _places),
    _erasing("second", "Authenticator app, recovery codes, passkeys and linked accounts", _second_factors),
    Step("mails", "Mails about your account", _mails),
    Step("workspaces", "Places in workspaces", _memberships),
    Step("account", "Name, handle, e-mail address, password, picture and profile", _account),
)
BY_NAME = {step.name: step for step in STEPS}


def following(name: str) -> Step | None:
    """Return the step behind one, the first behind none; none at the end."""
    if not name:
        return STEPS[0]
    at = [step.name for step in STEPS].index(name) + 1
    return STEPS[at] if at < len(STEPS) else None
