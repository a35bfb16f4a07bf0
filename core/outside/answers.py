"""What a reply over HTTP, or none, says of an attempt; the same words for every push service."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aiohttp import ClientConnectionError

from parlour.core.outside.answer import Answer
from parlour.core.outside.exchange import Reply
from parlour.core.previews.guard import was_refused

GONE = (404, 410)
MISCONFIGURED = (401, 403)
MAY_PASS = (408, 425, 429)
LONGEST_WAIT = timedelta(days=1)
UNDERSTOOD = (OSError, TimeoutError, ValueError)
"""With aiohttp's ClientError, what `failed` makes an answer of."""


def sent(code: str, words: str = "taken by the push service") -> Answer:
    """Return the answer of a world that took it."""
    return Answer(answered="sent", code=code, words=words)


def judged(reply: Reply) -> Answer:
    """Return what the status of a reply says, as RFC 8030 and every push service mean it."""
    code = str(reply.status)
    if 200 <= reply.status < 300:
        return sent(code)
    if reply.status in GONE:
        return Answer(answered="gone", code=code, words="the device has ended its subscription")
    if reply.status in MISCONFIGURED:
        words = "the push service does not accept this server's key"
        return Answer(answered="misconfigured", code=code, words=words)
    if reply.status >= 500 or reply.status in MAY_PASS:
        return busy(reply)
    if reply.status < 400:
        return garbage(code)
    return Answer(answered="refused", code=code, words="the push service does not take this push")


def busy(reply: Reply) -> Answer:
    """Return that a world is there and in trouble, and when it wants to be asked again."""
    words = "the push service asks to wait" if reply.status == 429 else "the push service is in trouble"
    return Answer(
        answered="retry", code=str(reply.status), words=words, retry_after=retry_after(reply.headers)
    )


def garbage(code: str = "garbage") -> Answer:
    """Return that an answer was none."""
    return Answer(answered="retry", code=code, words="the push service's answer makes no sense")


def misconfigured(words: str, code: str = "settings") -> Answer:
    """Return that our own settings are in the way."""
    return Answer(answered="misconfigured", code=code, words=words)


def refused(code: str, words: str) -> Answer:
    """Return that trying again is of no use."""
    return Answer(answered="refused", code=code, words=words)


def failed(error: Exception, *, timeout: float) -> Answer:
    """Return what an exchange that came to no reply means."""
    if was_refused(error):
        return refused("address", "the push service's address is not one that may be pushed to")
    if isinstance(error, TimeoutError):
        return Answer(answered="retry", code="timeout", words=f"no answer within {timeout:g} s")
    if isinstance(error, ValueError):
        return refused("address", "the push service's address is none")
    if isinstance(error, ClientConnectionError | OSError):
        return Answer(answered="retry", code="unreachable", words="the push service cannot be reached")
    return garbage()


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return what `Retry-After` asks for, in seconds or as a date (RFC 9110), a day at most; none without one.

    A date counts from the reply's own `Date`, so that the two clocks need not agree.
    """
    given = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", given):
        return min(timedelta(seconds=int(given)), LONGEST_WAIT)
    until = _date(given)
    if until is None:
        return None
    begins = _date(headers.get("date", "")) or datetime.now(UTC)
    return min(max(until - begins, timedelta(0)), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
