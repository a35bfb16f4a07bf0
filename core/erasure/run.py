"""Running an erasure, as its workflow asks for it: a batch of a step, the last mail, the end."""

from datetime import timedelta

import msgspec

from parlour.core.clock import now
from parlour.core.erasure.kept import kept
from parlour.core.erasure.rules import PURPOSE, Farewell, link_of, settle
from parlour.core.erasure.steps import BY_NAME, STEPS, following
from parlour.core.house import House
from parlour.core.ids import ErasureId
from parlour.core.model.erasures import ErasureRecord
from parlour.core.model.mails import OPEN as MAIL_OPEN
from parlour.core.model.promises import ErasureFacts, ErasureRequest, ErasureStep
from parlour.core.people import mails
from parlour.core.sealing import unseal
from parlour.core.telemetry import log

OVER = ErasureStep(step="", words="There is nothing to erase any more.", over=True)
FAREWELL = "farewell"


async def look(house: House, erasure_id: ErasureId) -> ErasureFacts:
    """Return how an erasure is."""
    record = await house.erasures.get(erasure_id)
    if record is None:
        return ErasureFacts("taken_back", now(), "It is not on record any more.")
    await house.erasures.told(erasure_id)
    if record.state == "waiting" and not record.settled:
        await settle(house, record)
    words = f"Waits until {record.begins_at:%Y-%m-%d %H:%M} UTC. Until then it can be taken back."
    if record.state == "taken_back":
        words = "It was taken back: the account is active again, nothing was erased."
    return ErasureFacts(record.state, record.begins_at, words)


async def take(house: House, request: ErasureRequest) -> ErasureStep:
    """Take a step, or the next batch of it, and return what follows; again changes nothing.

    Raises:
        UnavailableError: trying again may help.
    """
    record = await house.erasures.begin(request.erasure_id)
    if record is None:
        return OVER
    if request.step == FAREWELL:
        return await _farewell(house, record)
    step = BY_NAME[request.step] if request.step else STEPS[0]
    more = record.user_id is not None and await step.run(house, record, record.user_id)
    if more:
        return ErasureStep(step.name, f"Erasing: {step.what.lower()}.")
    await house.erasures.step_done(record.id, step.name)
    log.info("erasure.step", erasure_id=record.id, step=step.name)
    then = following(step.name)
    return ErasureStep(then.name if then else FAREWELL, f"Erased: {step.what.lower()}.")


async def _farewell(house: House, record: ErasureRecord) -> ErasureStep:
    """Send the last mail; once it is known what became of it, or for long enough, forget the address too."""
    farewell = _unsealed(house, record)
    mail = await house.account_mails.last_since(farewell.email, "erased", record.requested_at)
    if mail is None and not record.said:
        await mails.queue(
            house,
            "erased",
            farewell.email,
            name=farewell.name,
            link=link_of(house, record),
            lasts=f"{house.settings.erasure_report_days} days",
            until=now() + timedelta(seconds=house.settings.erasure_farewell),
        )
        return ErasureStep(FAREWELL, "Everything is erased but the address of the last mail.", waits=True)
    if mail is not None and mail.state in MAIL_OPEN and now() < mail.until:
        return ErasureStep(FAREWELL, "Waits until the last mail is sent.", waits=True)
    # Without the record of the mail, only this tells that it is not to be sent again.
    await house.erasures.advance(record.id, said=True)
    await house.erasing.erase("account_mails", {"to": farewell.email}, limit=1000)
    lasts = now() + timedelta(days=house.settings.erasure_report_days)
    words = _words(house, record)
    await house.erasures.end(record.id, at=now(), expires_at=lasts)
    log.info("erasure.ended", erasure_id=record.id)
    return ErasureStep("", words, over=True)


def _unsealed(house: House, record: ErasureRecord) -> Farewell:
    opened = unseal(house.settings, record.sealed or b"", purpose=PURPOSE, of=record.id)
    return msgspec.json.decode(opened, type=Farewell)


def _words(house: House, record: ErasureRecord) -> str:
    """Return the report in words, for the Temporal UI."""
    erased = [f"- {step.what}: {record.counted.get(step.name, 0)}" for step in STEPS]
    stays = [f"- {one.what} {one.why}" for one in kept(house, record)]
    return "\n".join(["Erased:", *erased, "", "Kept:", *stays])
