"""Who calls: by the access token of a session, or by a token of their own."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import SessionId
from parlour.core.model.people import Identity
from parlour.core.origin import Origin, origin
from parlour.core.people.tokens import is_secret, read_access_token, read_lasting_token
from parlour.core.store.sessions import Admitted

NOTED_EVERY = timedelta(minutes=1)


async def identify(house: House, token: str, *, address: str, agent: str) -> Identity:
    """Return who calls with a token, from a network address and with a browser or program, if it still lets them in.

    What is done on their behalf from here on is known to be asked from there. When it was last used is noted once a
    minute.

    Raises:
        UnauthenticatedError: the token is not valid, or its session has ended.
    """
    lasting = read_lasting_token(token)
    named = None if lasting else read_access_token(token, house.keys, house.settings)
    session_id = lasting[0] if lasting else named.session_id if named else SessionId("")
    at = now()
    admitted = await house.sessions.admitted(session_id, at=at)
    if admitted is None or not _is_theirs(admitted, named, lasting[1] if lasting else ""):
        raise UnauthenticatedError("session_ended", "This session has ended. Sign in again.")
    if admitted.last_used_at is None or at - admitted.last_used_at > NOTED_EVERY:
        await house.sessions.used(session_id, at=at, address=address, agent=agent)
    origin.set(Origin(address, agent, session_id, admitted.kind))
    return Identity(admitted.user_id, session_id, admitted.kind, admitted.scopes)


def _is_theirs(admitted: Admitted, named: Identity | None, secret: str) -> bool:
    """Return whether an access token names the session's owner, or a secret is the token's."""
    if named is not None:
        return admitted.kind == "session" and admitted.user_id == named.user_id
    return admitted.token_hash is not None and is_secret(secret, admitted.token_hash)
