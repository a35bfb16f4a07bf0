"""Deactivating and erasing: of one's own account, and (a membership) of others."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.erasure import rules
from parlour.core.model.erasures import Erasure, OwnMessages
from parlour.core.model.sign_in import Proof
from parlour.core.people import accounts, deactivation
from parlour.core.people.proof import prove
from parlour.workflows.links import erasure_link

own = Routes("People")
members = Routes("People", family="people")


class ErasureWanted(Proof, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That it is really they, and what is to become of their messages where a workspace leaves that open."""

    messages: OwnMessages


class ByLink(Struct, frozen=True, forbid_unknown_fields=True):
    """What a link in a mail holds."""

    token: str


class Address(Struct, frozen=True, forbid_unknown_fields=True):
    """An e-mail address."""

    email: str


class LinkQuery(Struct, frozen=True):
    """What the link in a mail holds behind its `#`."""

    token: str = ""


@own.add(
    "POST",
    "/api/v1/me/deactivation",
    who="signed in",
    summary="Deactivate my account: every session and token ends, and a mail says how to come back",
    body=Proof,
    answers={204: None},
    errors=(403, 409, 422, 429),
)
async def deactivate_me(call: Call) -> Answer:
    """Deactivate the caller's account."""
    await prove(call.house, call.signed_in, call.body(Proof))
    await deactivation.deactivate(call.house, await accounts.me(call.house, call.user_id))
    return Answer(204)


@own.add(
    "POST",
    "/api/v1/auth/reactivation",
    who="anyone",
    summary="Reactivate an account by the link of its mail; then sign in",
    body=ByLink,
    answers={200: Address},
    errors=(409, 410, 422),
)
async def reactivate(call: Call) -> Answer:
    """Reactivate an account."""
    return Answer(200, Address(await deactivation.reactivate_by_link(call.house, call.body(ByLink).token)))


@own.add(
    "POST",
    "/api/v1/auth/reactivation-link",
    who="anyone",
    summary="Mail the link that reactivates an account once more; the answer is the same if there is no such account",
    body=Address,
    answers={202: None},
    errors=(422,),
)
async def mail_reactivation_link(call: Call) -> Answer:
    """Mail the link behind the answer, so that its time tells nothing."""
    deactivation.ask_for_link_soon(call.house, call.body(Address).email)
    return Answer(202)


@own.add(
    "POST",
    "/api/v1/me/erasure",
    who="signed in",
    summary="Have my account erased: it is deactivated now, and erased when the days of grace are over",
    body=ErasureWanted,
    answers={202: Erasure},
    errors=(403, 409, 422, 429),
)
async def ask_for_erasure(call: Call) -> Answer:
    """Begin the erasure of the caller's account."""
    wanted = call.body(ErasureWanted)
    await prove(call.house, call.signed_in, wanted)
    user = await accounts.me(call.house, call.user_id)
    return Answer(202, await rules.ask(call.house, user, messages=wanted.messages))


@own.add(
    "GET",
    "/api/v1/erasures/{erasure}",
    who="anyone",
    summary="The report of an erasure, by the link of its mail: what was erased, what was kept and why",
    query=LinkQuery,
    answers={200: Erasure},
    errors=(404, 422),
)
async def get_erasure(call: Call) -> Answer:
    """Return how an erasure is."""
    link = erasure_link(call.house.settings)
    token = call.query(LinkQuery).token
    return Answer(200, await rules.report(call.house, call.path("erasure"), token, link_to=link))


@own.add(
    "DELETE",
    "/api/v1/erasures/{erasure}",
    who="anyone",
    summary="Take an erasure back before it begins, by the link of its mail; then sign in",
    query=LinkQuery,
    answers={200: Erasure},
    errors=(404, 409, 422),
)
async def take_erasure_back(call: Call) -> Answer:
    """Take an erasure back."""
    token = call.query(LinkQuery).token
    return Answer(200, await rules.take_back(call.house, call.path("erasure"), token))


@members.add(
    "PUT",
    "/api/v1/workspaces/{workspace}/members/{user}/deactivation",
    who="signed in",
    needs="member.remove",
    summary="Deactivate a member: they cannot enter any more, what they wrote stays",
    answers={204: None},
    errors=(403, 404, 409),
)
async def deactivate_member(call: Call) -> Answer:
    """Deactivate someone's membership."""
    await deactivation.deactivate_member(call.house, call.user_id, call.path("workspace"), call.path("user"))
    return Answer(204)


@members.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/members/{user}/deactivation",
    who="signed in",
    needs="member.remove",
    summary="Reactivate a member, in every channel they were in",
    answers={204: None},
    errors=(403, 404, 409),
)
async def reactivate_member(call: Call) -> Answer:
    """Reactivate someone's membership."""
    await deactivation.reactivate_member(call.house, call.user_id, call.path("workspace"), call.path("user"))
    return Answer(204)
