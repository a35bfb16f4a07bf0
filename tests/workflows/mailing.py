"""Account mails on skipped time: real rules, stores and an SMTP server, in a database of their own."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.mails import MailActivities
from parlour.core.house import House, open_house
from parlour.core.ids import MailId
from parlour.core.model.mails import MailRecord
from parlour.core.outside.outside import Outside
from parlour.core.settings import Settings
from parlour.ui import letters
from parlour.workflows.account_mail import AccountMail, AccountMailState
from parlour.workflows.links import mail_id as id_of
from parlour.workflows.mail_sweep import MailSweep
from parlour.workflows.teller import TemporalTeller
from tests.outside.fixtures import towards
from tests.outside.mail_server import MailServer, mail_server
from tests.workflows.notifying import render


@dataclass
class Mailing:
    """The house and the mail server that all tests of a module share."""

    house: House
    environment: WorkflowEnvironment
    server: MailServer
    settings: Settings

    def run(self, mail: MailId) -> WorkflowHandle[AccountMail, AccountMailState]:
        return self.environment.client.get_workflow_handle_for(AccountMail.run, id_of(mail))

    async def to_the_end(self, mail: MailId) -> tuple[AccountMailState, MailRecord]:
        """Let time pass until it is known what becomes of a mail; return that, and the record of it."""
        ended = await self.run(mail).result()
        record = await self.house.account_mails.get(mail)
        assert record is not None
        return ended, record


@asynccontextmanager
async def mailing(environment: WorkflowEnvironment, settings: Settings) -> AsyncIterator[Mailing]:
    """Run a worker for account mails alone."""
    name = uuid.uuid4().hex
    async with mail_server() as server:
        own = towards(
            settings,
            server,
            mongo_database=f"mailing_{name}",
            redis_url=settings.redis_url.rsplit("/", 1)[0] + "/6",
            temporal_task_queue=f"mailing-{name}",
        )
        async with open_house(own) as house, Outside(own, render, letters.render) as outside:
            await house.prepare()
            house.outside, house.teller = outside, TemporalTeller(own, environment.client)
            activities = MailActivities(house)
            worker = Worker(
                environment.client,
                task_queue=own.temporal_task_queue,
                workflows=[AccountMail, MailSweep],
                activities=[activities.send_mail, activities.sweep_mails],
            )
            async with worker:
                yield Mailing(house, environment, server, own)
            await house.database.client.drop_database(own.mongo_database)
