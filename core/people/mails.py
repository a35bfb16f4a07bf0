"""Queueing account mails: what to say is stored, sealed, and a workflow sends it; nobody waits for a mail server.

A mail whose workflow could not be started, since Temporal is away or this process died, is found by a sweep.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import MailId, UserId, WorkspaceId, new_id
from parlour.core.model.mails import MailKind, MailRecord
from parlour.core.sealing import seal, unseal
from parlour.core.telemetry import log

PURPOSE = "account mails"


async def queue(
    house: House,
    kind: MailKind,
    to: str,
    user_id: UserId | None = None,
    *,
    until: datetime | None = None,
    workspace_id: WorkspaceId | None = None,
    mail_id: MailId | None = None,
    **words: str,
) -> MailId:
    """Have a mail sent to an address, and return its id; what became of it, `state` says.

    `words` is what its letter needs, see `ui/letters.py`: links and their secrets among them, `name` is who gets it.
    After `until` it would say what is not true any more, and is given up. Who may ask twice for the same mail gives it
    its `mail_id`, and looks first whether it is there.
    """
    record = await store(
        house, kind, to, user_id, until=until, workspace_id=workspace_id, mail_id=mail_id, **words
    )
    if house.teller is not None:
        house.tasks.start(_try_to_start(house, record), "start-mail")
    return record.id


async def store(
    house: House,
    kind: MailKind,
    to: str,
    user_id: UserId | None = None,
    *,
    until: datetime | None = None,
    workspace_id: WorkspaceId | None = None,
    mail_id: MailId | None = None,
    **words: str,
) -> MailRecord:
    """Store a mail for a workflow that starts `AccountMail` itself; else the sweep does, a minute later."""
    made, lasts = now(), timedelta(seconds=house.settings.mail_retry_for)
    mail_id = mail_id or MailId(new_id())
    sealed = seal(house.settings, msgspec.json.encode(words), purpose=PURPOSE, of=mail_id)
    record = MailRecord(
        id=mail_id,
        kind=kind,
        to=to,
        to_name=words.get("name", ""),
        user_id=user_id,
        workspace_id=workspace_id,
        created_at=made,
        until=min(until or made + lasts, made + lasts),
        due_at=made,
        sealed=sealed,
    )
    kept = timedelta(days=house.settings.mails_kept_days)
    await house.account_mails.add(record, expires_at=record.until + kept)
    return record


async def start(house: House, record: MailRecord) -> None:
    """Start a mail's workflow, unless it has one.

    Raises:
        UnavailableError: Temporal did not take it.
    """
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.teller.mail(record.kind, record.id, record.workspace_id)


async def states(house: House, mail_ids: Sequence[MailId]) -> dict[MailId, MailRecord]:
    """Return what became of mails, as far as they are on record: `state`, and `outcome` in words."""
    return await house.account_mails.many(mail_ids)


def words_of(house: House, record: MailRecord) -> dict[str, str]:
    """Return what a mail was queued with; nothing when it has lost that.

    Raises:
        UnsealError: the house has another secret key meanwhile.
    """
    if record.sealed is None:
        return {}
    opened = unseal(house.settings, record.sealed, purpose=PURPOSE, of=record.id)
    return msgspec.json.decode(opened, type=dict[str, str])


async def _try_to_start(house: House, record: MailRecord) -> None:
    try:
        await start(house, record)
    except UnavailableError:
        log.warning("mail.not_started", mail_id=record.id, kind=record.kind)
