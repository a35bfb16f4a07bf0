"""Account mails: one attempt at one, and those that nobody sends."""

from datetime import timedelta

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import SEND_MAIL, SWEEP_MAILS
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.model.promises import MailRequest, MailsSwept, MailStep, SweepRequest
from parlour.core.people import mailing, mails

OVERDUE = timedelta(seconds=60)
"""What was to be tried this long ago has no workflow."""


class MailActivities:
    """Mailing by the stores and connections of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=SEND_MAIL)
    async def send_mail(self, request: MailRequest) -> MailStep:
        """Make one attempt. A failure outside is an answer on record; what raises is ours, and tried again."""
        async with beating():
            return await mailing.attempt(self._house, request.mail_id, request.at)

    @activity.defn(name=SWEEP_MAILS)
    async def sweep_mails(self, request: SweepRequest) -> MailsSwept:
        """Start the workflows of mails that should have been tried, and were not."""
        left = await self._house.account_mails.overdue(now() - OVERDUE, limit=request.page)
        for record in left:
            await mails.start(self._house, record)
            activity.heartbeat(record.id)
        return MailsSwept(len(left))
