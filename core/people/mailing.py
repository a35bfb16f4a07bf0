"""One attempt at an account mail: begun on record, made, and its answer on record with what comes next.

An attempt whose worker died stays without an answer, and is made again; nobody knows whether the mail arrived. It has
the same `Message-ID` then, and there is no third such attempt.
"""

import time
from datetime import datetime, timedelta

from msgspec.structs import replace

from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import MailId
from parlour.core.model.mails import OPEN, MailRecord, MailState
from parlour.core.model.notifications import Attempt
from parlour.core.model.promises import MailStep
from parlour.core.outside.answer import Answer
from parlour.core.outside.letter import Letter
from parlour.core.outside.outside import MAIL, Outside
from parlour.core.people.letters import letter_for
from parlour.core.sealing import UnsealError
from parlour.core.settings import Settings
from parlour.core.telemetry import ATTEMPTS, log

UNSURE_MAX = 2
"""Attempts that nobody knows the outcome of: the next one might be the third to arrive."""
INTERRUPTED = Answer(answered="unknown", code="interrupted", words="the worker died over it")
GONE = MailStep("unwanted", "it is not on record any more")
UNREADABLE = "it was sealed with another secret key"


async def attempt(house: House, mail_id: MailId, at: datetime) -> MailStep:
    """Make one attempt as of `at`; again, after a mail ended, changes nothing."""
    record = await house.account_mails.get(mail_id)
    if record is None:
        return GONE
    if record.state in OPEN and record.attempts and record.attempts[-1].answered is None:
        record = await _answered(house, record, INTERRUPTED, at, took_ms=0)
    if record.state not in OPEN:
        return MailStep(record.state, record.outcome)
    if at >= record.until:
        return await _end(house, record, "given_up", f"too late: {record.outcome or 'nobody tried in time'}")
    if until := await house.circuit.closed_until(MAIL, at):
        return await _wait(house, record, until)
    try:
        letter = await letter_for(house, record)
    except UnsealError:
        return await _end(house, record, "given_up", UNREADABLE)
    if isinstance(letter, str):
        return await _end(house, record, "unwanted", letter)
    return await _send(house, record, letter, at)


async def _send(house: House, record: MailRecord, letter: Letter, at: datetime) -> MailStep:
    begun = await house.account_mails.begin(record, Attempt(at=at))
    if begun is None:
        # Another attempt is under way, by a workflow that was taken for lost: whoever is first, tells.
        return MailStep("retrying", "another attempt is under way", at + timedelta(minutes=1))
    started = time.monotonic()
    answer = await _outside(house).letter(letter)
    took_ms = round((time.monotonic() - started) * 1000)
    ATTEMPTS.labels(MAIL, answer.answered).inc()
    await house.circuit.note(MAIL, answer, at)
    ended = await _answered(house, begun, answer, at, took_ms=took_ms)
    log.info(
        "mail.attempted", mail_id=record.id, kind=record.kind, answered=answer.answered, code=answer.code
    )
    return MailStep(ended.state, ended.outcome, ended.due_at)


async def _answered(
    house: House, record: MailRecord, answer: Answer, at: datetime, *, took_ms: int
) -> MailRecord:
    state, outcome, due_at = _what_next(house.settings, record, answer, at)
    last = replace(
        record.attempts[-1],
        answered=answer.answered,
        code=answer.code,
        words=answer.words,
        took_ms=took_ms,
        next_at=due_at,
    )
    attempts = [*record.attempts[:-1], last]
    changed = replace(record, state=state, outcome=outcome, due_at=due_at, attempts=attempts)
    await house.account_mails.update(changed)
    return changed


def _what_next(
    settings: Settings, record: MailRecord, answer: Answer, at: datetime
) -> tuple[MailState, str, datetime | None]:
    if answer.answered == "sent":
        return "sent", "taken by the mail server", None
    if answer.answered in ("gone", "refused"):
        return "bounced", answer.words, None
    unsure = sum(made.answered == "unknown" for made in record.attempts[:-1]) + 1
    if answer.answered == "unknown" and unsure >= UNSURE_MAX:
        return "given_up", "it may have arrived twice, and is not sent again", None
    next_at = at + _pause(settings, len(record.attempts), answer)
    if next_at >= record.until:
        tried = "tried once" if len(record.attempts) == 1 else f"tried {len(record.attempts)} times"
        return "given_up", f"{tried}; the last answer was: {answer.words}", None
    return "retrying", answer.words, next_at


def _pause(settings: Settings, tries: int, answer: Answer) -> timedelta:
    doubled = settings.mail_retry_first * 2 ** min(tries - 1, 30)
    pause = timedelta(seconds=min(doubled, settings.mail_retry_longest))
    return max(pause, answer.retry_after or timedelta())


async def _wait(house: House, record: MailRecord, until: datetime) -> MailStep:
    """Let a mail wait for the mail server, which counts as no attempt."""
    words = "the mail server does not answer, and is left alone for a while"
    waiting = replace(record, state="retrying", outcome=words, due_at=min(until, record.until))
    await house.account_mails.update(waiting)
    return MailStep(waiting.state, words, waiting.due_at)


async def _end(house: House, record: MailRecord, state: MailState, words: str) -> MailStep:
    await house.account_mails.update(replace(record, state=state, outcome=words, due_at=None))
    log.info("mail.ended", mail_id=record.id, kind=record.kind, state=state)
    return MailStep(state, words)


def _outside(house: House) -> Outside:
    if house.outside is None:
        raise UnavailableError.of("The mail server")
    return house.outside
