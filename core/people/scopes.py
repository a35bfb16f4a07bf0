"""What a token opens of what its person may do."""

from parlour.core.errors import ForbiddenError
from parlour.core.model.people import Identity
from parlour.core.model.rights import Scope


def check_scope(identity: Identity, scope: Scope | None) -> None:
    """Check that what somebody came with opens a scope; what has none is for sessions alone.

    Raises:
        ForbiddenError: `missing_scope`, `sessions_only`.
    """
    if identity.opens(scope):
        return
    if scope is None:
        raise ForbiddenError("sessions_only", "Tokens may not do this: sign in.")
    raise ForbiddenError("missing_scope", f"This token lacks the scope {scope}.")
