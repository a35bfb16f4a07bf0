"""Invitations: links with their limits, many by e-mail, and what each leads to."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest

from parlour.core.clock import now
from parlour.core.house import House, open_house
from parlour.core.ids import InvitationId, UserId, WorkspaceId
from parlour.core.model.onboarding import Invitee
from parlour.core.onboarding import invitations
from parlour.core.onboarding.invitations import token_of
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.outside.mailbox import mails_to, text_of
from tests.person import Answer, Json, Person, eventually

MAILED_S = 60


def someone(name: str = "guest") -> str:
    return f"{name}-{uuid.uuid4().hex}@example.com"


async def invite(person: Person, *emails: str, **fields: Any) -> list[Json]:
    """Invite people by e-mail; return what became of each address."""
    body = {"invitations": [{"email": email, **fields} for email in emails]}
    path = f"/api/v1/workspaces/{person.workspace['id']}/invitations"
    return list((await person.post(path, body, status=202))["items"])


async def link(person: Person, **limits: Any) -> str:
    """Make a link, and return its token."""
    path = f"/api/v1/workspaces/{person.workspace['id']}/invites"
    return str((await person.post(path, limits))["token"])


async def listed(person: Person, query: str = "") -> list[Json]:
    path = f"/api/v1/workspaces/{person.workspace['id']}/invitations{query}"
    return list((await person.get(path))["items"])


async def in_state(person: Person, invitation: str, *states: str) -> Json:
    """Wait until an invitation is in one of the states."""

    async def found() -> Json | None:
        each = next(each for each in await listed(person) if each["id"] == invitation)
        return each if each["state"] in states else None

    return dict(await eventually(found, within_s=MAILED_S))


async def accept(person: Person, token: str) -> Answer:
    return await person.ask("POST", f"/api/v1/invites/{token}/accept")


async def registered(sign_up: Signup, email: str) -> Person:
    person = await sign_up("temporary")
    await person.register(email.split("-")[0], email)
    return person


async def test_somebody_invited_by_mail_opens_it_signs_up_and_is_in(
    ada: Person, sign_up: Signup, stack_settings: Settings
) -> None:
    email = someone()
    [answer] = await invite(ada, email)
    assert (answer["state"], answer["email"]) == ("queued", email)
    await in_state(ada, answer["invitation_id"], "sent")
    [mail] = mails_to(stack_settings, email)
    assert mail["Subject"] == "ada invites you to Analytical Engines"
    token = text_of(mail).split("/invite/", 1)[1].split()[0]
    ben = await registered(sign_up, email)
    shown = await ben.get(f"/api/v1/invites/{token}")
    assert (shown["workspace"]["name"], shown["email"]) == ("Analytical Engines", email)
    await in_state(ada, answer["invitation_id"], "opened")
    assert (await accept(ben, token)).status == 200
    accepted = await in_state(ada, answer["invitation_id"], "accepted")
    assert (accepted["accepted_by"], accepted["mails"]) == (ben.id, 1)
    assert (await accept(ben, token)).status == 200, "again changes nothing"
    again = await (await sign_up("eve")).ask("GET", f"/api/v1/invites/{token}")
    assert (again.status, again.code) == (410, "invitation_accepted")


async def test_every_address_is_answered_by_name(ada: Person, ben: Person) -> None:
    fresh, known = someone(), someone()
    await invite(ada, known)
    answers = await invite(ada, fresh, "not an address", fresh.upper(), ben.email, known)
    assert [each["state"] for each in answers] == [
        "queued",
        "invalid",
        "duplicate",
        "member_already",
        "invited_already",
    ]
    assert all(each["detail"] for each in answers)
    assert {each["email"] for each in await listed(ada, "?kind=email")} == {fresh, known}


async def test_what_is_over_a_limit_is_refused_by_name_and_not_dropped(
    ada: Person, stack_settings: Settings
) -> None:
    own = stack_settings.model_copy(update={"invitations_at_once": 3, "invitations_open": 4})
    workspace = WorkspaceId(ada.workspace["id"])
    async with open_house(own) as house:
        for expected in (["queued"] * 3 + ["over_limit"] * 2, ["queued"] + ["over_limit"] * 4):
            invitees = [Invitee(email=someone()) for _ in range(5)]
            answers = await invitations.invite_many(house, UserId(ada.id), workspace, invitees)
            assert [each.email for each in answers] == [each.email for each in invitees]
            assert [each.state for each in answers] == expected
    assert "invitations_open" in answers[-1].detail


async def test_two_requests_at_once_invite_an_address_once(ada: Person, stack_settings: Settings) -> None:
    email = someone()
    both = await asyncio.gather(*(invite(ada, email) for _ in range(4)))
    states = sorted(answer["state"] for [answer] in both)
    assert states == ["invited_already"] * 3 + ["queued"]
    [mine] = [each for each in await listed(ada) if each["email"] == email]
    await in_state(ada, mine["id"], "sent")
    assert len(mails_to(stack_settings, email)) == 1


async def test_an_invitation_for_another_address_lets_nobody_else_in(ada: Person, sign_up: Signup) -> None:
    [answer] = await invite(ada, someone())
    eve = await sign_up("eve")
    token = await token_for(ada, answer)
    refused = await accept(eve, token)
    assert (refused.status, refused.code) == (403, "other_account")


async def token_for(_person: Person, answer: Json) -> str:
    from parlour.core.settings import settings

    return token_of(settings(), InvitationId(answer["invitation_id"]))


async def test_a_revoked_invitation_lets_nobody_in(
    ada: Person, sign_up: Signup, outsider: Person, ben: Person
) -> None:
    email = someone()
    [answer] = await invite(ada, email)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/invitations/{answer['invitation_id']}/revoke"
    for person in (outsider, ben):
        assert (await person.ask("POST", path)).status == 404, person.name
    assert (await ada.post(path, status=200))["state"] == "revoked"
    assert (await ada.post(path, status=200))["state"] == "revoked"
    invited = await registered(sign_up, email)
    for method, rest in (("GET", ""), ("POST", "/accept")):
        gone = await invited.ask(method, f"/api/v1/invites/{await token_for(ada, answer)}{rest}")
        assert (gone.status, gone.code) == (410, "invitation_revoked")
    [again] = await invite(ada, email)
    assert again["state"] == "queued", "the address is free for another one"


async def test_an_invitation_is_mailed_again_when_somebody_asks(
    ada: Person, ben: Person, house: House, stack_settings: Settings
) -> None:
    email = someone()
    [answer] = await invite(ada, email)
    invitation = answer["invitation_id"]
    path = f"/api/v1/workspaces/{ada.workspace['id']}/invitations/{invitation}/resend"
    await in_state(ada, invitation, "sent")
    soon = await ada.ask("POST", path)
    assert (soon.status, soon.code) == (429, "mailed_just_now")
    earlier = {"$set": {"sent_at": now() - timedelta(minutes=5)}}
    await house.database.workspace_invitations.update_one({"_id": invitation}, earlier)
    assert (await ben.ask("POST", path)).status == 404
    assert (await ada.ask("POST", path)).status == 202
    assert (await in_state(ada, invitation, "resent"))["mails"] == 2
    assert len(mails_to(stack_settings, email)) == 2


async def test_a_link_lets_as_many_in_as_it_says(ada: Person, sign_up: Signup) -> None:
    token = await link(ada, max_uses=2)
    people = [await sign_up(f"p{at}") for at in range(4)]
    answers = await asyncio.gather(*(accept(person, token) for person in people))
    assert sorted(answer.status for answer in answers) == [200, 200, 410, 410]
    assert {answer.code for answer in answers if answer.status == 410} == {"invitation_used_up"}
    used = await people[0].ask("GET", f"/api/v1/invites/{token}")
    assert (used.status, used.code) == (410, "invitation_used_up")


async def test_a_link_for_a_domain_is_for_its_proved_addresses_alone(
    ada: Person, sign_up: Signup, house: House
) -> None:
    token = await link(ada, domains=["@School.example"])
    eve = await sign_up("eve")
    refused = await accept(eve, token)
    assert (refused.status, refused.code) == (403, "other_domain")
    pupil = await registered(sign_up, f"pupil-{uuid.uuid4().hex}@school.example")
    unproved = await accept(pupil, token)
    assert (unproved.status, unproved.code) == (403, "email_unverified")
    proved = {"$set": {"email_verified_at": now()}}
    await house.database.users.update_one({"_id": pupil.id}, proved)
    assert (await accept(pupil, token)).status == 200
    lookalike = await registered(sign_up, f"eve-{uuid.uuid4().hex}@notschool.example")
    assert (await accept(lookalike, token)).code == "other_domain"


async def test_a_link_ends_with_its_time(ada: Person, sign_up: Signup, house: House) -> None:
    token = await link(ada, days=1)
    [mine] = await listed(ada, "?kind=link&state=active")
    past = {"$set": {"expires_at": now() - timedelta(seconds=1)}}
    await house.database.workspace_invitations.update_one({"_id": mine["id"]}, past)
    late = await accept(await sign_up("late"), token)
    assert (late.status, late.code) == (410, "invitation_expired")
    [mine] = await listed(ada, "?kind=link")
    assert mine["state"] == "expired"


async def test_a_guest_comes_into_the_channels_they_are_invited_to_alone(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    channel = await ada.make_channel("private")
    email = someone()
    [answer] = await invite(ada, email, role="guest", channel_ids=[channel])
    guest = await registered(sign_up, email)
    joined = await accept(guest, await token_for(ada, answer))
    assert (joined.status, joined.body["role"]) == (200, "guest")
    guest.workspace = joined.body
    assert [each["id"] for each in await guest.channels() if each["member"]] == [channel]
    for body in (
        {"invitations": [{"email": someone(), "role": "guest", "channel_ids": [channel]}]},
        {"invitations": [{"email": someone()}]},
    ):
        path = f"/api/v1/workspaces/{ada.workspace['id']}/invitations"
        assert (await guest.ask("POST", path, body)).code == "missing_right"
    path = f"/api/v1/workspaces/{ada.workspace['id']}/invitations"
    body = {"invitations": [{"email": someone(), "role": "guest", "channel_ids": [await ben.general()]}]}
    assert (await ben.ask("POST", path, body)).code == "missing_right"


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_uses": 0},
        {"max_uses": 10**9},
        {"days": 0},
        {"days": 10_000},
        {"domains": ["no domain"]},
        {"domains": [f"d{at}.example" for at in range(51)]},
        {"role": "guest"},
        {"role": "owner"},
        {"ends_at": "2099-01-01T00:00:00Z"},
        {"surprise": 1},
    ],
)
async def test_a_link_that_cannot_be_is_refused(ada: Person, wrong: Json) -> None:
    answer = await ada.ask("POST", f"/api/v1/workspaces/{ada.workspace['id']}/invites", wrong)
    assert (answer.status, answer.code) == (422, "invalid")


async def test_nobody_invites_into_channels_they_are_not_in(
    ada: Person, ben: Person, outsider: Person
) -> None:
    hidden = await ada.make_channel("private")
    elsewhere = await outsider.make_channel("private")
    direct = await ada.make_channel("direct", ben)
    for channel, person in ((hidden, ben), (elsewhere, ada), (direct, ada)):
        path = f"/api/v1/workspaces/{person.workspace['id']}/invitations"
        body = {"invitations": [{"email": someone(), "channel_ids": [channel]}]}
        assert (await person.ask("POST", path, body)).status == 404


async def test_members_see_their_own_invitations_and_those_who_manage_members_all(
    ada: Person, ben: Person, outsider: Person
) -> None:
    mine, theirs = someone("by-ben"), someone("by-ada")
    await invite(ben, mine)
    await invite(ada, theirs)
    assert [each["email"] for each in await listed(ben)] == [mine]
    assert {each["email"] for each in await listed(ada, "?kind=email")} == {mine, theirs}
    path = f"/api/v1/workspaces/{ada.workspace['id']}/invitations"
    assert (await outsider.ask("GET", path)).status == 404
    assert (await outsider.ask("POST", path, {"invitations": [{"email": someone()}]})).status == 404


async def test_an_address_that_the_mail_server_refuses_is_on_record_as_bounced(ada: Person) -> None:
    [answer] = await invite(ada, f"{'x' * 60}@{'y' * 60}.invalid")
    assert answer["state"] in ("queued", "invalid")
