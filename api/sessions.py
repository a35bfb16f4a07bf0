"""Where one is signed in, and ending it."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.people import own_sessions
from parlour.core.people.own_sessions import OwnSession

routes = Routes("Account")


class OwnSessions(Struct, frozen=True):
    """The caller's sessions, the last used first."""

    items: list[OwnSession]


class Ended(Struct, frozen=True):
    """How many sessions ended."""

    ended: int


@routes.add(
    "GET",
    "/api/v1/me/sessions",
    who="signed in",
    summary="Where one is signed in",
    answers={200: OwnSessions},
)
async def list_sessions(call: Call) -> Answer:
    """Name the device, the network address and the last use of each; one is `current`."""
    return Answer(200, OwnSessions(await own_sessions.all_of(call.house, call.signed_in)))


@routes.add(
    "DELETE",
    "/api/v1/me/sessions/{session}",
    who="signed in",
    summary="End one session of one's own",
    answers={204: None},
    errors=(404,),
)
async def end_session(call: Call) -> Answer:
    """Its connections are cut, and its device is pushed to no more."""
    await own_sessions.end_one(call.house, call.signed_in, call.path("session"))
    return Answer(204)


@routes.add(
    "DELETE",
    "/api/v1/me/sessions",
    who="signed in",
    summary="End all sessions of one's own but this one",
    answers={200: Ended},
)
async def end_other_sessions(call: Call) -> Answer:
    """Tokens stay: they are ended one by one."""
    return Answer(200, Ended(await own_sessions.end_others(call.house, call.signed_in)))
