"""The links that mails bring, and codes: made of the request they are for, so that no secret is stored anywhere."""

import hmac
from datetime import datetime, timedelta

from parlour.core.clock import now
from parlour.core.errors import GoneError
from parlour.core.house import House
from parlour.core.ids import RequestId
from parlour.core.model.account_requests import AccountRequest, RequestKind
from parlour.core.settings import Settings
from parlour.core.signing import is_signature, signature

PURPOSE = "account"
CODE_DIGITS = 6


def token_of(settings: Settings, request: AccountRequest) -> str:
    """Return what a link proves: that whoever has it reads the mails of the request's address."""
    return f"{request.id}.{signature(settings, PURPOSE, request.kind, request.id, until=_until(request))}"


def code_of(settings: Settings, request: AccountRequest) -> str:
    """Return the code that does the same within the browser where the request was made."""
    digest = signature(settings, PURPOSE, f"{request.kind} code", request.id, until=_until(request))
    return str(int(digest, 16) % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def is_code(settings: Settings, request: AccountRequest, given: str) -> bool:
    """Return whether a code is that of a request."""
    digits = "".join(given.split())
    return hmac.compare_digest(code_of(settings, request).encode(), digits.encode())


async def proved(house: House, token: str, *kinds: RequestKind) -> AccountRequest:
    """Return the request that a link is for, if it is of one of these kinds.

    Raises:
        GoneError: `link_over`, the link was used, is too old, or was never ours: the same answer.
    """
    request_id, _, given = token.partition(".")
    request = await house.account_requests.get(RequestId(request_id))
    if request is None or request.kind not in kinds or not lasts(request):
        raise over()
    if not is_signature(house.settings, given, PURPOSE, request.kind, request.id, until=_until(request)):
        raise over()
    return request


def lasts(request: AccountRequest) -> bool:
    """Return whether a request is not over: it is deleted a while after."""
    return request.expires_at > now()


def over() -> GoneError:
    """Return the error of a link or a code that does not work, or not any more."""
    return GoneError(
        "link_over", "This does not work any more: it was used, or it is too old. Ask for a new one."
    )


def link(settings: Settings, page: str, request: AccountRequest) -> str:
    """Return the address that a mail leads to. What stands behind `#` is never sent, nor logged, by a browser."""
    return f"{settings.address}/{page}#{token_of(settings, request)}"


def span_words(span: timedelta) -> str:
    """Return how long something holds: `30 minutes`, `1 hour`, `7 days`."""
    minutes = round(span.total_seconds() / 60)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size and minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "a moment"


def _until(request: AccountRequest) -> int:
    return _seconds(request.expires_at)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
