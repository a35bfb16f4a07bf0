"""`members.invite`: people are invited by e-mail, many at once, at a pace; each address is answered by name."""

from collections import Counter

from msgspec import Struct

from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.onboarding import Invited, Invitee
from parlour.core.model.runs import Fault, Subject
from parlour.core.onboarding import invitations
from parlour.core.runs.kinds import Begun, Checked, RunType, Seen, input_of
from parlour.core.store.runs import RunRecord


class PeopleToInvite(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to invite, by e-mail: as members, or as guests of some channels."""

    invitations: list[Invitee]


class PeopleInvited(Struct, frozen=True, kw_only=True):
    """What became of each address, in the order given. Each that is queued has a workflow, `invite/<invitation_id>`."""

    items: list[Invited]


async def check(house: House, starter: UserId, workspace_id: WorkspaceId, given: PeopleToInvite) -> Checked:
    """Check that the starter may invite these people."""
    if not given.invitations:
        raise InvalidError.field("input.invitations", "Name somebody to invite.")
    await invitations.check_may(house, starter, workspace_id, given.invitations)
    return Checked(given, Subject(kind="workspace", id=workspace_id))


async def begin(house: House, record: RunRecord) -> Begun:
    """Have all invited who can be; whoever is invited already is not invited twice."""
    people = input_of(record, PeopleToInvite).invitations
    answers = await invitations.invite_many(house, record.user_id, record.workspace_id, people)
    return Begun(f"invitations/{record.workspace_id}", _seen(answers))


async def look(_house: House, _record: RunRecord) -> Seen | None:
    """Return nothing: it is over when each address was answered."""
    return None


def _seen(answers: list[Invited]) -> Seen:
    states = Counter(answer.state for answer in answers)
    queued, total = states["queued"], len(answers)
    words = f"{queued} of {total} {'person is' if total == 1 else 'people are'} invited, at a pace."
    others = ", ".join(
        f"{count} {state.replace('_', ' ')}" for state, count in states.items() if state != "queued"
    )
    words = f"{words} Not invited: {others}." if others else words
    result = PeopleInvited(items=answers)
    if queued:
        return Seen(state="done", words=words, done=queued, total=total, result=result)
    fault = Fault(code="nobody_invited", detail="Nobody could be invited.")
    return Seen(state="failed", words=words, total=total, result=result, failure=fault)


MEMBERS_INVITE = RunType(
    name="members.invite",
    title="Invite people",
    promises="Invites people by e-mail, hundreds at once, at a steady pace; each address is answered by name.",
    may_start="Whoever may invite members, or guests.",
    input=PeopleToInvite,
    result=PeopleInvited,
    subject="workspace",
    workflow="Invitations",
    scope="workspaces:write",
    unit="people",
    is_audited=True,
    check=check,
    begin=begin,
    look=look,
)
