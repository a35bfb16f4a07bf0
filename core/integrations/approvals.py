"""Approvals: asked in a channel, answered by those who are asked, withdrawn by who asked.

What time does is `approving`. The record is the truth, and changes by compare-and-set: of two answers at once each
sees the other. The message that asks, and the workflow that waits, follow the record.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.chat.access import enter
from parlour.core.chat.send import CLIENT_ID, Draft, compose
from parlour.core.chat.text import checked_text
from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ApprovalId, ChannelId, GroupId, UserId, WorkspaceId, new_id
from parlour.core.integrations import approval_rules as rules
from parlour.core.integrations.approving import approvers, follow, step
from parlour.core.model.actions import Decision
from parlour.core.model.approvals import Approval, ApprovalRecord
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.page import Page
from parlour.core.people.rights import may, standing

Linker = Callable[[ApprovalId], WorkflowLink]


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked, of whom, in which channel; all times are seconds from now on.

    `needed` people have to approve; `rejections` who reject end it. Nobody's answer counts after `answer_within`. After
    `escalate_after` those of `escalate_to` are asked as well. Who has not answered is reminded `remind_every` so often.
    The same `client_id` again returns the first approval instead of a second one.
    """

    channel_id: ChannelId
    text: str
    user_ids: list[UserId] = []
    group_ids: list[GroupId] = []
    needed: int = 1
    rejections: int = 1
    answer_within: int | None = None
    escalate_after: int | None = None
    escalate_to: list[UserId] = []
    remind_every: int | None = None
    client_id: str | None = None


class Answered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an approver says."""

    decision: Decision
    comment: str = ""


async def ask(house: House, asker: UserId, workspace_id: WorkspaceId, given: Ask) -> Approval:
    """Ask for an approval: it is on record before its message is sent, and both are seen to by its workflow.

    Raises:
        NotFoundError: the channel is not the asker's, or not in this workspace.
        ForbiddenError: they may not write there.
        ConflictError: `too_many_approvals` (setting `approvals_per_person`).
        InvalidError: the text, a time, a number or somebody who is asked cannot be taken.
    """
    text = await checked(house, asker, workspace_id, given)
    most = house.settings.approvals_per_person
    if await house.approvals.count_open(asker) >= most:
        raise ConflictError(
            "too_many_approvals", f"A person has at most {most} open approvals (approvals_per_person)."
        )
    wanted = _record(house, asker, workspace_id, replace(given, text=text))
    record = await house.approvals.add(wanted)
    if record.id == wanted.id:
        asked = f"Asked for an approval by {record.needed}"
        await house.audit.note(workspace_id, asker, "approval.asked", record.id, asked)
    return rules.shown(await follow(house, record))


async def checked(house: House, asker: UserId, workspace_id: WorkspaceId, given: Ask) -> str:
    """Return the text of what somebody could ask now; raises as `ask`."""
    access = await enter(house, given.channel_id, asker)
    if access.workspace_id != workspace_id:
        raise NotFoundError.of("channel")
    text = checked_text(given.text, longest=house.settings.message_max_length)
    await compose(house, asker, access, Draft(text=text, confirm_everyone=True))
    _check_client_id(given.client_id)
    _check_times(house, given)
    await _check_asked(house, asker, workspace_id, given)
    return text


async def answer(house: House, who: UserId, approval_id: ApprovalId, given: Answered) -> Approval:
    """Answer an approval.

    Raises:
        NotFoundError: it is out of sight.
        ForbiddenError: `not_asked`.
        ConflictError: `answered_already` differently, or `approval_over`: it comes too late.
        InvalidError: the comment is too long (setting `approval_comment_max_length`).
    """
    record = await _in_sight(house, who, approval_id)
    if who not in await approvers(house, record):
        raise ForbiddenError("not_asked", "Others were asked to decide this, not you.")
    longest = house.settings.approval_comment_max_length
    comment = checked_text(given.comment, longest=longest, may_be_empty=True)
    at = now()
    changed = await step(
        house, record, lambda known: rules.answered(known, who, given.decision, comment, at=at)
    )
    if changed is not record:
        await house.audit.note(
            record.workspace_id,
            who,
            "approval.answered",
            record.id,
            f"Answered an approval: {given.decision}",
            once=f"approval:{record.id}:{who}",
        )
    return rules.shown(await follow(house, changed))


async def withdraw(house: House, who: UserId, approval_id: ApprovalId) -> Approval:
    """Take back what was asked; again changes nothing.

    Raises:
        NotFoundError: it is out of sight.
        ForbiddenError: `not_yours`: its asker and moderators may.
        ConflictError: `approval_over`: it has ended otherwise.
    """
    record = await _in_sight(house, who, approval_id)
    if record.asker_id != who and not await may(house, record.workspace_id, who, "message.delete_any"):
        raise ForbiddenError("not_yours", "Only who asked, and moderators, withdraw an approval.")
    at = now()
    return rules.shown(
        await follow(house, await step(house, record, lambda known: rules.withdrawn(known, by=who, at=at)))
    )


async def approval(house: House, reader: UserId, approval_id: ApprovalId, link: Linker) -> Approval:
    """Return an approval, for whoever is in its channel.

    Raises:
        NotFoundError: it is out of sight.
    """
    return rules.shown(await _in_sight(house, reader, approval_id), link(approval_id))


async def asked_by_me(
    house: House, asker: UserId, workspace_id: WorkspaceId, *, before: str | None, limit: int, link: Linker
) -> Page[Approval]:
    """Return a page of those that the caller asked for, the newest first."""
    await standing(house, workspace_id, asker)
    found = await house.approvals.asked_by(workspace_id, asker, before=before, limit=limit + 1)
    return await _page(house, asker, found, limit, link)


async def asked_of_me(
    house: House, who: UserId, workspace_id: WorkspaceId, *, before: str | None, limit: int, link: Linker
) -> Page[Approval]:
    """Return a page of those that the caller, or a group they are in, was asked for, the newest first."""
    await standing(house, workspace_id, who)
    groups = await house.groups.of(who)
    found = await house.approvals.asked_of(workspace_id, who, groups, before=before, limit=limit + 1)
    return await _page(house, who, found, limit, link)


async def _page(
    house: House, reader: UserId, found: Sequence[ApprovalRecord], limit: int, link: Linker
) -> Page[Approval]:
    """Return what of a page is in the reader's sight: who left a channel sees no more of it."""
    page = found[:limit]
    seen = [record for record in page if await house.access.get(record.channel_id, reader)]
    items = [rules.shown(record, link(record.id)) for record in seen]
    return Page(items, page[-1].id if len(found) > limit else None)


async def _in_sight(house: House, who: UserId, approval_id: ApprovalId) -> ApprovalRecord:
    record = await house.approvals.get(approval_id)
    if record is None or await house.access.get(record.channel_id, who) is None:
        raise NotFoundError.of("approval")
    return record


def _record(house: House, asker: UserId, workspace_id: WorkspaceId, given: Ask) -> ApprovalRecord:
    at = now()
    within = given.answer_within or house.settings.approval_within
    return ApprovalRecord(
        id=ApprovalId(new_id()),
        workspace_id=workspace_id,
        channel_id=given.channel_id,
        asker_id=asker,
        text=given.text,
        user_ids=list(dict.fromkeys(given.user_ids)),
        group_ids=list(dict.fromkeys(given.group_ids)),
        needed=given.needed,
        rejections=given.rejections,
        created_at=at,
        changed_at=at,
        deadline_at=at + timedelta(seconds=within),
        escalate_at=at + timedelta(seconds=given.escalate_after) if given.escalate_after else None,
        escalate_to=given.escalate_to,
        remind_every=given.remind_every,
        remind_at=at + timedelta(seconds=given.remind_every) if given.remind_every else None,
        client_id=given.client_id,
    )


def _check_client_id(client_id: str | None) -> None:
    if client_id is not None and not CLIENT_ID.fullmatch(client_id):
        raise InvalidError.field("client_id", "A client_id has 1 to 64 letters, digits or . _ : -")


def _check_times(house: House, given: Ask) -> None:
    least, most = house.settings.approval_step_min, house.settings.approval_within_max
    within = given.answer_within or house.settings.approval_within
    if not least <= within <= most:
        raise InvalidError.field(
            "answer_within",
            f"Between {least} and {most} seconds (approval_step_min, approval_within_max).",
        )
    for name in ("escalate_after", "remind_every"):
        seconds = getattr(given, name)
        if seconds is not None and not least <= seconds < within:
            raise InvalidError.field(
                name, f"At least {least} seconds (approval_step_min), and less than the deadline's {within}."
            )
    if (given.escalate_after is None) != (not given.escalate_to):
        raise InvalidError.field("escalate_to", "Say both: after how long, and to whom.")


async def _check_in_channel(house: House, workspace_id: WorkspaceId, given: Ask) -> None:
    """Check that who is asked sees it; those of the workspace are called by name."""
    people = {*given.user_ids, *given.escalate_to}
    found = {member.user_id for member in await house.channels.among(given.channel_id, people)}
    if not (missing := people - found):
        return
    names = await house.users.names(await house.workspaces.among_members(workspace_id, missing))
    told = ", ".join(sorted(names.get(user_id, user_id) for user_id in missing))
    field = "user_ids" if missing & set(given.user_ids) else "escalate_to"
    raise InvalidError.field(field, f"Not in this channel: {told}. Add them first.", "not_in_channel")


async def _check_asked(house: House, asker: UserId, workspace_id: WorkspaceId, given: Ask) -> None:
    people, groups = {*given.user_ids, *given.escalate_to}, set(given.group_ids)
    most = house.settings.approvers_max
    if not given.user_ids and not groups:
        raise InvalidError.field("user_ids", "Say who is asked: people, groups, or both.")
    if len(people) + len(groups) > most:
        raise InvalidError.field("user_ids", f"At most {most} people and groups are asked (approvers_max).")
    if asker in people:
        raise InvalidError.field("user_ids", "Nobody approves what they ask for themselves.", "own_approval")
    await _check_in_channel(house, workspace_id, given)
    named = await house.users.people(people)
    if any(person.kind == "bot" for person in named.values()):
        raise InvalidError.field("user_ids", "People approve, bots do not.", "people_only")
    known = await house.groups.many(groups)
    if {group.id for group in known.values() if group.workspace_id == workspace_id} != groups:
        raise NotFoundError.of("group")
    able = set(given.user_ids) | {user_id for group in known.values() for user_id in group.user_ids} - {asker}
    for name in ("needed", "rejections"):
        if not 1 <= getattr(given, name) <= max(1, len(able)):
            raise InvalidError.field(name, f"Between 1 and {len(able)}: so many are asked.")
